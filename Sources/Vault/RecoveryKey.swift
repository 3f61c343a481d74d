package import Secrets

/// A recovery key as a person writes it down.
///
/// 35 bytes, the 32 of the key and the first 3 of a BLAKE2b-256 over a context and the key, are
/// exactly 56 characters of Crockford's base 32 (which has no I, L, O and U to misread), shown in
/// 14 groups of four. One wrong character passes the check once in 16 million.
package enum RecoveryKey {
  /// 32 bytes.
  package static let byteCount = VaultFormat.keyLength
  /// 56 characters and 13 hyphens.
  package static let textLength = 69

  /// Why a text is not a recovery key.
  package enum Flaw: Equatable, Sendable {
    /// Characters that count; 56 are wanted.
    case length(Int)
    /// The position counts the characters that are not separators, from 1.
    case character(position: Int)
    case checksum

    package var reason: String {
      switch self {
      case .length(let count): "it has \(count) characters instead of \(characterCount)"
      case .character(let position):
        "character \(position) is not one of 0-9 A-Z without U"
      case .checksum: "the check characters do not fit, a typing error is likely"
      }
    }
  }

  private static let characterCount = 56
  private static let checkLength = 3
  private static let groupLength = 4
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let checkContext = Array("mcp-valet recovery key 1".utf8)

  /// The text of a key: 69 bytes of ASCII.
  ///
  /// - Parameter key: 32 bytes.
  package static func text(
    of key: borrowing SecretBytes
  ) throws(VaultError) -> SecretBytes {
    precondition(key.count == byteCount)
    let raw = try withCheck(key)
    var text = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: textLength)
    }
    text.withUnsafeMutableBytes { text in
      raw.withUnsafeBytes { raw in
        var target = 0
        for position in 0..<characterCount {
          if position > 0, position % groupLength == 0 {
            text[target] = UInt8(ascii: "-")
            target += 1
          }
          text[target] = alphabet[fiveBits(of: raw, at: position)]
          target += 1
        }
      }
    }
    return text
  }

  /// Reads a text: case, spaces, tabs, line ends and hyphens do not matter; O is read as 0, I and L
  /// as 1.
  ///
  /// - Returns: 32 bytes.
  /// - Throws: ``VaultError/recoveryKey(_:)``.
  package static func parse(_ text: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
    var raw = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: byteCount + checkLength)
    }
    try raw.withUnsafeMutableBytes { (raw) throws(VaultError) in
      try text.withUnsafeBytes { (text) throws(VaultError) in try decode(text, into: raw) }
    }
    let key = try raw.withUnsafeBytes { (raw) throws(VaultError) -> SecretBytes in
      try inMemory { () throws(SecretMemoryError) in
        try SecretBytes(copying: raw.part(0, byteCount))
      }
    }
    let expected = try withCheck(key)
    guard raw.isEqual(to: expected) else { throw .recoveryKey(.checksum) }
    return key
  }

  private static func decode(
    _ text: UnsafeRawBufferPointer, into raw: UnsafeMutableRawBufferPointer
  ) throws(VaultError) {
    var position = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "\t"), UInt8(ascii: "\n"),
        UInt8(ascii: "\r"):
        continue
      default: break
      }
      position += 1
      guard let value = digit(byte) else {
        throw .recoveryKey(.character(position: position))
      }
      guard position <= characterCount else { continue }
      let bit = 5 * (position - 1)
      // Five bits lie in one byte or across two.
      let window = UInt16(value) << UInt16(11 - bit % 8)
      raw[bit / 8] |= UInt8(window >> 8)
      if bit % 8 > 3 { raw[bit / 8 + 1] |= UInt8(truncatingIfNeeded: window) }
    }
    guard position == characterCount else { throw .recoveryKey(.length(position)) }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    // Clearing bit 5 turns ASCII lower case into upper case.
    let upper = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte & ~0x20 : byte
    switch upper {
    case UInt8(ascii: "O"): return 0
    case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
    default: return alphabet.firstIndex(of: upper).map { UInt8($0) }
    }
  }

  private static func fiveBits(of raw: UnsafeRawBufferPointer, at position: Int) -> Int {
    let bit = 5 * position
    let low = bit / 8 + 1 < raw.count ? Int(raw[bit / 8 + 1]) : 0
    return (Int(raw[bit / 8]) << 8 | low) >> (11 - bit % 8) & 31
  }

  /// The key and its check bytes.
  private static func withCheck(_ key: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
    let messageLength = checkContext.count + byteCount
    // The message, and behind it room for its digest.
    var work = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: messageLength + VaultFormat.digestLength)
    }
    work.withUnsafeMutableBytes { work in
      var writer = ByteWriter(work)
      writer.write(checkContext)
      key.withUnsafeBytes { writer.write($0) }
      Blake2b.digest(
        UnsafeRawBufferPointer(work).part(0, messageLength),
        into: work.part(messageLength, VaultFormat.digestLength))
    }
    return try work.withUnsafeBytes { (work) throws(VaultError) -> SecretBytes in
      try inMemory { () throws(SecretMemoryError) in
        try SecretBytes(copying: work.part(checkContext.count, byteCount + checkLength))
      }
    }
  }
}
