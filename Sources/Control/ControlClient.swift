internal import Files
internal import Platform
internal import Secrets

/// One question to one relay and what came of it. Many are asked at once by
/// ``converse(_:deadlines:onAnswer:)``.
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

  /// - Parameter folderPath: ``Files/Locations/runtime``.
  package init(socketName: String, folderPath: String, message: ControlMessage) {
    self.socketName = socketName
    self.folderPath = folderPath
    self.message = message
  }

  /// Carries all conversations to their ends, side by side: a relay that hangs costs the others
  /// nothing.
  ///
  /// - Parameter onAnswer: told each answer and, with `nil`, each end.
  package static func converse(
    _ clients: [ControlClient], deadlines: Deadlines,
    onAnswer: (ControlClient, ControlAnswer?) -> Void = { _, _ in }
  ) {
    for client in clients { client.start(deadlines) }
    var known = clients.map { _ in (answers: 0, ended: false) }
    while true {
      for (index, client) in clients.enumerated() {
        while known[index].answers < client.answers.count {
          known[index].answers += 1
          onAnswer(client, client.answers[known[index].answers - 1])
        }
        if client.outcome != nil, !known[index].ended {
          known[index].ended = true
          onAnswer(client, nil)
        }
      }
      let running = clients.filter { $0.outcome == nil }
      if running.isEmpty { return }
      wait(running, deadlines)
    }
  }

  private static func wait(_ clients: [ControlClient], _ deadlines: Deadlines) {
    let now = ControlClock.now()
    var slots = clients.map {
      pollfd(
        fd: $0.rawDescriptor, events: Int16($0.isSent ? POLLIN : POLLIN | POLLOUT), revents: 0)
    }
    var pause = clients.map { $0.deadline - now }.min() ?? 0
    // One that does not accept has to be tried again: there is nothing to poll for.
    if clients.contains(where: { $0.rawDescriptor < 0 }) { pause = min(pause, 10) }
    poll(&slots, nfds_t(slots.count), Int32(clamping: max(pause, 0)))
    for (client, slot) in zip(clients, slots) {
      client.advance(isReady: slot.revents != 0, deadlines)
    }
  }

  private var isSent: Bool { sentCount == message.bytes.count }

  private func start(_ deadlines: Deadlines) {
    deadline = ControlClock.now() + deadlines.first
    attempt(connect)
  }

  private func advance(isReady: Bool, _ deadlines: Deadlines) {
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
