internal import CLaunch
internal import Files
internal import Platform

/// The program `mcp-valet-net`, held open: what a relay starts days later is the one that was
/// installed when the relay began and speaks as it does, whatever an upgrade has put in its place.
package final class NetExecutable: Sendable {
  /// As it was given; what lies there by now may be another file.
  package let path: String
  private let file: Descriptor

  /// - Parameter path: of the program. That there is none is told when it is started.
  package init(_ path: String) {
    self.path = path
    file = Descriptor(owning: claunch_open_program(path))
  }

  /// The one that is installed beside this program.
  ///
  /// - Throws: ``NetProcessError/missing(_:)``.
  package static func installed() throws(NetProcessError) -> NetExecutable {
    let candidates = OwnProgram.candidates(NetProcess.programName)
    for path in candidates where access(path, F_OK) == 0 { return NetExecutable(path) }
    throw .missing(candidates)
  }

  /// -1 when it could not be opened.
  var descriptor: Int32 { file.rawValue }
}
