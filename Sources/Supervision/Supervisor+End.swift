internal import Control
internal import Launch
internal import Platform
internal import Refreshing
internal import Relay

/// The end: what is still delivered, and what a host is told whose server never answered.
extension Supervisor {
  /// Whether all that was to be written is, or nobody takes it.
  var isDelivered: Bool {
    guard let deadline = endOfDelivery else { return true }
    return now >= deadline
  }

  /// Until when what waits is still delivered; `nil` when nothing does.
  var endOfDelivery: Int64? {
    let endTime = links.map(\.endTime).max() ?? 0
    var next: Int64?
    if !hostQueue.isEmpty, hostOutput.isOpen {
      next = max(lastDelivery, endTime) + Self.stalledHost
    }
    if !errors.isEmpty {
      next = max(next ?? 0, max(errors.lastDelivery, endTime) + Self.stalledHost)
    }
    if let isSilent = desk?.isSilent, !isSilent {
      next = max(next ?? 0, endTime + Self.lateOutput)
    }
    for link in links where link.isStarted && !areErrorsOver(link) {
      next = max(next ?? 0, now + Self.lateOutput)
    }
    guard let next, let terminationTime else { return next }
    return min(next, max(terminationTime, endTime) + Self.lateOutput)
  }

  func finish(_ code: Int32) -> Int32 {
    var end: ServerEnd?
    if let link = links.last(where: { $0.status != nil }), let status = link.status {
      end = ServerEnd(status: status, lastWords: lastWords(of: link))
    }
    for link in links { dismiss(link) }
    // Each waits for its guardian, which has been told to hurry.
    links = []
    TokenKeeper.finish(keepers, within: Self.lastRefresh)
    if let end, explainsEnd { explain(FailureReport(server: name, end, exitCode: code)) }
    return code
  }

  /// A second: with it the whole end stays below the two that hosts wait (S10).
  private static let lastRefresh = Duration.seconds(1)

  /// Whether a host is still there that has heard nothing of its server.
  private var explainsEnd: Bool {
    if session.hasAnswered || wasInterrupted || terminationTime != nil || isHostEndTold
      || hasHostInputEnded || !hostOutput.isOpen || isatty(STDIN_FILENO) == 1
    {
      return false
    }
    // It may have closed its end while we were at the server's.
    var wait = pollfd(fd: hostInput.descriptor, events: Int16(POLLIN), revents: 0)
    if poll(&wait, 1, 0) > 0 { readHost() }
    return !hasHostInputEnded
  }

  /// Answers every further request of the host, until it closes its end.
  private func explain(_ report: FailureReport) {
    errors.say("mcp-valet: error: \(report.message.dropFirst("mcp-valet: ".count))\n")
    errors.drainAll()
    ForwardedSignals.restore()
    _ = FailureLoop.run(
      report, begun: hostReader.rest, input: STDIN_FILENO, output: STDOUT_FILENO)
  }
}
