internal import Secrets

/// How a restore keeps the keys of connections. A connection's file is no part of a copy, and goes on
/// changing: it is of use to whoever has its key as the present vault knows it.
///
/// | the connection, by name | what becomes of its key |
/// |---|---|
/// | is in the present vault | the present key, whatever the copy has |
/// | is in the copy alone, and has a file | the copy's key: the present vault may itself be an older copy |
/// | is in the copy alone, and has no file | none: it was removed since |
///
/// That is where the present vault opens and is the copy's (the same vault id): into the vault of
/// somebody else, whose grants and ways in that one chose, no key is taken over. Else the copy's keys
/// stay what they are.
package struct CarriedConnections {
  /// Asked where the copy's key does not open the present vault; `nil` where none is at hand.
  let presentKey: (SealedVault) -> VaultKey?
  /// Whether a connection has a file.
  let hasFile: (RandomID) -> Bool

  /// - Parameters:
  ///   - presentKey: gives the key of the present vault, where the copy's does not open it; asks
  ///     nobody, since a lock is held then.
  ///   - hasFile: whether a connection of that id has a file.
  package init(
    presentKey: @escaping (SealedVault) -> VaultKey? = { _ in nil },
    hasFile: @escaping (RandomID) -> Bool = { _ in true }
  ) {
    self.presentKey = presentKey
    self.hasFile = hasFile
  }

  /// - Parameters:
  ///   - contents: of the copy.
  ///   - vaultID: the copy's.
  ///   - key: the copy's.
  func carry(
    into contents: inout VaultContents, _ vaultID: RandomID, _ key: borrowing VaultKey,
    in folder: VaultFolder
  ) {
    guard let present = present(vaultID, key, in: folder) else { return }
    contents.takeConnections(of: present, hasFile: hasFile)
  }

  /// `nil` for a vault that is damaged, locked or another one: many are restored for that.
  private func present(
    _ vaultID: RandomID, _ key: borrowing VaultKey, in folder: VaultFolder
  ) -> VaultContents? {
    guard let sealed = try? SealedVault(in: folder), sealed.header.vaultID == vaultID else {
      return nil
    }
    if let snapshot = try? VaultSnapshot(sealed, key: key) { return try? snapshot.contents() }
    guard let own = presentKey(sealed) else { return nil }
    return try? VaultSnapshot(sealed, key: own).contents()
  }
}
