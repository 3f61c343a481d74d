internal import JSONText
internal import Secrets

/// Replacing the server.
extension RelaySession {
  /// Replace the server with one that is started anew. What comes of it is reported under
  /// `identifier`: ``SwapEvent/switched`` and then ``SwapEvent/finished(abandoned:announced:)``,
  /// or ``SwapEvent/failed(_:)`` at any time.
  ///
  /// One that comes while another is under way waits for it; several that wait become one.
  package mutating func requestSwap(_ identifier: Int, mode: SwapMode, _ act: Sink) {
    if let failure = obstacle(mode) {
      return act(.report(swap: identifier, .failed(failure)))
    }
    if swap?.step == .clearing {
      // The new server is not started yet and will get the newest values anyway.
      swap?.identifiers.append(identifier)
      return
    }
    waiting.append((identifier, mode))
    startWaiting(act)
  }

  private func obstacle(_ mode: SwapMode) -> SwapFailure? {
    if mode == .never { return .refused }
    if isOver || hasHostEnded || isStopping || exitCode != nil { return .ending }
    if waiting.count >= settings.maximumWaiting
      || (swap?.identifiers.count ?? 0) >= settings.maximumWaiting
    {
      return .tooMany
    }
    // Better known before the old server is stopped than after.
    if host.handshake != .none, host.initialize == nil { return .handshakeTooLarge }
    return nil
  }

  /// Whether the end of a server would be the failure of a swap: what it says last is of use then.
  package func isOnTrial(_ generation: Int) -> Bool {
    swap?.generation == generation
      || servers.contains { $0.successor == generation && !$0.swaps.isEmpty }
  }

  mutating func startWaiting(_ act: Sink) {
    guard swap == nil, let mode = waiting.last?.mode, exitCode == nil,
      servers.count(where: { !$0.hasEnded }) < settings.maximumServers
    else { return }
    let identifiers = waiting.map(\.identifier)
    waiting = []
    swap = Swap(identifiers: identifiers, mode: mode, step: .starting, former: current)
    if mode == .stopFirst, servers.contains(where: { !$0.hasEnded }) {
      clear(act)
    } else {
      startNew(act)
    }
  }

  /// Lets the running servers finish and end, and holds what is new.
  private mutating func clear(_ act: Sink) {
    swap?.step = .clearing
    isHolding = true
    current = nil
    guard let former = swap?.former, let index = index(of: former) else { return }
    servers[index].phase = .draining
    servers[index].drainDeadline = now + settings.drainLimit
    servers[index].settleDeadline = now + settings.settleLimit
    beginSurvey(former, act)
    settle(former, act)
  }

  mutating func startNew(_ act: Sink) {
    lastGeneration += 1
    swap?.step = .starting
    swap?.generation = lastGeneration
    if current == nil { isHolding = true }
    var server = ServerRecord(generation: lastGeneration, phase: .starting, isStarted: false)
    server.startDeadline = now + settings.startLimit
    servers.append(server)
    act(.start(generation: lastGeneration))
    // The old server can be asked while the new one starts.
    if let current { beginSurvey(current, act) }
  }

  /// The new server runs: makes it ready in the way the host speaks.
  mutating func advanceSwap(_ act: Sink) {
    guard swap?.step == .starting, let generation = swap?.generation,
      let index = index(of: generation), servers[index].isStarted
    else { return }
    switch (host.era, host.handshake) {
    case (.stateless, _):
      swap?.step = .probing
      ask("server/discover", .probe, of: generation, act)
    case (.handshake, .pending): break
    case (.handshake, .answered), (.handshake, .complete):
      guard let initialize = host.initialize else { return failSwap(.handshakeTooLarge, act) }
      swap?.step = .probing
      ask(initialize, .initialize, of: generation, act)
    case (.handshake, .none), (.unknown, _): switchOver(act)
    }
  }

  /// From now on the new server gets what is new.
  mutating func switchOver(_ act: Sink) {
    guard let done = swap, let generation = done.generation, let index = index(of: generation)
    else { return }
    servers[index].phase = .serving
    servers[index].startDeadline = nil
    swap = nil
    hasLostServer = false
    current = generation
    for identifier in done.identifiers { act(.report(swap: identifier, .switched)) }
    moveStreams(to: generation, act)
    releaseHeld(act)
    guard let former = done.former else {
      for identifier in done.identifiers {
        act(.report(swap: identifier, .finished(abandoned: 0, announced: false)))
      }
      return startWaiting(act)
    }
    drain(former, for: generation, done.identifiers, act)
    startWaiting(act)
  }

