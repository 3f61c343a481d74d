/// What is to be started and what it is to be given, as the command line and `servers.json` say.
package struct LaunchRequest {
  /// One `VAR=…` as a person wrote it.
  package struct Entry: Sendable {
    package var variable: String
    /// A template, or for `--file` a reference.
    package var value: String
    package init(_ variable: String, _ value: String) {
      self.variable = variable
      self.value = value
    }
  }

  /// One word of the server's command line.
  package enum Word: Sendable, Equatable {
    /// May hold references.
    case text(String)
    /// Not UTF-8, so it cannot hold a reference and goes through as it is.
    case bytes([UInt8])

    package init(_ text: String) { self = .text(text) }

    /// A word of our own command line, without NUL.
    package init(bytes: UnsafeBufferPointer<UInt8>) {
      if let text = String(validating: bytes, as: UTF8.self) {
        self = .text(text)
      } else {
        self = .bytes(Array(bytes))
      }
    }
  }

  package struct Options: Sendable {
    /// Execute in place: no guardian, so nothing is left that could remove value files.
    package var executesInPlace = false
    /// Secrets may stand in arguments, where other users of the machine can read them.
    package var allowsValuesInArguments = false
    package init() {}
  }

  package var serverName: String?
  package var command: [Word] = []
  /// `env` of the definition, in its order.
  package var definition: [Entry] = []
  /// `--env VAR=TEMPLATE`, in order.
  package var variables: [Entry] = []
  /// `--file VAR=REF`, in order.
  package var files: [Entry] = []
  /// `--keep VAR`: inherited variables that a server with secrets gets beside the baseline.
  package var keep: [String] = []
  package var options = Options()

  package init() {}
}
