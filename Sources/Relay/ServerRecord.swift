/// One generation of the server, from its start to its end.
struct ServerRecord {
  enum Phase: Equatable {
    /// Not ready: the host does not know of it.
    case starting
    /// The one that new messages go to.
    case serving
    /// It finishes what it was asked; another one serves.
    case draining
    /// It has nothing to finish and was told to end.
    case retiring
    /// It ended, or is being ended, without ever having served.
    case discarded
    case ended
  }

  /// What a request of ours asks for.
  enum Purpose {
    case initialize, probe
    /// Log level or subscription: whatever comes back, there is nothing to do about it.
    case state
    case list(ListKind)
  }

  let generation: Int
  var phase: Phase
  var isStarted: Bool
  /// Whether its standard input is open.
  var isInputOpen: Bool
  var hasOutputEnded = false
  /// Whether it was sent SIGTERM.
  var isTerminated = false
  var exitCode: Int32?
  /// Requests of the host that it is to answer, without streams and cancelled ones.
  var openCount = 0
  /// Requests of ours that it is to answer.
  var ownRequests: [(number: UInt64, purpose: Purpose)] = []
  var survey: ListSurvey?

  // What follows concerns a server that was replaced.

  /// The swaps that replaced it, to be told of its end.
  var swaps: [Int] = []
  /// Who replaced it.
  var successor: Int?
  var isCompared = true
  var hasAnnounced = false
  var abandoned = 0

  // When to act although nothing happens, in milliseconds.

  var startDeadline: Int64?
  var drainDeadline: Int64?
  var settleDeadline: Int64?
  var terminateDeadline: Int64?
  var killDeadline: Int64?

  init(generation: Int, phase: Phase, isStarted: Bool) {
    self.generation = generation
    self.phase = phase
    self.isStarted = isStarted
    isInputOpen = isStarted
  }

  var hasEnded: Bool { phase == .ended }
  /// Whether it will still take and finish messages of the host.
  var canServe: Bool { isInputOpen && (phase == .serving || phase == .draining) }

  var nextDeadline: Int64? {
    var next = startDeadline ?? .max
    next = min(next, drainDeadline ?? .max)
    next = min(next, settleDeadline ?? .max)
    next = min(next, terminateDeadline ?? .max)
    next = min(next, killDeadline ?? .max)
    return next == .max ? nil : next
  }
}

/// A new server on its way to become the current one.
struct Swap {
  enum Step: Equatable {
    /// The old servers end first.
    case clearing
    /// It is being started, or waits for the host's handshake to be answered.
    case starting
    /// It was sent the host's handshake, or a probe.
    case probing
  }

  /// Those who asked for it.
  var identifiers: [Int]
  let mode: SwapMode
  var step: Step
  /// Of the new server; `nil` until it is being started.
  var generation: Int?
  /// Of the server that is replaced; `nil` when none was running.
  var former: Int?
}

/// A `subscriptions/listen` stream of the host (2026-07-28).
struct ListenStream {
  let slot: Int
  /// `nil` where it was too large to be kept: it cannot be opened again.
  let request: KeptRequest?
  /// Which lists' changes it asked for.
  let lists: [ListKind]
  /// The host has seen the acknowledgement, which must not come twice.
  var isAcknowledged = false
  /// The generation that was sent the request again and has not acknowledged it.
  var awaited: Int?
  /// The generation that it was opened on before.
  var former: Int?
}
