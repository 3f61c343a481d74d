package import Keyring
package import Launch
package import Refreshing
package import Secrets
package import Vault

/// Why a store did not answer.
struct StoreFailure {
  let error: any ReportableError
  /// What is unknown for that, so that it must not be called missing.
  let references: [SecretReference]
}

/// Values of one launch, from every store that it names.
package struct ResolvedValues {
  var stores: [LaunchValues] = []
  /// What a relay refreshes the tokens of its server with.
  package var connections: [HeldConnection] = []
  /// Of every store, such as a locked keyring and a missing vault both.
  var failures: [StoreFailure] = []

  /// Lends one value for the length of the call; `false` when no store had it.
  func withValue(
    of reference: SecretReference, _ body: (UnsafeRawBufferPointer) -> Void
  ) -> Bool {
    HeldValues(stores).withValue(of: reference, body)
  }

  /// - Throws: ``LaunchFailure`` with what kept a store from answering.
  package func complete() throws -> [LaunchValues] {
    guard failures.isEmpty else { throw LaunchFailure(failures.map(\.error)) }
    return stores
  }
}

/// One scheme, one store: asks each store for its references in one round.
package struct StoreAccess {
  let keyring: KeyringStore
  /// Opened already, for a launch whose grant was looked for in it.
  let vault: VaultStore?
  /// Whether somebody has allowed what is asked for: then tokens are refreshed, and the keyring has
  /// to know the vault, which vouches for a launch.
  let isGranted: Bool

  /// Asks nothing yet.
  package init(keyring: KeyringStore, vault: VaultStore? = nil, isGranted: Bool = false) {
    self.keyring = keyring
    self.vault = vault
    self.isGranted = isGranted
  }

  /// Reads all references; those that no store has are left out, and why a store did not answer is
  /// told beside what the others answered.
  ///
  /// - Throws: `SecretMemoryError` when there is no memory to tell it in.
  package func read(_ references: [SecretReference]) throws -> ResolvedValues {
    var failures: [StoreFailure] = []
    func values(
      _ scheme: SecretReference.Scheme, _ body: ([SecretReference]) throws -> SecretValues
    ) throws -> SecretValues {
      let wanted = references.filter { $0.scheme == scheme }
      if wanted.isEmpty { return try SecretValues.empty() }
      do {
        return try body(wanted)
      } catch {
        failures.append(StoreFailure(error: Report.reportable(error), references: wanted))
        return try SecretValues.empty()
      }
    }
    // The keyring first: its bus work needs an unlocked vault as little as the vault needs it.
    let fromKeyring = try values(.keyring) { wanted in
      LaunchWatch.expect(.keyring)
      return try readKeyring(wanted, &failures)
    }
    LaunchWatch.expect(.vault)
    var opened = vault
    func openVault() throws -> VaultStore {
      if let opened { return opened }
      let vault = try VaultAccess(try Context.current()).openForLaunch()
      opened = vault
      return vault
    }
    let fromVault = try values(.valet) { try openVault().read($0) }
    var resolved = ResolvedValues(stores: [LaunchValues(fromVault), LaunchValues(fromKeyring)])
    let tokens = try values(.oauth) { wanted in
      resolved.connections = try readConnections(wanted, try openVault(), &failures)
      return try TokenAccess.values(resolved.connections)
    }
    if !resolved.connections.isEmpty { resolved.stores.append(LaunchValues(tokens)) }
    resolved.failures = failures
    return resolved
  }

  private func readConnections(
    _ references: [SecretReference], _ vault: VaultStore, _ failures: inout [StoreFailure]
  ) throws -> [HeldConnection] {
    var names: [ConnectionName] = []
    for case .oauth(let name) in references where !names.contains(name) { names.append(name) }
    var problems: [RefreshError] = []
    let held = try TokenAccess(try Context.current(), vault: vault)
      .read(names, refreshes: isGranted, failures: &problems)
    for problem in problems {
      // That there is none is told where it is named, as of any other secret.
      if case .unknown = problem { continue }
      failures.append(StoreFailure(error: problem, references: [.oauth(problem.name)]))
    }
    return held
  }

  /// One reference that several items match hides nothing: the others are read without it.
  private func readKeyring(
    _ references: [SecretReference], _ failures: inout [StoreFailure]
  ) throws -> SecretValues {
    var wanted = references
    while true {
      do {
        let anchor = isGranted ? vault?.header.vaultID.description : nil
        return try Keyrings.ask(keyring) { try $0.read(wanted, anchoredTo: anchor) }
      } catch let error as StoreError {
        guard case .ambiguous(let reference, _) = error, wanted.contains(reference) else {
          throw error
        }
        failures.append(StoreFailure(error: error, references: [reference]))
        wanted.removeAll { $0 == reference }
      }
    }
  }
}
