internal import CSodium
package import Connections
internal import Secrets

/// Proof Key for Code Exchange (RFC 7636) with S256, always (A18).
package struct PKCE: Sendable {
  /// 43 characters: 32 random bytes.
  package let verifier: SharedSecret
  /// 43 characters: the SHA-256 of the verifier (RFC 7636 section 4.2).
  package let challenge: String

  /// Makes a new verifier.
  ///
  /// - Throws: ``OAuthError/connection(_:)`` when there is no secret memory.
  package init() throws(OAuthError) {
    verifier = try randomSecret()
    challenge = Self.challenge(of: verifier)
  }

  /// The challenge of a verifier (RFC 7636 section 4.2).
  static func challenge(of verifier: SharedSecret) -> String {
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    verifier.withUnsafeBytes { bytes in
      _ = crypto_hash_sha256(
        &digest, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
    }
    return base64URL(digest)
  }

  /// Whether this server may be used (A18).
  ///
  /// - Parameter isVouchedFor: the person or a preset row says that S256 works although metadata
  ///   does not list any method. Metadata that lists others says that it does not.
  static func check(
    _ metadata: ServerMetadata, isVouchedFor: Bool
  ) throws(OAuthError) {
    guard let methods = metadata.challengeMethods else {
      if isVouchedFor { return }
      throw .pkceUnadvertised(issuer: metadata.issuer)
    }
    guard methods.contains("S256") else { throw .pkceUnsupported(issuer: metadata.issuer) }
  }
}

/// 32 random bytes as 43 characters that stand for themselves everywhere, for what may be seen: it
/// becomes part of a URL that a browser shows.
func randomText() throws(OAuthError) -> String {
  try randomSecret().withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
}

/// The same for what may not: never in memory that is not wiped.
func randomSecret() throws(OAuthError) -> SharedSecret {
  guard sodium_init() >= 0 else { throw .connection(.memory(.outOfMemory(byteCount: 32))) }
  var bytes = [UInt8](repeating: 0, count: 32)
  // 43 characters and a zero.
  var text = [CChar](repeating: 0, count: 44)
  defer {
    bytes.withUnsafeMutableBytes { wipe($0) }
    text.withUnsafeMutableBytes { wipe($0) }
  }
  randombytes_buf(&bytes, bytes.count)
  sodium_bin2base64(
    &text, text.count, bytes, bytes.count, Int32(sodium_base64_VARIANT_URLSAFE_NO_PADDING))
  var memory = try inMemory { () throws(SecretMemoryError) in try SecretBytes(count: 43) }
  memory.withUnsafeMutableBytes { memory in
    memory.copyBytes(from: text.lazy.prefix(43).map { UInt8(bitPattern: $0) })
  }
  return SharedSecret(memory)
}

/// SHA-256 of a text, in Base64, as content security policies write it.
package func sha256Base64(_ text: String) -> String {
  var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
  let bytes = Array(text.utf8)
  _ = crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
  var encoded = [CChar](repeating: 0, count: 64)
  sodium_bin2base64(&encoded, encoded.count, digest, digest.count, sodium_base64_VARIANT_ORIGINAL)
  return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
