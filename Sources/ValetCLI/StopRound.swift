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

  /// - Throws: `ControlError` when nothing could be sent to anybody.
  func run(_ servers: [LiveServer], report: inout OutcomeReport) throws {
    let executed = servers.filter { $0.record != nil }
    for server in executed { Self.send(SIGTERM, to: server) }
    try stopRelays(servers.filter { $0.record == nil }, report: &report)
    awaitExecuted(executed, report: &report)
  }

  private func stopRelays(_ servers: [LiveServer], report: inout OutcomeReport) throws {
    let message = try ControlMessage.stop(graceMilliseconds: UInt32(clamping: graceMilliseconds))
    let clients = servers.compactMap { server -> ControlClient? in
      guard case .relay(let relay) = server.origin else { return nil }
      return RunningServers(context.locations).client(relay.socketName, message)
    }
    // One that hung a moment ago is not waited for as long again.
    let deadlines = ControlClient.Deadlines(first: 5_000, next: graceMilliseconds + 5_000)
    ControlClient.converse(clients, deadlines: deadlines) { client, answer in
      guard answer == nil, let index = clients.firstIndex(where: { $0 === client }) else { return }
      report.add(ServerOutcome(server: servers[index], result: result(of: client)))
    }
  }

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

  private static func send(_ signal: Int32, to server: LiveServer) {
    // Looked at right before: the number may have become another's since the list was made.
    guard let process = server.record?.process, process.isRunning else { return }
    kill(process.processID, signal)
  }

  private func awaitExecuted(_ servers: [LiveServer], report: inout OutcomeReport) {
    let deadline = ControlClock.now() + graceMilliseconds
    var wasKilled = false
    var running = servers
    while !running.isEmpty {
      for server in running where server.record?.process.isRunning != true {
        report.add(ServerOutcome(server: server, result: .stopped))
      }
      running.removeAll { $0.record?.process.isRunning != true }
      if running.isEmpty { return }
      if !wasKilled, ControlClock.now() >= deadline {
        for server in running { Self.send(SIGKILL, to: server) }
        wasKilled = true
      } else if wasKilled, ControlClock.now() >= deadline + 2_000 {
        let failure = ControlAnswer.Failure(
          message: "it does not end", hint: nil, exitCode: .storeUnavailable)
        for server in running {
          report.add(ServerOutcome(server: server, result: .failed(failure)))
        }
        return
      }
      usleep(10_000)
    }
  }
}
