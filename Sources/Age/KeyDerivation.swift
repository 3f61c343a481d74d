internal import CSodium
internal import Secrets

/// HMAC with SHA-256 (RFC 2104), and HKDF on it (RFC 5869) as far as age needs it: one block.
///
/// libsodium has HKDF from 1.0.19 on, which is newer than what some distributions have.
enum KeyDerivation {
  static let byteCount = 32

  /// - Parameters:
  ///   - material: what the key is derived from.
  ///   - salt: an empty one is the same as 32 zero bytes.
  /// - Returns: 32 bytes.
  static func key(
    from material: borrowing SecretBytes, salt: [UInt8], info: [UInt8]
  ) throws(AgeError) -> SecretBytes {
    var extracted = try secretMemory(byteCount)
    var derived = try secretMemory(byteCount)
    let salt = salt.isEmpty ? [UInt8](repeating: 0, count: byteCount) : salt
    material.withUnsafeBytes { material in
      extracted.withUnsafeMutableBytes { extracted in
        salt.withUnsafeBytes { code(of: material, key: $0, into: extracted) }
      }
    }
    let expansion = info + [1]
    extracted.withUnsafeBytes { extracted in
      derived.withUnsafeMutableBytes { derived in
        expansion.withUnsafeBytes { code(of: $0, key: extracted, into: derived) }
      }
    }
    return derived
  }

  /// The code of a message, neither of which is empty.
  ///
  /// - Parameter output: of 32 bytes.
  static func code(
    of message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) {
    precondition(output.count == byteCount)
    var state = crypto_auth_hmacsha256_state()
    defer { withUnsafeMutableBytes(of: &state, wipe) }
    crypto_auth_hmacsha256_init(&state, bytes(key), key.count)
    crypto_auth_hmacsha256_update(&state, bytes(message), UInt64(message.count))
    crypto_auth_hmacsha256_final(&state, bytes(output))
  }
}

/// Seals with ChaCha20-Poly1305 (RFC 8439).
///
/// - Parameters:
///   - text: may be empty.
///   - key: 32 bytes.
///   - nonce: 12 bytes, never twice under one key.
/// - Returns: 16 bytes more than the text.
func seal(
  _ text: UnsafeRawBufferPointer, key: borrowing SecretBytes, nonce: [UInt8]
) -> [UInt8] {
  var sealed = [UInt8](repeating: 0, count: text.count + crypto_aead_chacha20poly1305_ietf_abytes())
  key.withUnsafeBytes { key in
    _ = crypto_aead_chacha20poly1305_ietf_encrypt(
      &sealed, nil, text.assumingMemoryBound(to: UInt8.self).baseAddress, UInt64(text.count), nil,
      0, nil, nonce, bytes(key))
  }
  return sealed
}

func secretMemory(_ count: Int) throws(AgeError) -> SecretBytes {
  do { return try SecretBytes(count: count) } catch { throw AgeError(error) }
}

func randomSecret(_ count: Int) throws(AgeError) -> SecretBytes {
  do { return try SecretBytes.random(count: count) } catch { throw AgeError(error) }
}

// What is given to a cipher or a hash here is of a known length: an empty buffer is our bug.

func bytes(_ buffer: UnsafeRawBufferPointer) -> UnsafePointer<UInt8> {
  guard let base = buffer.assumingMemoryBound(to: UInt8.self).baseAddress else {
    preconditionFailure("an empty buffer cannot be a key or be hashed")
  }
  return base
}

func bytes(_ buffer: UnsafeMutableRawBufferPointer) -> UnsafeMutablePointer<UInt8> {
  UnsafeMutablePointer(mutating: bytes(UnsafeRawBufferPointer(buffer)))
}
