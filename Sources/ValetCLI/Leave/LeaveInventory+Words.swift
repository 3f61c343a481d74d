internal import Secrets

extension LeaveInventory {
  /// For a person, who is to agree to all of it.
  var lines: [String] {
    var lines: [String] = []
    func add(_ title: String, _ items: [String]) {
      guard !items.isEmpty else { return }
      lines.append(title)
      lines += items.map { "  \(printable($0, limit: .max))" }
    }
    add(
      "Hosts' files that get their keys back, in plain text:",
      hostFiles.map { "\($0.path): \($0.servers.joined(separator: ", "))" })
    add(
      "Servers that were imported, and are gone or changed: their keys are in the vault only:",
      goneServers.map { "\($0.path): \($0.servers.joined(separator: ", "))" })
    add(
      "Servers that their hosts start through mcp-valet, and that no import made; edit them yourself:",
      otherServers.map { "\($0.server) of \($0.host) (\($0.path))" })
    add("Logins that are revoked at their servers:", connections)
    add(
      "Servers that run, and keep what they have until they end:",
      running)
    if let vault {
      let count = secrets.map { "\($0) secrets, \(grants ?? 0) grants" } ?? "it does not open"
      add("The vault and its local backups:", ["\(vault) (\(count))"])
    }
    add("Secrets of the vault that no host's file gets back; 'vault export' keeps them:", onlyHere)
    add(
      otherVaults.isEmpty
        ? "Secrets in the OS keyring; 'vault export' keeps them, too:"
        : "Secrets in the OS keyring, which stay for other vaults:",
      keyringSecrets)
    if keyringHoldsKey { add("In the OS keyring:", ["the key of the vault"]) }
    if let keyringProblem { add("Whatever is in the OS keyring, which stays:", [keyringProblem]) }
    add("Files:", files)
    return lines
  }

  /// What `--force` costs; said before it does.
  var losses: [String] {
    obstacles.map { "\($0.loss) (\($0.message))" }
  }

  /// What stays and cannot be reached; said at the end, too.
  var rest: [String] {
    var rest = keyFiles.map {
      "the key file \($0): it opens copies of the vault that lie elsewhere; rm \(shellWord($0))"
    }
    rest += otherServers.map {
      "\($0.server) of \($0.host) still starts mcp-valet: edit \($0.path)"
    }
    // How to remove it is not said: the one that it opens may be in use.
    rest += otherVaults.map { "the OS keyring holds the key of another vault, \($0)" }
    if !otherVaults.isEmpty {
      rest += keyringSecrets.map { "keyring://\($0): mcp-valet rm keyring://\($0)" }
    }
    if let keyringAbsence {
      rest.append("what an OS keyring has that is not reached from here (\(keyringAbsence))")
    }
    if vault != nil {
      rest.append("copies that you made: 'vault backup', exports, backups of this disk")
    }
    if !hostFiles.isEmpty {
      rest.append("keys are in hosts' files again; mcp-valet scan names them and their copies")
    }
    return rest
  }
}
