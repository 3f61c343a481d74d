package import Keyring
package import Launch
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
  /// Whether the keyring has to know the vault, which vouches for a launch.
  let needsAnchor: Bool

  /// Asks nothing yet.
  package init(keyring: KeyringStore, vault: VaultStore? = nil, needsAnchor: Bool = false) {
    self.keyring = keyring
    self.vault = vault
    self.needsAnchor = needsAnchor
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
    let fromVault = try values(.valet) { wanted in
      try (vault ?? VaultAccess(try Context.current()).openForLaunch()).read(wanted)
    }
    return ResolvedValues(
      stores: [LaunchValues(fromVault), LaunchValues(fromKeyring)], failures: failures)
  }

  /// One reference that several items match hides nothing: the others are read without it.
  private func readKeyring(
    _ references: [SecretReference], _ failures: inout [StoreFailure]
  ) throws -> SecretValues {
    var wanted = references
    while true {
      do {
        let anchor = needsAnchor ? vault?.header.vaultID.description : nil
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
