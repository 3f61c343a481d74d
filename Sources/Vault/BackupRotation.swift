internal import Files

/// The last few generations, kept as hard links: no copy, no second write, never half a file.
struct BackupRotation: ~Copyable {
  private let folder: VaultFolder

  init(_ folder: VaultFolder) { self.folder = folder }

  /// Gives the present vault the name `vault.bak.1` as well and moves the older ones on. The caller
  /// holds the vault's lock.
  ///
  /// - Returns: a warning where the file system has no hard links; the older ones stay then.
  /// - Throws: ``VaultError/file(_:)``; the vault itself is untouched.
  borrowing func keepPresent() throws(VaultError) -> VaultWarning? {
    do throws(FileError) {
      let present = try folder.folder.identity(of: VaultLocation.vaultName)
      let newest = VaultLocation.backupName(1)
      // What a killed writer left.
      try folder.folder.removeFile(VaultLocation.newBackupName)
      // A writer that was killed before its rename has kept the present one already; moving it on
      // would push an older generation out for nothing.
      if let kept = try? folder.folder.identity(of: newest), kept == present { return nil }
      // Under a name of its own first: older ones move on for a newer one, and not for none.
      try folder.folder.link(VaultLocation.vaultName, as: VaultLocation.newBackupName)
      try moveOn()
      try folder.folder.rename(VaultLocation.newBackupName, to: newest)
      return nil
    } catch .system("link", let path, let code) where FileError.meansNoLinks(code) {
      return .noBackup(.system(operation: "link", path: path, code: code))
    } catch {
      _ = try? folder.folder.removeFile(VaultLocation.newBackupName)
      throw .file(error)
    }
  }

  /// Makes room for a new `vault.bak.1`. A gap, which a killed writer may have left, is filled
  /// before the oldest one is given up.
  private borrowing func moveOn() throws(FileError) {
    var free = 1
    while free < VaultLimits.backupCount,
      folder.folder.contains(VaultLocation.backupName(free))
    {
      free += 1
    }
    for number in stride(from: free, to: 1, by: -1) {
      try folder.folder.rename(
        VaultLocation.backupName(number - 1), to: VaultLocation.backupName(number))
    }
  }

  /// Removes all backups, for values that must not be found in them any more.
  borrowing func removeAll() throws(VaultError) {
    do {
      for number in 1...VaultLimits.backupCount {
        try folder.folder.removeFile(VaultLocation.backupName(number))
      }
      try folder.folder.removeFile(VaultLocation.newBackupName)
      try folder.folder.synchronize()
    } catch { throw .file(error) }
  }
}
