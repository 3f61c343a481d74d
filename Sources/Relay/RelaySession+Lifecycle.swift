internal import JSONText
internal import Secrets

/// Beginnings and ends: of servers, of the host, of the time that something may take.
extension RelaySession {
  // MARK: Servers

  /// A server that was to be started runs.
  package mutating func serverStarted(_ generation: Int, _ act: Sink) {
    guard !isOver, let index = index(of: generation), !servers[index].isStarted else { return }
    servers[index].isStarted = true
    servers[index].isInputOpen = true
    if servers[index].phase == .discarded { terminate(generation, act) } else { advanceSwap(act) }
  }

  /// A server could not be started.
  ///
  /// - Parameter problem: why, for whoever asked for a swap.
  package mutating func serverNotStarted(
    _ generation: Int, exitCode code: Int32, because problem: FailureReport.Problem? = nil,
    _ act: Sink
  ) {
    guard !isOver, let index = index(of: generation), !servers[index].isStarted else { return }
    servers[index].phase = .ended
    servers[index].startDeadline = nil
    if swap?.generation == generation { failSwap(.notStarted(exitCode: code, problem), act) }
    afterEnd(of: generation, act)
  }

  /// A server has ended.
  ///
  /// - Parameter code: its own exit code, or 128 + the number of the signal that ended it.
  package mutating func serverExited(_ generation: Int, exitCode code: Int32, _ act: Sink) {
    guard !isOver, let index = index(of: generation), servers[index].exitCode == nil,
      !servers[index].hasEnded
    else { return }
    servers[index].exitCode = code
    servers[index].isInputOpen = false
    servers[index].terminateDeadline = nil
    servers[index].killDeadline = nil
    if servers[index].hasOutputEnded { serverEnded(generation, code, act) }
  }

  /// A server's output has ended and every line of it was handed over. To be called too when a
  /// server has ended and nothing more can be expected of whoever holds its output open.
  package mutating func serverOutputEnded(_ generation: Int, _ act: Sink) {
    guard !isOver, let index = index(of: generation), !servers[index].hasOutputEnded else { return }
    servers[index].hasOutputEnded = true
    if let code = servers[index].exitCode { return serverEnded(generation, code, act) }
    // Nothing will come of it any more.
    closeInput(generation, act)
    guard servers[index].killDeadline == nil else { return }
    let deadline = now + settings.exitGrace
    servers[index].terminateDeadline = min(servers[index].terminateDeadline ?? deadline, deadline)
  }

  /// A server does not read its standard input any more.
  package mutating func serverInputBroken(_ generation: Int, _ act: Sink) {
    closeInput(generation, act)
  }

  private mutating func serverEnded(_ generation: Int, _ code: Int32, _ act: Sink) {
    guard let index = index(of: generation) else { return }
    if servers[index].phase != .starting, servers[index].phase != .discarded { lastCode = code }
    servers[index].phase = .ended
    servers[index].startDeadline = nil
    servers[index].drainDeadline = nil
    cancelQuestions(of: generation, act)
    for place in streams.indices {
      if streams[place].former == generation { streams[place].former = nil }
      if streams[place].awaited == generation { streams[place].awaited = nil }
    }
    if current == generation {
      loseCurrent(generation, code, act)
    } else {
      failOpen(
        of: generation, keepingStreams: swap != nil, with: endedError(code), act)
      if swap?.generation == generation { failSwap(.ended(exitCode: code, endDescription), act) }
    }
    afterEnd(of: generation, act)
  }

  /// The server that served is gone. The one it has replaced goes on if it can, or the one that is
  /// being started takes over; else the session ends with it.
  private mutating func loseCurrent(_ generation: Int, _ code: Int32, _ act: Sink) {
    let error = endedError(code)
    current = nil
    if !hasHostEnded, !isStopping, let former = servers.last(where: \.canServe)?.generation {
      fallBack(to: former, from: generation, code, act)
      failOpen(of: generation, with: error, act)
    } else if swap != nil {
      isHolding = true
      hasLostServer = true
      failOpen(of: generation, keepingStreams: true, with: error, act)
    } else {
      failOpen(of: generation, with: error, act)
      endSession(code, act)
    }
  }

