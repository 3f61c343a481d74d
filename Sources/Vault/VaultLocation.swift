package import Files

/// The two folders that a vault needs, and the names in them.
package struct VaultLocation: Equatable, Sendable {
  /// Absolute path of the folder with `vault`, `vault.lock` and `vault.bak.N`.
  package let data: String
  /// Absolute path of the folder with `vault-generation`.
  package let state: String

  package init(data: String, state: String) {
    self.data = data
    self.state = state
  }

  package init(_ locations: Locations) {
    self.init(data: locations.data, state: locations.state)
  }

  /// Absolute path of the vault.
  package var vaultPath: String { "\(data)/\(Self.vaultName)" }

  static let vaultName = "vault"
  static let lockName = "vault.lock"
  /// A fixed name, so that what a killed writer left is removed by the next one.
  static let newName = "vault.new"
  /// As ``newName``, of what is to become the newest backup.
  static let newBackupName = "vault.bak.new"
  static let generationName = "vault-generation"
  /// 1 is the newest.
  static func backupName(_ number: Int) -> String { "vault.bak.\(number)" }
}

/// An open data folder that the parts of a store share.
final class VaultFolder {
  let folder: OwnedFolder
  let location: VaultLocation

  init(_ location: VaultLocation, create: Bool) throws(VaultError) {
    self.location = location
    do {
      folder = try OwnedFolder.open(location.data, create: create)
    } catch .missing {
      throw .missing(path: location.vaultPath)
    } catch {
      throw .file(error)
    }
  }

  /// The lock that serialises writers; readers need none, since a vault is replaced as a whole.
  func lock(wait: Duration) throws(VaultError) -> FileLock {
    try onFiles { () throws(FileError) in
      try FileLock.acquire(VaultLocation.lockName, in: folder, wait: wait)
    }
  }
}
