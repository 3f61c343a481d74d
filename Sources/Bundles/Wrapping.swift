/// Making a bundle start through mcp-valet.
package struct Wrapping: Sendable {
  /// A program that is to be in the bundle.
  package struct Program: Sendable {
    /// Where it lies in the bundle.
    package var name: String
    package var bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// The server's name for grants; ``serverName(of:)`` where it is `nil`.
  package var serverName: String?
  /// `linux`, `darwin`.
  package var platforms = ["linux"]
  package var allowsInArguments = false
  package var dropsSignature = false
  package var programs: [Program] = []

  package init() {}
}
