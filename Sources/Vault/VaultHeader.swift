/// The open part of a vault, as it is on disk: who can open it, and where everything else lies.
///
/// A parsed header is whole (its digest fits) and well-formed; whether it is genuine only the MAC
/// can tell, which needs the key: ``check(_:)``.
package struct VaultHeader: Equatable, Sendable {
  /// All bytes, MAC and digest included: the associated data of the index.
  let bytes: [UInt8]

  /// Stays the same for the life of a vault, whatever its keys.
  package let vaultID: RandomID
  /// Grows by one with every write.
  package let generation: UInt64
  /// Differs in every write, also where two have the same generation (a restored copy).
  package let writeID: RandomID
  /// Ciphertext with its tag.
  let indexLength: Int
  let valuesLength: Int
  /// 1 to 8, in the order of the file.
  package let slots: [KeySlot]

  /// Length of a whole file with this header.
  var fileLength: Int { bytes.count + indexLength + valuesLength + VaultFormat.trailerLength }
  var valuesOffset: Int { bytes.count + indexLength }

  enum Offset {
    static let version = 8
    static let flags = 10
    static let headerLength = 12
    static let vaultID = 16
    static let generation = 32
    static let writeID = 40
    static let indexNonce = 56
    static let indexLength = 80
    static let valuesLength = 88
    static let slotCount = 96
    static let reserved = 98
  }

  /// Parses a header.
  ///
  /// The order matters: the digest comes before everything but the magic and the length, so that
  /// a damaged byte is never taken for a newer version, an unknown flag or a wrong key. Every
  /// format version keeps magic, header length and final digest where they are.
  ///
  /// - Parameters:
  ///   - start: the start of the file, at least 4,096 bytes or the whole file.
  ///   - fileLength: length of the whole file in bytes.
  ///   - path: for messages.
  /// - Throws: ``VaultError/notAVault(path:)``, ``VaultError/truncated(expected:actual:)``,
  ///   ``VaultError/appended(expected:actual:)``, ``VaultError/corrupt(_:)``,
  ///   ``VaultError/unsupportedVersion(_:)``, ``VaultError/unknownFlags(_:)``,
  ///   ``VaultError/malformed(_:)``.
  package init(
    start: UnsafeRawBufferPointer, fileLength: Int, path: String
  ) throws(VaultError) {
    let frame = try Self.frame(start, fileLength: fileLength, path: path)
    let version: UInt16 = frame.integer(at: Offset.version)
    guard version == VaultFormat.version else { throw .unsupportedVersion(version) }
    let flags: UInt16 = frame.integer(at: Offset.flags)
    guard flags == 0 else { throw .unknownFlags(flags) }
    slots = try Self.slots(in: frame)
    let indexLength: UInt64 = frame.integer(at: Offset.indexLength)
    let valuesLength: UInt64 = frame.integer(at: Offset.valuesLength)
    guard indexLength <= VaultLimits.maximumIndexLength,
      valuesLength <= VaultLimits.maximumValuesLength
    else { throw .malformed("its lengths are beyond the limits") }
    let padded = Int(indexLength) - VaultFormat.tagLength
    guard padded >= VaultFormat.indexPadding, padded % VaultFormat.indexPadding == 0 else {
      throw .malformed("the index has an impossible length")
    }
    bytes = Array(frame)
    vaultID = RandomID(frame, at: Offset.vaultID)
    generation = frame.integer(at: Offset.generation)
    writeID = RandomID(frame, at: Offset.writeID)
    self.indexLength = Int(indexLength)
    self.valuesLength = Int(valuesLength)
    let expected = self.fileLength
    if fileLength < expected { throw .truncated(expected: expected, actual: fileLength) }
    if fileLength > expected { throw .appended(expected: expected, actual: fileLength) }
  }

  /// The bytes of the header: magic and length make sense, the digest fits.
  private static func frame(
    _ start: UnsafeRawBufferPointer, fileLength: Int, path: String
  ) throws(VaultError) -> UnsafeRawBufferPointer {
    let shortest = VaultFormat.emptyHeaderLength
    let isVault = withUnsafeBytes(of: VaultFormat.magic.littleEndian) { magic in
      zip(start, magic).allSatisfy { $0 == $1 }
    }
    guard isVault else { throw .notAVault(path: path) }
    guard start.count >= shortest else {
      throw .truncated(expected: shortest, actual: fileLength)
    }
    let length = Int(start.integer(at: Offset.headerLength, as: UInt32.self))
    guard length >= shortest, length <= VaultLimits.maximumHeaderLength else {
      throw .corrupt(.header)
    }
    guard start.count >= length else { throw .truncated(expected: length, actual: fileLength) }
    let digested = length - VaultFormat.digestLength
    var digest = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    let fits = withUnsafeMutableBytes(of: &digest) { digest in
      Blake2b.digest(start.part(0, digested), into: digest)
      return start.part(digested, VaultFormat.digestLength)
        .hasSameBytes(as: UnsafeRawBufferPointer(digest))
    }
    guard fits else { throw .corrupt(.header) }
    return start.part(0, length)
  }

  private static func slots(in frame: UnsafeRawBufferPointer) throws(VaultError) -> [KeySlot] {
    let count = Int(frame.integer(at: Offset.slotCount, as: UInt16.self))
    guard (1...VaultLimits.maximumSlotCount).contains(count),
      frame.count == VaultFormat.emptyHeaderLength + count * VaultFormat.slotLength
    else { throw .malformed("the number of key slots does not fit the header's length") }
    guard frame.part(Offset.reserved, 6).allSatisfy({ $0 == 0 }) else {
      throw .malformed("a reserved field of the header is set")
    }
    let slots = (0..<count).map {
      KeySlot(
        frame.part(
          VaultFormat.slotsOffset + $0 * VaultFormat.slotLength, VaultFormat.slotLength))
    }
    if let flaw = flaw(of: slots) { throw .malformed(flaw) }
    return slots
  }

  /// What makes a list of slots unacceptable; `nil` when nothing does.
  private static func flaw(of slots: [KeySlot]) -> String? {
    var seen: UInt8 = 0
    for slot in slots {
      if let flaw = slot.flaw { return flaw }
      guard let kind = slot.kind, kind.isUnique else { continue }
      let bit: UInt8 = 1 << UInt8(truncatingIfNeeded: kind.rawValue)
      if seen & bit != 0 { return "it has two slots for a \(kind.title)" }
      seen |= bit
    }
    return nil
  }

  /// Lends the 24 bytes of the index's nonce.
  func withIndexNonce<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    bytes.withUnsafeBytes { body($0.part(Offset.indexNonce, VaultFormat.nonceLength)) }
  }
}
