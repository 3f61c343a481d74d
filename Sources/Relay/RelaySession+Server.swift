internal import JSONText
internal import Secrets

/// Lines of servers.
extension RelaySession {
  package typealias Redactor = (UnsafeBufferPointer<UInt8>, LineDestination) -> RedactedLine

  /// A line of a server's standard output, with its line end; without one, the last.
  ///
  /// | what | becomes of it |
  /// |---|---|
  /// | response to an open request | goes to the host |
  /// | response to a cancelled request | goes to the host, which ignores it (S9) |
  /// | any other response | dropped, with a remark: a second answer, or one that came too late |
  /// | response without an id, or with `null` | goes to the host: an error about no request |
  /// | request | goes to the host, under another id where another generation has taken it; refused when the server is being ended |
  /// | notification | goes to the host |
  /// | batch | as it is, or element by element where one of them needs a way of its own |
  /// | no message, be it JSON or not | goes to standard error, marked (S2); the request that it seems to answer is answered with an error |
  /// | message that names `id`, `method`, `result` … twice | as no message: two readers would see two |
  ///
  /// A byte order mark before a line is left out. An id that a server chose for a request of its
  /// own, and that shows a secret, is replaced by one of ours.
  ///
  /// - Parameter redact: is asked for every line before it is passed on.
  package mutating func receive(
    _ line: UnsafeBufferPointer<UInt8>, fromServer generation: Int, redacting redact: Redactor,
    _ act: Sink
  ) {
    guard !isOver, let index = index(of: generation), !servers[index].hasEnded else { return }
    let line = Self.withoutByteOrderMark(line)
    routeFromServer(line, MessageScanner.scan(line), generation, redact, act)
  }

  private static func withoutByteOrderMark(_ line: Bytes) -> Bytes {
    line.count >= 3 && line[0] == 0xEF && line[1] == 0xBB && line[2] == 0xBF
      ? Bytes(rebasing: line[3...]) : line
  }

  private mutating func routeFromServer(
    _ line: Bytes, _ message: Message, _ generation: Int, _ redact: Redactor, _ act: Sink
  ) {
    if message.repeatsMember {
      mark(line, redact, act)
      return take(
        BrokenMessage(CutLine(whole: line)), generation,
        .unreadable(name, "names a member twice"), .refused("names a member twice"), act)
    }
    switch message.kind {
    case .notification: takeNotification(line, message, generation, redact, act)
    case .response: takeAnswer(line, message, generation, redact, act)
    case .request: takeQuestion(line, message, generation, redact, act)
    case .batch: takeBatch(line, generation, redact, act)
    case .other: mark(line, redact, act)
    case .notJSON, .invalidUTF8:
      mark(line, redact, act)
      let reason = message.kind == .notJSON ? "is not JSON" : "is not UTF-8"
      take(
        BrokenMessage(CutLine(whole: line)), generation, .unreadable(name, reason),
        .refused(reason), act)
    }
  }

  /// A line of a server that was over the framer's limit, and was dropped. The request that it
  /// answers is answered with an error: the one that it names, or else the only one that is open.
  package mutating func receiveTooLong(
    _ line: CutLine, fromServer generation: Int, _ act: Sink
  ) {
    guard !isOver, let index = index(of: generation), !servers[index].hasEnded else { return }
    remark("a line of the server was too long and not passed on", act)
    let message = BrokenMessage(line)
    if message.kind == .answer, message.id == nil {
      let slots = open.slots(of: generation).filter { open[$0]?.isCancelled == false }
      if slots.count == 1 { return failAnswer(slots[0], generation, .answerTooLong(name), act) }
    }
    take(
      message, generation, .answerTooLong(name),
      .refused("is longer than \(LineFramer.defaultMaximumLength >> 20) MiB"), act)
  }

