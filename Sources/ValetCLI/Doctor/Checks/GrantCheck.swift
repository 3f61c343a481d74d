internal import Broker
internal import Grants
internal import HostConfigs
internal import Launch
internal import Platform
internal import Secrets
internal import Vault

extension Check {
  /// Whether the servers that are configured would get their secrets as they are started today.
  static let grants = Check("grants", [.files, .hosts, .bus]) { examination in
    QuietVault.examine(examination) { store in
      var findings: [CheckFinding] = []
      var count = 0
      for launch in ConfiguredLaunch.all(examination) {
        guard let outcome = try outcome(of: launch, store) else { continue }
        if case .notNeeded = outcome { continue }
        count += 1
        if let finding = finding(launch, outcome) { findings.append(finding) }
      }
      findings += try lostPrograms(store.grants())
      if !findings.isEmpty { return findings }
      let grants = try store.grants().count
      if count == 0 {
        return [CheckFinding(.ok, "no configured server asks for a secret (\(grants) grants)")]
      }
      return [
        CheckFinding(
          .ok,
          "\(count) configured \(count == 1 ? "server is" : "servers are") allowed what they ask for "
            + "(\(grants) \(grants == 1 ? "grant" : "grants"))")
      ]
    }
  }

  /// `nil` where another check says what is wrong.
  private static func outcome(
    of launch: ConfiguredLaunch, _ store: VaultStore
  ) throws -> GrantExamination.Outcome? {
    guard let intended = try? launch.intended() else { return nil }
    return try GrantExamination.examine(intended, store)
  }

  private static func finding(
    _ launch: ConfiguredLaunch, _ outcome: GrantExamination.Outcome
  ) -> CheckFinding? {
    switch outcome {
    case .notNeeded, .allowed: nil
    case .missing:
      CheckFinding(
        .warning, "\(launch.title) is allowed nothing yet", next: launch.next)
    case .differs(let differences):
      CheckFinding(
        .warning,
        "\(launch.title) is not what was allowed: \(differences.joined(separator: "; "))",
        next: launch.next)
    case .notStartable(let error): CheckFinding(error, as: .warning, about: "\(launch.title): ")
    }
  }

  /// Grants of programs that are not there any more: an upgrade often moves them.
  private static func lostPrograms(_ grants: [Grant]) -> [CheckFinding] {
    grants.compactMap { grant in
      guard case .file(let path) = grant.terms.program else { return nil }
      guard access(path.map { CChar(bitPattern: $0) } + [0], X_OK) != 0 else { return nil }
      let name = printable(grant.terms.serverName)
      return CheckFinding(
        .warning, "'\(name)' is allowed to start \(escaped(path)), which is not there any more",
        next: "mcp-valet deny \(shellWord(grant.terms.serverName)), or mcp-valet allow "
          + "\(shellWord(grant.terms.serverName)) -- COMMAND")
    }
  }
}

/// A launch that some configuration leads to.
private struct ConfiguredLaunch {
  let title: String
  let arguments: RunArguments
  /// Variables that the host sets.
  let environment: [(name: String, value: String)]

  var next: String {
    if let name = arguments.serverName, arguments.command == nil, environment.isEmpty {
      return "mcp-valet allow \(shellWord(name))"
    }
    return "start it in its host, then mcp-valet allow --last"
  }

  static func all(_ examination: Examination) -> [ConfiguredLaunch] {
    var launches: [ConfiguredLaunch] = []
    if let context = examination.context, let file = try? ServersStore(context).read() {
      for name in file.names {
        guard let arguments = try? RunArguments([name]) else { continue }
        launches.append(
          ConfiguredLaunch(
            title: "'\(printable(name))' of servers.json", arguments: arguments, environment: []))
      }
    }
    for server in ConfiguredServers(home: examination.userFolder).servers where server.isThroughUs {
      guard let arguments = try? RunArguments(server.arguments.dropFirst()) else { continue }
      // The definition itself was looked at above.
      if arguments == (try? RunArguments([arguments.serverName ?? ""])), server.environment.isEmpty
      {
        continue
      }
      launches.append(
        ConfiguredLaunch(
          title: server.title, arguments: arguments, environment: server.environment))
    }
    return launches
  }

  /// - Throws: as `IntendedLaunch.init`.
  func intended() throws -> IntendedLaunch {
    try IntendedLaunch(arguments, inherited: HostEnvironment.inherited(environment))
  }
}
