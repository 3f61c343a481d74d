internal import Broker
internal import Files

/// What a `leave` that was agreed to leaves behind until it is done: by then the vault is gone, and
/// what is left of it has to be found.
struct LeaveMarker {
  /// Of the vault that is being removed, in hexadecimal digits.
  var vaultID: String
  /// Whether nobody had to be asked.
  var isUnattended: Bool
  /// Whether something of ours was in the OS keyring, or may have been.
  var usesKeyring: Bool

  /// In the state folder; the last file to be removed.
  static let fileName = "leaving"
  private static let unattended = "unattended"
  private static let keyring = "keyring"

  /// `nil` when no `leave` was interrupted.
  static func read(_ context: Context) -> LeaveMarker? {
    guard let folder = try? OwnedFolder.open(context.locations.state, create: false),
      let bytes = try? folder.readFile(fileName, limit: 128)
    else { return nil }
    let words = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }.map(String.init)
    guard let id = words.first, id.allSatisfy(\.isHexDigit) else { return nil }
    return LeaveMarker(
      vaultID: id, isUnattended: words.dropFirst().contains(unattended),
      usesKeyring: words.dropFirst().contains(keyring))
  }

  /// - Throws: `FileError`.
  func write(_ context: Context) throws(FileError) {
    let folder = try OwnedFolder.open(context.locations.state, create: true)
    let words =
      [vaultID] + (isUnattended ? [Self.unattended] : []) + (usesKeyring ? [Self.keyring] : [])
    try folder.replaceFile(Self.fileName, with: Array("\(words.joined(separator: " "))\n".utf8))
  }
}
