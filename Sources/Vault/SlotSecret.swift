package import Secrets

/// What opens a key slot: something typed, or 32 random bytes kept somewhere.
package enum SlotSecret: ~Copyable {
  /// 1 to 4,096 bytes as typed (UTF-8, not normalised); derived with Argon2id.
  case passphrase(SecretBytes)
  /// The 32 bytes that ``RecoveryKey`` writes as text.
  case recoveryKey(SecretBytes)
  /// 32 random bytes kept in the OS keyring.
  case keyring(SecretBytes)
  /// The 32 bytes of a key file.
  case keyFile(SecretBytes)

  package var kind: KeySlot.Kind {
    switch self {
    case .passphrase: .passphrase
    case .recoveryKey: .recoveryKey
    case .keyring: .keyring
    case .keyFile: .keyFile
    }
  }

  borrowing func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch self {
    case .passphrase(let bytes): try bytes.withUnsafeBytes(body)
    case .recoveryKey(let bytes): try bytes.withUnsafeBytes(body)
    case .keyring(let bytes): try bytes.withUnsafeBytes(body)
    case .keyFile(let bytes): try bytes.withUnsafeBytes(body)
    }
  }
}
