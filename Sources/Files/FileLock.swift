internal import Platform

/// Serialises writers across processes: an exclusive lock on a file that is never replaced.
///
/// An open-file-description lock, since a classic POSIX lock vanishes when any descriptor of the
/// process on that file closes. The kernel drops it with the process, however that ends.
package struct FileLock: ~Copyable {
  private let descriptor: Descriptor

  /// Ten seconds: longer than the slowest write of another process, shorter than a host waits.
  package static let defaultWait = Duration.seconds(10)

  /// Waits for the lock, looking every few milliseconds (the kernel has no wait with a deadline).
  ///
  /// - Throws: ``FileError/lockTimedOut(path:seconds:)`` when somebody else kept it for `wait`.
  package static func acquire(
    _ name: String, in folder: borrowing OwnedFolder, wait: Duration = defaultWait
  ) throws(FileError) -> FileLock {
    let path = folder.path(of: name)
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let raw = openat(folder.rawDescriptor, name, flags, mode_t(0o600))
    guard raw >= 0 else {
      if errno == ELOOP { throw .symbolicLink(path: path) }
      throw .system(operation: "open", path: path, code: errno)
    }
    let descriptor = Descriptor(owning: raw)
    try lock(descriptor, path: path, wait: wait)
    return FileLock(descriptor: descriptor)
  }

  /// Locks what is open, as ``acquire(_:in:wait:)``.
  static func lock(
    _ descriptor: borrowing Descriptor, path: String, wait: Duration
  ) throws(FileError) {
    let deadline = MonotonicInstant.now + wait
    var pause: UInt32 = 500
    while true {
      if lockWholeFile(descriptor.rawValue) { return }
      guard errno == EAGAIN || errno == EACCES || errno == EINTR else {
        throw .system(operation: "lock", path: path, code: errno)
      }
      guard MonotonicInstant.now < deadline else {
        throw .lockTimedOut(path: path, seconds: Int(wait.components.seconds))
      }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
  }

  /// Lets the next writer in; also happens at the end of the value's scope.
  package consuming func release() {}

  private init(descriptor: consuming Descriptor) { self.descriptor = descriptor }
}
