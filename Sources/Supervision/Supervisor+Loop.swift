internal import Control
package import Launch
internal import Platform
internal import Relay

/// Waits, and serves what is ready.
extension Supervisor {
  /// Relays until the session is over, and then ends everything that servers have left.
  ///
  /// - Returns: the server's exit code, or 128 + the number of the signal that ended it.
  /// - Throws: ``LaunchError/system(operation:code:)`` when the kernel refuses to wait.
  package func run() throws(LaunchError) -> Int32 {
    var waits = PollList()
    while true {
      now = Self.clock()
      carryOutDeadlines()
      while handleHostLines() || handleServerLines() {}
      clearLinks()
      if let code = exitCode, isDelivered { return finish(code) }
      prepare(&waits)
      guard waits.wait(timeout) else {
        throw .system(operation: "wait for input", code: errno)
      }
      now = Self.clock()
      serve(waits)
      waits.withControl { serveControl($0) }
    }
  }

  // MARK: Time

  private func carryOutDeadlines() {
    if let deadline = session.nextDeadline, deadline <= now {
      withSession { $0.advance(to: now, $1) }
    } else {
      session.advance(to: now) { _ in }
    }
    for link in links {
      if let time = link.flushTime, time <= now { endQuiet(of: link) }
    }
    giveUpStarts(onlyLate: true)
    if !keepers.isEmpty { tendConnections() }
  }

  /// Milliseconds; -1 for ever.
  private var timeout: Int32 {
    var next = session.nextDeadline ?? .max
    for link in links {
      if let time = link.flushTime { next = min(next, time) }
      if let time = link.startDeadline, !link.isDismissed { next = min(next, time) }
      next = min(next, endOfWait(for: link) ?? .max)
      if let time = endOfLeaving(link), time > now { next = min(next, time) }
    }
    if let time = desk?.deadline { next = min(next, time) }
    if !keepers.isEmpty { next = min(next, connectionDeadline ?? .max) }
    if exitCode != nil { next = min(next, endOfDelivery ?? .max) }
    return next == .max ? -1 : Int32(clamping: max(next - now, 0))
  }

  /// When a server that has ended is looked at again although nothing happens.
  private func endOfWait(for link: ServerLink) -> Int64? {
    guard link.status != nil, !link.isOutputDone || link.hasErrorsOpen && !link.isDismissed else {
      return nil
    }
    var next = link.endTime + Self.lateOutput
    if !link.isOutputDone, !hostQueue.isEmpty {
      next = max(lastDelivery, link.endTime) + Self.stalledHost
    } else if !errors.hasRoom {
      next = max(errors.lastDelivery, link.endTime) + Self.stalledHost
    }
    if let terminationTime {
      next = min(next, max(terminationTime, link.endTime) + Self.lateOutput)
    }
    return max(next, now + 1)
  }

  // MARK: Waiting

  private func prepare(_ waits: inout PollList) {
    waits.begin()
    waits.add(.signals, signals.descriptor, reads: true)
    if wantsHost { waits.add(.hostInput, hostInput.descriptor, reads: true) }
    // Sinks stay in while they are open: their end is to be known before the next line goes there.
    // Standard error matters less, and each descriptor costs every message time.
    waits.add(.hostOutput, hostOutput.descriptor, writes: !hostQueue.isEmpty)
    if !errors.isEmpty { waits.add(.errorOutput, errors.descriptor, writes: true) }
    for (index, link) in links.enumerated() {
      if !link.hasGone { waits.add(.event(index), link.server.eventDescriptor, reads: true) }
      waits.add(.input(index), link.server.inputDescriptor, writes: !link.input.isEmpty)
      if wantsOutput(of: link) {
        waits.add(.output(index), link.server.outputDescriptor, reads: true)
      }
      if wantsErrors(of: link) {
        waits.add(.errors(index), link.server.errorDescriptor, reads: true)
      }
    }
    if !keepers.isEmpty { addConnections(to: &waits) }
    addControl(to: &waits)
  }

  private func addControl(to waits: inout PollList) {
    switch desk {
    case .some(let desk): waits.add(desk)
    case .none: break
    }
  }

  /// Signals and ends come before bytes, for they stand before them in the list: neither waits
  /// behind a slow transfer.
  private func serve(_ waits: borrowing PollList) {
    let links = links
    waits.forEachReady { subject, isBroken in
      switch subject {
      case .signals: passOnSignals()
      case .hostInput: readHost()
      case .hostOutput: writeToHost(isBroken: isBroken)
      case .errorOutput: errors.drain(isBroken: isBroken, now: now)
      case .wallTimer: wallTimer?.take()
      // All are asked when the loop comes round.
      case .refresh: break
      case .event(let index): takeEvent(of: links[index])
      case .input(let index): writeInput(of: links[index], isBroken: isBroken)
      case .output(let index): readOutput(of: links[index])
      case .errors(let index): readErrors(of: links[index])
      }
    }
    carryOn()
  }

  // MARK: Signals

  private func passOnSignals() {
    while let number = signals.next() {
      let ends = [SIGTERM, SIGINT, SIGHUP, SIGQUIT].contains(number)
      if ends { wasInterrupted = true }
      if number == SIGTERM, terminationTime == nil {
        stop()
      } else {
        for link in links where link.isStarted { link.server.send(signal: number) }
        // A server that takes it for its end must not be replaced by the next one.
        if ends, links.count(where: { $0.status == nil }) > 1 || current == nil { stop() }
      }
    }
  }
}