  private mutating func drain(
    _ former: Int, for successor: Int, _ identifiers: [Int], _ act: Sink
  ) {
    guard let index = index(of: former) else { return }
    servers[index].swaps = identifiers
    servers[index].successor = successor
    servers[index].settleDeadline = now + settings.settleLimit
    if servers[index].phase == .serving {
      servers[index].phase = .draining
      servers[index].drainDeadline = now + settings.drainLimit
    }
    if let survey = servers[index].survey {
      servers[index].isCompared = false
      beginSurvey(successor, kinds: survey.kinds, act)
    }
    compare(former, act)
    settle(former, act)
    finish(former, act)
  }

  /// Passes on what was held; where no server can take it, requests are answered with an error.
  mutating func releaseHeld(_ act: Sink) {
    isHolding = false
    let lines = exchange(&held, with: HeldLines())
    lines.lendEach { routeFromHost($0, MessageScanner.scan($0), act) }
  }

  /// Ends a server that was replaced as soon as it has nothing left to do.
  mutating func settle(_ generation: Int, _ act: Sink) {
    if hasHostEnded { boundEnd(of: generation) }
    guard let index = index(of: generation), servers[index].phase == .draining,
      servers[index].openCount == 0, servers[index].survey?.isComplete ?? true,
      !streams.contains(where: { $0.former == generation && $0.awaited != nil })
    else { return }
    retire(generation, act)
  }

  mutating func retire(_ generation: Int, _ act: Sink) {
    guard let index = index(of: generation) else { return }
    servers[index].phase = .retiring
    servers[index].drainDeadline = nil
    servers[index].terminateDeadline = now + settings.retireGrace
    closeInput(generation, act)
    // Streams that could not be kept.
    failOpen(of: generation, keepingStreams: true, with: replacedError, act)
    cancelQuestions(of: generation, act)
  }

  var replacedError: ErrorAnswer {
    .replaced(name, milliseconds: settings.drainLimit)
  }

  mutating func closeInput(_ generation: Int, _ act: Sink) {
    guard let index = index(of: generation), servers[index].isInputOpen else { return }
    servers[index].isInputOpen = false
    act(.closeInput(generation: generation))
  }

  // MARK: Failure

  /// The new server is not taken; the old one, where it is still there, goes on.
  mutating func failSwap(_ failure: SwapFailure, _ act: Sink) {
    guard let failed = swap else { return }
    swap = nil
    for identifier in failed.identifiers { act(.report(swap: identifier, .failed(failure))) }
    if let generation = failed.generation { discard(generation, act) }
    if current == nil, let former = failed.former, let index = index(of: former),
      servers[index].phase == .draining
    {
      // It was to end first, and has not.
      serveAgain(former)
    }
    if current == nil { becomeVacant(failure, act) } else if isHolding { releaseHeld(act) }
    if let former = failed.former { finish(former, act) }
    startWaiting(act)
  }

  mutating func serveAgain(_ generation: Int) {
    guard let index = index(of: generation) else { return }
    servers[index].phase = .serving
    servers[index].drainDeadline = nil
    servers[index].settleDeadline = nil
    servers[index].swaps = []
    servers[index].successor = nil
    servers[index].isCompared = true
    current = generation
  }

  /// No server is left. One that was stopped for the swap may be started by the next one; when it
  /// died by itself, the session ends as it would have without the swap.
  private mutating func becomeVacant(_ failure: SwapFailure, _ act: Sink) {
    for stream in streams { fail(stream.slot, with: .unavailable(name), act) }
    releaseHeld(act)
    if hasLostServer { endSession(lastCode ?? 0, act) }
    switch failure {
    case .notStarted(let code, _), .ended(let code, _): lastCode = code
    default: break
    }
  }

  /// Ends a server that the host never knew.
  private mutating func discard(_ generation: Int, _ act: Sink) {
    guard let index = index(of: generation), !servers[index].hasEnded else { return }
    servers[index].phase = .discarded
    servers[index].startDeadline = nil
    servers[index].ownRequests = []
    cancelQuestions(of: generation, act)
    // One that is not started yet is ended as soon as it is.
    if servers[index].isStarted { terminate(generation, act) }
  }

  mutating func terminate(_ generation: Int, _ act: Sink) {
    closeInput(generation, act)
    guard let index = index(of: generation), servers[index].exitCode == nil,
      servers[index].isStarted, servers[index].killDeadline == nil
    else { return }
    servers[index].terminateDeadline = nil
    servers[index].isTerminated = true
    servers[index].killDeadline = now + settings.terminationGrace
    act(.terminate(generation: generation, .politely))
  }
}
