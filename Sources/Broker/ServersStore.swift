internal import Files
package import HostConfigs

/// `servers.json` on disk: reading, and changing under a lock.
package struct ServersStore {
  static let fileName = "servers.json"
  private static let lockName = "servers.json.lock"

  let folderPath: String

  /// Reads nothing yet.
  package init(_ context: Context) { folderPath = context.locations.config }

  private var path: String { "\(folderPath)/\(Self.fileName)" }

  /// The present file; an empty one where there is none.
  ///
  /// - Throws: `FileError`, `HostConfigError`.
  package func read() throws -> ServersFile {
    do {
      let folder = try OwnedFolder.open(folderPath, create: false)
      return try read(folder)
    } catch FileError.missing {
      return try ServersFile(parsing: ServersFile.empty, path: path)
    }
  }

  private func read(_ folder: borrowing OwnedFolder) throws -> ServersFile {
    var bytes = ServersFile.empty
    do {
      bytes = try folder.readFile(Self.fileName, limit: ServersFile.maximumLength)
    } catch FileError.missing {
      // The first definition makes the file.
    }
    return try ServersFile(parsing: bytes, path: path)
  }

  /// Changes the file in one step; two changes at once follow each other.
  package func change(_ edit: (inout ServersFile) throws -> Void) throws {
    let folder = try OwnedFolder.open(folderPath, create: true)
    let lock = try FileLock.acquire(Self.lockName, in: folder)
    defer { withExtendedLifetime(lock) {} }
    var file = try read(folder)
    let before = file.bytes
    try edit(&file)
    if file.bytes != before { try folder.replaceFile(Self.fileName, with: file.bytes) }
  }
}
