#if canImport(Darwin)
  package import Secrets

  /// As everything of the keychain: not there yet.
  extension KeyringStore {
    /// - Throws: `StoreError.unavailable`, always.
    package func vaultIDs() throws(StoreError) -> [String] {
      throw .unavailable(.keyring, reason: "the macOS keychain is not supported yet")
    }

    /// - Throws: `StoreError.unavailable`, always.
    @discardableResult
    package func removeItems(ofVault vaultID: String) throws(StoreError) -> Int {
      throw .unavailable(.keyring, reason: "the macOS keychain is not supported yet")
    }
  }
#endif
