package import Secrets

/// One value of a secret, for `versions`.
package struct VersionSummary: Equatable, Sendable {
  /// 1 for the first value of the name.
  package let number: UInt32
  /// Seconds since 1970-01-01T00:00:00Z.
  package let created: Int64
  /// Of the value.
  package let byteCount: Int
}

extension VaultStore {
  /// All versions that are kept, the newest (present) first.
  ///
  /// - Throws: ``Secrets/StoreError/missing(_:)``; ``VaultError``.
  package func versions(of name: SecretName) throws -> [VersionSummary] {
    guard let secret = try contents()[name] else { throw StoreError.missing(.vault(name)) }
    return secret.versions.map {
      VersionSummary(number: $0.number, created: $0.created, byteCount: $0.length)
    }
  }

  /// Reads one version of a secret.
  ///
  /// - Parameter number: `nil` for the present one.
  /// - Throws: ``Secrets/StoreError/missing(_:)``; ``VaultError/missingVersion(_:_:)``, another
  ///   ``VaultError``.
  package func read(_ name: SecretName, version number: UInt32? = nil) throws -> SecretBytes {
    let snapshot = try current()
    guard let secret = try snapshot.contents()[name] else {
      throw StoreError.missing(.vault(name))
    }
    guard let version = secret.versions.first(where: { $0.number == number ?? $0.number }) else {
      throw VaultError.missingVersion(name, number ?? 0)
    }
    return try snapshot.value(of: version, name: name, key: sharedKey.key)
  }

  package func settings() throws(VaultError) -> VaultSettings { try contents().settings }

  /// The key slots, in the order of the file.
  package func slots() throws(VaultError) -> [KeySlot] { try current().header.slots }

  func contents() throws(VaultError) -> VaultContents { try current().contents() }
}

extension VaultStore: SecretStore {
  package var scheme: SecretReference.Scheme { .valet }

  package func list() throws -> [SecretSummary] {
    try contents().secrets.map {
      SecretSummary(
        name: $0.name, stored: $0.versions.first?.created,
        expires: $0.expires == 0 ? nil : $0.expires, note: $0.note)
    }.sorted { $0.name < $1.name }
  }

  package func read(_ references: [SecretReference]) throws -> SecretValues {
    try current().values(of: references, key: sharedKey.key)
  }

  /// As ``Secrets/SecretStore/write(_:value:details:)``; keeps
  /// ``VaultLimits/keptOldVersions`` older values. An expiry of 0 and an empty note take back what
  /// was there.
  package func write(
    _ name: SecretName, value: borrowing SecretBytes, details: SecretDetails
  ) throws {
    try write(
      name, value: value, details: details, keepingOldVersions: VaultLimits.keptOldVersions)
  }

  package func remove(_ name: SecretName) throws { try remove(name, purge: false) }
}
