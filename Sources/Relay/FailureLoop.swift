internal import Platform

/// Keeps a host company after a launch that failed: reads its requests, writes the answers of a
/// ``FailureResponder``, until the host closes its end.
///
/// The descriptors stay open and keep their flags: `O_NONBLOCK` would be set for everyone who
/// shares them. So nothing is read or written that `poll(2)` has not promised.
package enum FailureLoop {
  /// 60 s: the longest that hosts wait for a server to start (S13). A host that has not closed its
  /// end by then has shown the error, or never will.
  package static let defaultLimit = Duration.seconds(60)
  /// 1 s for answers that are still on their way when the host closes its end: hosts wait 2 s
  /// before they send SIGTERM (S10).
  private static let drainLimit = Duration.seconds(1)
  /// What `POLLOUT` on a pipe promises to take without blocking (pipe(7)); a socket that is ready
  /// takes more.
  private static let writeLength = Int(PIPE_BUF)
  /// Answers that a host does not read must not fill the memory: beyond 64 KiB it is not read.
  private static let pendingLimit = 64 << 10
  private static let readLength = 64 << 10

  package enum Outcome: Equatable, Sendable {
    /// The host closed its end, or its end failed.
    case ended
    /// The host does not read any more.
    case hostGone
    /// The limit passed.
    case timedOut
  }

  /// - Parameters:
  ///   - begun: what was read of the host already and not answered.
  ///   - input: what the host writes to, usually 0.
  ///   - output: what the host reads, usually 1.
  ///   - limit: the longest that this takes.
  package static func run(
    _ report: FailureReport, begun: UnsafeBufferPointer<UInt8>? = nil, input: Int32, output: Int32,
    limit: Duration = defaultLimit
  ) -> Outcome {
    // A host that stops reading must not end us by signal, behind the back of the exit code.
    let previous = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, previous) }
    var loop = Loop(report, input: input, output: output, limit: limit)
    if let begun { loop.take(begun) }
    while true {
      if let outcome = loop.step() { return outcome }
    }
  }

  private struct Loop: ~Copyable {
    private var responder: FailureResponder
    private let input: Int32
    private let output: Int32
    private var deadline: MonotonicInstant
    private var buffer = [UInt8](repeating: 0, count: readLength)
    private var pending: [UInt8] = []
    private var written = 0
    private var inputEnded = false

    init(_ report: FailureReport, input: Int32, output: Int32, limit: Duration) {
      responder = FailureResponder(report)
      self.input = input
      self.output = output
      deadline = .now + limit
    }

    mutating func take(_ begun: UnsafeBufferPointer<UInt8>) {
      responder.receive(begun, into: &pending)
    }

    /// Waits for one of the descriptors and serves it; `nil` to go on.
    mutating func step() -> Outcome? {
      if inputEnded, pending.isEmpty { return .ended }
      let left = deadline - .now
      guard left > .zero else { return inputEnded ? .ended : .timedOut }
      let reads = !inputEnded && pending.count - written < pendingLimit
      // A negative descriptor is left out (poll(2)); without events, only failures are reported.
      var polled = [
        pollfd(fd: reads ? input : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: output, events: pending.isEmpty ? 0 : Int16(POLLOUT), revents: 0),
      ]
      let count = poll(&polled, nfds_t(polled.count), Self.milliseconds(left))
      if count < 0 { return errno == EINTR || errno == EAGAIN ? nil : .ended }

      if polled[1].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { return .hostGone }
      if polled[1].revents & Int16(POLLOUT) != 0, !writePending() { return .hostGone }
      if polled[0].revents != 0 { readInput() }
      return nil
    }

    private mutating func readInput() {
      let count = read(input, &buffer, buffer.count)
      if count > 0 {
        // What a slow host has read already must not pile up in front of what it has not.
        pending.removeFirst(written)
        written = 0
        buffer.withUnsafeBufferPointer {
          responder.receive(UnsafeBufferPointer(rebasing: $0[..<count]), into: &pending)
        }
        return
      }
      if count < 0, errno == EINTR || errno == EAGAIN { return }
      responder.finish(into: &pending)
      inputEnded = true
      deadline = min(deadline, .now + drainLimit)
    }

    /// `false` when the host does not read any more.
    private mutating func writePending() -> Bool {
      let length = min(pending.count - written, writeLength)
      let count = pending.withUnsafeBytes {
        write(output, $0.baseAddress?.advanced(by: written), length)
      }
      if count < 0 { return errno == EINTR || errno == EAGAIN }
      written += count
      if written == pending.count {
        pending.removeAll(keepingCapacity: true)
        written = 0
      }
      return true
    }

    /// Rounded up, so that the last wait is not a busy one.
    private static func milliseconds(_ duration: Duration) -> Int32 {
      let (seconds, attoseconds) = duration.components
      let milliseconds = min(seconds, 3600) * 1000 + attoseconds / 1_000_000_000_000_000 + 1
      return Int32(milliseconds)
    }
  }
}
