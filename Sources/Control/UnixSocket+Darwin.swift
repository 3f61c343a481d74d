#if canImport(Darwin)
  internal import Platform

  extension UnixSocket {
    static func makeStreamSocket() -> Int32 {
      let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
      guard descriptor >= 0 else { return descriptor }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      var on: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
      return descriptor
    }

    /// There is no name for what a descriptor leads to.
    static func path(of name: String, byDescriptor descriptor: Int32) -> String? { nil }

    static func peer(of descriptor: Int32) -> Peer? {
      var uid = uid_t.max
      var gid = gid_t.max
      guard getpeereid(descriptor, &uid, &gid) == 0 else { return nil }
      var pid: pid_t = 0
      var length = socklen_t(MemoryLayout<pid_t>.size)
      getsockopt(descriptor, SOL_LOCAL, LOCAL_PEERPID, &pid, &length)
      return Peer(uid: uid, processID: pid)
    }

    static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
      Platform.send(descriptor, bytes.baseAddress, bytes.count, 0)
    }

    static func modificationTime(_ status: stat) -> Int64 { Int64(status.st_mtimespec.tv_sec) }
  }
#endif
