internal import Launch
internal import Platform
internal import Relay

/// The host's side.
extension Supervisor {
  /// Bytes that may wait for the host besides a server's lines: answers of our own to requests.
  private static let answerLimit = 64 << 10

  /// How long a server that reads no more is taken for one that is about to end, in milliseconds.
  private static let leavingTime: Int64 = 500

  /// Whether a line of the host can be handled now.
  ///
  /// Not while the server is on its way out: what it has left behind, its last words above all,
  /// comes first, and then it is known who is to answer.
  private var takesHostLines: Bool {
    guard session.wantsHostInput, hostQueue.ownCount < Self.answerLimit, now >= hostHoldEnd else {
      return false
    }
    guard let link = currentLink else { return true }
    return link.input.isEmpty && !isLeaving(link)
  }

  private func isLeaving(_ link: ServerLink) -> Bool {
    if link.status != nil { return !link.isOutputDone }
    guard let deadline = endOfLeaving(link) else { return false }
    return now < deadline
  }

  /// Until when a server that reads no more, and has not ended, holds up the lines of the host.
  func endOfLeaving(_ link: ServerLink) -> Int64? {
    guard link.status == nil, let time = link.breakTime else { return nil }
    return time + Self.leavingTime
  }

  /// Whether more of the host is to be read; asked when all complete lines are handled.
  var wantsHost: Bool {
    guard hostInput.isOpen, !hasHostInputEnded, takesHostLines else { return false }
    for link in links where link.input.hasLent { return false }
    return true
  }

  func readHost() {
    switch hostReader.fill({ hostInput.read(into: $0) }) {
    case .moved, .blocked: break
    case .ended:
      hasHostInputEnded = true
      hostInput.letGo()
    }
  }

  /// Handles what was read of the host, as far as it can go on; `false` when that was nothing.
  func handleHostLines() -> Bool {
    var hasMoved = false
    while takesHostLines, let event = hostReader.next() {
      hasMoved = true
      handle(event)
    }
    flushServerRun()
    if hasMoved { carryOn() }
    guard hasHostInputEnded, !isHostEndTold, takesHostLines || !session.wantsHostInput else {
      return hasMoved
    }
    isHostEndTold = true
    if let event = hostReader.finish() { handle(event) }
    withSession { $0.endOfHost($1) }
    giveUpStarts()
    return true
  }

  private func handle(_ event: LineReader.Event) {
    hostLineCount += 1
    switch event {
    case .line(let line), .partial(let line):
      session.receiveFromHost(line) { self.perform($0) }
    case .tooLong(let line):
      session.receiveTooLongFromHost(line) { self.perform($0) }
    }
    // What the line has led to comes before the next one.
    if !reports.isEmpty || !wantedStarts.isEmpty { carryOn() }
  }

  func writeToHost(isBroken: Bool) {
    if isBroken { return loseHostOutput() }
    switch hostQueue.drain({ hostOutput.write($0) }) {
    case .moved: lastDelivery = now
    case .blocked: break
    case .ended: loseHostOutput()
    }
  }

  /// The host does not read any more. A server that goes on writing is told by SIGPIPE, as if it
  /// wrote to the host directly.
  func loseHostOutput() {
    hostOutput.letGo()
    hostQueue.removeAll()
    for link in links {
      link.server.closeOutput()
      link.hasOutputEnded = true
    }
  }
}
