internal import Broker
internal import Files
internal import Secrets
internal import Vault

/// A vault that is gone while backups that it made of itself are there: the last copy of what was in
/// it. A new vault would move them out of the way, one write at a time.
struct LostVault {
  /// Absolute.
  let folder: String
  /// Of the backup to restore: the newest one that looks like a vault.
  let backup: String
  /// Whether a `leave` that was interrupted has removed the vault.
  let isLeft: Bool

  /// `nil` where there is a vault, or no backup.
  init?(_ context: Context) {
    let access = VaultAccess(context)
    let backups = VaultStore.localBackups(access.location)
    // Asked last: another first command may have made a vault, and backups of it, meanwhile.
    guard let first = backups.first, !access.exists else { return nil }
    folder = context.locations.data
    backup = (backups.first { $0.header != nil } ?? first).path
    isLeft = LeaveMarker.read(context) != nil
  }

  var message: String { "there is no vault, but there are backups of one in \(folder)" }

  /// The command to type.
  var next: String {
    isLeft ? "mcp-valet leave" : "mcp-valet vault restore \(shellWord(backup))"
  }

  /// Why no new vault is made.
  var error: CommandError {
    isLeft
      ? .configuration("\(message): a 'leave' was interrupted", hint: next)
      : .configuration(
        message, hint: "\(next); to begin without them, move \(folder)/vault.bak.* elsewhere first")
  }
}
