internal import Files
internal import Platform

/// The few calls on a local socket that differ between systems, and the addresses.
///
/// Every descriptor is non-blocking and closes on exec.
enum UnixSocket {
  static func make() throws(ControlError) -> Descriptor {
    let raw = makeStreamSocket()
    guard raw >= 0 else { throw .system(operation: "make a socket", code: errno) }
    return Descriptor(owning: raw)
  }

  /// Calls `body` with an address of a name in a folder.
  ///
  /// By the folder's descriptor where the system can: the path of a folder may be longer than the
  /// 107 bytes that an address holds, and nobody can exchange a folder that is open.
  ///
  /// - Returns: 0, or the `errno` of `body`.
  /// - Throws: ``ControlError/pathTooLong(_:)``.
  static func withAddress(
    of name: String, in folder: borrowing OwnedFolder,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(ControlError) -> Int32 {
    var code = ENOENT
    if let path = path(of: name, byDescriptor: folder.rawDescriptor) {
      code = call(path, body) ?? ENAMETOOLONG
      // A sandbox without /proc, or one that does not let us look into it.
      guard code == ENOENT || code == ENOTDIR || code == EACCES else { return code }
    }
    let path = folder.path(of: name)
    guard let direct = call(path, body) else {
      if code == ENOENT { throw .pathTooLong(path) }
      return code
    }
    return direct
  }

  /// `nil` for a path that does not fit.
  private static func call(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8) + [0]
    let fits = withUnsafeMutableBytes(of: &address.sun_path) {
      guard bytes.count <= $0.count else { return false }
      $0.copyBytes(from: bytes)
      return true
    }
    guard fits else { return nil }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        while true {
          if body($0, length) == 0 { return 0 }
          if errno != EINTR { return errno }
        }
      }
    }
  }

  /// - Returns: 0, or `errno`: `EAGAIN` when the other side's queue is full, for which there is
  ///   nothing to poll.
  static func connect(
    _ descriptor: borrowing Descriptor, to name: String, in folder: borrowing OwnedFolder
  ) throws(ControlError) -> Int32 {
    let raw = descriptor.rawValue
    return try withAddress(of: name, in: folder) { Platform.connect(raw, $0, $1) }
  }

  /// Whether a process listens behind a name. A name without one refuses, in whatever container
  /// its process was; a queue that is full has somebody who owns it.
  static func hasListener(
    _ name: String, in folder: borrowing OwnedFolder
  ) throws(ControlError) -> Bool {
    let descriptor = try make()
    let code = try connect(descriptor, to: name, in: folder)
    return code != ECONNREFUSED && code != ENOENT
  }

  /// Seconds since 1970 when the entry of a name last changed, and whether it is a socket; `nil`
  /// when there is none.
  static func status(
    of name: String, in folder: borrowing OwnedFolder
  ) -> (isSocket: Bool, modified: Int64)? {
    var status = stat()
    guard fstatat(folder.rawDescriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    return (status.st_mode & S_IFMT == S_IFSOCK, modificationTime(status))
  }
}
