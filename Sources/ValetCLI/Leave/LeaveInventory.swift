internal import Broker
internal import Connections
internal import Control
internal import Files
internal import Hosts
internal import Importing
internal import Keyring
internal import Secrets
internal import Vault

/// Everything of ours on this machine, as far as it can be seen: what `leave` asks about, and what
/// `leave --dry-run --json` prints.
struct LeaveInventory: Encodable {
  /// Servers of a file that an import changed.
  struct HostFile: Encodable {
    /// As `undo` takes it.
    var host: String
    var path: String
    /// Their names; with the project behind them, where the file has those of several.
    var servers: [String]
  }

  /// A server that its host starts through us and that no import made.
  struct OtherServer: Encodable {
    var host: String
    var path: String
    var server: String
  }

  /// A host's file that cannot be read, and may start servers through us.
  struct UnreadableFile: Encodable {
    var host: String
    var path: String
    var problem: String
  }

  var vault: String?
  var vaultId: String?
  var secrets: Int?
  var grants: Int?
  /// What gets its keys back.
  var hostFiles: [HostFile] = []
  /// Servers of imports that are not there any more, or have another command now.
  var goneServers: [HostFile] = []
  var otherServers: [OtherServer] = []
  var unreadableFiles: [UnreadableFile] = []
  /// Secrets of the vault that no host's file gets back.
  var onlyHere: [String] = []
  var connections: [String] = []
  /// Servers that run now.
  var running: [String] = []
  /// Secrets in the OS keyring.
  var keyringSecrets: [String] = []
  /// Whether the keyring holds something for this vault.
  var keyringHoldsKey = false
  /// Why the keyring could not be looked into; what is in it is unknown then.
  var keyringProblem: String?
  /// Why there is no keyring here, and nothing speaks for one.
  var keyringAbsence: String?
  /// Of vaults elsewhere, which keep the keyring's secrets from being removed.
  var otherVaults: [String] = []
  var files: [String] = []
  /// Stay: they may open copies of the vault.
  var keyFiles: [String] = []
  /// What could not be looked at; one clause each.
  var problems: [String] = []
  /// What keeps it from being done without `--force`.
  var obstacles: [LeaveObstacle] = []

  /// - Parameters:
  ///   - contents: of the opened vault; `nil` where there is none, or it does not open.
  ///   - marker: of a `leave` that was interrupted.
  ///   - keyring: which may ask somebody, or not.
  ///   - isUnattended: whether nobody reads what is shown.
  init(
    _ context: Context, _ contents: VaultContents?, _ marker: LeaveMarker?, keyring: KeyringStore,
    keyringIsUsed: Bool, isUnattended: Bool
  ) {
    let access = VaultAccess(context)
    let header = try? VaultStore.peek(access.location).header
    vaultId = header?.vaultID.description ?? marker?.vaultID
    if access.exists { vault = access.location.vaultPath }
    let imported = contents?.imports.map { ImportedFile($0) } ?? []
    if let contents { add(contents, imported) }
    lookAtHosts(context, imported)
    do {
      running = try LiveServers(context).servers.map(\.title)
    } catch {
      problems.append("running servers: \(Report.reportable(error).message)")
    }
    add(KeyringContents(of: keyring, isUsed: keyringIsUsed))
    let own = OwnFiles(context.locations)
    files = own.files + own.trees
    problems += own.strangers.map { "\($0) is none of ours, and stays" }
    keyFiles = KeySearch.keyFiles(context).map(\.path)
    if let lost = LostVault(context), !lost.isLeft {
      obstacles.append(
        LeaveObstacle(
          message: lost.message, next: lost.next,
          loss: "what is in the backups of a vault that is not there"))
    }
    if isUnattended { stopForKeys(imported) }
  }

