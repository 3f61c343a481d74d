package import Connections
internal import Secrets

/// A text with secrets in it under way to a request, put together in memory that is wiped.
package struct SecretText {
  private var parts: [Part] = []

  private enum Part {
    case plain([UInt8])
    case secret(SharedSecret)
    /// Form-encoded (RFC 6749 appendix B).
    case encoded(SharedSecret)
  }

  /// An empty text.
  package init() {}

  /// Appends what is no secret, as it is, in UTF-8.
  package mutating func append(_ text: String) { parts.append(.plain(Array(text.utf8))) }
  /// Appends a secret as it is.
  package mutating func append(_ secret: SharedSecret) { parts.append(.secret(secret)) }

  /// Appends what is no secret, form-encoded (RFC 6749 appendix B).
  package mutating func append(encoded text: String) { append(percentEncoded(text)) }
  /// Appends a secret, form-encoded when the text is put together.
  package mutating func append(encoded secret: SharedSecret) { parts.append(.encoded(secret)) }

  /// The text; what it went through on the way is wiped.
  ///
  /// - Throws: ``OAuthError/connection(_:)`` when there is no secret memory.
  package func secret() throws(OAuthError) -> SharedSecret {
    var bytes: [UInt8] = []
    // No growth on the way: it would leave copies behind.
    bytes.reserveCapacity(parts.reduce(0) { $0 + Self.maximumLength($1) })
    defer { bytes.withUnsafeMutableBytes { wipe($0) } }
    for part in parts {
      switch part {
      case .plain(let text): bytes += text
      case .secret(let secret): secret.withUnsafeBytes { bytes += $0 }
      case .encoded(let secret):
        secret.withUnsafeBytes { appendPercentEncoded($0, to: &bytes) }
      }
    }
    return try SharedSecret(copy: bytes)
  }

  private static func maximumLength(_ part: Part) -> Int {
    switch part {
    case .plain(let text): text.count
    case .secret(let secret): secret.count
    case .encoded(let secret): 3 * secret.count
    }
  }
}

extension SharedSecret {
  /// The bytes in Base64 (RFC 4648 section 4), for the `Authorization` header.
  func base64() throws(OAuthError) -> SharedSecret {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var memory = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: (count + 2) / 3 * 4)
    }
    withUnsafeBytes { bytes in
      memory.withUnsafeMutableBytes { output in
        for group in 0..<(bytes.count + 2) / 3 {
          let rest = bytes.count - 3 * group
          let word = (0..<3).reduce(UInt32(0)) {
            $0 << 8 | ($1 < rest ? UInt32(bytes[3 * group + $1]) : 0)
          }
          for place in 0..<4 {
            output[4 * group + place] =
              place > rest ? UInt8(ascii: "=") : alphabet[Int(word >> UInt32(18 - 6 * place) & 63)]
          }
        }
      }
    }
    return SharedSecret(memory)
  }

  /// Plain text as a secret, for what goes through the same way.
  package convenience init(text: String) throws(OAuthError) {
    try self.init(copy: Array(text.utf8))
  }

  /// A copy of bytes; the caller wipes the original.
  convenience init(copy bytes: [UInt8]) throws(OAuthError) {
    var memory = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: bytes.count)
    }
    memory.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    self.init(memory)
  }
}
