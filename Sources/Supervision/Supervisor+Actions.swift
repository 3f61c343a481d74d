internal import Launch
internal import Platform
internal import Relay

/// What the session wants done.
extension Supervisor {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  private static var nothing: Bytes { Bytes(start: nil, count: 0) }

  /// Calls the session, which must not be used by anything below ``perform(_:)``, carries out its
  /// actions, and then what they have led to.
  func withSession(_ body: (inout RelaySession, RelaySession.Sink) -> Void) {
    body(&session) { self.perform($0) }
    flushRuns()
    carryOn()
  }

  /// To be called in the session's own calls only.
  func perform(_ action: RelayAction) {
    switch action {
    case .toHost(let bytes): toHost(bytes)
    case .toServer(let bytes, let generation): toServer(bytes, generation)
    case .toStandardError(let line): errors.say(line)
    case .start(let generation): wantedStarts.append(generation)
    case .closeInput(let generation): closeInput(of: generation)
    case .terminate(let generation, let force):
      flushRuns()
      link(generation)?.server.send(signal: force == .atOnce ? SIGKILL : SIGTERM)
    case .report(let swap, let event): reports.append((swap, event))
    case .end(let code): exitCode = code
    }
  }

  /// What must wait until the session has returned, since it calls the session again.
  func carryOn() {
    while true {
      if !reports.isEmpty {
        for report in exchange(&reports, with: []) { tell(report.swap, report.event) }
      } else if let generation = wantedStarts.first {
        wantedStarts.removeFirst()
        start(generation)
      } else if let link = links.first(where: \.isInputBroken) {
        link.isInputBroken = false
        let generation = link.generation
        session.serverInputBroken(generation) { self.perform($0) }
        flushRuns()
      } else {
        break
      }
    }
    noteCurrent()
  }

  /// Who gets the host's lines. Others must not hold up the reading of the host: what still waits
  /// for them there is copied.
  private func noteCurrent() {
    guard session.currentGeneration != current else { return }
    current = session.currentGeneration
    for link in links where link.generation != current { link.input.detach() }
  }

  // MARK: To the host

  /// Lines that pass unchanged lie side by side where they were read, and are written as one.
  private func toHost(_ bytes: Bytes) {
    messageCount += 1
    if let link = readingLink, link.reader.holds(bytes) {
      if let extended = Self.join(hostRun, bytes) {
        hostRun = extended
        return
      }
      flushHostRun()
      hostRun = bytes
      return
    }
    flushHostRun()
    sendToHost(bytes, stays: false)
  }

  func flushHostRun() {
    if hostRun.isEmpty { return }
    let run = hostRun
    hostRun = Self.nothing
    sendToHost(run, stays: true)
  }

  /// - Parameter stays: whether the bytes stay where they are until they are written.
  private func sendToHost(_ bytes: Bytes, stays: Bool) {
    guard hostOutput.isOpen else { return }
    var rest = bytes
    if hostQueue.isEmpty, hostOutput.isDirect {
      switch hostOutput.write(UnsafeRawBufferPointer(bytes)) {
      case .moved(let count):
        lastDelivery = now
        rest = Bytes(rebasing: bytes[count...])
      case .blocked: break
      case .ended: return loseHostOutput()
      }
    }
    if rest.isEmpty { return }
    if hostQueue.isEmpty { lastDelivery = now }
    if stays { hostQueue.lend(rest) } else { hostQueue.append(rest) }
  }

  // MARK: To servers

  private func toServer(_ bytes: Bytes, _ generation: Int) {
    guard let link = link(generation) else { return }
    if readingLink == nil, hostReader.holds(bytes) {
      if serverRunLink === link, let extended = Self.join(serverRun, bytes) {
        serverRun = extended
        return
      }
      flushServerRun()
      serverRun = bytes
      serverRunLink = link
      return
    }
    flushServerRun()
    send(bytes, to: link, stays: false)
  }

  func flushServerRun() {
    guard let link = serverRunLink else { return }
    let run = serverRun
    serverRun = Self.nothing
    serverRunLink = nil
    send(run, to: link, stays: true)
  }

  func flushRuns() {
    flushHostRun()
    flushServerRun()
  }

  /// Bytes that a server which does not read may make us keep: what was held during a swap, twice
  /// over. One that was replaced gets little but answers.
  private static let maximumBacklog = 160 << 20

  private func send(_ bytes: Bytes, to link: ServerLink, stays: Bool) {
    let descriptor = link.server.inputDescriptor
    guard descriptor >= 0, !link.isInputBroken else { return }
    var rest = bytes
    if link.input.isEmpty {
      switch Transfer(write(descriptor, bytes.baseAddress, bytes.count)) {
      case .moved(let count): rest = Bytes(rebasing: bytes[count...])
      case .blocked: break
      case .ended: return breakInput(of: link)
      }
    }
    if rest.isEmpty { return }
    if stays, link.generation == current {
      link.input.lend(rest)
    } else if link.input.count < Self.maximumBacklog {
      link.input.append(rest)
    } else {
      breakInput(of: link)
    }
  }

  /// Nobody reads what the server is sent.
  func breakInput(of link: ServerLink) {
    link.input.removeAll()
    link.server.closeInput()
    link.isInputBroken = true
    link.breakTime = link.breakTime ?? now
  }

  private func closeInput(of generation: Int) {
    flushServerRun()
    guard let link = link(generation) else { return }
    if link.input.isEmpty { link.server.closeInput() } else { link.closesInput = true }
  }

  /// Two blocks as one, when the second lies right behind the first.
  private static func join(_ first: Bytes, _ second: Bytes) -> Bytes? {
    guard let start = first.baseAddress, start + first.count == second.baseAddress else {
      return nil
    }
    return Bytes(start: start, count: first.count + second.count)
  }
}
