internal import CSodium
package import Secrets

/// What a guess at a passphrase costs: the parameters of Argon2id 1.3 (RFC 9106) with one lane.
package struct PassphraseCost: Equatable, Sendable {
  /// Passes over the memory.
  package let operations: UInt32
  /// A multiple of 1,024.
  package let memoryBytes: UInt64

  package init(operations: UInt32, memoryBytes: UInt64) {
    self.operations = operations
    self.memoryBytes = memoryBytes
  }

  /// 3 passes over 256 MiB, libsodium's "moderate": about half a second on a laptop, which a
  /// person accepts once a day and which the kernel cache spares a launch.
  package static let standard = PassphraseCost(operations: 3, memoryBytes: 256 << 20)
  /// The least that is accepted.
  package static let minimum = PassphraseCost(operations: 2, memoryBytes: 64 << 20)

  /// A file from elsewhere must neither weaken a passphrase (a cheap derivation, to be recorded by
  /// whoever made it) nor take the machine's memory or hours of its time.
  package var isAcceptable: Bool {
    (2...12).contains(operations) && (64 << 20...1 << 30).contains(memoryBytes)
      && memoryBytes % 1024 == 0
  }
}

extension PassphraseCost {
  /// Derives 32 bytes from a passphrase.
  ///
  /// - Parameters:
  ///   - passphrase: 1 to 4,096 bytes.
  ///   - salt: 16 bytes.
  /// - Throws: ``VaultError/derivationOutOfRange(operations:memoryBytes:)`` before anything is
  ///   derived, ``VaultError/passphraseLength(_:)``, ``VaultError/notEnoughMemory(byteCount:)``.
  package func derive(
    from passphrase: UnsafeRawBufferPointer, salt: [UInt8]
  ) throws(VaultError) -> SecretBytes {
    guard isAcceptable else {
      throw .derivationOutOfRange(operations: operations, memoryBytes: memoryBytes)
    }
    guard (1...VaultLimits.maximumPassphraseLength).contains(passphrase.count),
      let text = passphrase.assumingMemoryBound(to: CChar.self).baseAddress
    else { throw .passphraseLength(passphrase.count) }
    precondition(salt.count == VaultFormat.saltLength)
    var key = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: VaultFormat.keyLength)
    }
    let result = key.withUnsafeMutableBytes { key in
      key.assumingMemoryBound(to: UInt8.self).baseAddress.map {
        crypto_pwhash_argon2id(
          $0, UInt64(key.count), text, UInt64(passphrase.count), salt, UInt64(operations),
          Int(memoryBytes), crypto_pwhash_argon2id_ALG_ARGON2ID13)
      }
    }
    // The parameters were checked, so a failure is a lack of memory (libsodium sets ENOMEM).
    guard result == 0 else { throw .notEnoughMemory(byteCount: Int(memoryBytes)) }
    return key
  }
}
