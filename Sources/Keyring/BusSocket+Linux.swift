#if os(Linux)
  internal import Platform

  /// A connection that asks one question: who is behind an address?
  struct BusSocket: ~Copyable {
    let descriptor: Int32

    deinit { close(descriptor) }

    /// The first address behind which somebody answers who may.
    ///
    /// A look before GLib is even loaded: most sessions without a bus end here.
    static func firstAnswering(
      _ addresses: [BusAddress], deadline: MonotonicInstant
    ) throws(KeyringFailure) -> BusAddress {
      var code = ENOENT
      for address in addresses {
        guard let (name, length) = socketName(address) else {
          code = ENAMETOOLONG
          continue
        }
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closeOnExec | nonBlocking, 0)
        guard raw >= 0 else { throw Self.cannotReach(errno) }
        let opened = BusSocket(descriptor: raw)
        code = try opened.connect(name, length, deadline: deadline)
        if code != 0 { continue }
        try checkPeer(of: opened.descriptor)
        return address
      }
      throw Self.cannotReach(code)
    }

    /// The peer is the process that called `listen(2)`: the user's own bus, the user's own systemd,
    /// or root's (root reads us anyway). Anybody else could be waiting for our secrets, or hand us
    /// theirs.
    static func checkPeer(of descriptor: Int32) throws(KeyringFailure) {
      var peer = PeerCredentials()
      var length = socklen_t(MemoryLayout<PeerCredentials>.size)
      guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 else {
        throw cannotReach(errno)
      }
      guard peer.uid == getuid() || peer.uid == 0 else {
        throw .noBus(reason: "the session bus belongs to uid \(peer.uid)")
      }
    }

    private static func cannotReach(_ code: Int32) -> KeyringFailure {
      .noBus(reason: "cannot reach the session bus: \(String(cString: strerror(code)))")
    }

    /// 0, or the `errno` of a failure that another address may not share.
    private borrowing func connect(
      _ name: sockaddr_un, _ length: socklen_t, deadline: MonotonicInstant
    ) throws(KeyringFailure) -> Int32 {
      while true {
        let result = withUnsafePointer(to: name) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            Platform.connect(descriptor, $0, length)
          }
        }
        if result == 0 { return 0 }
        // EAGAIN: the bus does not accept and its queue is full. There is nothing to poll for.
        guard errno == EAGAIN || errno == EINTR else { return errno }
        guard MonotonicInstant.now < deadline else { throw .expired }
        usleep(5000)
      }
    }

    /// `struct ucred` (unix(7)), which Glibc hides behind a feature macro.
    private struct PeerCredentials {
      var pid: Int32 = 0
      var uid: UInt32 = UInt32.max
      var gid: UInt32 = UInt32.max
    }

    // The values of `SOCK_CLOEXEC` and `SOCK_NONBLOCK`, which are of another type in Swift.
    private static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
    private static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)

    /// `nil` for a name that does not fit.
    private static func socketName(_ address: BusAddress) -> (sockaddr_un, socklen_t)? {
      var name = sockaddr_un()
      name.sun_family = sa_family_t(AF_UNIX)
      let bytes: [UInt8] =
        switch address {
        case .path(let path): Array(path.utf8) + [0]
        case .abstract(let text): [0] + Array(text.utf8)
        }
      let fits = withUnsafeMutableBytes(of: &name.sun_path) {
        guard bytes.count <= $0.count else { return false }
        $0.copyBytes(from: bytes)
        return true
      }
      let prefix = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
      return fits ? (name, socklen_t(prefix + bytes.count)) : nil
    }
  }
#endif
