internal import Broker
internal import Connections
internal import Control
internal import Files
internal import Importing
internal import Keyring
internal import Secrets
internal import Vault

/// Everything of ours on this machine, as far as it can be seen: what `leave` asks about, and what
/// `leave --dry-run --json` prints.
struct LeaveInventory: Encodable {
  /// A file that an import changed and that gets its keys back.
  struct HostFile: Encodable {
    /// As `undo` takes it.
    var host: String
    var path: String
    var servers: [String]
  }

  /// A server that its host starts through us and that no import made.
  struct OtherServer: Encodable {
    var host: String
    var path: String
    var server: String
  }

  var vault: String?
  var vaultId: String?
  var secrets: Int?
  var grants: Int?
  var hostFiles: [HostFile] = []
  var otherServers: [OtherServer] = []
  var connections: [String] = []
  /// Servers that run now.
  var running: [String] = []
  /// Secrets in the OS keyring.
  var keyringSecrets: [String] = []
  /// Whether the keyring holds something for this vault.
  var keyringHoldsKey = false
  /// Why the keyring could not be looked into; what is in it is unknown then.
  var keyringProblem: String?
  /// Of vaults elsewhere, which keep the keyring's secrets from being removed.
  var otherVaults: [String] = []
  var files: [String] = []
  /// Stay: they may open copies of the vault.
  var keyFiles: [String] = []
  /// What could not be looked at; one clause each.
  var problems: [String] = []

  /// - Parameters:
  ///   - store: the opened vault; `nil` where there is none, or it does not open.
  ///   - vaultID: of the vault, or of the one that an interrupted `leave` removed.
  init(_ context: Context, _ store: VaultStore?, vaultID: String?) {
    let access = VaultAccess(context)
    self.vaultId = vaultID
    if access.exists { vault = access.location.vaultPath }
    do {
      if let store { try lookInto(store, context) }
    } catch {
      problems.append(Report.reportable(error).message)
    }
    lookAtHosts(context)
    do {
      running = try LiveServers(context).servers.map(\.title)
    } catch {
      problems.append("running servers: \(Report.reportable(error).message)")
    }
    lookIntoKeyring()
    let own = OwnFiles(context.locations)
    files = own.files
    problems += own.strangers.map { "\($0) is none of ours, and stays" }
    keyFiles = KeySearch.keyFiles(context).map(\.path)
  }

  private mutating func lookInto(_ store: VaultStore, _ context: Context) throws {
    let records = try UndoStore(context, store).all(host: nil)
    hostFiles = records.map { name, record in
      HostFile(
        host: Self.host(of: name), path: record.path,
        servers: record.steps.flatMap(\.servers).map(\.name))
    }
    secrets = try store.list().count - records.count
    grants = try store.grants().count
    connections = try store.connections().map(\.name.text)
  }

  /// `mcp-valet/undo/HOST/…`
  private static func host(of name: SecretName) -> String {
    let rest = name.text.dropFirst(UndoRecord.prefix.count)
    return String(rest.prefix { $0 != "/" })
  }

  private mutating func lookAtHosts(_ context: Context) {
    let configured = ConfiguredServers(home: Examination(context).userFolder)
    for file in configured.files {
      if let problem = file.problem { problems.append(problem.message) }
    }
    for server in configured.servers where server.isThroughUs {
      let isImported = hostFiles.contains {
        $0.path == server.path && $0.servers.contains(server.name)
      }
      if !isImported {
        otherServers.append(
          OtherServer(host: server.hostName, path: server.path, server: server.name))
      }
    }
  }

  private mutating func lookIntoKeyring() {
    do {
      let vaults = try Keyrings.ask(Keyrings.quiet()) { try $0.vaultIDs() }
      keyringHoldsKey = vaultId.map(vaults.contains) ?? false
      otherVaults = vaults.filter { $0 != vaultId }
      keyringSecrets = try Keyrings.quiet().list().map(\.name.text)
    } catch StoreError.unavailable {
      // No keyring here: nothing of ours can be in it.
    } catch {
      keyringProblem = Report.reportable(error).message
    }
  }

  /// Whether there is nothing to leave.
  var isEmpty: Bool {
    vault == nil && hostFiles.isEmpty && otherServers.isEmpty && files.isEmpty && !keyringHoldsKey
      && keyringSecrets.isEmpty
  }
}
