internal import Platform

/// A small file that is locked while it is open and overwritten in place: what it holds and the
/// right to change it come with one `open`.
///
/// It is never replaced, so that its lock is the one that everybody waits for.
package struct LockedFile: ~Copyable {
  private let descriptor: Descriptor
  /// For messages.
  package let path: String

  /// Opens the file, made empty with mode 0600 where there is none, and waits for its lock.
  ///
  /// - Parameter wait: as ``FileLock/acquire(_:in:wait:)``.
  /// - Throws: ``FileError``: what ``OwnedFolder/openFile(_:privacy:)`` throws, and
  ///   ``FileError/lockTimedOut(path:seconds:)``.
  package static func open(
    _ name: String, in folder: borrowing OwnedFolder, wait: Duration = FileLock.defaultWait
  ) throws(FileError) -> LockedFile {
    let path = folder.path(of: name)
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let raw = openat(folder.rawDescriptor, name, flags, mode_t(0o600))
    guard raw >= 0 else { throw openError(path: path, code: errno, expected: "regular file") }
    let descriptor = Descriptor(owning: raw)
    try checkOwnership(of: descriptor, path: path, kind: S_IFREG, forbidden: 0o077, owners: .user)
    try FileLock.lock(descriptor, path: path, wait: wait)
    return LockedFile(descriptor: descriptor, path: path)
  }

  private init(descriptor: consuming Descriptor, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { unlock() }

  /// Lets the next one in.
  package borrowing func unlock() {
    // Not left to the last descriptor: a process that was forked meanwhile may have a copy.
    unlockWholeFile(descriptor.rawValue)
  }

  /// Reads from the start.
  ///
  /// - Returns: how many bytes of `buffer` there were.
  package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    while true {
      let count = pread(descriptor.rawValue, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return count }
      if errno != EINTR { throw .system(operation: "read", path: path, code: errno) }
    }
  }

  /// Overwrites the start, in one call.
  ///
  /// - Parameter bytes: at most 512, which a disk writes whole or not at all.
  package borrowing func overwrite(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    while true {
      let count = pwrite(descriptor.rawValue, bytes.baseAddress, bytes.count, 0)
      if count == bytes.count { return }
      if count < 0, errno == EINTR { continue }
      throw .system(operation: "write", path: path, code: count < 0 ? errno : ENOSPC)
    }
  }

  /// Waits until the disk has it.
  package borrowing func synchronize() throws(FileError) {
    try descriptor.synchronizeData(path: path)
  }
}
