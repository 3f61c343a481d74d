internal import Broker
internal import Connections
internal import Control
internal import Files
internal import Keyring
internal import Launch
internal import Platform
internal import Secrets
internal import Vault

/// Carries out what a person agreed to: what can be taken back first, while the vault is still
/// there, then what cannot.
///
/// Every step may have been done before by a `leave` that was interrupted.
struct Departure {
  /// What was not done.
  struct Rest {
    /// With what to do about it; one clause.
    let text: String
    /// Whether another `leave` finds it and tries again.
    let isForAnotherRun: Bool
  }

  let context: Context
  let inventory: LeaveInventory
  /// `nil` where there is no vault, or it does not open.
  let store: VaultStore?
  /// Of the vault when the person was asked.
  let contents: VaultContents?
  let isForced: Bool
  /// Whether nobody is asked.
  let isUnattended: Bool

  private(set) var left: [Rest] = []

  init(
    _ context: Context, _ inventory: LeaveInventory, _ store: VaultStore?,
    _ contents: VaultContents?, isForced: Bool, isUnattended: Bool
  ) {
    self.context = context
    self.inventory = inventory
    self.store = store
    self.contents = contents
    self.isForced = isForced
    self.isUnattended = isUnattended
  }

  mutating func leave(_ text: String, isForAnotherRun: Bool) {
    left.append(Rest(text: text, isForAnotherRun: isForAnotherRun))
  }

  /// - Throws: ``CommandError/failed(_:hint:)`` when keys could not be put back into hosts' files, or
  ///   the vault was changed since the person was asked: nothing is removed then.
  mutating func run(stopsServers: Bool) throws {
    if let store {
      // No import meanwhile: what it takes out of a file would go with the vault.
      let lock = try ImportLock.acquire(context)
      try checkContents(store)
      try undoHosts(store)
      if stopsServers { stopServers() }
      for name in inventory.connections {
        // Also without a terminal: killed behind it, nothing else would name the login.
        Report.note("revoking oauth://\(name) …")
        revoke(name)
      }
      try remove(store)
      lock.release()
    } else {
      if stopsServers { stopServers() }
      try mark()
      removeEverything()
    }
    let isRunning = nameRunningServers()
    removeFolders(isRunning: isRunning)
  }

  /// For what may take a moment.
  private func begin(_ step: String) {
    if isatty(STDERR_FILENO) == 1 { Report.note("\(step) …") }
  }

  private mutating func stopServers() {
    if inventory.running.isEmpty { return }
    begin("stopping servers")
    do {
      var report = OutcomeReport(json: false)
      let round = StopRound(
        context: context, graceMilliseconds: StopCommand.standardGrace, isForced: false)
      try round.run(try LiveServers(context).servers, report: &report)
      try report.finish(nothing: "no servers run", hint: nil)
    } catch {
      Report.error(error)
    }
  }

  /// They write into their folders still, at the latest when they end.
  ///
  /// - Returns: whether there are any.
  private mutating func nameRunningServers() -> Bool {
    let titles = (try? LiveServers(context).servers.map(\.title)) ?? inventory.running
    for title in titles {
      leave(
        "still runs: \(title): mcp-valet stop --all --force, or end it yourself",
        isForAnotherRun: true)
    }
    return !titles.isEmpty
  }

  /// What is left of a vault's name when the vault is gone. Right before that: of a `leave` that went
  /// no further, and a vault that was lost later, nobody should think that it was removed.
  private func mark() throws {
    guard let id = inventory.vaultId else { return }
    let before = LeaveMarker.read(context)
    let isUnattended = try store?.settings().isUnattended ?? (before?.isUnattended == true)
    let usesKeyring =
      inventory.keyringHoldsKey || !inventory.keyringSecrets.isEmpty
      || inventory.keyringProblem != nil
    let header = try? VaultStore.peek(VaultAccess(context).location).header
    try LeaveMarker(
      vaultID: id, generation: header?.generation ?? before?.generation ?? 0,
      isUnattended: isUnattended, usesKeyring: usesKeyring
    ).write(context)
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
        leave(
          "oauth://\(name): nothing was revoked: \(failure); end it at its server",
          isForAnotherRun: false)
      } else if !refused.isEmpty {
        leave(
          "oauth://\(name): its server did not revoke every token; end it there",
          isForAnotherRun: false)
      } else {
        Report.note("revoked oauth://\(name)")
      }
    } catch {
      leave(
        "oauth://\(text): \(Report.reportable(error).message); end it at its server",
        isForAnotherRun: false)
    }
  }

  // MARK: What cannot be taken back

  /// Nobody writes into the vault from here on, so what is in it is what a person has agreed to lose.
  private mutating func remove(_ store: VaultStore) throws {
    let lock = try FileLock.acquire(
      OwnName.vaultLock, in: try OwnedFolder.open(context.locations.data, create: false))
    try checkSecrets(store)
    try mark()
    removeEverything()
    lock.release()
  }

  private mutating func removeEverything() {
    begin("removing")
    removeKeyringSecrets()
    let data = "\(context.locations.data)/"
    removeFiles { $0.hasPrefix(data) }
    removeVaultKeys()
    removeFiles { _ in true }
    OwnFiles(context.locations).removeTrees()
  }

  private mutating func removeKeyringSecrets() {
    if let problem = inventory.keyringProblem {
      leave(
        "what is in the OS keyring: \(problem); secret-tool clear application mcp-valet",
        isForAnotherRun: true)
      return
    }
    guard inventory.otherVaults.isEmpty else { return }
    for name in inventory.keyringSecrets {
      do {
        try Keyrings.ask(Keyrings.interactive()) { try $0.remove(try SecretName(name)) }
      } catch StoreError.missing {
        continue
      } catch {
        leave(
          "keyring://\(name): \(Report.reportable(error).message); "
            + "secret-tool clear application mcp-valet name \(shellWord(name))",
          isForAnotherRun: true)
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
      leave(
        "the vault's key in the OS keyring: \(Report.reportable(error).message); "
          + "secret-tool clear application mcp-valet vault \(id)", isForAnotherRun: true)
    }
  }

  /// The marker goes last, with its folder.
  private mutating func removeFiles(where isWanted: (String) -> Bool) {
    let own = OwnFiles(context.locations)
    for path in own.files where isWanted(path) {
      if path == own.marker || isInUse(path) { continue }
      if unlink(path) != 0, errno != ENOENT {
        leave("\(path): \(String(cString: strerror(errno)))", isForAnotherRun: true)
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

  private mutating func removeFolders(isRunning: Bool) {
    let own = OwnFiles(context.locations)
    // What could not be removed from the keyring is found again by the vault's id.
    let isDone = !left.contains(where: \.isForAnotherRun)
    for problem in own.removeEmptyFolders(withMarker: isDone, withWorkingFolders: !isRunning) {
      leave(problem, isForAnotherRun: false)
    }
    for path in own.strangers {
      leave("\(path) is none of ours", isForAnotherRun: false)
    }
  }
}
