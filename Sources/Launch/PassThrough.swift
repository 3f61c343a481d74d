internal import Platform

/// Bytes in one direction: from a source through a queue into a sink. No I/O.
package struct Lane: ~Copyable {
  package var queue = ByteQueue()
  /// The source will give no more.
  package private(set) var hasSourceEnded = false
  /// The sink will take no more.
  package private(set) var hasSinkEnded = false

  package init() {}

  package var wantsSource: Bool { !hasSourceEnded && !hasSinkEnded && queue.freeCount > 0 }
  package var wantsSink: Bool { !hasSinkEnded && !queue.isEmpty }
  /// An end is passed on, forwards when everything before it has been delivered, …
  package var closesSink: Bool { hasSinkEnded || hasSourceEnded && queue.isEmpty }
  /// … and backwards at once: who writes to nobody learns it as if directly connected.
  package var closesSource: Bool { hasSinkEnded || hasSourceEnded }

  package mutating func noteSource(_ transfer: Transfer) {
    if transfer == .ended { hasSourceEnded = true }
  }

  package mutating func noteSink(_ transfer: Transfer) {
    if transfer == .ended {
      hasSinkEnded = true
      queue.removeAll()
    }
  }
}

/// What a supervising broker does and when, without I/O: events and times in, wishes out. Bytes go
/// through untouched in both directions.
///
/// Times are milliseconds of a clock that never goes back.
package struct PassThrough: ~Copyable {
  package var toServer = Lane()
  package var toHost = Lane()
  /// The server's wait status once it has ended.
  package private(set) var status: Int32?

  /// From SIGTERM to SIGKILL. Hosts send SIGKILL 2 s after SIGTERM (both official SDKs); when we
  /// are first by enough for ``lateOutput`` and the guardian's 0.25 s for leftovers, an end by
  /// SIGTERM is always an orderly one. After the end of input alone nothing is ever killed: how
  /// long a server may take to finish is for the host to decide.
  package static let terminationGrace: Int64 = 1_400
  /// How long output is still waited for when the server has ended and something else holds its
  /// pipe open. What the pipe holds at the end is delivered in any case.
  package static let lateOutput: Int64 = 200
  /// How long a host may take nothing, once the server has ended, before the rest is given up: one
  /// that waits for our end before it reads would otherwise wait for ever.
  package static let stalledHost: Int64 = 1_000

  private var killTime: Int64?
  private var hasKilled = false
  private var endTime: Int64?
  private var lastDelivery: Int64 = 0
  private var wasTerminated = false
  /// Bytes in the server's pipe when it ended that have not been read yet.
  private var owedCount = 0

  package init() {}

  // MARK: Events

  /// A signal was passed on.
  package mutating func notePassedOn(signal: Int32, now: Int64) {
    guard signal == SIGTERM, !wasTerminated else { return }
    wasTerminated = true
    killTime = now + Self.terminationGrace
  }

  /// - Parameter waitingCount: bytes in its output pipe.
  package mutating func noteServerEnded(status: Int32, waitingCount: Int, now: Int64) {
    guard self.status == nil else { return }
    self.status = status
    endTime = now
    lastDelivery = now
    owedCount = waitingCount
    // Nobody reads what the host still sends.
    toServer.noteSink(.ended)
  }

  package mutating func noteFromServer(_ transfer: Transfer) {
    toHost.noteSource(transfer)
    if case .moved(let count) = transfer { owedCount -= count }
  }

  package mutating func noteToHost(_ transfer: Transfer, now: Int64) {
    toHost.noteSink(transfer)
    if case .moved = transfer { lastDelivery = now }
  }

  // MARK: Wishes

  /// Whether output of the server is wanted.
  package func wantsServerOutput(now: Int64) -> Bool {
    guard toHost.wantsSource else { return false }
    guard let endTime else { return true }
    return owedCount > 0 || now < endTime + Self.lateOutput
  }

  /// Whether the server is to be killed now; `true` once.
  package mutating func takeKill(now: Int64) -> Bool {
    guard let killTime, !hasKilled, status == nil, now >= killTime else { return false }
    hasKilled = true
    return true
  }

  /// Whether all is done.
  package func isOver(now: Int64) -> Bool {
    guard let endTime else { return false }
    if toHost.closesSink { return true }
    if let killTime, now >= max(killTime, endTime) + Self.lateOutput { return true }
    if !toHost.queue.isEmpty || owedCount > 0 { return now >= lastDelivery + Self.stalledHost }
    return now >= endTime + Self.lateOutput
  }

  /// When to look again although nothing happens; `nil` for never.
  package var nextTime: Int64? {
    guard let endTime else { return hasKilled ? nil : killTime }
    var next = endTime + Self.lateOutput
    if !toHost.queue.isEmpty || owedCount > 0 { next = lastDelivery + Self.stalledHost }
    if let killTime { next = min(next, max(killTime, endTime) + Self.lateOutput) }
    return next
  }

  /// What the broker ends with: the server's own code, or 128 + the number of its signal.
  package static func exitCode(status: Int32) -> Int32 {
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}
