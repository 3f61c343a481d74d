package import Keyring
package import Launch
package import Secrets
internal import Vault

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
  /// Opened for the values of this launch; `nil` where none is from it.
  var vault: VaultStore?

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

  /// Asks nothing yet.
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
    let fromKeyring = try values(.keyring) { wanted in
      LaunchWatch.expect(.keyring)
      return try readKeyring(wanted, &failures)
    }
    LaunchWatch.expect(.vault)
    var vault: VaultStore?
    let fromVault = try values(.valet) { wanted in
      let store = try VaultAccess(try Context.current()).openForLaunch()
      vault = store
      return try store.read(wanted)
    }
    return ResolvedValues(
      stores: [LaunchValues(fromVault), LaunchValues(fromKeyring)], failures: failures,
      vault: vault)
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
