internal import Secrets

extension VaultStore {
  /// Seals something that lies beside the vault, such as the refusal that a person may approve
  /// later: it holds values of variables that are nobody else's business, and what is approved must
  /// be what was refused.
  ///
  /// - Parameter bytes: at least one.
  /// - Returns: nonce (24 bytes), tag (16 bytes) and as many bytes as there were.
  package func sealNote(_ bytes: [UInt8]) throws(VaultError) -> [UInt8] {
    precondition(!bytes.isEmpty)
    let nonce = Sealing.randomBytes(VaultFormat.nonceLength)
    var sealed = nonce + [UInt8](repeating: 0, count: VaultFormat.tagLength) + bytes
    try withNoteKey { key in
      sealed.withUnsafeMutableBytes { sealed in
        let start = VaultFormat.nonceLength + VaultFormat.tagLength
        let content = sealed.part(start, sealed.count - start)
        nonce.withUnsafeBytes { nonce in
          header.vaultID.withBytes { vaultID in
            Sealing.seal(
              UnsafeRawBufferPointer(content), into: content,
              tag: sealed.part(VaultFormat.nonceLength, VaultFormat.tagLength), nonce: nonce,
              associated: vaultID, key: key)
          }
        }
      }
    }
    return sealed
  }

  /// Opens what ``sealNote(_:)`` made; `nil` for anything else, and after a change of the vault key.
  package func openNote(_ sealed: [UInt8]) throws(VaultError) -> [UInt8]? {
    let start = VaultFormat.nonceLength + VaultFormat.tagLength
    guard sealed.count > start else { return nil }
    var bytes = Array(sealed[start...])
    var isOpen = false
    try withNoteKey { key in
      sealed.withUnsafeBytes { sealed in
        bytes.withUnsafeMutableBytes { bytes in
          header.vaultID.withBytes { vaultID in
            isOpen = Sealing.open(
              sealed.part(start, bytes.count), into: bytes,
              tag: sealed.part(VaultFormat.nonceLength, VaultFormat.tagLength),
              nonce: sealed.part(0, VaultFormat.nonceLength), associated: vaultID, key: key)
          }
        }
      }
    }
    return isOpen ? bytes : nil
  }

  /// The number of the subkey in `crypto_kdf_derive_from_key`; derived only when it is wanted.
  private static let noteSubkey: UInt64 = 6

  private func withNoteKey(_ body: (UnsafeRawBufferPointer) -> Void) throws(VaultError) {
    var subkey = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: VaultFormat.keyLength)
    }
    subkey.withUnsafeMutableBytes { target in
      sharedKey.key.withBytes { Blake2b.deriveSubkey(Self.noteSubkey, of: $0, into: target) }
    }
    subkey.withUnsafeBytes { body($0) }
  }
}