  private mutating func fallBack(
    to former: Int, from generation: Int, _ code: Int32, _ act: Sink
  ) {
    guard let index = index(of: former) else { return }
    let identifiers = servers[index].swaps
    let announced = servers[index].hasAnnounced ? servers[index].survey?.kinds ?? [] : []
    serveAgain(former)
    if swap?.former == generation { swap?.former = former }
    moveStreams(to: former, act)
    restoreState(of: former, act)
    announce(announced, act)
    for identifier in identifiers {
      act(.report(swap: identifier, .failed(.ended(exitCode: code, endDescription))))
    }
  }

  /// What waits for the end of a server.
  private mutating func afterEnd(of generation: Int, _ act: Sink) {
    for index in servers.indices where servers[index].successor == generation {
      servers[index].isCompared = true
    }
    for former in servers.map(\.generation) { finish(former, act) }
    if swap?.step == .clearing, servers.allSatisfy(\.hasEnded) { startNew(act) }
    startWaiting(act)
    endIfDone(act)
  }

  /// Drops what is known of a server that has ended, as soon as nobody needs it.
  mutating func finish(_ generation: Int, _ act: Sink) {
    guard let index = index(of: generation), servers[index].hasEnded, servers[index].isCompared,
      swap?.former != generation
    else { return }
    let server = servers.remove(at: index)
    for identifier in server.swaps {
      let event = SwapEvent.finished(
        abandoned: server.abandoned, announced: server.hasAnnounced)
      act(.report(swap: identifier, event))
    }
  }

  // MARK: The end

  /// The host has closed its end; what it sent before was handed over.
  package mutating func endOfHost(_ act: Sink) {
    guard !hasHostEnded, !isOver else { return }
    hasHostEnded = true
    hostEnd = now
    dropSwaps(act)
    for generation in servers.map(\.generation) {
      closeInput(generation, act)
      boundEnd(of: generation)
    }
    endIfDone(act)
  }

  /// The host is gone: limits how long a server may go on, so that none stays behind with its
  /// secrets. What the host still waits for, it may finish. Where nothing was ever said, there was no
  /// host, but somebody who runs a program without input.
  mutating func boundEnd(of generation: Int) {
    guard hasHostSpoken, let index = index(of: generation), servers[index].isStarted,
      servers[index].exitCode == nil, !servers[index].isTerminated
    else { return }
    let limit = servers[index].openCount > 0 ? settings.drainLimit : settings.eofGrace
    let deadline = servers[index].openCount > 0 ? hostEnd + limit : now + limit
    servers[index].terminateDeadline = min(servers[index].terminateDeadline ?? deadline, deadline)
  }

  /// End the servers, and the session with them: SIGTERM, or `mcp-valet stop`.
  ///
  /// - Parameter grace: from SIGTERM to SIGKILL; `nil` for ``RelaySettings/terminationGrace``.
  package mutating func stop(grace: Int64? = nil, _ act: Sink) {
    guard !isStopping, !isOver else { return }
    isStopping = true
    dropSwaps(act)
    for server in servers where server.isStarted && server.exitCode == nil {
      guard let index = index(of: server.generation), servers[index].killDeadline == nil
      else { continue }
      // Its input stays open: what a signal does to it is as if the host had sent it.
      servers[index].terminateDeadline = nil
      servers[index].isTerminated = true
      servers[index].killDeadline = now + (grace ?? settings.terminationGrace)
      act(.terminate(generation: server.generation, .politely))
    }
    endIfDone(act)
  }

  private mutating func dropSwaps(_ act: Sink) {
    for swap in waiting { act(.report(swap: swap.identifier, .failed(.ending))) }
    waiting = []
    failSwap(.ending, act)
  }

  mutating func endSession(_ code: Int32, _ act: Sink) {
    exitCode = code
    for swap in waiting { act(.report(swap: swap.identifier, .failed(.ending))) }
    waiting = []
    for generation in servers.map(\.generation) { terminate(generation, act) }
  }

  private var isEnding: Bool { hasHostEnded || isStopping || exitCode != nil }

  mutating func endIfDone(_ act: Sink) {
    guard !isOver, isEnding, swap == nil, servers.allSatisfy(\.hasEnded) else { return }
    isOver = true
    for server in servers {
      for identifier in server.swaps {
        let event = SwapEvent.finished(
          abandoned: server.abandoned, announced: server.hasAnnounced)
        act(.report(swap: identifier, event))
      }
    }
    servers = []
    act(.end(exitCode: exitCode ?? lastCode ?? 0))
  }

