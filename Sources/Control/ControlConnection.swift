internal import Files
internal import Platform
internal import Secrets

/// One command that is connected to a relay, as the relay's loop sees it. Nothing waits.
///
/// A client that sends rubbish or too much, or that stalls, is dropped. Of its requests one is read
/// at a time: the next one stays with the kernel until the one before is taken.
package struct ControlConnection: ~Copyable {
  /// Milliseconds after which a client that stops in the middle of a message, or does not take its
  /// answers, is dropped: 5 s, since a client of ours needs microseconds.
  static let stallLimit: Int64 = 5_000
  /// Milliseconds after which a client is dropped that has nothing open: 2 s, less than the 3 s that
  /// a command waits for a status, which may need the place.
  static let idleLimit: Int64 = 2_000
  /// Bytes of a request that memory is taken for before they come; what more it announces it has to
  /// send first. Locked memory is scarce, and the head alone costs a client nothing.
  private static let firstCapacity = 16_384
  /// Bytes of answers that wait for a client: two of the largest.
  static let maximumUnsent = 2 * ControlFormat.maximumAnswerLength

  private let socket: Descriptor
  private var head: [UInt8] = []
  /// Of the message that is being read; `nil` before its head is complete.
  private var frame: FrameHead?
  /// Grows with what comes, up to the frame's length.
  private var body: SecretBytes?
  private var bodyCapacity = 0
  private var bodyCount = 0
  private var request: ControlRequest?
  private var requestIdentifier: UInt32 = 0
  private var unsent: ArraySlice<UInt8> = []
  /// Requests that were taken and have no last answer yet.
  private var openCount = 0
  private var lastProgress: Int64
  private var hasEnded = false
  /// Broken, or at its end: the client is to be let go.
  private(set) var isOver = false
  /// Nothing more is read, and the client is let go when it has its last answer.
  private var isRefused = false

  init(_ socket: consuming Descriptor, now: Int64) {
    self.socket = socket
    lastProgress = now
    head.reserveCapacity(ControlFormat.headLength)
  }

  /// For `poll`.
  package var descriptor: Int32 { socket.rawValue }

  /// Nothing more is asked of a client that has not taken what it got.
  package var wantsRead: Bool {
    !hasEnded && !isRefused && !hasRequest && !isOver && unsent.isEmpty
  }

  package var wantsWrite: Bool { !unsent.isEmpty && !isOver }

  /// Whether a request is complete and was not taken.
  package var hasRequest: Bool {
    switch request {
    case .none: false
    case .some: true
    }
  }

  /// When ``expire(now:)`` is to be called although nothing happens; `nil` for never.
  package var deadline: Int64? {
    if isOver { return nil }
    if !unsent.isEmpty || !head.isEmpty { return lastProgress + Self.stallLimit }
    return openCount > 0 || hasRequest ? nil : lastProgress + Self.idleLimit
  }

  /// Drops a client whose time is up.
  package mutating func expire(now: Int64) {
    if let deadline, now >= deadline { isOver = true }
  }

  /// Reads what is there, up to the end of a request.
  package mutating func receive(now: Int64) {
    do throws(ControlError) {
      while wantsRead, try readPart(now: now) {}
    } catch {
      refuse(error)
    }
    letGoIfDone()
  }

  /// The request that is complete, with the client's number for it.
  package mutating func takeRequest() -> ControlCall? {
    guard let taken = request.take() else { return nil }
    openCount += 1
    return ControlCall(
      identity: CallIdentity(connection: 0, request: requestIdentifier), request: taken)
  }

  /// Queues an answer to a request that was taken; after the last one the request is closed.
  ///
  /// - Parameter request: the client's number.
  package mutating func answer(_ answer: ControlAnswer, to request: UInt32, now: Int64) {
    guard !isOver else { return }
    if answer.isLast { openCount -= 1 }
    if unsent.isEmpty { lastProgress = now }
    unsent += answer.frame(identifier: request)
    // A client that does not read must not cost us memory.
    if unsent.count > Self.maximumUnsent { isOver = true }
    send(now: now)
  }

  /// Writes what the client takes.
  package mutating func send(now: Int64) {
    while !unsent.isEmpty, !isOver {
      let raw = socket.rawValue
      let count = unsent.withUnsafeBytes { UnixSocket.send(raw, $0) }
      if count > 0 {
        unsent = unsent.dropFirst(count)
        lastProgress = now
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        break
      } else if errno != EINTR {
        isOver = true
      }
    }
    if unsent.isEmpty { unsent = [] }
    letGoIfDone()
  }

  /// - Returns: `false` when nothing is there.
  private mutating func readPart(now: Int64) throws(ControlError) -> Bool {
    guard let frame else { return try readHead(now: now) }
    if bodyCount == bodyCapacity { try growBody(upTo: frame.length) }
    let count = try read(atMost: bodyCapacity - bodyCount, now: now)
    guard count > 0 || bodyCount == frame.length else { return false }
    bodyCount += count
    if bodyCount == frame.length { try finishFrame(frame) }
    return true
  }

  private mutating func readHead(now: Int64) throws(ControlError) -> Bool {
    var bytes = [UInt8](repeating: 0, count: ControlFormat.headLength - head.count)
    let raw = socket.rawValue
    let count = bytes.withUnsafeMutableBytes { recv(raw, $0.baseAddress, $0.count, 0) }
    guard try note(count, now: now) else { return false }
    head += bytes.prefix(count)
    guard head.count == ControlFormat.headLength else { return true }
    let frame = try parseHead()
    self.frame = frame
    bodyCapacity = min(frame.length, Self.firstCapacity)
    body = try secretMemory(count: bodyCapacity)
    bodyCount = 0
    if frame.length == 0 { try finishFrame(frame) }
    return true
  }

  /// Fourfold, so that the copies cost a third of the whole; what is left behind is wiped.
  private mutating func growBody(upTo length: Int) throws(ControlError) {
    guard let old = body.take(), bodyCapacity < length else { return }
    bodyCapacity = min(length, 4 * bodyCapacity)
    var memory = try secretMemory(count: bodyCapacity)
    memory.withUnsafeMutableBytes { memory in
      old.withUnsafeBytes { memory.copyMemory(from: $0) }
    }
    body = consume memory
  }

  private borrowing func parseHead() throws(ControlError) -> FrameHead {
    let result = head.withUnsafeBytes { bytes in
      Result { () throws(ControlError) in
        try FrameHead(bytes, limit: ControlFormat.maximumRequestLength)
      }
    }
    return try result.get()
  }

  /// Reads straight into the memory that the values stay in.
  private mutating func read(atMost limit: Int, now: Int64) throws(ControlError) -> Int {
    guard var memory = body.take() else { return 0 }
    let (raw, offset) = (socket.rawValue, bodyCount)
    let count = memory.withUnsafeMutableBytes { memory in
      recv(raw, memory.baseAddress?.advanced(by: offset), limit, 0)
    }
    body = consume memory
    return try note(count, now: now) ? count : 0
  }

  /// - Returns: `false` when nothing could be read now.
  private mutating func note(_ count: Int, now: Int64) throws(ControlError) -> Bool {
    if count > 0 {
      lastProgress = now
      return true
    }
    if count == 0 {
      hasEnded = true
      if !head.isEmpty { throw .malformed("it is cut off") }
      return false
    }
    switch errno {
    case EAGAIN, EWOULDBLOCK: return false
    // Tried again by the next poll, which finds it readable still.
    case EINTR: return false
    default: throw .closed
    }
  }

  private mutating func finishFrame(_ frame: FrameHead) throws(ControlError) {
    self.frame = nil
    guard let memory = body.take() else { return }
    requestIdentifier = frame.identifier
    request = try ControlRequest(kind: frame.kind, body: memory)
    head.removeAll(keepingCapacity: true)
  }

  /// Says why, once, to a client that may be a newer version of ours.
  private mutating func refuse(_ error: ControlError) {
    isRefused = true
    var identifier: UInt32 = 0
    if let frame { identifier = frame.identifier } else { identifier = requestIdentifier }
    head = []
    frame = nil
    body = nil
    switch error {
    case .otherVersion, .malformed, .memory:
      let failure: ControlAnswer.Failure
      if case .memory = error {
        failure = .init(error)
      } else {
        failure = .init(
          message: "the relay does not understand the request: \(error.message)",
          hint: "restart the server in its host, so that both are of one version",
          exitCode: .software)
      }
      unsent += ControlAnswer.failed(failure).frame(identifier: identifier)
      send(now: lastProgress)
    default: isOver = true
    }
  }

  private mutating func letGoIfDone() {
    // A client that only reads yet still waits for the answers to what it asked.
    if hasEnded || isRefused, unsent.isEmpty, openCount == 0 || isRefused, !hasRequest {
      isOver = true
    }
  }

  /// The client has closed both directions: nobody is there for an answer.
  mutating func noteHangUp() {
    if hasEnded || isRefused || !unsent.isEmpty { isOver = true }
  }
}
