internal import Files

extension VaultStore {
  /// A backup that a vault made of itself, in its own folder.
  package struct LocalBackup: Sendable {
    /// Absolute.
    package let path: String
    /// Unauthenticated; `nil` where the file cannot be read, or is no vault.
    package let header: VaultHeader?
  }

  /// The backups beside a vault, whether that is there still or not; the newest first.
  package static func localBackups(_ location: VaultLocation) -> [LocalBackup] {
    guard let folder = try? VaultFolder(location, create: false) else { return [] }
    // What a killed writer left is the newest one that is whole, and may be the only one.
    let names =
      (1...VaultLimits.backupCount).map(VaultLocation.backupName) + [VaultLocation.newBackupName]
    return names.filter { folder.folder.contains($0) }.map { name in
      LocalBackup(
        path: folder.folder.path(of: name),
        header: (try? SealedVault(in: folder, name: name))?.header)
    }
  }
}
