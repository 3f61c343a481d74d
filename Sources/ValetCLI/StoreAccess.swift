internal import Keyring
internal import Launch
internal import Secrets
internal import Vault

/// One scheme, one store: asks each store for its references in one round.
struct StoreAccess {
  let context: Context
  let keyring: KeyringStore

  /// Reads all references, for each store that is asked its values; those that no store has are
  /// left out.
  ///
  /// - Throws: ``LaunchFailure`` with the failures of all stores, a locked keyring and a missing
  ///   vault both.
  func read(_ references: [SecretReference]) throws -> [LaunchValues] {
    var failures: [any ReportableError] = []
    func values(
      _ scheme: SecretReference.Scheme, _ body: ([SecretReference]) throws -> SecretValues
    ) throws -> SecretValues {
      let wanted = references.filter { $0.scheme == scheme }
      if wanted.isEmpty { return try SecretValues.empty() }
      do {
        return try body(wanted)
      } catch {
        failures.append(Report.reportable(error))
        return try SecretValues.empty()
      }
    }
    for reference in references where reference.scheme == .oauth {
      failures.append(StoreError.missing(reference))
    }
    // The keyring first: its bus work needs an unlocked vault as little as the vault needs it.
    let fromKeyring = try values(.keyring) { wanted in
      LaunchWatch.expect(.keyring)
      return try Keyrings.ask(keyring) { try $0.read(wanted) }
    }
    LaunchWatch.expect(.vault)
    let fromVault = try values(.valet) { try VaultAccess(context).openForLaunch().read($0) }
    if !failures.isEmpty {
      throw LaunchFailure(failures + missing(references, fromVault, fromKeyring))
    }
    return [LaunchValues(fromVault), LaunchValues(fromKeyring)]
  }

  /// What a store that answered does not hold, to be told together with why another did not answer.
  private func missing(
    _ references: [SecretReference], _ vault: borrowing SecretValues,
    _ keyring: borrowing SecretValues
  ) -> [any ReportableError] {
    var missing: [any ReportableError] = []
    for reference in references {
      let others = references.contains {
        $0.scheme == reference.scheme && (vault.contains($0) || keyring.contains($0))
      }
      if others, !vault.contains(reference), !keyring.contains(reference) {
        missing.append(StoreError.missing(reference))
      }
    }
    return missing
  }
}