  /// Whoever waits for a message that cannot be passed on is told so.
  ///
  /// - Parameters:
  ///   - error: for the host, in place of an answer.
  ///   - refusal: for the server, about a request of its own.
  private mutating func take(
    _ message: BrokenMessage, _ generation: Int, _ error: ErrorAnswer, _ refusal: ErrorAnswer,
    _ act: Sink
  ) {
    guard let token = message.id, let index = index(of: generation) else { return }
    if message.kind == .request {
      guard servers[index].isInputOpen else { return }
      var line: [UInt8] = []
      refusal.append(token: token, to: &line)
      return send(line, to: generation, act)
    }
    let id = token.withUnsafeBufferPointer { RequestID.reading($0)?.0 }
    guard message.kind == .answer, let id else { return }
    if let number = ownNumber(id) {
      var line: [UInt8] = []
      error.append(token: token, to: &line)
      return line.withUnsafeBufferPointer {
        takeOwnAnswer(number, $0, MessageScanner.scan($0), generation, act)
      }
    }
    if let slot = open.find(id, generation: generation) {
      failAnswer(slot, generation, error, act)
    }
  }

  private mutating func failAnswer(
    _ slot: Int, _ generation: Int, _ error: ErrorAnswer, _ act: Sink
  ) {
    guard let entry = open[slot] else { return }
    if entry.kind == .listen, isStreamKept(slot, generation) { return }
    fail(slot, with: error, act)
    if entry.kind == .initialize { advanceSwap(act) }
    settle(generation, act)
  }

  // MARK: To the host

  func forward(_ line: Bytes, _ redact: Redactor, _ act: Sink) {
    switch redact(line, .host) {
    case .unchanged: tellHost(wholeLine: line, act)
    case .lent(let other): tellHost(wholeLine: other, act)
    case .replaced(let other):
      tellHost(other.last == UInt8(ascii: "\n") ? other : other + "\n".utf8, act)
    }
  }

  private func tellHost(wholeLine line: Bytes, _ act: Sink) {
    if line.last == UInt8(ascii: "\n") {
      act(.toHost(line))
    } else {
      // Whatever follows must not run into it.
      tellHost(withLineEnd(line), act)
    }
  }

  private func forward(
    _ line: Bytes, edits: [(range: Range<Int>, bytes: [UInt8])], _ redact: Redactor, _ act: Sink
  ) {
    if edits.isEmpty { return forward(line, redact, act) }
    Self.edited(line, edits).withUnsafeBufferPointer { forward($0, redact, act) }
  }

  /// What is no message goes where its author will look for it.
  private func mark(_ line: Bytes, _ redact: Redactor, _ act: Sink) {
    var output = Array("mcp-valet: \(name) printed on its standard output: ".utf8)
    switch redact(line, .text) {
    case .unchanged: output += line
    case .lent(let other): output += other
    case .replaced(let other): output += other
    }
    if output.last != UInt8(ascii: "\n") { output.append(UInt8(ascii: "\n")) }
    output.withUnsafeBufferPointer { act(.toStandardError($0)) }
  }

  // MARK: Answers

  private mutating func takeAnswer(
    _ line: Bytes, _ message: Message, _ generation: Int, _ redact: Redactor, _ act: Sink
  ) {
    guard let range = message.id,
      let (id, _) = RequestID.reading(Bytes(rebasing: line[range]))
    else { return forward(line, redact, act) }
    if let number = ownNumber(id) {
      return takeOwnAnswer(number, line, message, generation, act)
    }
    guard let slot = open.find(id, generation: generation), let entry = open[slot] else {
      // The end of a stream that the next server goes on with is no news for the host.
      if !streams.contains(where: { open[$0.slot]?.id == id && $0.former == generation }) {
        remark("an answer to a request that is not open was dropped", act)
      }
      return
    }
    if entry.kind == .listen {
      guard !isStreamKept(slot, generation) else { return }
      streams.removeAll { $0.slot == slot }
    } else if !entry.isCancelled, let index = index(of: generation) {
      servers[index].openCount -= 1
    }
    open.remove(slot)
    hasAnswered = true
    forward(line, redact, act)
    switch entry.kind {
    case .initialize: host.noteInitializeAnswer(line, isError: message.hasError)
    case .discover: host.noteDiscoverAnswer(isError: message.hasError)
    case .plain, .listen: break
    }
    if entry.kind == .initialize { advanceSwap(act) }
    settle(generation, act)
  }

