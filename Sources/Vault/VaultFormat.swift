internal import Secrets

/// The numbers of format version 1, as `VaultFormat.md` tells them. All integers on disk are
/// little-endian; lengths and offsets are in bytes.
enum VaultFormat {
  /// `mcpvault` in ASCII, read as a little-endian integer.
  static let magic: UInt64 = 0x746c_7561_7670_636d
  static let version: UInt16 = 1

  static let nonceLength = 24
  static let tagLength = 16
  static let keyLength = 32
  static let digestLength = 32
  static let saltLength = 16

  /// Header without its slots: fields (104), MAC (32) and digest (32).
  static let emptyHeaderLength = 168
  static let slotsOffset = 104
  static let slotLength = 112
  /// Slot bytes before the nonce; they are associated data of the wrapped key.
  static let slotPrefixLength = 40
  static let trailerLength = 32

  /// The index is padded to a multiple of this, so that its length tells little about its content.
  static let indexPadding = 4096
  static let recordHeadLength = 6

  /// Types of index records.
  enum RecordType {
    static let end: UInt16 = 0
    static let secret: UInt16 = 1
    static let grant: UInt16 = 2
    static let connectionKey: UInt16 = 3
    static let auditHead: UInt16 = 4
    static let settings: UInt16 = 5
  }

  static let secretHeadLength = 36
  static let versionLength = 80
}

/// Limits of a vault, each with its reason.
package enum VaultLimits {
  /// One of every kind and room for several key files; the whole header stays near 1 KiB.
  package static let maximumSlotCount = 8
  /// In every format version, so that a reader knows how much to read before it knows the version.
  package static let maximumHeaderLength = 4096
  /// 64 MiB: 300,000 secrets. The index is held in memory as a whole, so a hostile length must not
  /// exhaust it.
  package static let maximumIndexLength = 64 << 20
  /// 1 GiB: far beyond any collection of keys; keeps every sum of lengths within 64 bits, and a
  /// write, which copies the file, within seconds.
  package static let maximumValuesLength = 1 << 30
  /// Older values kept beside the present one: enough to undo a mistaken `set` and the one that
  /// was meant to mend it.
  package static let keptOldVersions = 2
  /// More are of no use to a person, and their count fits its field by far.
  package static let maximumOldVersions = 1000
  /// Generations kept as `vault.bak.1` (newest) and so on: a damaged file is noticed at the next
  /// write at the latest, so its predecessor is among them.
  package static let backupCount = 3
  /// Longer than any passphrase that a person types, short enough to sit in locked memory.
  package static let maximumPassphraseLength = 4096
}
