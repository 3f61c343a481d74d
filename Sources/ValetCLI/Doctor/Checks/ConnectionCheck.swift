internal import Broker
internal import Connections
internal import SealedConnections
internal import Secrets
internal import Vault

extension Check {
  /// Which logins have ended, or will with nobody noticing.
  static let connections = Check("connections", [.files, .bus]) { examination in
    QuietVault.examine(examination) { store in
      let files = ConnectionStore(try examination.home().locations)
      var findings: [CheckFinding] = []
      let entries = try store.connections()
      for entry in entries {
        do {
          guard let key = try store.connectionKey(named: entry.name) else { continue }
          findings += Self.findings(of: entry.name, try files.read(key).record)
        } catch {
          findings.append(
            CheckFinding(error, about: "\(entry.name): ", next: "mcp-valet login \(entry.name)"))
        }
      }
      let known = Set(entries.map(\.key.connectionID.description))
      let strays = try files.connectionIDs().filter { !known.contains($0.description) }
      if !strays.isEmpty {
        findings.append(
          CheckFinding(
            .note,
            "\(strays.count) \(strays.count == 1 ? "file" : "files") in \(files.path) that no key "
              + "opens any more",
            next: "rm \(strays.map { shellWord(files.path(of: $0)) }.joined(separator: " "))"))
      }
      return findings.isEmpty
        ? [
          CheckFinding(
            .ok, "\(entries.count) \(entries.count == 1 ? "connection" : "connections"), all ready")
        ]
        : findings
    }
  }

  private static func findings(
    of name: ConnectionName, _ record: ConnectionRecord
  ) -> [CheckFinding] {
    let login = "mcp-valet login \(name)"
    var findings: [CheckFinding] = []
    switch ConnectionSummary(record, servers: []).state {
    case .ready:
      if let failure = record.lastFailure {
        findings.append(
          CheckFinding(
            .warning,
            "\(name) was not refreshed on \(DateText.describeDay(failure.time)): \(failure.message)",
            next: "mcp-valet refresh \(name)"))
      }
    case .expiring:
      let end = record.expires.map { DateText.describe($0) } ?? "soon"
      findings.append(
        CheckFinding(.warning, "\(name) ends on \(end) and cannot be renewed", next: login))
    case .ended:
      findings.append(CheckFinding(.failure, "\(name) has ended", next: login))
    }
    if let end = record.refreshExpires, end > Context.now, end - Context.now < 7 * 86_400 {
      findings.append(
        CheckFinding(
          .warning,
          "\(name) can be renewed for \(DurationText.describe(seconds: end - Context.now)) more",
          next: login))
    }
    return findings
  }
}
