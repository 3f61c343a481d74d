internal import Broker
internal import Files

/// One import or undo at a time.
enum ImportLock {
  /// - Throws: `FileError.lockTimedOut`.
  static func acquire(_ context: Context) throws(FileError) -> FileLock {
    let folder = try OwnedFolder.open(context.locations.state, create: true)
    return try FileLock.acquire("import.lock", in: folder)
  }
}
