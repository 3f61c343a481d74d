internal import Platform

extension TokenRefresh {
  /// Waits until all have an outcome.
  ///
  /// A signal that would end this process is held back while a server is asked, since what it
  /// answers may be told only once, and shortens what is left of that to ``patience``.
  ///
  /// - Returns: the outcomes, in the order of `refreshes`.
  package static func finish(_ refreshes: [TokenRefresh]) -> [Outcome] {
    let signals = HeldSignals()
    var outcomes: [Outcome?] = refreshes.map { $0.advance() }
    if outcomes.allSatisfy({ $0 != nil }) { return outcomes.compactMap { $0 } }
    while true {
      wait(for: refreshes, outcomes)
      if signals.isCancelled { for refresh in refreshes { refresh.hurry(patience) } }
      for position in refreshes.indices where outcomes[position] == nil {
        outcomes[position] = refreshes[position].advance()
      }
      let done = outcomes.compactMap { $0 }
      if done.count == refreshes.count { return done }
    }
  }

  /// 1.5 s: hosts kill what has not ended 2 s after they asked (protocol S10).
  private static let patience = Duration.milliseconds(1500)
  /// A tenth of a second: how late a signal may be noticed.
  private static let longestWait = Duration.milliseconds(100)

  private static func wait(for refreshes: [TokenRefresh], _ outcomes: [Outcome?]) {
    let now = MonotonicInstant.now
    var until = now + longestWait
    var waiting: [pollfd] = []
    for (refresh, outcome) in zip(refreshes, outcomes) where outcome == nil {
      until = min(until, refresh.nextLook)
      if let (number, events) = refresh.descriptor {
        waiting.append(pollfd(fd: number, events: events, revents: 0))
      }
    }
    let left = until - now
    guard left > .zero else { return }
    let milliseconds = left.components.attoseconds / 1_000_000_000_000_000
    _ = poll(&waiting, nfds_t(waiting.count), Int32(milliseconds) + 1)
  }
}
