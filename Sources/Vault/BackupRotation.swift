internal import Files
internal import Platform

/// The last few generations, kept as hard links: no copy, no second write, never half a file.
struct BackupRotation: ~Copyable {
  private let folder: VaultFolder

  init(_ folder: VaultFolder) { self.folder = folder }

  /// Gives the present vault the name `vault.bak.1` as well and moves the older ones on. The caller
  /// holds the vault's lock.
  ///
  /// - Returns: a warning where the file system has no hard links.
  /// - Throws: ``VaultError/file(_:)``; the vault itself is untouched.
  borrowing func keepPresent() throws(VaultError) -> VaultWarning? {
    do throws(FileError) {
      let present = try folder.folder.identity(of: VaultLocation.vaultName)
      let newest = VaultLocation.backupName(1)
      // A writer that was killed before its rename has kept the present one already; moving it on
      // would push an older generation out for nothing.
      if let kept = try? folder.folder.identity(of: newest), kept == present { return nil }
      for number in stride(from: VaultLimits.backupCount, to: 1, by: -1)
      where folder.folder.contains(VaultLocation.backupName(number - 1)) {
        try folder.folder.rename(
          VaultLocation.backupName(number - 1), to: VaultLocation.backupName(number))
      }
      // rename(2) does nothing where both names are the same file.
      try folder.folder.removeFile(newest)
      try folder.folder.link(VaultLocation.vaultName, as: newest)
      return nil
    } catch .system("link", let path, let code) where [EPERM, EOPNOTSUPP, EMLINK].contains(code) {
      return .noBackup(.system(operation: "link", path: path, code: code))
    } catch {
      throw .file(error)
    }
  }

  /// Removes all backups, for values that must not be found in them any more.
  borrowing func removeAll() throws(VaultError) {
    do {
      for number in 1...VaultLimits.backupCount {
        try folder.folder.removeFile(VaultLocation.backupName(number))
      }
      try folder.folder.synchronize()
    } catch { throw .file(error) }
  }
}
