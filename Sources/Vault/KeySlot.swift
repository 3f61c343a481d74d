/// One way into a vault: the vault key, wrapped under a secret.
///
/// Kept as it was read, so that a slot of a later version survives a write of this one.
package struct KeySlot: Equatable, Sendable {
  package enum Kind: UInt16, CaseIterable, Sendable {
    case passphrase = 1
    case recoveryKey = 2
    case keyring = 3
    case keyFile = 4

    /// Whether a vault has at most one slot of the kind: what is asked for must be unambiguous.
    package var isUnique: Bool { self != .keyFile }

    /// What opens the slot, for messages.
    package var title: String {
      switch self {
      case .passphrase: "passphrase"
      case .recoveryKey: "recovery key"
      case .keyring: "key in the OS keyring"
      case .keyFile: "key file"
      }
    }
  }

  /// The 112 bytes on disk.
  let bytes: [UInt8]

  init(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == VaultFormat.slotLength)
    self.bytes = Array(bytes)
  }

  /// `nil` for a kind that this version does not know: preserved, and of no use to it.
  package var kind: Kind? { Kind(rawValue: typeNumber) }
  /// The kind as it is on disk.
  package var typeNumber: UInt16 { field(0) }
  /// When the slot was made, in seconds since 1970-01-01T00:00:00Z.
  package var created: Int64 { field(32) }
  /// Zero for slots without a passphrase.
  package var cost: PassphraseCost {
    PassphraseCost(operations: field(4), memoryBytes: field(8))
  }

  private func field<Integer: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Integer {
    bytes.withUnsafeBytes { $0.integer(at: offset) }
  }

  // Offsets of the parts that KeySlot+Wrap uses.
  static let saltOffset = 16
  static let nonceOffset = VaultFormat.slotPrefixLength
  static let wrappedKeyOffset = 64
  static let tagOffset = 96

  /// Why a slot cannot be what a writer of this version made; `nil` when nothing is wrong.
  var flaw: String? {
    guard let kind else { return nil }
    if (field(2) as UInt16) != 0 { return "a reserved field of a key slot is set" }
    if kind != .passphrase, cost != PassphraseCost(operations: 0, memoryBytes: 0) {
      return "a key slot without a passphrase has a derivation"
    }
    return nil
  }
}
