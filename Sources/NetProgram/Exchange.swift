internal import Connections
internal import Platform
internal import Secrets
internal import Synchronization

/// This program's end of the socket to the program that started it.
final class Exchange: Sendable {
  private let descriptor: Int32
  /// Messages go out whole, whichever task they come from.
  private let turn = Mutex<Void>(())

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Whether there is such a socket at all; somebody may have typed the program's name.
  var isThere: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  /// Sends a message and waits until the system has taken it.
  func send(_ message: NetMessage) {
    guard let frame = try? message.encoded() else { return }
    turn.withLock { _ in
      frame.withUnsafeBytes { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
          let part = UnsafeRawBufferPointer(rebasing: rest)
          let count = Platform.send(descriptor, part.baseAddress, part.count, Self.noSignal)
          if count > 0 {
            rest = rest.dropFirst(count)
          } else if errno == EAGAIN {
            waitUntil(POLLOUT)
          } else if errno != EINTR {
            // Nobody is there any more: nothing that is done now can be used.
            _exit(0)
          }
        }
      }
    }
  }

  /// Waits for the next request; `nil` when the other side has closed.
  ///
  /// - Throws: ``ConnectionError`` for what is no request.
  func receive(_ assembler: inout FrameAssembler) throws(ConnectionError) -> NetRequest? {
    while true {
      if let frame = assembler.next() { return try NetRequest(frame) }
      let count = try assembler.withSpace { [descriptor] in
        recv(descriptor, $0.baseAddress, $0.count, 0)
      }
      if count == 0 { return nil }
      if count < 0 {
        switch errno {
        case EAGAIN: waitUntil(POLLIN)
        case EINTR: continue
        default: return nil
        }
      }
    }
  }

  private func waitUntil(_ event: Int32) {
    var wait = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    poll(&wait, 1, -1)
  }
}
