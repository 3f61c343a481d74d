internal import Launch
internal import Platform
internal import Relay

/// The host's side.
extension Supervisor {
  /// Bytes that may wait for the host besides a server's lines: answers of our own to requests.
  private static let answerLimit = 64 << 10

  /// Whether a line of the host can be handled now.
  private var takesHostLines: Bool {
    guard session.wantsHostInput, hostQueue.ownCount < Self.answerLimit else { return false }
    guard let link = currentLink else { return true }
    return link.input.isEmpty && !isEndNear(of: link)
  }

  /// How long the end of a server that does not read any more is waited for, in milliseconds, before
  /// the host's requests are refused in its place.
  private static let brokenInputWait: Int64 = 100

  /// Whether a server is gone, or seems to be, and the session does not know yet: it may have
  /// another one for what the host says.
  private func isEndNear(of link: ServerLink) -> Bool {
    if link.status != nil { return !link.isOutputDone }
    guard let time = link.inputBrokenTime else { return false }
    return now < time + Self.brokenInputWait
  }

  /// When a host that waits for the end of a server is read again all the same.
  var endOfInputWait: Int64? {
    guard let link = currentLink, link.status == nil, let time = link.inputBrokenTime,
      now < time + Self.brokenInputWait
    else { return nil }
    return time + Self.brokenInputWait
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
    case .tooLong(let beginning):
      session.receiveTooLongFromHost(beginning: beginning) { self.perform($0) }
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
