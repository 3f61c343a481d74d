internal import Secrets

/// What a full check went through.
package struct VerificationReport: Equatable, Sendable {
  package let secretCount: Int
  package let versionCount: Int
  /// Of all values.
  package let byteCount: Int
}

extension VaultStore {
  /// Reads the file that has the name now from its first byte to its last and opens every value of
  /// every version.
  ///
  /// - Throws: ``VaultError``, about the first thing that is wrong; a value is named.
  package func verify() throws(VaultError) -> VerificationReport {
    try goOn(to: try SealedVault(in: folder))
    return try snapshot.verify(sharedKey)
  }
}

extension VaultSnapshot {
  func verify(_ key: SharedKey) throws(VaultError) -> VerificationReport {
    let report = try checkValues(key)
    guard try file.isTrailerIntact() else { throw .corrupt(.trailer) }
    return report
  }

  /// Opens every value, and makes sure that the values fill their region without overlapping.
  @discardableResult
  func checkValues(_ key: SharedKey) throws(VaultError) -> VerificationReport {
    let contents = try contents()
    var ranges: [Range<Int>] = []
    var secretCount = 0
    for secret in contents.secrets {
      secretCount += 1
      for version in secret.versions {
        _ = try value(of: version, name: secret.name, key: key.key)
        guard case .stored(let offset) = version.source else { continue }
        ranges.append(offset..<offset + version.length)
      }
    }
    var end = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      guard range.lowerBound == end else { throw .malformed("values overlap or leave gaps") }
      end = range.upperBound
    }
    guard end == header.valuesLength else { throw .malformed("there are values of no secret") }
    return VerificationReport(
      secretCount: secretCount, versionCount: ranges.count, byteCount: end)
  }

  /// Opens one value into memory of its own.
  func value(
    of version: SecretVersion, name: SecretName, key: borrowing VaultKey
  ) throws(VaultError) -> SecretBytes {
    var value = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: version.length)
    }
    var valueKey = try ValueKey()
    try value.withUnsafeMutableBytes { (value) throws(VaultError) in
      try open(version, name: name, into: value, key: key, valueKey: &valueKey)
    }
    return value
  }
}
