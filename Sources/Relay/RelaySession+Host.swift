internal import JSONText
internal import Secrets

/// Lines of the host.
extension RelaySession {
  /// A line of the host, with its line end; without one, the last.
  ///
  /// | what | becomes of it |
  /// |---|---|
  /// | request | goes to the current server and waits for its answer; refused with an error when there is no server or too many are open |
  /// | request with the id `null` (S5) | passed on, nothing is waited for |
  /// | request with an id in use | passed on; each gets an answer |
  /// | response | goes to the generation that asked, with the id it chose; one that nobody asked for is dropped, with a remark |
  /// | `notifications/cancelled`, `notifications/progress` | to the generation that it concerns |
  /// | batch | as it is, or element by element where one of them needs a way of its own |
  /// | anything else, JSON or not | passed on as it is: it is the server's to refuse |
  ///
  /// While no server can take it, a line is held.
  package mutating func receiveFromHost(_ line: UnsafeBufferPointer<UInt8>, _ act: Sink) {
    guard !isOver, !hasHostEnded else { return }
    routeFromHost(line, MessageScanner.scan(line), act)
  }

  mutating func routeFromHost(_ line: Bytes, _ message: Message, _ act: Sink) {
    switch message.kind {
    case .request, .notification, .response, .batch: hasHostSpoken = true
    case .other, .notJSON, .invalidUTF8: break
    }
    switch message.kind {
    case .request: takeRequest(line, message, act)
    case .notification: takeNotification(line, message, act)
    case .response: takeResponse(line, message, act)
    case .batch: takeBatch(line, act)
    case .other, .notJSON, .invalidUTF8: pass(line, act)
    }
  }

  /// A line of the host that was over the framer's limit, and was dropped. Its request is answered
  /// with an error, with the id `null` where its own was not found.
  package mutating func receiveTooLongFromHost(_ line: CutLine, _ act: Sink) {
    guard !isOver, !hasHostEnded else { return }
    remark("a line of the host was too long and not passed on", act)
    let message = BrokenMessage(line)
    // JSON-RPC 2.0 section 5: null where the id could not be read.
    let id = message.kind == .request ? message.id : nil
    answer(token: id ?? Array("null".utf8), with: .requestTooLong(name), act)
  }

  func answer(token: some Collection<UInt8>, with error: ErrorAnswer, _ act: Sink) {
    var output: [UInt8] = []
    error.append(token: token, to: &output)
    tellHost(output, act)
  }

  /// Something that nothing is remembered of.
  mutating func pass(_ line: Bytes, _ act: Sink) {
    if isHolding {
      held.append(line)
    } else if let index = receiver {
      act(.toServer(line, generation: servers[index].generation))
    } else {
      remark("a line of the host was dropped: no server is running", act)
    }
  }

  // MARK: Requests

  private mutating func takeRequest(_ line: Bytes, _ message: Message, _ act: Sink) {
    if isHolding {
      held.append(line)
      return
    }
    guard let range = message.id,
      let (id, isVerbatim) = RequestID.reading(Bytes(rebasing: line[range]))
    else { return pass(line, act) }
    if let toolRefusal, Self.isToolCall(message, line) {
      return answer(token: line[range], with: .loginEnded(name, toolRefusal), act)
    }
    guard let index = receiver else {
      return answer(token: line[range], with: .unavailable(name), act)
    }
    guard !open.isFull else { return answer(token: line[range], with: .tooMany(name), act) }
    let method = message.method.flatMap { ProtocolMethod(Bytes(rebasing: line[$0])) }
    if method != nil || host.era == .unknown { host.note(method, message, line) }
    let kind = Self.kind(method)
    let slot = open.insert(
      id, token: isVerbatim ? nil : Array(line[range]), kind: kind,
      generation: servers[index].generation)
    if kind == .listen {
      keepStream(slot, line, message)
    } else {
      servers[index].openCount += 1
    }
    act(.toServer(line, generation: servers[index].generation))
  }

  /// In both eras: those calls are what a server needs its token for.
  private static func isToolCall(_ message: Message, _ line: Bytes) -> Bool {
    message.method.map { ProtocolMethod.isToolCall(Bytes(rebasing: line[$0])) } ?? false
  }

  private static func kind(_ method: ProtocolMethod?) -> OpenRequests.Kind {
    switch method {
    case .initialize: .initialize
    case .discover: .discover
    case .listen: .listen
    default: .plain
    }
  }

  private mutating func keepStream(_ slot: Int, _ line: Bytes, _ message: Message) {
    let lists = ListKind.allCases.filter {
      MessageMembers.isTrue(at: ["params", "notifications", $0.filter], in: line)
    }
    // 64 streams of 64 KiB each at most: what is beyond is closed by a swap, with an error.
    let isKept = streams.count < 64
    let request = isKept ? KeptRequest(line, message, limit: 64 << 10) : nil
    streams.append(ListenStream(slot: slot, request: request, lists: lists))
  }

  // MARK: Notifications

