internal import Files
package import Secrets

extension VaultStore {
  /// Stores a value as the newest version.
  ///
  /// - Parameters:
  ///   - count: how many older values stay, at most ``VaultLimits/maximumOldVersions``; 0 leaves
  ///     the new one alone.
  ///   - purge: also remove the backups beside the vault, which still hold older values.
  /// - Returns: the number of the new version.
  /// - Throws: ``Secrets/StoreError`` for a value or note beyond the limits; ``VaultError``.
  @discardableResult
  package func write(
    _ name: SecretName, value: borrowing SecretBytes, details: SecretDetails,
    keepingOldVersions count: Int, purge: Bool = false
  ) throws -> UInt32 {
    // Before the lock is waited for.
    try Self.check(name, byteCount: value.count, details: details)
    let session = try begin()
    session.removesBackups = purge
    let number = try add(
      name, value: value, details: details, keepingOldVersions: count, to: session)
    try commit(session)
    return number
  }

  /// Removes a secret with all its versions.
  ///
  /// - Parameter purge: also remove the backups beside the vault, which still hold it. Copies made
  ///   elsewhere, file-system snapshots and freed blocks are out of reach.
  /// - Throws: ``Secrets/StoreError/missing(_:)``; ``VaultError``.
  package func remove(_ name: SecretName, purge: Bool) throws {
    let session = try begin()
    guard session.contents[name] != nil else { throw StoreError.missing(.vault(name)) }
    session.contents[name] = nil
    session.changes.append(.removed(name))
    session.removesBackups = purge
    try commit(session)
  }

  /// Changes the settings; flags of later versions stay.
  package func updateSettings(_ body: (inout VaultSettings) -> Void) throws(VaultError) {
    let session = try begin()
    body(&session.contents.settings)
    session.changes.append(.other("the settings"))
    try commit(session)
  }

  private static func check(
    _ name: SecretName, byteCount: Int, details: SecretDetails
  ) throws(StoreError) {
    if byteCount == 0 { throw .emptyValue(name) }
    if byteCount > SecretLimits.maximumValueLength {
      throw .valueTooLarge(name, byteCount: byteCount)
    }
    if let note = details.note, note.utf8.count > SecretLimits.maximumNoteLength {
      throw .noteTooLong(name, byteCount: note.utf8.count)
    }
  }

  /// Stores many values in one write, for imports: all of them or, on any error, none.
  ///
  /// - Parameter body: is handed a function that adds one value; it throws like
  ///   ``write(_:value:details:keepingOldVersions:)``.
  package func writeAll(
    _ body: (
      _ add: (SecretName, borrowing SecretBytes, SecretDetails) throws -> Void
    ) throws -> Void
  ) throws {
    let session = try begin()
    try body { name, value, details in
      try Self.check(name, byteCount: value.count, details: details)
      try add(
        name, value: value, details: details, keepingOldVersions: VaultLimits.keptOldVersions,
        to: session)
    }
    try commit(session)
  }

  /// - Returns: the number of the new version.
  @discardableResult
  func add(
    _ name: SecretName, value: borrowing SecretBytes, details: SecretDetails,
    keepingOldVersions count: Int, to session: WriteSession
  ) throws(VaultError) -> UInt32 {
    let number = session.contents[name]?.versions.first?.number ?? 0
    guard number < UInt32.max else { throw .malformed("\(name) has no version number left") }
    let version = try SecretVersion(
      sealing: value, number: number + 1, created: now(), vaultID: header.vaultID,
      key: sharedKey.key)
    session.contents.store(version, as: name, details: details, keepingOldVersions: count)
    session.changes.append(.stored(name, version.number))
    return version.number
  }
}

extension VaultContents {
  mutating func store(
    _ version: SecretVersion, as name: SecretName, details: SecretDetails,
    keepingOldVersions count: Int
  ) {
    var secret =
      self[name]
      ?? SecretRecord(
        name: name, note: "", created: version.created, modified: version.created, expires: 0,
        versions: [])
    secret.modified = version.created
    let kept = min(max(count, 0), VaultLimits.maximumOldVersions)
    secret.versions = [version] + secret.versions.prefix(kept)
    if let note = details.note { secret.note = note }
    if let expires = details.expires { secret.expires = expires }
    self[name] = secret
  }
}
