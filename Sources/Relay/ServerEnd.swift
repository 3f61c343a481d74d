/// How a server has ended, for people.
package struct ServerEnd: Equatable, Sendable {
  /// Behind the server's name: `ended with exit code 1`.
  package let event: String
  /// The end of what it printed on its standard error, redacted; may hold line ends.
  package let lastWords: String

  package init(_ event: String, lastWords: String = "") {
    self.event = event
    self.lastWords = lastWords
  }

  /// - Parameter status: as `waitpid` gives it.
  package init(status: Int32, lastWords: String) {
    let signal = status & 0x7F
    self.init(
      signal == 0
        ? "ended with exit code \((status >> 8) & 0xFF)" : "was ended by signal \(signal)",
      lastWords: lastWords)
  }
}
