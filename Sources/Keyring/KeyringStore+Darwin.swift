#if canImport(Darwin)
  package import Secrets

  /// The keychain is not written yet: nobody has compiled or run this file, so it promises nothing
  /// and says so. Every operation answers that there is no keyring; the vault then lives behind a
  /// passphrase or a key file.
  package final class KeyringStore: SecretStore, Sendable {
    package let scheme = SecretReference.Scheme.keyring
    private static let failure = StoreError.unavailable(
      .keyring, reason: "the macOS keychain is not supported yet")

    package init(
      interaction: KeyringInteraction = .none, deadline: Duration? = nil,
      variable: (String) -> String?
    ) {}

    package func list() throws -> [SecretSummary] { throw Self.failure }
    package func read(_ references: [SecretReference]) throws -> SecretValues {
      throw Self.failure
    }
    package func read(
      _ references: [SecretReference], anchoredTo vaultID: String?
    ) throws -> SecretValues { throw Self.failure }
    package func anchorVault(_ vaultID: String) throws(StoreError) { throw Self.failure }
    package func isAnchored(_ vaultID: String) throws(StoreError) -> Bool { throw Self.failure }
    package func write(
      _ name: SecretName, value: borrowing SecretBytes, details: SecretDetails
    ) throws { throw Self.failure }
    package func remove(_ name: SecretName) throws { throw Self.failure }

    package func persistentCollection() -> PersistentCollection { .absent(Self.failure) }
    package func persistentCollectionAvailable() -> Bool { false }
    package func readVaultKey(vaultID: String) throws(StoreError) -> VaultKeyItem? {
      throw Self.failure
    }
    package func writeVaultKey(
      vaultID: String, key: borrowing SecretBytes, generation: UInt64
    ) throws(StoreError) { throw Self.failure }
    @discardableResult
    package func updateVaultKeyGeneration(
      vaultID: String, generation: UInt64, auditAnchor: String?
    ) throws(StoreError) -> Bool { throw Self.failure }
    @discardableResult
    package func deleteVaultKey(vaultID: String) throws(StoreError) -> Bool { throw Self.failure }
  }
#endif
