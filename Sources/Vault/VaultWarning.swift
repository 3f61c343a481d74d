package import Files

/// What a person should hear about, although the work was done.
package enum VaultWarning: Equatable, Sendable {
  /// The vault is older than one that was seen before: somebody put an old copy in its place.
  case rolledBack(found: UInt64, seen: UInt64)
  /// As ``rolledBack(found:seen:)``, of a locked vault: whoever can write to it can write any
  /// generation into its header, and only the key tells.
  case looksRolledBack(found: UInt64, seen: UInt64)
  /// The predecessor could not be kept as `vault.bak.1` (a file system without hard links).
  case noBackup(FileError)
  /// The last generation seen could not be recorded, so a rollback may pass unnoticed.
  case generationNotRecorded(FileError)

  /// Lower case, without a full stop.
  package var message: String {
    switch self {
    case .rolledBack(let found, let seen):
      "the vault is an older copy: generation \(found), and \(seen) was seen before"
    case .looksRolledBack(let found, let seen):
      "the vault looks like an older copy: its header says generation \(found), and \(seen) was "
        + "seen before"
    case .noBackup(let error): "the vault before this change was not kept: \(error.message)"
    case .generationNotRecorded(let error):
      "an exchange of the vault for an older copy may go unnoticed: \(error.message)"
    }
  }

  package var hint: String? {
    switch self {
    case .rolledBack:
      "if you put it there, mcp-valet vault restore FILE with the copy you want; "
        + "else find out who did"
    case .looksRolledBack: "the header is verified when the vault is unlocked: mcp-valet unlock"
    case .noBackup: "keep copies with mcp-valet vault backup FILE"
    case .generationNotRecorded: nil
    }
  }
}
