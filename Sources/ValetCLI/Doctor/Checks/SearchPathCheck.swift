internal import Broker
internal import HostConfigs
internal import Platform
internal import Secrets

extension Check {
  /// What hosts that were started from the desktop find along their `PATH`: a shell's own additions
  /// are not on it.
  static let searchPath = Check("path", [.system, .hosts], needsHome: false) { examination in
    let path = DesktopPath.current(home: examination.userFolder)
    let lead = "PATH of graphical hosts (\(path.source))"
    let configured = ConfiguredServers(home: examination.userFolder).servers.filter(\.isThroughUs)
    var findings: [CheckFinding] = []
    let ours = OwnProgram.launcher
    if let found = find("mcp-valet", along: path.text) {
      if let ours, resolved(found) != ours {
        findings.append(
          CheckFinding(
            .warning, "\(lead) finds another mcp-valet: \(found), and this is \(ours)",
            next: "remove one of them"))
      } else {
        findings.append(CheckFinding(.ok, "\(lead) finds \(found)"))
      }
    } else {
      let isNamed = configured.contains { $0.command == "mcp-valet" }
      findings.append(
        CheckFinding(
          isNamed ? .warning : .note,
          "\(lead) does not find mcp-valet, so hosts' files need its whole path: \(path.text)",
          next: ours.map { "sudo ln -s \(shellWord($0)) /usr/local/bin/" }))
    }
    return findings + missingCommands(of: configured, along: path.text, examination)
  }

  /// Commands behind mcp-valet that a shell may find, and a graphical host does not.
  private static func missingCommands(
    of configured: [ConfiguredServer], along path: String, _ examination: Examination
  ) -> [CheckFinding] {
    var commands: [(title: String, command: String)] = configured.compactMap { server in
      // A `PATH` of its own is looked along then.
      if server.environment.contains(where: { $0.name == "PATH" }) { return nil }
      guard let words = try? RunArguments(server.arguments.dropFirst()),
        let command = words.command?.first
      else { return nil }
      return (server.title, command)
    }
    if !examination.silent.contains(.files), let context = examination.context,
      let file = try? ServersStore(context).read()
    {
      for name in file.names {
        guard let definition = try? file.definition(named: name),
          !definition.environment.contains(where: { $0.name == "PATH" })
        else { continue }
        commands.append(("'\(printable(name))' of servers.json", definition.command))
      }
    }
    return commands.compactMap { title, command in
      if command.contains("/") || find(command, along: path) != nil { return nil }
      return CheckFinding(
        .warning, "\(title) starts \(printable(command)), which graphical hosts do not find",
        next: "command -v \(shellWord(command)), and its whole path in the configuration")
    }
  }

  private static func find(_ name: String, along path: String) -> String? {
    for folder in path.split(separator: ":") where folder.utf8.first == UInt8(ascii: "/") {
      let candidate = "\(folder)/\(name)"
      var status = stat()
      if access(candidate, X_OK) == 0, stat(candidate, &status) == 0,
        status.st_mode & S_IFMT == S_IFREG
      {
        return candidate
      }
    }
    return nil
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(validatingCString: resolved)
  }
}
