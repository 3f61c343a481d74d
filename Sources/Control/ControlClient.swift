internal import Files
internal import Platform
internal import Secrets

/// One question to one relay and what came of it. Many are asked at once by
/// ``converse(_:deadlines:onAnswer:next:meanwhile:)``.
package final class ControlClient {
  /// How a conversation ended.
  package enum Outcome: Equatable, Sendable {
    case answered(ControlAnswer)
    /// The relay ended after it said that it would.
    case stopped
    case failed(ControlError)
  }

  /// Milliseconds that a relay may take.
  package struct Deadlines: Sendable {
    /// Until its first answer. A relay that is still resolving values answers when it runs.
    package var first: Int64
    /// From one answer to the next.
    package var next: Int64

    package init(first: Int64, next: Int64) {
      self.first = first
      self.next = next
    }
  }

  /// Name of the socket.
  package let socketName: String
  /// The relay's process as the kernel knows it here; 0 in a container that we do not see into, or
  /// before a connection is made.
  package private(set) var processID: Int32 = 0
  package private(set) var answers: [ControlAnswer] = []
  /// `nil` while it goes on.
  package private(set) var outcome: Outcome?

  private let folderPath: String
  private let message: ControlMessage
  private var socket: Descriptor?
  private var rawDescriptor: Int32 = -1
  private var sentCount = 0
  private var received: [UInt8] = []
  private var deadline: Int64 = 0
  /// `nil` for those of the whole round.
  private var deadlines: Deadlines?

  /// - Parameters:
  ///   - folderPath: ``Files/Locations/runtime``.
  ///   - deadlines: its own; `nil` for those of the whole round.
  package init(
    socketName: String, folderPath: String, message: ControlMessage, deadlines: Deadlines? = nil
  ) {
    self.socketName = socketName
    self.deadlines = deadlines
    self.folderPath = folderPath
    self.message = message
  }

  /// Carries all conversations to their ends, side by side: a relay that hangs costs the others
  /// nothing.
  ///
  /// - Parameters:
  ///   - onAnswer: told each answer and, with `nil`, each end.
  ///   - next: a conversation that follows on one that has ended; it does not wait for the others.
  ///   - meanwhile: other work of the same loop, called in each round; gives milliseconds after
  ///     which it is to be called again, or `nil` when it is done.
  package static func converse(
    _ clients: [ControlClient], deadlines: Deadlines,
    onAnswer: (ControlClient, ControlAnswer?) -> Void = { _, _ in },
    next: (ControlClient) -> ControlClient? = { _ in nil }, meanwhile: () -> Int64? = { nil }
  ) {
    var running: [(client: ControlClient, told: Int)] = []
    for client in clients {
      client.start(deadlines)
      running.append((client, 0))
    }
    while true {
      var index = 0
      while index < running.count {
        let client = running[index].client
        while running[index].told < client.answers.count {
          running[index].told += 1
          onAnswer(client, client.answers[running[index].told - 1])
        }
        index += 1
        guard client.outcome != nil else { continue }
        onAnswer(client, nil)
        if let follower = next(client) {
          follower.start(deadlines)
          running.append((follower, 0))
        }
      }
      let pause = meanwhile()
      running.removeAll { $0.client.outcome != nil }
      if running.isEmpty, pause == nil { return }
      wait(running.map(\.client), atMost: pause)
    }
  }

  private static func wait(_ clients: [ControlClient], atMost limit: Int64?) {
    let now = ControlClock.now()
    var slots = clients.map {
      pollfd(
        fd: $0.rawDescriptor, events: Int16($0.isSent ? POLLIN : POLLIN | POLLOUT), revents: 0)
    }
    var pause = clients.map { $0.deadline - now }.min() ?? limit ?? 0
    if let limit { pause = min(pause, limit) }
    // One that does not accept has to be tried again: there is nothing to poll for.
    if clients.contains(where: { $0.rawDescriptor < 0 }) { pause = min(pause, 10) }
    poll(&slots, nfds_t(slots.count), Int32(clamping: max(pause, 0)))
    for (client, slot) in zip(clients, slots) {
      client.advance(isReady: slot.revents != 0)
    }
  }

  private var isSent: Bool { sentCount == message.bytes.count }

  private func start(_ common: Deadlines) {
    let deadlines = self.deadlines ?? common
    self.deadlines = deadlines
    deadline = ControlClock.now() + deadlines.first
    attempt(connect)
  }

  private func advance(isReady: Bool) {
    guard let deadlines else { return }
    if rawDescriptor < 0 {
      attempt(connect)
    } else if isReady {
      attempt { () throws(ControlError) in
        try send()
        try receive(deadlines)
      }
    }
    guard outcome == nil, ControlClock.now() >= deadline else { return }
    end(.failed(.silent(milliseconds: answers.isEmpty ? deadlines.first : deadlines.next)))
  }

  private func attempt(_ body: () throws(ControlError) -> Void) {
    do throws(ControlError) { try body() } catch { end(.failed(error)) }
  }

  private func end(_ outcome: Outcome) {
    self.outcome = outcome
    socket = nil
    rawDescriptor = -1
  }

  private func connect() throws(ControlError) {
    let folder = try ControlFolder.open(folderPath, create: false)
    let descriptor = try UnixSocket.make()
    switch try UnixSocket.connect(descriptor, to: socketName, in: folder) {
    case 0: break
    case EAGAIN: return
    case ENOENT, ECONNREFUSED: throw .gone
    case let code: throw .system(operation: "connect to \(socketName)", code: code)
    }
    processID = try Peer.check(descriptor.rawValue).processID
    rawDescriptor = descriptor.rawValue
    socket = consume descriptor
    try send()
  }

  private func send() throws(ControlError) {
    while !isSent {
      let (raw, start) = (rawDescriptor, sentCount)
      let count = message.bytes.withUnsafeBytes {
        UnixSocket.send(raw, UnsafeRawBufferPointer(rebasing: $0[start...]))
      }
      if count > 0 {
        sentCount += count
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        return
      } else if errno == EPIPE || errno == ECONNRESET {
        // It may have said why.
        sentCount = message.bytes.count
      } else if errno != EINTR {
        throw .system(operation: "write to \(socketName)", code: errno)
      }
    }
  }

  private func receive(_ deadlines: Deadlines) throws(ControlError) {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while outcome == nil {
      let raw = rawDescriptor
      let count = buffer.withUnsafeMutableBytes { recv(raw, $0.baseAddress, $0.count, 0) }
      if count > 0 {
        received += buffer[..<count]
        while outcome == nil, let answer = try nextAnswer() { take(answer, deadlines) }
      } else if count == 0 || errno == ECONNRESET {
        return end(answers.last == .stopping ? .stopped : .failed(.closed))
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        return
      } else if errno != EINTR {
        throw .system(operation: "read from \(socketName)", code: errno)
      }
    }
  }

  private func nextAnswer() throws(ControlError) -> ControlAnswer? {
    guard received.count >= ControlFormat.headLength else { return nil }
    let result = received.withUnsafeBytes { bytes in
      Result { () throws(ControlError) -> (ControlAnswer, Int)? in
        let start = UnsafeRawBufferPointer(rebasing: bytes[..<ControlFormat.headLength])
        let head = try FrameHead(start, limit: ControlFormat.maximumAnswerLength)
        let end = ControlFormat.headLength + head.length
        guard bytes.count >= end else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: bytes[ControlFormat.headLength..<end])
        return (try ControlAnswer(kind: head.kind, body: body), end)
      }
    }
    guard let (answer, length) = try result.get() else { return nil }
    received.removeFirst(length)
    return answer
  }

  private func take(_ answer: ControlAnswer, _ deadlines: Deadlines) {
    answers.append(answer)
    deadline = ControlClock.now() + deadlines.next
    if answer.isLast { end(.answered(answer)) }
  }
}
