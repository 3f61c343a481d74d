package import Secrets

extension VaultStore {
  /// Makes an older value the present one again, as a new version: numbers only ever grow, so that
  /// whoever holds a value can tell from its number whether it is the newest.
  ///
  /// - Parameters:
  ///   - number: the version to put back; `nil` for the one before the present one.
  ///   - count: how many older values stay, at most ``VaultLimits/maximumOldVersions``.
  /// - Returns: the number of the version that was put back, and the one it got.
  /// - Throws: ``Secrets/StoreError/missing(_:)``, ``VaultError/noOlderVersion(_:)``,
  ///   ``VaultError/missingVersion(_:_:)``, another ``VaultError``.
  package func putBack(
    _ name: SecretName, version number: UInt32? = nil, keepingOldVersions count: Int
  ) throws -> (old: UInt32, new: UInt32) {
    let session = try begin()
    guard let secret = session.contents[name] else { throw StoreError.missing(.vault(name)) }
    let version: SecretVersion
    if let number {
      guard let found = secret.versions.first(where: { $0.number == number }) else {
        throw VaultError.missingVersion(name, number)
      }
      version = found
    } else {
      guard let previous = secret.versions.dropFirst().first else {
        throw VaultError.noOlderVersion(name)
      }
      version = previous
    }
    let value = try session.base.value(of: version, name: name, key: sharedKey.key)
    let new = try add(
      name, value: value, details: SecretDetails(), keepingOldVersions: count, to: session)
    try commit(session)
    return (version.number, new)
  }

  /// A short mark of each version of a secret, the newest first: the same for the same value, and
  /// for two versions with different values almost certainly another.
  ///
  /// Four hexadecimal digits of a BLAKE2b over name and value, under a subkey of the vault key.
  /// Without that key nobody can compute one. With it, so by storing a guess under the same name
  /// and comparing, 16 bits do not confirm it: one wrong guess of 65,536 looks right, so a list of
  /// a million likely passwords leaves fifteen. Two versions that differ look the same as rarely,
  /// which is rare enough for the few that are kept.
  ///
  /// - Throws: ``Secrets/StoreError/missing(_:)``; ``VaultError``.
  package func fingerprints(of name: SecretName) throws -> [String] {
    let snapshot = try current()
    guard let secret = try snapshot.contents()[name] else {
      throw StoreError.missing(.vault(name))
    }
    return try secret.versions.map { version in
      let value = try snapshot.value(of: version, name: name, key: sharedKey.key)
      return try fingerprint(of: value, name: name)
    }
  }

  private func fingerprint(
    of value: borrowing SecretBytes, name: SecretName
  ) throws(VaultError) -> String {
    let prefix = Array(name.text.utf8) + [0]
    let count = prefix.count + value.count
    var message = try inMemory { () throws(SecretMemoryError) in try SecretBytes(count: count) }
    message.withUnsafeMutableBytes { message in
      message.copyBytes(from: prefix)
      value.withUnsafeBytes {
        message.part(prefix.count, $0.count).copyMemory(from: $0)
      }
    }
    var subkey = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: VaultFormat.keyLength)
    }
    subkey.withUnsafeMutableBytes { target in
      sharedKey.key.withBytes { Blake2b.deriveSubkey(Self.fingerprintSubkey, of: $0, into: target) }
    }
    var digest = [UInt8](repeating: 0, count: VaultFormat.digestLength)
    subkey.withUnsafeBytes { subkey in
      message.withUnsafeBytes { message in
        digest.withUnsafeMutableBytes { Blake2b.digest(message, key: subkey, into: $0) }
      }
    }
    let mark = UInt16(digest[0]) << 8 | UInt16(digest[1])
    let text = String(mark, radix: 16)
    return String(repeating: "0", count: 4 - text.utf8.count) + text
  }

  /// The number of the subkey in `crypto_kdf_derive_from_key`; derived only when it is wanted,
  /// since a launch has no use for it.
  private static let fingerprintSubkey: UInt64 = 4
}
