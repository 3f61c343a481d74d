package import Keyring
package import Launch
package import Secrets
internal import Vault

/// Why a store did not answer.
package struct StoreFailure {
  package let error: any ReportableError
  /// What is unknown for that, so that it must not be called missing.
  package let references: [SecretReference]
}

/// Values of one launch, from every store that it names.
package struct ResolvedValues {
  let stores: [LaunchValues]
  /// Of every store, such as a locked keyring and a missing vault both.
  package var failures: [StoreFailure] = []

  /// For look-ups.
  package var held: HeldValues { HeldValues(stores) }
}

/// One scheme, one store: asks each store for its references in one round.
package struct StoreAccess {
  private let keyring: KeyringStore

  package init(keyring: KeyringStore) { self.keyring = keyring }

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
    LaunchWatch.expect(.keyring)
    let fromKeyring = try values(.keyring) { try readKeyring($0, &failures) }
    LaunchWatch.expect(.vault)
    let fromVault = try values(.valet) { wanted in
      try VaultAccess(try Context.current()).openForLaunch().read(wanted)
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
        return try Keyrings.ask(keyring) { try $0.read(wanted) }
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
