private import CSodium

/// BLAKE2b-256 of a file's bytes, to tell whether it is still the same.
package enum FileDigest {
  /// In bytes.
  package static let length = 32

  /// - Returns: ``length`` bytes.
  package static func of(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: length)
    crypto_generichash(&digest, digest.count, bytes, UInt64(bytes.count), nil, 0)
    return digest
  }

  /// The first 8 bytes, for names.
  package static func short(_ text: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let bytes = of(Array(text.utf8)).prefix(8).flatMap {
      [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
