#if os(Linux)
  package import Secrets

  /// The one item that holds a vault's key.
  extension KeyringStore {
    /// Whether there is a collection that outlives the session: the one with the alias `default`,
    /// unless that is the one in memory.
    package func persistentCollection() -> PersistentCollection {
      do throws(StoreError) {
        return try operation { (service) throws(KeyringFailure) in
          guard let path = try service.collection(alias: "default") else {
            throw .noDefaultCollection
          }
          // KeePassXC knows no alias `session`, and answers with none.
          if path == (try service.collection(alias: "session")) { throw .noDefaultCollection }
          return try service.isLocked(collection: path) ? .locked : .unlocked
        }
      } catch {
        return .absent(error)
      }
    }

    /// Whether a vault's key can be kept here: ``persistentCollection()`` is unlocked, or may be
    /// unlocked by a prompt.
    package func persistentCollectionAvailable() -> Bool {
      switch persistentCollection() {
      case .unlocked: true
      case .locked: mayPrompt
      case .absent: false
      }
    }

    /// Reads the key of a vault; `nil` when the keyring holds none for it.
    ///
    /// - Parameter vaultID: in hexadecimal digits.
    package func readVaultKey(vaultID: String) throws(StoreError) -> VaultKeyItem? {
      let query = Self.query(vaultID)
      let found = try operation {
        (service) throws(KeyringFailure) -> (DecodedSecret, UInt64, String?)? in
        guard let item = try service.find([query])[0] else { return nil }
        let secret = try service.secret(of: item)
        let attributes = try service.descriptions(of: [item])[0].attributes
        let generation = attributes["generation"].flatMap { UInt64($0) } ?? 0
        return (secret, generation, attributes["audit"])
      }
      guard let (secret, generation, anchor) = found else { return nil }
      guard secret.withUnsafeBytes(\.count) == KeyringItem.vaultKeyLength else {
        throw .failed(.keyring, reason: "the item of the vault's key holds something else")
      }
      let reason = "not enough memory for a key"
      do throws(SecretMemoryError) {
        var key = try SecretBytes(count: KeyringItem.vaultKeyLength)
        key.withUnsafeMutableBytes { key in secret.withUnsafeBytes { key.copyMemory(from: $0) } }
        return VaultKeyItem(key: key, generation: generation, auditAnchor: anchor)
      } catch {
        throw .failed(.keyring, reason: reason)
      }
    }

    /// Stores the key of a vault, in place of an older one, and reads it back.
    ///
    /// - Parameters:
    ///   - vaultID: in hexadecimal digits.
    ///   - key: 32 bytes.
    package func writeVaultKey(
      vaultID: String, key: borrowing SecretBytes, generation: UInt64
    ) throws(StoreError) {
      precondition(key.count == KeyringItem.vaultKeyLength)
      let item = Self.item(vaultID, generation)
      try key.withUnsafeBytes { (bytes) throws(StoreError) in
        try change { (service) throws(KeyringFailure) in try service.put(item, bytes) }
      }
    }

    /// Records the last generation seen beside the key; `false` when there is no key to record it
    /// beside.
    ///
    /// - Parameter auditAnchor: the audit log's last record, in the words of the log; `nil` leaves
    ///   what is there.
    @discardableResult
    package func updateVaultKeyGeneration(
      vaultID: String, generation: UInt64, auditAnchor: String? = nil
    ) throws(StoreError) -> Bool {
      let item = Self.item(vaultID, generation, auditAnchor)
      return try change { (service) throws(KeyringFailure) in
        guard let path = try service.find([Self.query(vaultID)])[0] else { return false }
        try service.describe(path, item)
        return true
      }
    }

    /// Removes the key of a vault; `false` when there was none.
    @discardableResult
    package func deleteVaultKey(vaultID: String) throws(StoreError) -> Bool {
      try change { (service) throws(KeyringFailure) in
        guard let path = try service.find([Self.query(vaultID)])[0] else { return false }
        try service.delete(path)
        return true
      }
    }

    /// Lets launches that a vault vouches for read the keyring.
    ///
    /// - Parameter vaultID: in hexadecimal digits.
    package func anchorVault(_ vaultID: String) throws(StoreError) {
      if try isAnchored(vaultID) { return }
      let lookup =
        KeyringItem.anchor(vaultID: vaultID) + [
          .init(name: "kind", value: KeyringItem.vaultAnchorKind)
        ]
      let item = SecretService.NewItem(
        lookup: lookup, changed: [], kept: [],
        label: "mcp-valet: vault \(vaultID.prefix(8)) may use this keyring",
        reference: .keyringItem(lookup))
      // No secret: only that it is there counts.
      let content = Array(vaultID.utf8)
      try change { (service) throws(KeyringFailure) in
        var failure: KeyringFailure?
        content.withUnsafeBytes { bytes in
          do throws(KeyringFailure) { try service.put(item, bytes) } catch { failure = error }
        }
        if let failure { throw failure }
      }
    }

    /// Whether the keyring knows a vault.
    package func isAnchored(_ vaultID: String) throws(StoreError) -> Bool {
      try operation { (service) throws(KeyringFailure) in
        try !service.findAll(KeyringItem.anchor(vaultID: vaultID)).isEmpty
      }
    }

    private static func query(
      _ vaultID: String
    ) -> (attributes: SecretService.Attributes, reference: SecretReference) {
      let attributes = KeyringItem.lookup(vaultID: vaultID)
      return (attributes, .keyringItem(attributes))
    }

    private static func item(
      _ vaultID: String, _ generation: UInt64, _ auditAnchor: String? = nil
    ) -> SecretService.NewItem {
      let (attributes, reference) = query(vaultID)
      var changed = [SecretReference.Attribute(name: "generation", value: String(generation))]
      if let auditAnchor { changed.append(.init(name: "audit", value: auditAnchor)) }
      return SecretService.NewItem(
        lookup: attributes, changed: changed, kept: ["audit"],
        label: "mcp-valet: key of vault \(vaultID.prefix(8))", reference: reference)
    }
  }
#endif
