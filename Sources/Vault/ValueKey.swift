internal import Secrets

/// Derives the keys of single values, in locked memory that is used again for each.
struct ValueKey: ~Copyable {
  private var memory: SecretBytes

  init() throws(VaultError) {
    memory = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: VaultFormat.keyLength)
    }
  }

  /// Lends the key of one value: a keyed BLAKE2b of record id and version number, so that no two
  /// values of a vault share a key.
  ///
  /// - Parameter message: 20 bytes.
  mutating func with<Result>(
    _ message: UnsafeRawBufferPointer, of key: borrowing VaultKey,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    precondition(message.count == 20)
    memory.withUnsafeMutableBytes { target in
      key.withSubkey(.values) { Blake2b.digest(message, key: $0, into: target) }
    }
    return memory.withUnsafeBytes(body)
  }
}

/// What it takes to open one value, besides the vault key.
struct ValueSeal {
  /// Record id and version number, 20 bytes.
  let keyMessage: UnsafeRawBufferPointer
  let nonce: UnsafeRawBufferPointer
  let tag: UnsafeRawBufferPointer
}

extension VersionView {
  var seal: ValueSeal { ValueSeal(keyMessage: keyMessage, nonce: nonce, tag: tag) }
}

extension SecretVersion {
  /// A new version whose value is sealed in memory.
  ///
  /// - Parameter value: 1 byte to 1 MiB.
  init(
    sealing value: borrowing SecretBytes, number: UInt32, created: Int64, vaultID: RandomID,
    key: borrowing VaultKey
  ) throws(VaultError) {
    self.init(
      recordID: .random(), number: number, created: created, nonce: [], tag: [],
      length: value.count, source: .fresh([]))
    var sealed = [UInt8](repeating: 0, count: value.count)
    var valueKey = try ValueKey()
    value.withUnsafeBytes { value in
      sealed.withUnsafeMutableBytes { sealed in
        seal(value, into: sealed, vaultID: vaultID, key: key, valueKey: &valueKey)
      }
    }
    source = .fresh(sealed)
  }

  /// Seals a value under the version's own key with a fresh nonce.
  mutating func seal(
    _ value: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
    vaultID: RandomID, key: borrowing VaultKey, valueKey: inout ValueKey
  ) {
    nonce = Sealing.randomBytes(VaultFormat.nonceLength)
    tag = sealAgain(value, into: target, vaultID: vaultID, key: key, valueKey: &valueKey)
  }

  /// Seals the same value with the nonce it has, which gives the same bytes again.
  ///
  /// - Returns: the tag, 16 bytes.
  func sealAgain(
    _ value: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
    vaultID: RandomID, key: borrowing VaultKey, valueKey: inout ValueKey
  ) -> [UInt8] {
    var tag = [UInt8](repeating: 0, count: VaultFormat.tagLength)
    keyMessage.withUnsafeBytes { message in
      valueKey.with(message, of: key) { valueKey in
        vaultID.withBytes { vaultID in
          nonce.withUnsafeBytes { nonce in
            tag.withUnsafeMutableBytes { tag in
              Sealing.seal(
                value, into: target, tag: tag, nonce: nonce, associated: vaultID, key: valueKey)
            }
          }
        }
      }
    }
    return tag
  }

  /// Lends what it takes to open the value where it is stored now, and its offset; `nil` for a
  /// value in memory.
  func withStoredSeal<Result>(
    _ body: (ValueSeal, Int) throws(VaultError) -> Result
  ) throws(VaultError) -> Result? {
    let parts: (offset: Int, nonce: [UInt8], tag: [UInt8])
    switch source {
    case .fresh: return nil
    case .stored(let offset): parts = (offset, nonce, tag)
    case .resealed(let offset, let nonce, let tag): parts = (offset, nonce, tag)
    }
    let joined = keyMessage + parts.nonce + parts.tag
    let result = joined.withUnsafeBytes { bytes in
      let seal = ValueSeal(
        keyMessage: bytes.part(0, 20), nonce: bytes.part(20, VaultFormat.nonceLength),
        tag: bytes.part(20 + VaultFormat.nonceLength, VaultFormat.tagLength))
      return Swift.Result { () throws(VaultError) in try body(seal, parts.offset) }
    }
    return try result.get()
  }
}
