internal import Secrets

/// The random 32-byte key of a vault, with the subkeys that are derived from it.
///
/// Whoever holds it can read and write everything in the vault; the slots exist to wrap it.
package struct VaultKey: ~Copyable {
  /// 32 bytes.
  package static let byteCount = VaultFormat.keyLength

  /// What a subkey is for; the raw value is its number in `crypto_kdf_derive_from_key`.
  enum Purpose: Int {
    case headerMAC = 1
    case index = 2
    case values = 3
  }

  /// The key, then the subkeys in the order of their numbers: one piece of locked memory, since
  /// each piece costs a launch several system calls.
  private let memory: SecretBytes

  /// The write whose slot gave the key; `nil` for a key from elsewhere, such as the kernel's
  /// cache. A header whose MAC fails although one of its own slots gave the key was tampered
  /// with; with any other key it is the key that may be old.
  let unlockedFrom: RandomID?

  /// Takes over a key that a cache kept.
  ///
  /// - Parameter bytes: 32 bytes; the caller wipes them.
  /// - Throws: ``VaultError/staleKey`` for any other length, ``VaultError/notEnoughMemory(byteCount:)``.
  package init(copying bytes: UnsafeRawBufferPointer) throws(VaultError) {
    guard bytes.count == Self.byteCount else { throw .staleKey }
    try self.init(unlockedFrom: nil) { $0.copyMemory(from: bytes) }
  }

  /// A key that `fill` writes into the 32 bytes it is given, without a copy elsewhere.
  init(
    unlockedFrom writeID: RandomID?,
    fill: (UnsafeMutableRawBufferPointer) throws(VaultError) -> Void
  ) throws(VaultError) {
    var memory = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: 4 * Self.byteCount)
    }
    try memory.withUnsafeMutableBytes { (all) throws(VaultError) in
      let key = all.part(0, Self.byteCount)
      try fill(key)
      for number in Purpose.headerMAC.rawValue...Purpose.values.rawValue {
        Blake2b.deriveSubkey(
          UInt64(number), of: UnsafeRawBufferPointer(key),
          into: all.part(number * Self.byteCount, Self.byteCount))
      }
    }
    self.memory = memory
    unlockedFrom = writeID
  }

  /// A new key for a new vault, or for one whose old key must not open it any more.
  package static func random() throws(VaultError) -> VaultKey {
    let bytes = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes.random(count: byteCount)
    }
    return try bytes.withUnsafeBytes { (bytes) throws(VaultError) in
      try VaultKey(copying: bytes)
    }
  }

  /// Lends the 32 bytes, for a cache to keep.
  package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try memory.withUnsafeBytes { (all) throws(Failure) -> Result in
      try body(all.part(0, Self.byteCount))
    }
  }

  borrowing func withSubkey<Result, Failure: Error>(
    _ purpose: Purpose, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try memory.withUnsafeBytes { (all) throws(Failure) -> Result in
      try body(all.part(purpose.rawValue * Self.byteCount, Self.byteCount))
    }
  }
}

/// Lets several parts of a store use one key; a class may not lend a variable while it changes.
final class SharedKey {
  let key: VaultKey
  init(_ key: consuming VaultKey) { self.key = key }
}
