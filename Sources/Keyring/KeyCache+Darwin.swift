#if canImport(Darwin)
  package import Secrets

  // There is no kernel keyring: the key is fetched from the keychain, or asked for, every time.
  extension KeyCache {
    package static func store(
      vaultID: String, generation: UInt64, key: borrowing SecretBytes,
      lifetime: Duration = defaultLifetime, idleLimit: Duration? = nil
    ) throws(KeyCacheError) {
      throw .notSupported
    }

    package static func load(
      vaultID: String, countsAsUse: Bool = true
    ) throws(KeyCacheError) -> CachedKey? {
      throw .notSupported
    }

    @discardableResult
    package static func updateGeneration(
      vaultID: String, generation: UInt64
    ) throws(KeyCacheError) -> Bool {
      throw .notSupported
    }

    @discardableResult
    package static func clear(vaultID: String) throws(KeyCacheError) -> Bool {
      throw .notSupported
    }

    @discardableResult
    package static func clearAll() throws(KeyCacheError) -> Int { throw .notSupported }
  }
#endif
