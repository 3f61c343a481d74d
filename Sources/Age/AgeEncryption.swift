internal import CSodium
package import Secrets

/// One file in the format age v1 (C2SP `age.md`), which `age`, `rage` and others decrypt.
///
/// Written here and not by the program `age`: no other program gets the plain text, and there is
/// none to install. Only writing: nothing that comes from outside is read.
package struct AgeEncryption: ~Copyable {
  /// The header, to be written first.
  private let header: [UInt8]
  private let fileKey: SecretBytes

  private static let fileKeyLength = 16
  private static let intro = "age-encryption.org/v1"

  /// A file that whoever has one of the recipients' keys can decrypt.
  ///
  /// - Throws: ``AgeError/noRecipients``, ``AgeError/outOfMemory``, ``AgeError/recipient(reason:)``
  ///   for a key of low order.
  package init(to recipients: [AgeRecipient]) throws(AgeError) {
    if recipients.isEmpty { throw .noRecipients }
    let key = try randomSecret(Self.fileKeyLength)
    var stanzas = ""
    for recipient in recipients { stanzas += try Self.stanza(recipient, key) }
    try self.init(stanzas, key)
  }

  /// A file that a passphrase decrypts.
  package init(passphrase: borrowing SecretBytes) throws(AgeError) {
    let key = try randomSecret(Self.fileKeyLength)
    try self.init(try Self.stanza(passphrase, key), key)
  }

  private init(_ stanzas: String, _ fileKey: consuming SecretBytes) throws(AgeError) {
    let text = Array("\(Self.intro)\n\(stanzas)---".utf8)
    let key = try KeyDerivation.key(from: fileKey, salt: [], info: Array("header".utf8))
    var code = [UInt8](repeating: 0, count: KeyDerivation.byteCount)
    key.withUnsafeBytes { key in
      code.withUnsafeMutableBytes { code in
        text.withUnsafeBytes { KeyDerivation.code(of: $0, key: key, into: code) }
      }
    }
    header = text + Array(" \(base64(code))\n".utf8)
    self.fileKey = fileKey
  }

  // MARK: Recipients

  /// "The X25519 recipient type".
  private static func stanza(
    _ recipient: AgeRecipient, _ fileKey: borrowing SecretBytes
  ) throws(AgeError) -> String {
    let ephemeral = try randomSecret(AgeRecipient.byteCount)
    var share = [UInt8](repeating: 0, count: AgeRecipient.byteCount)
    var shared = try secretMemory(AgeRecipient.byteCount)
    let isSound = ephemeral.withUnsafeBytes { ephemeral in
      shared.withUnsafeMutableBytes { shared in
        crypto_scalarmult_base(&share, bytes(ephemeral)) == 0
          && crypto_scalarmult(bytes(shared), bytes(ephemeral), recipient.publicKey) == 0
      }
    }
    guard isSound else { throw .recipient(reason: "its key is one that everybody can guess") }
    let key = try KeyDerivation.key(
      from: shared, salt: share + recipient.publicKey, info: Array("\(intro)/X25519".utf8))
    return "-> X25519 \(base64(share))\n\(wrapped(fileKey, by: key))\n"
  }

  /// 2^18 rounds with 256 MiB: what `age` itself asks for.
  private static let workFactor = 18

  /// "The scrypt recipient type".
  private static func stanza(
    _ passphrase: borrowing SecretBytes, _ fileKey: borrowing SecretBytes
  ) throws(AgeError) -> String {
    var salt = [UInt8](repeating: 0, count: 16)
    randombytes_buf(&salt, salt.count)
    let whole = Array("\(intro)/scrypt".utf8) + salt
    var key = try secretMemory(KeyDerivation.byteCount)
    let isDerived = passphrase.withUnsafeBytes { passphrase in
      key.withUnsafeMutableBytes { key in
        crypto_pwhash_scryptsalsa208sha256_ll(
          bytes(passphrase), passphrase.count, whole, whole.count, 1 << workFactor, 8, 1,
          bytes(key),
          key.count) == 0
      }
    }
    guard isDerived else { throw .outOfMemory }
    return "-> scrypt \(base64(salt)) \(workFactor)\n\(wrapped(fileKey, by: key))\n"
  }

  /// The file key as a stanza's body: 43 characters, one line. The wrapping key is used once.
  private static func wrapped(
    _ fileKey: borrowing SecretBytes, by key: borrowing SecretBytes
  ) -> String {
    base64(
      fileKey.withUnsafeBytes {
        seal($0, key: key, nonce: [UInt8](repeating: 0, count: nonceLength))
      })
  }

  // MARK: Content

  private static let nonceLength = 12
  private static let chunkLength = 64 << 10

  /// Encrypts a text, in order and once: the keys of two texts must differ.
  ///
  /// - Parameter write: gets the file, piece by piece.
  /// - Throws: ``AgeError``, and what `write` throws.
  package consuming func encrypt(
    _ text: UnsafeRawBufferPointer, write: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var salt = [UInt8](repeating: 0, count: 16)
    randombytes_buf(&salt, salt.count)
    let key = try KeyDerivation.key(from: fileKey, salt: salt, info: Array("payload".utf8))
    try (header + salt).withUnsafeBytes(write)
    var start = 0
    var counter: UInt64 = 0
    while true {
      let end = min(start + Self.chunkLength, text.count)
      let isLast = end == text.count
      let chunk = UnsafeRawBufferPointer(rebasing: text[start..<end])
      // An 11-byte counter, and whether the file ends here.
      let nonce =
        [0, 0, 0] + withUnsafeBytes(of: counter.bigEndian) { Array($0) } + [isLast ? 1 : 0]
      try seal(chunk, key: key, nonce: nonce).withUnsafeBytes(write)
      if isLast { return }
      start = end
      counter += 1
    }
  }
}

/// Without padding, as age has it (RFC 4648, section 4).
private func base64(_ bytes: [UInt8]) -> String {
  let variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING
  var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, variant))
  sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
