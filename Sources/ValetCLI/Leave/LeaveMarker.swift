internal import Broker
internal import Files
internal import Vault

/// What a `leave` that was agreed to leaves behind until it is done: by then the vault is gone, and
/// what is left of it has to be found.
struct LeaveMarker {
  /// Of the vault that is being removed, in hexadecimal digits.
  var vaultID: String
  /// Of that vault when it was to be removed.
  var generation: UInt64
  /// Whether nobody had to be asked.
  var isUnattended: Bool
  /// Whether something of ours was in the OS keyring, or may have been.
  var usesKeyring: Bool

  /// In the state folder; the last file to be removed.
  static let fileName = "leaving"
  private static let unattended = "unattended"
  private static let keyring = "keyring"

  /// `nil` when no `leave` was interrupted, or what is there is not what that one was removing.
  static func read(_ context: Context) -> LeaveMarker? {
    guard let marker = stored(context), marker.covers(VaultAccess(context).location) else {
      return nil
    }
    return marker
  }

  /// Whether there is one, whatever it covers.
  static func isThere(_ context: Context) -> Bool {
    (try? OwnedFolder.open(context.locations.state, create: false))?.contains(fileName) ?? false
  }

  private static func stored(_ context: Context) -> LeaveMarker? {
    guard let folder = try? OwnedFolder.open(context.locations.state, create: false),
      let bytes = try? folder.readFile(fileName, limit: 128)
    else { return nil }
    let words = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }.map(String.init)
    guard words.count >= 2, words[0].allSatisfy(\.isHexDigit), let generation = UInt64(words[1])
    else { return nil }
    return LeaveMarker(
      vaultID: words[0], generation: generation,
      isUnattended: words.dropFirst(2).contains(unattended),
      usesKeyring: words.dropFirst(2).contains(keyring))
  }

  /// Somebody may have gone on with the vault, or made another one, and lost that: nobody agreed to
  /// lose its backups.
  private func covers(_ location: VaultLocation) -> Bool {
    do {
      let header = try VaultStore.peek(location).header
      return header.vaultID.description == vaultID && header.generation <= generation
    } catch .missing {
      return VaultStore.localBackups(location).allSatisfy { backup in
        // A vault that was written once more has its former generation among its backups.
        guard let header = backup.header else { return false }
        return header.vaultID.description == vaultID && header.generation < generation
      }
    } catch {
      return false
    }
  }

  /// - Throws: `FileError`.
  func write(_ context: Context) throws(FileError) {
    let folder = try OwnedFolder.open(context.locations.state, create: true)
    let words =
      [vaultID, "\(generation)"] + (isUnattended ? [Self.unattended] : [])
      + (usesKeyring ? [Self.keyring] : [])
    try folder.replaceFile(Self.fileName, with: Array("\(words.joined(separator: " "))\n".utf8))
  }
}
