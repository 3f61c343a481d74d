internal import Broker
internal import Control
internal import Platform
internal import Secrets

/// Ends running servers, all at once, and says what became of each.
struct StopRound {
  let context: Context
  /// From SIGTERM to SIGKILL.
  let graceMilliseconds: Int64
  /// Whether to kill a relay that does not answer; its guardian then ends the server.
  let isForced: Bool

  /// Ends these.
  ///
  /// - Throws: `ControlError` when nothing could be sent to anybody.
  func run(_ servers: [LiveServer], report: inout OutcomeReport) throws {
    var executed = ExecutedStop(servers, graceMilliseconds: graceMilliseconds)
    let message = try ControlMessage.stop(graceMilliseconds: UInt32(clamping: graceMilliseconds))
    var stops: [(client: ControlClient, server: LiveServer)] = []
    for server in servers {
      guard case .relay(let relay) = server.origin else { continue }
      stops.append((RunningServers(context.locations).client(relay.socketName, message), server))
    }
    let work = SlowWork(Self.waiting)
    defer { work.end() }
    ControlClient.converse(
      stops.map(\.client), deadlines: deadlines,
      onAnswer: { client, answer in
        guard answer == nil, let stop = stops.first(where: { $0.client === client }) else { return }
        report.add(ServerOutcome(server: stop.server, result: result(of: client)))
      }, meanwhile: { executed.advance(&report) })
  }

  /// Ends every server that has a secret, whatever version, each as soon as it is known to have it:
  /// one that hangs does not give the others more time.
  ///
  /// - Throws: `ControlError` when nothing could be sent to anybody.
  func run(holding reference: SecretReference, report: inout OutcomeReport) throws {
    let records = try StartRecord.list(in: context.locations)
    var executed = ExecutedStop(
      records.map { LiveServer(origin: .executed($0)) }.filter { $0.holds(reference) },
      graceMilliseconds: graceMilliseconds)
    let running = RunningServers(context.locations)
    let message = try ControlMessage.stop(graceMilliseconds: UInt32(clamping: graceMilliseconds))
    var stops: [(client: ControlClient, server: LiveServer)] = []
    let work = SlowWork(Self.waiting)
    defer { work.end() }
    ControlClient.converse(
      try running.statusClients(), deadlines: RunningServers.statusDeadlines,
      onAnswer: { client, answer in
        guard answer == nil, let stop = stops.first(where: { $0.client === client }) else { return }
        report.add(ServerOutcome(server: stop.server, result: result(of: client)))
      },
      next: { client in
        guard !stops.contains(where: { $0.client === client }),
          let relay = RunningServers.server(of: client)
        else { return nil }
        let server = LiveServer(origin: .relay(relay))
        // Nobody knows what one holds that does not answer.
        guard server.status == nil || server.holds(reference) else { return nil }
        let stop = running.client(
          relay.socketName, message,
          deadlines: server.status == nil ? Self.silentDeadlines : deadlines)
        stops.append((stop, server))
        return stop
      }, meanwhile: { executed.advance(&report) })
  }

  private static let waiting = "waiting for servers to end"

  /// One that hung a moment ago is not waited for as long again as by a swap.
  private var deadlines: ControlClient.Deadlines {
    ControlClient.Deadlines(first: 5_000, next: graceMilliseconds + 5_000)
  }

  /// One that said nothing for three seconds gets another one.
  private static let silentDeadlines = ControlClient.Deadlines(first: 1_000, next: 5_000)

  private func result(of client: ControlClient) -> ServerOutcome.Result {
    switch client.outcome {
    // It ended by itself, which is as good.
    case .stopped, .failed(.gone), .failed(.closed): return .stopped
    case .answered(.failed(let failure)): return .failed(failure)
    case .failed(let error):
      let process = client.processID
      if isForced, process > 0, kill(process, SIGKILL) == 0 { return .killed }
      return .failed(.init(error))
    case .answered, .none: return .failed(.init(ControlError.closed))
    }
  }
}

/// The end of servers that were started with `--exec`: signals, since nobody is there to be asked.
private struct ExecutedStop {
  private var running: [LiveServer]
  private let deadline: Int64
  private var wasKilled = false

  /// 200 ms: SIGKILL right behind SIGTERM would leave no time to end by itself.
  private static let minimumGrace: Int64 = 200

  /// Sends the first signal.
  init(_ servers: [LiveServer], graceMilliseconds: Int64) {
    running = servers.filter { $0.record != nil }
    deadline = ControlClock.now() + max(graceMilliseconds, Self.minimumGrace)
    for server in running { Self.send(SIGTERM, to: server) }
  }

  /// Does what is due.
  ///
  /// - Returns: milliseconds until it is to be called again; `nil` when none is left.
  mutating func advance(_ report: inout OutcomeReport) -> Int64? {
    for server in running where server.record?.process.isRunning != true {
      report.add(ServerOutcome(server: server, result: .stopped))
    }
    running.removeAll { $0.record?.process.isRunning != true }
    if !wasKilled, ControlClock.now() >= deadline {
      for server in running { Self.send(SIGKILL, to: server) }
      wasKilled = true
    } else if wasKilled, ControlClock.now() >= deadline + 2_000 {
      let failure = ControlAnswer.Failure(
        message: "it does not end", hint: nil, exitCode: .storeUnavailable)
      for server in running {
        report.add(ServerOutcome(server: server, result: .failed(failure)))
      }
      running = []
    }
    return running.isEmpty ? nil : 10
  }

  private static func send(_ signal: Int32, to server: LiveServer) {
    // Looked at right before: the number may have become another's since the list was made.
    guard let process = server.record?.process, process.isRunning else { return }
    kill(process.processID, signal)
  }
}
