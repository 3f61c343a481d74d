#if os(Linux)
  package import Secrets

  /// What somebody who leaves wants to be gone.
  extension KeyringStore {
    /// The vaults that have something in the keyring, sorted.
    ///
    /// - Returns: ids in hexadecimal digits.
    package func vaultIDs() throws(StoreError) -> [String] {
      let descriptions = try operation { (service) throws(KeyringFailure) in
        try service.descriptions(of: try service.findAll([Self.ours]))
      }
      return Set(descriptions.compactMap { $0.attributes["vault"] }).sorted()
    }

    /// Removes whatever vouches for a vault: its key, and the item that does only that.
    ///
    /// - Parameter vaultID: in hexadecimal digits.
    /// - Returns: how many items there were.
    @discardableResult
    package func removeItems(ofVault vaultID: String) throws(StoreError) -> Int {
      try change { (service) throws(KeyringFailure) in
        let items = try service.findAll(KeyringItem.anchor(vaultID: vaultID))
        for item in items { try service.delete(item) }
        return items.count
      }
    }

    private static var ours: SecretReference.Attribute {
      .init(name: "application", value: KeyringItem.application)
    }
  }
#endif
