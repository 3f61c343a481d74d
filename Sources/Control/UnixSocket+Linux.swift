#if os(Linux)
  internal import Platform

  extension UnixSocket {
    static func makeStreamSocket() -> Int32 {
      let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
      return socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0)
    }

    static func path(of name: String, byDescriptor descriptor: Int32) -> String? {
      "/proc/self/fd/\(descriptor)/\(name)"
    }

    /// Who is behind a connection: for a client the process that called `listen`, for a server the
    /// one that called `connect` (unix(7), `SO_PEERCRED`).
    static func peer(of descriptor: Int32) -> Peer? {
      var credentials = Credentials()
      var length = socklen_t(MemoryLayout<Credentials>.size)
      guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else {
        return nil
      }
      return Peer(uid: credentials.uid, processID: credentials.pid)
    }

    /// `struct ucred`, which Glibc hides behind a feature macro.
    private struct Credentials {
      var pid: Int32 = 0
      var uid: UInt32 = UInt32.max
      var gid: UInt32 = UInt32.max
    }

    /// A reader that went away is an error of the call and not our end.
    static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
      Platform.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }

    static func modificationTime(_ status: stat) -> Int64 { Int64(status.st_mtim.tv_sec) }
  }
#endif