  // MARK: Answers in place of a server

  private func endedError(_ code: Int32) -> ErrorAnswer {
    .ended(name, endDescription ?? ServerEnd("ended with exit code \(code)"))
  }

  /// Answers the open requests of a server with an error. Streams that another server can go on
  /// with are kept if wanted.
  mutating func failOpen(
    of generation: Int, keepingStreams: Bool = false, with error: ErrorAnswer, _ act: Sink
  ) {
    var count = 0
    for slot in open.slots(of: generation) {
      let isKept = streams.contains { $0.slot == slot && $0.request != nil }
      if keepingStreams, isKept { continue }
      if open[slot]?.isCancelled == false { count += 1 }
      fail(slot, with: error, act)
    }
    if let index = index(of: generation) { servers[index].abandoned += count }
  }

  mutating func fail(_ slot: Int, with error: ErrorAnswer, _ act: Sink) {
    guard let entry = open[slot] else { return }
    if !entry.isCancelled {
      var token: [UInt8] = []
      open.appendToken(of: slot, to: &token)
      answer(token: token, with: error, act)
      if entry.kind != .listen, let index = index(of: entry.generation) {
        servers[index].openCount -= 1
      }
    }
    open.remove(slot)
    streams.removeAll { $0.slot == slot }
    if entry.kind == .initialize { host.forgetHandshake() }
  }

  /// Nobody waits for the host's answers to a server that is gone: tells the host so.
  mutating func cancelQuestions(of generation: Int, _ act: Sink) {
    for id in asked.closeAll(of: generation) where !hasHostEnded && !isOver {
      var output = Array(
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"#.utf8)
      id.appendToken(to: &output)
      output += #","reason":"the server was restarted or has ended"}}"#.utf8
      output.append(UInt8(ascii: "\n"))
      tellHost(output, act)
    }
  }

  // MARK: Time

  /// - Parameter now: the time in milliseconds; never less than before.
  package mutating func advance(to now: Int64, _ act: Sink) {
    self.now = max(self.now, now)
    guard !isOver, let next = nextDeadline, next <= self.now else { return }
    for generation in servers.map(\.generation) {
      if take(\.startDeadline, of: generation) { startTookTooLong(generation, act) }
      if take(\.drainDeadline, of: generation) {
        failOpen(of: generation, keepingStreams: true, with: replacedError, act)
        retire(generation, act)
      }
      if take(\.settleDeadline, of: generation) { stopSettling(generation, act) }
      if take(\.terminateDeadline, of: generation) { terminate(generation, act) }
      if take(\.killDeadline, of: generation) {
        act(.terminate(generation: generation, .atOnce))
      }
    }
  }

  private mutating func take(
    _ deadline: WritableKeyPath<ServerRecord, Int64?>, of generation: Int
  ) -> Bool {
    guard let index = index(of: generation), let time = servers[index][keyPath: deadline],
      time <= now
    else { return false }
    servers[index][keyPath: deadline] = nil
    return true
  }

  private mutating func startTookTooLong(_ generation: Int, _ act: Sink) {
    guard swap?.generation == generation, let index = index(of: generation) else { return }
    let waitsForHost = servers[index].isStarted && swap?.step == .starting
    failSwap(waitsForHost ? .noHandshake : .timedOut(milliseconds: settings.startLimit), act)
  }

  private mutating func stopSettling(_ generation: Int, _ act: Sink) {
    for place in streams.indices where streams[place].former == generation {
      streams[place].awaited = nil
    }
    guard let index = index(of: generation) else { return }
    servers[index].survey?.giveUp()
    if let successor = servers[index].successor.flatMap({ self.index(of: $0) }) {
      servers[successor].survey?.giveUp()
    }
    compare(generation, act)
    if let index = self.index(of: generation), !servers[index].isCompared {
      // The new server could not even be asked.
      servers[index].isCompared = true
      servers[index].hasAnnounced = true
      announce(servers[index].survey?.kinds ?? [], act)
    }
    settle(generation, act)
    finish(generation, act)
  }
}