  private mutating func takeNotification(_ line: Bytes, _ message: Message, _ act: Sink) {
    switch message.method.flatMap({ ProtocolMethod(Bytes(rebasing: line[$0])) }) {
    case .cancelled: takeCancellation(line, act)
    case .progress: takeProgress(line, act)
    case .initialized:
      if !isHolding { host.noteInitialized(line) }
      pass(line, act)
    default: pass(line, act)
    }
  }

  /// It follows its request: to the server that has it, ahead of all that is held, or behind a
  /// request that is itself held.
  private mutating func takeCancellation(_ line: Bytes, _ act: Sink) {
    guard let value = MessageMembers.value(at: ["params", "requestId"], in: line),
      let (id, _) = RequestID.reading(Bytes(rebasing: line[value.range])),
      let slot = open.find(id), let entry = open[slot]
    else { return pass(line, act) }
    if !entry.isCancelled, entry.kind != .listen, let index = index(of: entry.generation) {
      servers[index].openCount -= 1
    }
    open.cancel(slot)
    var generations = [entry.generation]
    if entry.kind == .listen, let place = streams.firstIndex(where: { $0.slot == slot }) {
      // Its stream is open on the former server too, until that one ends.
      if let former = streams[place].former { generations.append(former) }
      streams.remove(at: place)
    }
    for generation in generations {
      guard let index = index(of: generation), servers[index].isInputOpen else { continue }
      act(.toServer(line, generation: generation))
    }
    for generation in generations { settle(generation, act) }
  }

  /// Progress of something that a server asked for.
  private mutating func takeProgress(_ line: Bytes, _ act: Sink) {
    guard !asked.isEmpty,
      let value = MessageMembers.value(at: ["params", "progressToken"], in: line),
      let (token, _) = RequestID.reading(Bytes(rebasing: line[value.range])),
      let place = asked.find(progress: token)
    else { return pass(line, act) }
    let entry = asked[place]
    guard !entry.isClosed, let index = index(of: entry.generation), servers[index].isInputOpen
    else { return remark("progress for a server that is gone was dropped", act) }
    guard let progress = entry.progress, progress.isRewritten else {
      act(.toServer(line, generation: entry.generation))
      return
    }
    send(Self.edited(line, [(value.range, progress.token)]), to: entry.generation, act)
  }

  // MARK: Responses

  private mutating func takeResponse(_ line: Bytes, _ message: Message, _ act: Sink) {
    guard let range = message.id,
      let (id, _) = RequestID.reading(Bytes(rebasing: line[range]))
    else { return pass(line, act) }
    guard let place = asked.find(shown: id) else {
      // Whose it is cannot be known, and another server must not take it for its own (S9).
      return remark("an answer of the host to a request that is not open was dropped", act)
    }
    let entry = asked[place]
    asked.remove(place)
    guard let index = index(of: entry.generation), servers[index].isInputOpen else {
      return remark("an answer of the host to a server that is gone was dropped", act)
    }
    guard entry.shown != entry.id else {
      act(.toServer(line, generation: entry.generation))
      return
    }
    send(Self.edited(line, [(range, entry.token)]), to: entry.generation, act)
  }

  // MARK: Batches

  /// Batches exist in revision 2025-03-26 only. One of plain requests and notifications stays one;
  /// else every element goes its own way, as a line of its own, which every server must take.
  private mutating func takeBatch(_ line: Bytes, _ act: Sink) {
    guard !isHolding else {
      held.append(line)
      return
    }
    var count = 0
    let staysWhole = MessageMembers.allElements(of: line) {
      count += 1
      return staysInBatch($0)
    }
    if count == 0 { return pass(line, act) }
    if staysWhole, receiver != nil, open.count + count < OpenRequests.maximumCount {
      _ = MessageMembers.allElements(of: line) {
        noteRequest($0)
        return true
      }
      return pass(line, act)
    }
    _ = MessageMembers.allElements(of: line) { element in
      withLineEnd(element).withUnsafeBufferPointer {
        let message = MessageScanner.scan($0)
        // A batch in a batch is nothing that any revision knows.
        if message.kind == .batch { pass($0, act) } else { routeFromHost($0, message, act) }
      }
      return true
    }
  }

  private func staysInBatch(_ element: Bytes) -> Bool {
    let message = MessageScanner.scan(element)
    let method = message.method.flatMap { ProtocolMethod(Bytes(rebasing: element[$0])) }
    if toolRefusal != nil, Self.isToolCall(message, element) { return false }
    return (message.kind == .request || message.kind == .notification) && method == nil
  }

  private mutating func noteRequest(_ bytes: Bytes) {
    let message = MessageScanner.scan(bytes)
    guard message.kind == .request, let range = message.id, let index = receiver,
      let (id, isVerbatim) = RequestID.reading(Bytes(rebasing: bytes[range]))
    else { return }
    _ = open.insert(
      id, token: isVerbatim ? nil : Array(bytes[range]), kind: .plain,
      generation: servers[index].generation)
    servers[index].openCount += 1
  }
}
