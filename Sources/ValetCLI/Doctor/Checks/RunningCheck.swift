internal import Broker
internal import Control
internal import Secrets
internal import Vault

extension Check {
  /// Whether the servers that run answer, and have the newest values.
  static let running = Check("running", [.servers, .files, .bus]) { examination in
    do {
      let context = try examination.home()
      let running = RunningServers(context.locations)
      let message = try ControlMessage.status()
      // Not `list()`, which removes what processes that are gone have left.
      let clients = try running.socketNames().map { running.client($0, message) }
      ControlClient.converse(clients, deadlines: deadlines)
      let servers = clients.compactMap(RunningServers.server).map { LiveServer(origin: .relay($0)) }
      if servers.isEmpty { return [CheckFinding(.ok, "no server runs now")] }
      var findings: [CheckFinding] = servers.filter { $0.status == nil }.map { server in
        CheckFinding(
          .warning, "process \(server.processID) does not answer",
          next: "mcp-valet stop \(server.processID) --force")
      }
      findings += stale(servers, examination)
      return findings.isEmpty
        ? [
          CheckFinding(
            .ok,
            servers.count == 1
              ? "1 server runs, and answers" : "\(servers.count) servers run, and all answer")
        ] : findings
    } catch {
      return [CheckFinding(error, next: "mcp-valet ps")]
    }
  }

  /// 1.5 s: a relay answers within a millisecond.
  private static let deadlines = ControlClient.Deadlines(first: 1_500, next: 1_500)

  private static func stale(_ servers: [LiveServer], _ examination: Examination) -> [CheckFinding] {
    guard let store = (try? QuietVault.open(examination))??.store else { return [] }
    var findings: [CheckFinding] = []
    for server in servers {
      for held in server.secrets {
        guard case .vault(let name) = held.reference, let version = held.version,
          let newest = (try? store.versions(of: name))?.first?.number, newest > version
        else { continue }
        findings.append(
          CheckFinding(
            .warning, "\(server.title) has version \(version) of \(name), and \(newest) is newer",
            next: "mcp-valet reload --all --outdated"))
      }
    }
    return findings
  }
}
