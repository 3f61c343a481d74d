internal import Platform

/// Tells two files apart, whatever they are called.
///
/// A number is not used again while a descriptor on the file is open: compare only with a file
/// that is kept open.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
  }
}
