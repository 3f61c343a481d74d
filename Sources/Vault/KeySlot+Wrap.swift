internal import Secrets

// The key that wraps the vault key (KEK): for a passphrase Argon2id; for 32 random bytes a keyed
// BLAKE2b, since they need no stretching. Associated data: magic, version, vault id, and the slot
// up to the nonce, so that a slot works in its own vault and with its own parameters only.

/// Bound into every KEK that is not a passphrase's, so that the same 32 bytes used elsewhere for
/// something else give other keys.
private let keyContext = Array("mcp-valet vault key slot, format 1".utf8)

extension KeySlot {
  /// Wraps a vault key under a secret.
  ///
  /// - Parameters:
  ///   - cost: used for a passphrase only.
  ///   - created: seconds since 1970-01-01T00:00:00Z.
  /// - Throws: as ``PassphraseCost/derive(from:salt:)``.
  static func wrap(
    _ key: borrowing VaultKey, vaultID: RandomID, secret: borrowing SlotSecret,
    cost: PassphraseCost, created: Int64
  ) throws(VaultError) -> KeySlot {
    let kind = secret.kind
    let cost = kind == .passphrase ? cost : PassphraseCost(operations: 0, memoryBytes: 0)
    var bytes = [UInt8](repeating: 0, count: VaultFormat.slotLength)
    bytes.withUnsafeMutableBytes {
      var writer = ByteWriter($0)
      writer.write(kind.rawValue)
      writer.write(UInt16(0))
      writer.write(cost.operations)
      writer.write(cost.memoryBytes)
      writer.write(Sealing.randomBytes(VaultFormat.saltLength))
      writer.write(created)
      writer.write(Sealing.randomBytes(VaultFormat.nonceLength))
    }
    let draft = bytes.withUnsafeBytes { KeySlot($0) }
    let associated = draft.associatedData(vaultID: vaultID)
    let wrappingKey = try draft.wrappingKey(vaultID: vaultID, secret: secret)
    wrappingKey.withUnsafeBytes { wrappingKey in
      key.withBytes { key in
        bytes.withUnsafeMutableBytes { slot in
          associated.withUnsafeBytes { associated in
            Sealing.seal(
              key, into: slot.part(wrappedKeyOffset, VaultFormat.keyLength),
              tag: slot.part(tagOffset, VaultFormat.tagLength),
              nonce: UnsafeRawBufferPointer(slot.part(nonceOffset, VaultFormat.nonceLength)),
              associated: associated, key: wrappingKey)
          }
        }
      }
    }
    return bytes.withUnsafeBytes { KeySlot($0) }
  }

  /// Opens the slot.
  ///
  /// - Parameter writeID: of the header that the slot is in.
  /// - Throws: ``VaultError/wrongKey(_:)``; as ``PassphraseCost/derive(from:salt:)``.
  func unlock(
    vaultID: RandomID, writeID: RandomID, secret: borrowing SlotSecret
  ) throws(VaultError) -> VaultKey {
    let kind = secret.kind
    guard typeNumber == kind.rawValue else { throw .noSlot(kind) }
    let associated = associatedData(vaultID: vaultID)
    let wrappingKey = try wrappingKey(vaultID: vaultID, secret: secret)
    return try VaultKey(unlockedFrom: writeID) { (target) throws(VaultError) in
      let opened = wrappingKey.withUnsafeBytes { wrappingKey in
        bytes.withUnsafeBytes { slot in
          associated.withUnsafeBytes { associated in
            Sealing.open(
              slot.part(Self.wrappedKeyOffset, VaultFormat.keyLength), into: target,
              tag: slot.part(Self.tagOffset, VaultFormat.tagLength),
              nonce: slot.part(Self.nonceOffset, VaultFormat.nonceLength),
              associated: associated, key: wrappingKey)
          }
        }
      }
      guard opened else { throw .wrongKey(kind) }
    }
  }

  private func associatedData(vaultID: RandomID) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 26 + VaultFormat.slotPrefixLength) { buffer, used in
      var writer = ByteWriter(UnsafeMutableRawBufferPointer(buffer))
      writer.write(VaultFormat.magic)
      writer.write(VaultFormat.version)
      vaultID.withBytes { writer.write($0) }
      bytes.withUnsafeBytes { writer.write($0.part(0, VaultFormat.slotPrefixLength)) }
      used = writer.offset
    }
  }

  private func wrappingKey(
    vaultID: RandomID, secret: borrowing SlotSecret
  ) throws(VaultError) -> SecretBytes {
    let salt = Array(bytes[Self.saltOffset..<Self.saltOffset + VaultFormat.saltLength])
    let kind = secret.kind
    let cost = cost
    return try secret.withBytes { (secret) throws(VaultError) -> SecretBytes in
      if kind == .passphrase { return try cost.derive(from: secret, salt: salt) }
      guard secret.count == VaultFormat.keyLength else { throw .wrongKey(kind) }
      var key = try inMemory { () throws(SecretMemoryError) in
        try SecretBytes(count: VaultFormat.keyLength)
      }
      let message = [UInt8](unsafeUninitializedCapacity: keyContext.count + 34) { buffer, used in
        var writer = ByteWriter(UnsafeMutableRawBufferPointer(buffer))
        writer.write(keyContext)
        writer.write(kind.rawValue)
        vaultID.withBytes { writer.write($0) }
        writer.write(salt)
        used = writer.offset
      }
      key.withUnsafeMutableBytes { key in
        message.withUnsafeBytes { Blake2b.digest($0, key: secret, into: key) }
      }
      return key
    }
  }
}