  /// Whether a stream ends only because its server is being replaced.
  private func isStreamKept(_ slot: Int, _ generation: Int) -> Bool {
    guard let index = index(of: generation), let stream = streams.first(where: { $0.slot == slot })
    else { return false }
    return servers[index].phase == .retiring && swap != nil && stream.request != nil
  }

  /// The number of a request of ours, for an id of ours.
  private func ownNumber(_ id: RequestID) -> UInt64? {
    guard id.isString else { return nil }
    return id.withBytes { bytes in
      // "r" and a number behind what all ids of ours begin with.
      guard bytes.count > namespace.count + 1, bytes.starts(with: namespace),
        bytes[namespace.count] == UInt8(ascii: "r")
      else { return nil }
      return UInt64(String(decoding: bytes[(namespace.count + 1)...], as: UTF8.self))
    }
  }

  // MARK: Requests of a server

  private mutating func takeQuestion(
    _ line: Bytes, _ message: Message, _ generation: Int, _ redact: Redactor, _ act: Sink
  ) {
    guard let index = index(of: generation), let range = message.id,
      let (id, _) = RequestID.reading(Bytes(rebasing: line[range]))
    else { return forward(line, redact, act) }
    guard servers[index].isInputOpen, servers[index].phase != .discarded else {
      return remark("a request of a server that is being ended was dropped", act)
    }
    guard asked.makeRoom() else {
      var refusal: [UInt8] = []
      ErrorAnswer.tooManyQuestions.append(token: line[range], to: &refusal)
      return send(refusal, to: generation, act)
    }
    var edits: [(range: Range<Int>, bytes: [UInt8])] = []
    // Ids pass redaction as they are, or answers would not find their way.
    let isTaken = asked.isTaken(id, besides: generation) || shows(line, range, redact)
    let shown = shownID(id, isTaken, range, "s", &edits)
    var progress: ServerRequests.Progress?
    if let value = MessageMembers.value(at: ["params", "_meta", "progressToken"], in: line),
      let (token, _) = RequestID.reading(Bytes(rebasing: line[value.range]))
    {
      let isTaken =
        asked.isTokenTaken(token, besides: generation) || shows(line, value.range, redact)
      progress = ServerRequests.Progress(
        shown: shownID(token, isTaken, value.range, "p", &edits), token: Array(line[value.range]),
        isRewritten: isTaken)
    }
    asked.insert(
      shown: shown, id: id, token: Array(line[range]), generation: generation, progress: progress)
    forward(line, edits: edits, redact, act)
  }

  /// Whether a part of a line shows a secret.
  private func shows(_ line: Bytes, _ range: Range<Int>, _ redact: Redactor) -> Bool {
    if case .unchanged = redact(Bytes(rebasing: line[range]), .text) { return false }
    return true
  }

  /// The id that the host is to see: the server's own, or one of ours in its place.
  private mutating func shownID(
    _ id: RequestID, _ isTaken: Bool, _ range: Range<Int>, _ kind: Unicode.Scalar,
    _ edits: inout [(range: Range<Int>, bytes: [UInt8])]
  ) -> RequestID {
    guard isTaken else { return id }
    let token = ownToken(kind)
    edits.append((range, token))
    return token.withUnsafeBufferPointer { RequestID.reading($0)?.0 } ?? id
  }

  // MARK: Notifications of a server

  private mutating func takeNotification(
    _ line: Bytes, _ message: Message, _ generation: Int, _ redact: Redactor, _ act: Sink
  ) {
    switch message.method.flatMap({ ProtocolMethod(Bytes(rebasing: line[$0])) }) {
    case .cancelled: takeCancellation(line, generation, redact, act)
    case .acknowledged: takeAcknowledgement(line, generation, redact, act)
    default: forward(line, redact, act)
    }
  }

