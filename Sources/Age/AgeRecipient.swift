/// A public key that a file is encrypted to (age v1, "The X25519 recipient type").
package struct AgeRecipient: Equatable, Sendable {
  /// An X25519 public key, 32 bytes.
  let publicKey: [UInt8]

  static let byteCount = 32

  /// - Parameter text: `age1…`, Bech32 (BIP 173) without its limit of length.
  /// - Throws: ``AgeError/recipient(reason:)``, ``AgeError/foreignRecipient``,
  ///   ``AgeError/otherKind(_:)``.
  package init(_ text: String) throws(AgeError) {
    if text.hasPrefix("ssh-") || text.hasPrefix("github:") { throw .foreignRecipient }
    let lower = text.lowercased()
    if lower.hasPrefix("age-secret-key-") {
      throw .recipient(reason: "this is a secret key; its recipient begins with age1")
    }
    guard text == lower || text == text.uppercased() else {
      throw .recipient(reason: "it mixes upper and lower case")
    }
    let (kind, bytes) = try Self.decode(lower)
    // A plugin's recipient has the plugin's name between; a post-quantum one of age's own, `pq`.
    guard kind == "age" else {
      if kind.hasPrefix("age1") { throw .otherKind(kind) }
      throw .recipient(reason: "it does not begin with age1")
    }
    guard bytes.count == Self.byteCount else {
      throw .recipient(reason: "it has \(bytes.count) bytes, a key has \(Self.byteCount)")
    }
    publicKey = bytes
  }

  private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
  private static let checksumLength = 6

  private static func decode(_ text: String) throws(AgeError) -> (kind: String, bytes: [UInt8]) {
    guard let separator = text.utf8.lastIndex(of: UInt8(ascii: "1")) else {
      throw .recipient(reason: "it does not begin with age1")
    }
    let kind = String(text[..<separator])
    var values: [UInt8] = []
    for byte in text.utf8[text.utf8.index(after: separator)...] {
      guard let value = alphabet.firstIndex(of: byte) else {
        throw .recipient(reason: "a character that no recipient has")
      }
      values.append(UInt8(value))
    }
    guard values.count > checksumLength, isSound(kind, values) else {
      throw .recipient(reason: "its checksum is wrong: look for a typing error")
    }
    guard let bytes = eightBitGroups(values.dropLast(checksumLength)) else {
      throw .recipient(reason: "bits are left over at its end")
    }
    return (kind, bytes)
  }

  private static func isSound(_ kind: String, _ values: [UInt8]) -> Bool {
    let high = kind.utf8.map { $0 >> 5 }
    let low = kind.utf8.map { $0 & 31 }
    var check: UInt32 = 1
    let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
    for value in high + [0] + low + values {
      let top = check >> 25
      check = (check & 0x1ff_ffff) << 5 ^ UInt32(value)
      for bit in 0..<5 where top >> UInt32(bit) & 1 == 1 { check ^= generator[bit] }
    }
    return check == 1
  }

  private static func eightBitGroups(_ values: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer: UInt32 = 0
    var count = 0
    for value in values {
      buffer = buffer << 5 | UInt32(value)
      count += 5
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(count)))
        buffer &= (1 << UInt32(count)) - 1
      }
    }
    return count < 5 && buffer == 0 ? bytes : nil
  }
}
