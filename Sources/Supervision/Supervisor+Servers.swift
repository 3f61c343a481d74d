internal import CLaunch
internal import Launch
internal import Platform
internal import Redaction
internal import Relay

/// The servers' side.
extension Supervisor {
  /// How long output is still waited for when a server has ended and something else holds its pipe
  /// open, in milliseconds. What the pipe held at the end is delivered in any case.
  static let lateOutput: Int64 = 200
  /// How long a host may take nothing, once the server has ended, before the rest is given up, in
  /// milliseconds: one that waits for our end before it reads would otherwise wait for ever.
  static let stalledHost: Int64 = 1_000

  /// Whether more of a server's standard output is to be read; asked when all complete lines are
  /// handled.
  func wantsOutput(of link: ServerLink) -> Bool {
    !link.hasOutputEnded && link.server.outputDescriptor >= 0 && hostQueue.isEmpty
  }

  func readOutput(of link: ServerLink) {
    let descriptor = link.server.outputDescriptor
    guard descriptor >= 0 else { return }
    switch link.reader.fill({ Transfer(read(descriptor, $0.baseAddress, $0.count)) }) {
    case .moved(let count): link.owedOutput -= count
    case .blocked: break
    case .ended: link.hasOutputEnded = true
    }
  }

  /// Handles what was read of the servers, as far as the host takes it; `false` when that was
  /// nothing.
  func handleServerLines() -> Bool {
    var hasMoved = false
    for link in links where !link.isOutputDone {
      readingLink = link
      while hostQueue.isEmpty, let event = link.reader.next() {
        hasMoved = true
        handle(event, of: link)
      }
      flushHostRun()
      readingLink = nil
      if isOutputOver(link) {
        finishOutput(of: link)
        hasMoved = true
      }
    }
    if hasMoved { carryOn() }
    return hasMoved
  }

  private func handle(_ event: LineReader.Event, of link: ServerLink) {
    let generation = link.generation
    switch event {
    case .line(let line), .partial(let line):
      session.receive(
        line, fromServer: generation, redacting: { self.redact($0, $1) }, { self.perform($0) })
    case .tooLong(let line):
      session.receiveTooLong(line, fromServer: generation) { self.perform($0) }
    }
    if !reports.isEmpty || !wantedStarts.isEmpty { carryOn() }
  }

  private func redact(_ line: Bytes, _ destination: LineDestination) -> RedactedLine {
    guard isRedacting else { return .unchanged }
    switch redactor.redact(line, isMessage: destination == .host, patterns) {
    case .unchanged: return .unchanged
    case .changed(let other): return .lent(other)
    }
  }

  /// Whether nothing more is to be expected of a server's output.
  private func isOutputOver(_ link: ServerLink) -> Bool {
    if link.hasOutputEnded { return hostQueue.isEmpty || !hostOutput.isOpen }
    guard link.status != nil else { return false }
    if let terminationTime, now >= max(terminationTime, link.endTime) + Self.lateOutput {
      return true
    }
    if !hostQueue.isEmpty { return now >= max(lastDelivery, link.endTime) + Self.stalledHost }
    return link.owedOutput <= 0 && now >= link.endTime + Self.lateOutput
  }

  private func finishOutput(of link: ServerLink) {
    link.isOutputDone = true
    link.hasOutputEnded = true
    // What waits for a host that has stalled lies in the reader, which nothing fills any more.
    readingLink = link
    if let event = link.reader.finish() { handle(event, of: link) }
    flushHostRun()
    readingLink = nil
    describeEnd(of: link)
    session.serverOutputEnded(link.generation) { self.perform($0) }
    session.endDescription = nil
    flushRuns()
  }

  // MARK: Input

  func writeInput(of link: ServerLink, isBroken: Bool) {
    let descriptor = link.server.inputDescriptor
    let transfer =
      isBroken
      ? .ended : link.input.drain { Transfer(write(descriptor, $0.baseAddress, $0.count)) }
    switch transfer {
    case .moved, .blocked:
      if link.closesInput, link.input.isEmpty { link.server.closeInput() }
    case .ended: breakInput(of: link)
    }
  }

  // MARK: Events

  func takeEvent(of link: ServerLink) {
    let event = link.server.nextEvent()
    switch event {
    case .started:
      link.isStarted = true
      link.startDeadline = nil
      withSession { $0.serverStarted(link.generation, $1) }
    case .serverEnded(let status): noteEnd(of: link, status: status)
    case .executeFailed, .failed: fail(link, event)
    case .gone:
      link.hasGone = true
      if link.isDismissed && link.isStarted { return }
      if !link.isStarted { return fail(link, event) }
      if link.status != nil { return }
      remark("the guardian process of the server was killed")
      noteEnd(of: link, status: Self.guardianLostCode << 8)
    }
  }

  /// As `ExitCode.software`.
  private static let guardianLostCode: Int32 = 70

  private func noteEnd(of link: ServerLink, status: Int32) {
    guard link.status == nil else { return }
    link.status = status
    link.endTime = now
    link.owedOutput = Self.waiting(link.server.outputDescriptor)
    link.owedErrors = Self.waiting(link.server.errorDescriptor)
    link.input.removeAll()
    link.server.closeInput()
    // Its last words are part of what the host is told of its end.
    readOwedErrors(of: link)
    describeEnd(of: link)
    let code = Self.exitCode(status: status)
    do throws(LaunchError) {
      try record?(.ended(exitCode: code))
    } catch {
      remark("its end was not recorded: \(error.message)")
    }
    withSession { $0.serverExited(link.generation, exitCode: code, $1) }
    session.endDescription = nil
  }

  static func waiting(_ descriptor: Int32) -> Int {
    descriptor >= 0 ? Int(max(claunch_waiting(descriptor), 0)) : 0
  }

  private func describeEnd(of link: ServerLink) {
    guard let status = link.status, needsLastWords(of: link) else { return }
    session.endDescription = ServerEnd(status: status, lastWords: lastWords(of: link))
  }

  /// What the broker ends with: the server's own code, or 128 + the number of its signal.
  package static func exitCode(status: Int32) -> Int32 {
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}
