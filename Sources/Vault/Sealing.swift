internal import CSodium

// The one file of this module that calls libsodium's ciphers and hashes.

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with 24-byte nonces, which are long enough to be
/// drawn at random for every seal.
package enum Sealing {
  /// Makes the fast implementations of libsodium available; the first call costs about 0.1 ms.
  ///
  /// Also called by every ``Secrets/SecretBytes``; here for what works on open bytes alone.
  static func prepare() { _ = sodium_init() }

  static func randomBytes(_ count: Int) -> [UInt8] {
    prepare()
    var random = [UInt8](repeating: 0, count: count)
    randombytes_buf(&random, count)
    return random
  }

  /// Fills memory from the system's random generator.
  package static func fillRandomly(_ memory: UnsafeMutableRawBufferPointer) {
    prepare()
    randombytes_buf(bytes(memory), memory.count)
  }

  /// Seals `source` into `target` (of the same length; may be the same memory) and writes the tag.
  package static func seal(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
    tag: UnsafeMutableRawBufferPointer, nonce: UnsafeRawBufferPointer,
    associated: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer
  ) {
    checkLengths(source, target, tag.count, nonce, key)
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
      bytes(target), bytes(tag), nil, bytes(source), UInt64(source.count),
      bytes(associated), UInt64(associated.count), nil, bytes(nonce), bytes(key))
  }

  /// Opens `source` into `target` (of the same length; may be the same memory).
  ///
  /// - Returns: `false` when the key is another or anything was altered; `target` is zero then.
  package static func open(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
    tag: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer,
    associated: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer
  ) -> Bool {
    checkLengths(source, target, tag.count, nonce, key)
    return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
      bytes(target), nil, bytes(source), UInt64(source.count), bytes(tag),
      bytes(associated), UInt64(associated.count), bytes(nonce), bytes(key)) == 0
  }

  private static func checkLengths(
    _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, _ tag: Int,
    _ nonce: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer
  ) {
    precondition(
      source.count == target.count && tag == VaultFormat.tagLength
        && nonce.count == VaultFormat.nonceLength && key.count == VaultFormat.keyLength)
  }
}

/// BLAKE2b with 32 bytes of output (RFC 7693).
package enum Blake2b {
  /// Writes the digest of `message`, keyed where a key is given.
  package static func digest(
    _ message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer? = nil,
    into output: UnsafeMutableRawBufferPointer
  ) {
    precondition(output.count == VaultFormat.digestLength)
    let result = crypto_generichash(
      bytes(output), output.count, bytes(message), UInt64(message.count), key.map(bytes),
      key?.count ?? 0)
    precondition(result == 0)
  }

  /// `crypto_kdf_derive_from_key` of libsodium with the context `mcpvault`.
  static func deriveSubkey(
    _ number: UInt64, of key: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) {
    precondition(key.count == VaultFormat.keyLength && output.count == VaultFormat.keyLength)
    // Eight bytes and no end mark: the context of crypto_kdf has a fixed length.
    let result = withUnsafeBytes(of: VaultFormat.magic.littleEndian) { context in
      context.withMemoryRebound(to: CChar.self) { context in
        context.baseAddress.map {
          crypto_kdf_derive_from_key(bytes(output), output.count, number, $0, bytes(key))
        }
      }
    }
    precondition(result == 0)
  }
}

/// An unkeyed BLAKE2b-256 over bytes that come piece by piece.
final class RunningDigest {
  private let state: UnsafeMutableRawPointer

  init() {
    // 64: the alignment that libsodium declares for the state.
    state = .allocate(byteCount: crypto_generichash_statebytes(), alignment: 64)
    crypto_generichash_init(OpaquePointer(state), nil, 0, VaultFormat.digestLength)
  }

  deinit { state.deallocate() }

  func add(_ part: UnsafeRawBufferPointer) {
    if part.isEmpty { return }
    crypto_generichash_update(OpaquePointer(state), bytes(part), UInt64(part.count))
  }

  /// The digest, 32 bytes; nothing can be added any more.
  func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: VaultFormat.digestLength)
    crypto_generichash_final(OpaquePointer(state), &digest, digest.count)
    return digest
  }
}

/// In time that depends on the lengths only.
func haveEqualBytes(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
  one.count == other.count
    && sodium_memcmp(one.baseAddress, other.baseAddress, one.count) == 0
}

// Nothing in the format is empty where a cipher or a hash is called: an empty buffer is our bug.

private func bytes(_ buffer: UnsafeRawBufferPointer) -> UnsafePointer<UInt8> {
  guard let base = buffer.assumingMemoryBound(to: UInt8.self).baseAddress else {
    preconditionFailure("an empty buffer cannot be sealed or hashed")
  }
  return base
}

private func bytes(_ buffer: UnsafeMutableRawBufferPointer) -> UnsafeMutablePointer<UInt8> {
  guard let base = buffer.assumingMemoryBound(to: UInt8.self).baseAddress else {
    preconditionFailure("an empty buffer cannot be sealed or hashed")
  }
  return base
}
