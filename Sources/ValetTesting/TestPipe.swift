internal import CLaunch
internal import Files
internal import Platform

/// Both ends of a pipe that no program inherits by accident.
///
/// Tests run side by side and start programs; one that outlives its test and holds the writing end
/// of another test's pipe would keep that test waiting for the end of input.
package struct TestPipe: Sendable {
  package let reader: Int32
  package let writer: Int32

  /// Closed on exec from the start.
  package init() throws {
    var ends: [Int32] = [-1, -1]
    guard claunch_pipe(&ends) == 0 else {
      throw FileError.system(operation: "make", path: "a pipe", code: errno)
    }
    (reader, writer) = (ends[0], ends[1])
  }

  /// A second descriptor for the same open file, closed on exec from the start.
  package static func duplicate(_ descriptor: Int32) throws -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else {
      throw FileError.system(operation: "duplicate", path: "a descriptor", code: errno)
    }
    return copy
  }
}
