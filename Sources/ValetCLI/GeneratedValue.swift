internal import ArgumentParser
internal import Secrets

/// `BYTES[:ENCODING]`: how many random bytes a new value is made of, and how they are written.
struct GeneratedValue: ExpressibleByArgument, Equatable {
  enum Encoding: String, CaseIterable {
    case hex
    case base64
    case base64url
    case raw
  }

  let byteCount: Int
  let encoding: Encoding

  /// 16 bytes: 128 bits, beyond any guessing; a shorter one is a password, which a person chooses.
  static let minimumCount = 16
  static let maximumCount = 4096

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let count = Int(parts[0]), (Self.minimumCount...Self.maximumCount).contains(count) else {
      return nil
    }
    byteCount = count
    guard parts.count == 2 else {
      encoding = .base64url
      return
    }
    guard let encoding = Encoding(rawValue: String(parts[1])) else { return nil }
    self.encoding = encoding
  }

  /// A new value, written in locked memory only.
  ///
  /// - Throws: `SecretMemoryError`.
  func make() throws(SecretMemoryError) -> SecretBytes {
    let random = try SecretBytes.random(count: byteCount)
    switch encoding {
    case .raw: return random
    case .hex: return try Self.encoded(random, bitCount: 4, alphabet: "0123456789abcdef")
    case .base64:
      return try Self.encoded(
        random, bitCount: 6, alphabet: Self.letters + "+/", padding: UInt8(ascii: "="))
    case .base64url:
      return try Self.encoded(random, bitCount: 6, alphabet: Self.letters + "-_")
    }
  }

  private static let letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

  /// RFC 4648: most significant bits first; `padding` fills up to four characters.
  private static func encoded(
    _ bytes: borrowing SecretBytes, bitCount: Int, alphabet: String, padding: UInt8? = nil
  ) throws(SecretMemoryError) -> SecretBytes {
    let digits = Array(alphabet.utf8)
    let plainCount = (bytes.count * 8 + bitCount - 1) / bitCount
    let count = padding == nil ? plainCount : (plainCount + 3) / 4 * 4
    var text = try SecretBytes(count: count)
    text.withUnsafeMutableBytes { text in
      bytes.withUnsafeBytes { bytes in
        for position in 0..<count {
          guard position < plainCount else {
            text[position] = padding ?? 0
            continue
          }
          let bit = position * bitCount
          let pair =
            Int(bytes[bit / 8]) << 8 | (bit / 8 + 1 < bytes.count ? Int(bytes[bit / 8 + 1]) : 0)
          text[position] = digits[pair >> (16 - bit % 8 - bitCount) & (1 << bitCount - 1)]
        }
      }
    }
    return text
  }
}
