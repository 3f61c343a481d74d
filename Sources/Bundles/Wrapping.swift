/// Making a bundle start through mcp-valet.
package struct Wrapping: Sendable {
  /// A program that is to be in the bundle.
  package struct Program: Sendable {
    /// Where it lies in the bundle.
    package var name: String
    /// The whole program. It is stored with mode 0755.
    package var bytes: [UInt8]

    /// - Parameters:
    ///   - name: below ``Launcher/programFolder(system:machine:)``.
    ///   - bytes: the whole program.
    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// The server's name for grants; ``serverName(of:)`` where it is `nil`.
  package var serverName: String?
  /// `linux`, `darwin`.
  package var platforms = ["linux"]
  /// Whether references may stand in arguments (`--in-argv`), which other users can read.
  package var allowsInArguments = false
  /// Whether a signed bundle is taken, whose signature cannot hold for what comes out. Else it is
  /// refused.
  package var dropsSignature = false
  /// Programs to embed, for machines without mcp-valet; empty, it must be installed there.
  package var programs: [Program] = []

  /// For Linux, with nothing embedded and nothing allowed.
  package init() {}
}
