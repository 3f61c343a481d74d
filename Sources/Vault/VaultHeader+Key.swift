extension VaultHeader {
  /// Opens the vault's key with a secret, by whichever slot of its kind fits.
  ///
  /// - Throws: ``VaultError/noSlot(_:)``, ``VaultError/wrongKey(_:)``,
  ///   ``VaultError/derivationOutOfRange(operations:memoryBytes:)``,
  ///   ``VaultError/notEnoughMemory(byteCount:)``.
  package func unlock(with secret: borrowing SlotSecret) throws(VaultError) -> VaultKey {
    let kind = secret.kind
    var failure = VaultError.noSlot(kind)
    for slot in slots where slot.kind == kind {
      do {
        return try slot.unlock(vaultID: vaultID, writeID: writeID, secret: secret)
      } catch .wrongKey(let kind) {
        failure = .wrongKey(kind)
      }
    }
    throw failure
  }

  /// Makes sure that the header was written by a holder of `key`.
  ///
  /// - Throws: ``VaultError/tampered(_:)`` when the key came out of a slot of this header and the
  ///   MAC does not fit all the same; ``VaultError/staleKey`` when the key came from elsewhere.
  package func check(_ key: borrowing VaultKey) throws(VaultError) {
    let isGenuine = bytes.withUnsafeBytes { bytes in
      let covered = bytes.count - 2 * VaultFormat.digestLength
      var mac = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
      return withUnsafeMutableBytes(of: &mac) { mac in
        key.withSubkey(.headerMAC) { subkey in
          Blake2b.digest(bytes.part(0, covered), key: subkey, into: mac)
        }
        return haveEqualBytes(
          UnsafeRawBufferPointer(mac), bytes.part(covered, VaultFormat.digestLength))
      }
    }
    guard isGenuine else {
      if key.unlockedFrom == writeID { throw .tampered(.header) }
      throw .staleKey
    }
  }

  /// What a writer decides; the rest of a header follows from it.
  struct Fields {
    var vaultID: RandomID
    var generation: UInt64
    var indexLength: Int
    var valuesLength: Int
    var slots: [KeySlot]
  }

  /// A new header with a fresh write id and index nonce, MAC and digest in place.
  init(_ fields: Fields, key: borrowing VaultKey) {
    let length = VaultFormat.emptyHeaderLength + fields.slots.count * VaultFormat.slotLength
    let writeID = RandomID.random()
    var bytes = [UInt8](repeating: 0, count: length)
    bytes.withUnsafeMutableBytes { header in
      var writer = ByteWriter(header)
      writer.write(VaultFormat.magic)
      writer.write(VaultFormat.version)
      writer.write(UInt16(0))
      writer.write(UInt32(length))
      fields.vaultID.withBytes { writer.write($0) }
      writer.write(fields.generation)
      writeID.withBytes { writer.write($0) }
      writer.write(Sealing.randomBytes(VaultFormat.nonceLength))
      writer.write(UInt64(fields.indexLength))
      writer.write(UInt64(fields.valuesLength))
      writer.write(UInt16(fields.slots.count))
      writer.write([UInt8](repeating: 0, count: 6))
      for slot in fields.slots { writer.write(slot.bytes) }
      let covered = UnsafeRawBufferPointer(header).part(0, writer.offset)
      key.withSubkey(.headerMAC) {
        Blake2b.digest(
          covered, key: $0, into: header.part(covered.count, VaultFormat.digestLength))
      }
      let digested = covered.count + VaultFormat.digestLength
      Blake2b.digest(
        UnsafeRawBufferPointer(header).part(0, digested),
        into: header.part(digested, VaultFormat.digestLength))
    }
    self.bytes = bytes
    vaultID = fields.vaultID
    generation = fields.generation
    self.writeID = writeID
    indexLength = fields.indexLength
    valuesLength = fields.valuesLength
    slots = fields.slots
  }
}
