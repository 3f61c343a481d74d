internal import Broker
internal import Importing
internal import Platform
internal import Secrets

extension Check {
  /// Which hosts are configured here, and which of their servers come through us.
  static let hosts = Check("hosts", [.hosts], needsHome: false) { examination in
    let configured = ConfiguredServers(home: examination.userFolder)
    if configured.files.isEmpty { return [CheckFinding(.ok, "no host is configured here")] }
    var findings: [CheckFinding] = []
    for file in configured.files {
      if let remnant = HostFileReplacement.remnant(beside: file.path) {
        findings.append(
          CheckFinding(
            .warning, "\(remnant) was left by an import or undo that was killed, and may hold keys",
            next: "mcp-valet import"))
      }
      if let problem = file.problem {
        findings.append(problem)
      } else if !file.servers.isEmpty {
        findings.append(finding(of: file))
      }
    }
    for server in configured.servers where server.isThroughUs {
      findings += faults(of: server)
    }
    return findings.isEmpty ? [CheckFinding(.ok, "no host has a server yet")] : findings
  }

  private static func finding(of file: ConfiguredFile) -> CheckFinding {
    let local = file.servers.filter { $0.command != nil }
    let ours = local.filter(\.isThroughUs).count
    let remote = file.servers.count - local.count
    let text =
      "\(file.hostName): \(ours) of \(local.count) through mcp-valet"
      + (remote == 0 ? "" : ", \(remote) remote") + " (\(file.path))"
    // Whether there is a key in the others is for another command to say.
    return ours == local.count
      ? CheckFinding(.ok, text)
      : CheckFinding(.note, text, next: "mcp-valet scan \(shellWord(file.path))")
  }

  private static func faults(of server: ConfiguredServer) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    if let command = server.command, command.utf8.first == UInt8(ascii: "/"),
      access(command, X_OK) != 0
    {
      findings.append(
        CheckFinding(
          .failure, "\(server.title) is started by \(command), which cannot be executed",
          next: OwnProgram.launcher.map { "write \($0) in its place in \(server.path)" }
            ?? OwnProgram.installationHint))
    }
    let moved = ["MCP_VALET_HOME", "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"]
    for variable in server.environment where moved.contains(variable.name) {
      findings.append(
        CheckFinding(
          .warning,
          "\(server.title) sets \(variable.name): its launches look for the vault elsewhere",
          next: "take \(variable.name) out of \(server.path), unless you wrote it"))
    }
    return findings
  }
}