  /// A server cancels what it asked for, or (2026-07-28) ends a stream of the host.
  private mutating func takeCancellation(
    _ line: Bytes, _ generation: Int, _ redact: Redactor, _ act: Sink
  ) {
    guard let value = MessageMembers.value(at: ["params", "requestId"], in: line),
      let (id, _) = RequestID.reading(Bytes(rebasing: line[value.range]))
    else { return forward(line, redact, act) }
    if let place = asked.find(id, of: generation) {
      let entry = asked[place]
      asked.close(place)
      guard entry.shown != entry.id else { return forward(line, redact, act) }
      var token: [UInt8] = []
      entry.shown.appendToken(to: &token)
      return forward(line, edits: [(value.range, token)], redact, act)
    }
    let stream = streams.firstIndex { open[$0.slot]?.id == id }
    guard let stream, let entry = open[streams[stream].slot] else {
      return forward(line, redact, act)
    }
    // It goes on from the next server; only of the one that has it the host is to hear.
    guard entry.generation == generation, !isStreamKept(streams[stream].slot, generation)
    else { return }
    open.cancel(streams[stream].slot)
    streams.remove(at: stream)
    forward(line, redact, act)
    settle(generation, act)
  }

  /// The beginning of a stream: the host is told once.
  private mutating func takeAcknowledgement(
    _ line: Bytes, _ generation: Int, _ redact: Redactor, _ act: Sink
  ) {
    let path: [StaticString] = ["params", "_meta", "io.modelcontextprotocol/subscriptionId"]
    guard let value = MessageMembers.value(at: path, in: line),
      let (id, _) = RequestID.reading(Bytes(rebasing: line[value.range])),
      let place = streams.firstIndex(where: { open[$0.slot]?.id == id })
    else {
      // Of a server that was replaced it is about a stream that has ended meanwhile.
      if generation == current { forward(line, redact, act) }
      return
    }
    let isNews = !streams[place].isAcknowledged
    streams[place].isAcknowledged = true
    if streams[place].awaited == generation { streams[place].awaited = nil }
    if isNews { forward(line, redact, act) }
    if let former = streams[place].former { settle(former, act) }
  }

  // MARK: Batches

  private mutating func takeBatch(
    _ line: Bytes, _ generation: Int, _ redact: Redactor, _ act: Sink
  ) {
    var ids: Set<RequestID> = []
    var count = 0
    let staysWhole = MessageMembers.allElements(of: line) {
      count += 1
      return staysInBatch($0, generation, &ids)
    }
    if count == 0 { return mark(line, redact, act) }
    _ = MessageMembers.allElements(of: line) { element in
      if staysWhole {
        noteAnswered(element, generation)
        return true
      }
      let message = MessageScanner.scan(element)
      if message.kind == .batch {
        mark(element, redact, act)
      } else {
        routeFromServer(element, message, generation, redact, act)
      }
      return true
    }
    guard staysWhole else { return }
    forward(line, redact, act)
    settle(generation, act)
  }

  /// Whether an element is a plain notification, or the only answer to a plain open request.
  private func staysInBatch(
    _ bytes: Bytes, _ generation: Int, _ ids: inout Set<RequestID>
  ) -> Bool {
    let message = MessageScanner.scan(bytes)
    if message.repeatsMember { return false }
    if message.kind == .notification {
      return message.method.flatMap { ProtocolMethod(Bytes(rebasing: bytes[$0])) } == nil
    }
    guard message.kind == .response, let range = message.id,
      let (id, _) = RequestID.reading(Bytes(rebasing: bytes[range])),
      let slot = open.find(id, generation: generation), let entry = open[slot]
    else { return false }
    return entry.kind == .plain && ids.insert(entry.id).inserted
  }

  private mutating func noteAnswered(_ bytes: Bytes, _ generation: Int) {
    let message = MessageScanner.scan(bytes)
    guard message.kind == .response, let range = message.id,
      let (id, _) = RequestID.reading(Bytes(rebasing: bytes[range])),
      let slot = open.find(id, generation: generation), let entry = open[slot]
    else { return }
    if !entry.isCancelled, let index = index(of: generation) { servers[index].openCount -= 1 }
    open.remove(slot)
    hasAnswered = true
  }
}
