internal import ArgumentParser
internal import Broker
internal import Connections
internal import Control
internal import Files
internal import Hosts
internal import Keyring
internal import Platform
internal import Secrets
internal import Vault

/// Carries out what a person agreed to: what can be taken back first, while the vault is still
/// there, then what cannot.
///
/// Every step may have been done before by a `leave` that was interrupted.
struct Departure {
  let context: Context
  let inventory: LeaveInventory
  /// `nil` where there is no vault, or it does not open.
  let store: VaultStore?
  let isForced: Bool

  /// What is left to do by hand; one clause each.
  private(set) var left: [String] = []

  init(
    _ context: Context, _ inventory: LeaveInventory, _ store: VaultStore?, isForced: Bool
  ) {
    self.context = context
    self.inventory = inventory
    self.store = store
    self.isForced = isForced
  }

  /// - Throws: ``CommandError/failed(_:hint:)`` when keys could not be put back into hosts' files:
  ///   nothing is removed then.
  mutating func run(stopsServers: Bool) throws {
    let progress = StepProgress()
    if stopsServers, !inventory.running.isEmpty {
      progress.begin("stopping servers")
      stopServers()
    }
    if let store {
      try undoHosts(store)
      try mark()
      for name in inventory.connections {
        progress.begin("revoking \(name)")
        revoke(name)
      }
    } else {
      try mark()
    }
    progress.begin("removing")
    removeKeyringSecrets()
    let data = "\(context.locations.data)/"
    removeFiles { $0.hasPrefix(data) }
    removeVaultKeys()
    removeFiles { _ in true }
    removeFolders()
  }

  private mutating func stopServers() {
    do {
      var report = OutcomeReport(json: false)
      let round = StopRound(
        context: context, graceMilliseconds: StopCommand.standardGrace, isForced: false)
      try round.run(try LiveServers(context).servers, report: &report)
      try report.finish(nothing: "no servers run", hint: nil)
    } catch {
      left.append("running servers: mcp-valet stop --all --force, or end them yourself")
    }
  }

  // MARK: What can be taken back

  private mutating func undoHosts(_ store: VaultStore) throws {
    var failed: [String] = []
    for id in Set(inventory.hostFiles.map(\.host)).sorted() {
      do {
        let host = try Host.named(id)
        let lock = try ImportLock.acquire(context)
        let records = try UndoStore(context, store).all(host: id)
        let undo = try UndoCommand.parse([id])
        try undo.carryOut(records, host, context, store, isAgreed: true)
        lock.release()
      } catch {
        failed.append(id)
      }
    }
    guard !failed.isEmpty else { return }
    if isForced {
      left += failed.map { "keys that \($0) had in its files were in the vault, and are gone" }
      return
    }
    throw CommandError.failed(
      "the keys of \(failed.joined(separator: ", ")) are not all back in its files, so nothing is "
        + "removed",
      hint: "mend what is named above, then: mcp-valet leave; or mcp-valet leave --force")
  }

  /// What is left of a vault's name when the vault is gone.
  private func mark() throws {
    guard let id = inventory.vaultId else { return }
    let folder = try OwnedFolder.open(context.locations.state, create: true)
    try folder.replaceFile(OwnFiles.marker, with: Array("\(id)\n".utf8))
  }

  private mutating func revoke(_ text: String) {
    do {
      let name = try ConnectionName(text)
      let logins = try Logins(context, opening: .open)
      var failure: String?
      let revocations = try logins.end(name, keepingRegistration: false) {
        do {
          return try logins.revoke(name)
        } catch {
          failure = Report.reportable(error).message
          return []
        }
      }
      let refused = revocations.filter { $0.outcome != .revoked }
      if let failure {
        left.append("oauth://\(name): nothing was revoked: \(failure); end it at its server")
      } else if !refused.isEmpty {
        left.append("oauth://\(name): its server did not revoke every token; end it there")
      } else {
        Report.note("revoked oauth://\(name)")
      }
    } catch {
      left.append("oauth://\(text): \(Report.reportable(error).message); end it at its server")
    }
  }

  // MARK: What cannot

  private mutating func removeKeyringSecrets() {
    if let problem = inventory.keyringProblem {
      left.append("what is in the OS keyring: \(problem)")
    }
    guard inventory.otherVaults.isEmpty else { return }
    for name in inventory.keyringSecrets {
      do {
        try Keyrings.ask(Keyrings.interactive()) { try $0.remove(try SecretName(name)) }
      } catch StoreError.missing {
        continue
      } catch {
        left.append("keyring://\(name): \(Report.reportable(error).message)")
      }
    }
  }

  private mutating func removeVaultKeys() {
    guard let id = inventory.vaultId else { return }
    do {
      try KeyCache.clear(vaultID: id)
    } catch {
      // A machine without one keeps none either.
    }
    guard inventory.keyringHoldsKey else { return }
    do {
      _ = try Keyrings.ask(Keyrings.interactive()) { try $0.removeItems(ofVault: id) }
    } catch {
      left.append(
        "the vault's key in the OS keyring: \(Report.reportable(error).message); "
          + "secret-tool clear application mcp-valet vault \(id)")
    }
  }

  /// The marker goes last, with its folder.
  private mutating func removeFiles(where isWanted: (String) -> Bool) {
    for path in OwnFiles(context.locations).files where isWanted(path) {
      if path.hasSuffix("/\(OwnFiles.marker)") || isInUse(path) { continue }
      if unlink(path) != 0, errno != ENOENT {
        left.append("\(path): \(String(cString: strerror(errno)))")
      }
    }
  }

  /// A socket with a relay behind it, which removes it when it ends.
  private func isInUse(_ path: String) -> Bool {
    guard path.hasSuffix(".sock") || path.hasSuffix(".exec"),
      let running = try? LiveServers(context).servers
    else { return false }
    let name = path.split(separator: "/").last?.split(separator: ".").first ?? ""
    return running.contains { name == "\($0.processID)" }
  }

  private mutating func removeFolders() {
    let own = OwnFiles(context.locations)
    let isDone = left.isEmpty
    // What could not be removed from the keyring is found again by the vault's id.
    if isDone { unlink("\(context.locations.state)/\(OwnFiles.marker)") }
    for folder in own.folders where rmdir(folder) != 0 && errno != ENOENT {
      if errno != ENOTEMPTY { left.append("\(folder): \(String(cString: strerror(errno)))") }
    }
    left += own.strangers
  }
}

/// Says what is being done when that takes more than a moment.
private final class StepProgress {
  func begin(_ step: String) {
    if isatty(STDERR_FILENO) == 1 { Report.note("\(step) …") }
  }
}
