internal import JSONText
internal import Secrets

/// What the broker itself says and asks, in ids of its own.
extension RelaySession {
  // MARK: Requests

  /// Repeats a request of the host.
  mutating func ask(
    _ request: KeptRequest, _ purpose: ServerRecord.Purpose, of generation: Int, _ act: Sink
  ) {
    guard let index = index(of: generation) else { return }
    let token = ownToken("r")
    servers[index].ownRequests.append((lastNumber, purpose))
    send(request.bytes(id: token), to: generation, act)
  }

  /// - Parameter cursor: of the page of a list, as it is written.
  mutating func ask(
    _ method: StaticString, _ purpose: ServerRecord.Purpose, of generation: Int,
    cursor: [UInt8]? = nil, _ act: Sink
  ) {
    guard let index = index(of: generation) else { return }
    let token = ownToken("r")
    servers[index].ownRequests.append((lastNumber, purpose))
    var line = Array(#"{"jsonrpc":"2.0","id":"#.utf8) + token + #","method":""#.utf8
    line += UnsafeBufferPointer(start: method.utf8Start, count: method.utf8CodeUnitCount)
    line += #"","params":{"#.utf8
    if host.era == .stateless { line += Array(#""_meta":"#.utf8) + host.meta }
    if let cursor {
      if host.era == .stateless { line.append(UInt8(ascii: ",")) }
      line += Array(#""cursor":"#.utf8) + cursor
    }
    send(line + "}}\n".utf8, to: generation, act)
  }

  mutating func takeOwnAnswer(
    _ number: UInt64, _ line: Bytes, _ message: Message, _ generation: Int, _ act: Sink
  ) {
    guard let index = index(of: generation),
      let place = servers[index].ownRequests.firstIndex(where: { $0.number == number })
    else { return }
    let purpose = servers[index].ownRequests.remove(at: place).purpose
    switch purpose {
    case .initialize: takeHandshake(line, message, generation, act)
    case .probe: takeProbe(line, message, generation, act)
    case .state:
      if message.hasError {
        remark("the new server refused the log level or a subscription of the host", act)
      }
    case .list(let kind):
      if let cursor = servers[index].survey?.take(kind, line) {
        return ask(kind.method, purpose, of: generation, cursor: cursor, act)
      }
      compare(generation, act)
      for former in servers where former.successor == generation {
        compare(former.generation, act)
        finish(former.generation, act)
      }
      settle(generation, act)
    }
  }

  private mutating func takeHandshake(
    _ line: Bytes, _ message: Message, _ generation: Int, _ act: Sink
  ) {
    guard swap?.generation == generation else { return }
    if message.hasError { return failSwap(.refusedHandshake(errorCode: errorCode(line)), act) }
    let version = MessageMembers.string(at: ["result", "protocolVersion"], in: line)
    guard version == host.protocolVersion else { return failSwap(.otherProtocolVersion, act) }
    if host.handshake == .complete { send(host.initialized, to: generation, act) }
    restoreState(of: generation, act)
    switchOver(act)
  }

  private mutating func takeProbe(
    _ line: Bytes, _ message: Message, _ generation: Int, _ act: Sink
  ) {
    guard swap?.generation == generation else { return }
    if message.hasError {
      let code = errorCode(line)
      // It does not know the method, as the old one did not: it is there, and that was the question.
      guard code == -32_601, !host.hasDiscovered else {
        return failSwap(.refusedHandshake(errorCode: code), act)
      }
    } else if !host.metaVersion.isEmpty, !supports(host.metaVersion, line) {
      return failSwap(.otherProtocolVersion, act)
    }
    switchOver(act)
  }

  private func supports(_ version: [UInt8], _ line: Bytes) -> Bool {
    guard let list = MessageMembers.value(at: ["result", "supportedVersions"], in: line) else {
      return false
    }
    let wanted = version.withUnsafeBufferPointer { RequestID(string: $0) }
    return !MessageMembers.allElements(of: line, in: list.range) {
      RequestID.reading($0)?.0 != wanted
    }
  }

  private func errorCode(_ line: Bytes) -> Int? {
    guard let code = MessageMembers.value(at: ["error", "code"], in: line), code.event == .number
    else { return nil }
    return Int(String(decoding: line[code.range], as: UTF8.self))
  }

  // MARK: The host's state

  /// Log level and subscriptions of the handshake era, as the host last set them.
  mutating func restoreState(of generation: Int, _ act: Sink) {
    guard host.era == .handshake else { return }
    if let level = host.logLevel { ask(level, .state, of: generation, act) }
    for subscription in host.subscriptions {
      ask(subscription.request, .state, of: generation, act)
    }
    if host.hasLostSubscription {
      remark("some resource subscriptions could not be kept for the new server", act)
    }
  }

  /// Opens the host's streams on a server, with their own ids, which name them for the host.
  mutating func moveStreams(to generation: Int, _ act: Sink) {
    for place in streams.indices {
      let stream = streams[place]
      guard let entry = open[stream.slot], entry.generation != generation else { continue }
      let source = index(of: entry.generation)
      let isAlive = source.map { servers[$0].canServe } ?? false
      guard let request = stream.request else { continue }
      open.move(stream.slot, to: generation)
      if stream.former == generation {
        // It is still open there.
        streams[place].former = nil
        streams[place].awaited = nil
        continue
      }
      streams[place].former = isAlive ? entry.generation : nil
      streams[place].awaited = generation
      send(request.original, to: generation, act)
    }
  }

  // MARK: Lists

  /// Asks a server for the lists whose changes the host wants to hear of.
  mutating func beginSurvey(_ generation: Int, kinds: [ListKind]? = nil, _ act: Sink) {
    let kinds = kinds ?? announcedLists
    guard let index = index(of: generation), !kinds.isEmpty, servers[index].canServe else { return }
    if let running = servers[index].survey, !running.isComplete { return }
    servers[index].survey = ListSurvey(asking: kinds)
    for kind in kinds { ask(kind.method, .list(kind), of: generation, act) }
  }

  private var announcedLists: [ListKind] {
    switch host.era {
    case .unknown: []
    case .handshake: host.handshake == .complete ? host.announcedLists : []
    case .stateless:
      ListKind.allCases.filter { kind in streams.contains { $0.lists.contains(kind) } }
    }
  }

  /// Tells the host which lists of the new server are not known to be the old one's.
  mutating func compare(_ generation: Int, _ act: Sink) {
    guard let index = index(of: generation), !servers[index].isCompared,
      let old = servers[index].survey, old.isComplete, let successor = servers[index].successor
    else { return }
    guard let place = self.index(of: successor) else {
      servers[index].isCompared = true
      return
    }
    guard let new = servers[place].survey, new.isComplete else { return }
    servers[index].isCompared = true
    let changed = new.differences(from: old)
    servers[index].hasAnnounced = !changed.isEmpty
    announce(changed, act)
  }

  mutating func announce(_ kinds: [ListKind], _ act: Sink) {
    guard !hasHostEnded else { return }
    var told: [ListKind] = []
    for kind in kinds where !told.contains(kind.announced) {
      told.append(kind.announced)
      if host.era == .handshake {
        tellHost(notification(kind, stream: nil), act)
        continue
      }
      for stream in streams where stream.isAcknowledged && stream.lists.contains(kind) {
        tellHost(notification(kind, stream: stream.slot), act)
      }
    }
  }

  private func notification(_ kind: ListKind, stream: Int?) -> [UInt8] {
    let method = kind.notification
    var line = Array(#"{"jsonrpc":"2.0","method":""#.utf8)
    line += UnsafeBufferPointer(start: method.utf8Start, count: method.utf8CodeUnitCount)
    line.append(UInt8(ascii: "\""))
    if let stream {
      line += #","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"#.utf8
      open.appendToken(of: stream, to: &line)
      line += "}}".utf8
    }
    return line + "}\n".utf8
  }
}