  private mutating func add(_ contents: VaultContents, _ imported: [ImportedFile]) {
    secrets = contents.secrets.count
    grants = contents.grants.count
    connections = contents.connections.map(\.text)
    var returned: Set<SecretName> = []
    for file in imported {
      if let problem = file.problem { obstacles.append(.unreadable(file, problem)) }
      for (servers, list) in [
        (file.pending, \LeaveInventory.hostFiles), (file.missing, \.goneServers),
      ] where !servers.isEmpty {
        self[keyPath: list].append(
          HostFile(
            host: file.host, path: file.record.path,
            servers: Self.unique(servers.map(file.title(of:)))))
      }
      for step in file.record.steps {
        for server in step.servers where !file.missing.contains(server) {
          // A file that nobody changed gets the value that it had, whatever became of the secret.
          returned.formUnion(
            server.secrets.filter { name in
              let stored = contents.secrets.first { $0.name == name }?.stored
              return stored.map { $0 <= step.time } ?? false
            })
        }
      }
    }
    onlyHere = contents.secrets.map(\.name).filter { !returned.contains($0) }.map(\.text)
    for record in contents.unreadable {
      obstacles.append(
        LeaveObstacle(
          message: record.reason,
          next: "mcp-valet of the version that imported it: undo \(record.host)",
          loss: "what an import took out of files of \(printable(record.host))"))
    }
    obstacles += RunningHosts.obstacles(of: Set(hostFiles.map(\.host)))
  }

  /// A vault that does not open, or is not opened.
  mutating func addUnopened(_ problem: any ReportableError, _ context: Context) {
    let logins = OwnFiles(context.locations).connectionCount
    let names =
      switch logins {
      case 0: ""
      case 1: ", and 1 login that stays valid: end it at its server"
      default: ", and \(logins) logins that stay valid: end them at their servers"
      }
    obstacles.append(
      LeaveObstacle(
        message: problem.message, next: problem.hint ?? "mcp-valet vault status",
        loss: "everything that is only in the vault, keys of hosts among it\(names)"))
  }

  /// Nobody reads that keys of hosts are in the vault only: of servers that are gone, and those that
  /// were changed since the import.
  private mutating func stopForKeys(_ imported: [ImportedFile]) {
    for file in goneServers {
      let servers = file.servers.map { printable($0) }.joined(separator: ", ")
      obstacles.append(
        LeaveObstacle(
          message: "\(servers) of \(file.path) is gone or changed: its keys are in the vault only",
          next: "mcp-valet vault export; or mcp-valet leave, without --yes",
          loss: "the keys that \(servers) had", path: file.path))
    }
    let gone = Set(imported.flatMap(\.missing).flatMap(\.secrets).map(\.text))
    for file in imported {
      let names = Set(file.record.secrets.map(\.text)).subtracting(gone)
      for name in onlyHere where names.contains(name) {
        obstacles.append(
          LeaveObstacle(
            message: "valet://\(name) was changed since it was imported from \(file.record.path), "
              + "which may get the former value: the present one is in the vault only",
            next: "mcp-valet vault export; or mcp-valet leave, without --yes",
            loss: "the present value of valet://\(name)"))
      }
    }
  }

  private static func unique(_ texts: [String]) -> [String] {
    texts.reduce(into: []) { unique, text in
      if !unique.contains(text) { unique.append(text) }
    }
  }

  private mutating func lookAtHosts(_ context: Context, _ imported: [ImportedFile]) {
    let configured = ConfiguredServers(home: Examination(context).userFolder)
    for file in configured.files {
      guard let problem = file.problem else { continue }
      problems.append(problem.message)
      unreadableFiles.append(
        UnreadableFile(host: file.hostName, path: file.path, problem: problem.message))
      let isKnown = obstacles.contains { $0.path == file.path }
      if !isKnown, let obstacle = LeaveObstacle.possible(in: file, problem) {
        obstacles.append(obstacle)
      }
    }
    for server in configured.servers where server.callsUs {
      if !imported.contains(where: { $0.returns(server) }) {
        otherServers.append(
          OtherServer(host: server.hostName, path: server.path, server: server.name))
      }
    }
  }

  private mutating func add(_ keyring: KeyringContents) {
    switch keyring {
    case .known(let vaults, let secrets):
      keyringHoldsKey = vaultId.map(vaults.contains) ?? false
      otherVaults = vaults.filter { $0 != vaultId }
      keyringSecrets = secrets.map(\.name.text)
    case .absent(let reason): keyringAbsence = reason
    case .unknown(let reason):
      keyringProblem = reason
      obstacles.append(
        LeaveObstacle(
          message: "\(reason), so what is in it cannot be removed",
          next: "log in to the desktop, unlock the keyring",
          loss: "what is in the OS keyring stays there"))
    }
  }

  /// Whether there is nothing to leave.
  var isEmpty: Bool {
    vault == nil && hostFiles.isEmpty && otherServers.isEmpty && files.isEmpty && !keyringHoldsKey
      && keyringSecrets.isEmpty && obstacles.isEmpty
  }
}
