internal import Files

/// The vault as a store: an opened vault and its key.
///
/// Reading takes no lock: a vault is replaced as a whole, and what was opened stays whole. Before
/// each answer one `fstatat` tells whether another process wrote meanwhile. Writing takes the lock
/// and starts from what is on disk then, so that writers of different secrets lose nothing.
///
/// Not `Sendable`: a process that writes from several threads opens the vault once for each.
package final class VaultStore {
  package let location: VaultLocation
  /// What a person should hear about; grows as the store is used.
  package internal(set) var warnings: [VaultWarning] = []

  /// The ``warnings`` that nobody has taken yet.
  package func takeWarnings() -> [VaultWarning] {
    defer { warnings = [] }
    return warnings
  }

  /// Told of every write before it is done.
  package var auditor: (any VaultAuditor)?

  let folder: VaultFolder
  let now: @Sendable () -> Int64
  let lockWait: Duration
  var sharedKey: SharedKey
  var snapshot: VaultSnapshot

  init(
    _ snapshot: VaultSnapshot, key: SharedKey, folder: VaultFolder, options: VaultOptions
  ) {
    self.snapshot = snapshot
    sharedKey = key
    self.folder = folder
    location = folder.location
    now = options.now
    lockWait = options.lockWait
  }

  /// Reads a vault's header without the key: three system calls for file and header, and the
  /// index of a small vault comes with them.
  ///
  /// - Throws: ``VaultError/missing(path:)`` when there is none; as
  ///   ``VaultHeader/init(start:fileLength:path:)``; ``VaultError/file(_:)``.
  package static func peek(_ location: VaultLocation) throws(VaultError) -> SealedVault {
    try SealedVault(in: try VaultFolder(location, create: false))
  }

  /// Opens a vault with its key, for commands: the last generation seen is looked up, and recorded
  /// when this one is higher.
  package static func open(
    _ location: VaultLocation, key: consuming VaultKey, options: VaultOptions = VaultOptions()
  ) throws(VaultError) -> VaultStore {
    let (sealed, seen) = try peekBesideRecord(location)
    let store = try sealed.open(key, knownGeneration: seen, options: options)
    if seen ?? 0 < store.header.generation { store.noteGeneration() }
    return store
  }

  /// Compares the generation in a vault's header, which nothing vouches for while it is locked,
  /// with the last one seen on this machine.
  ///
  /// - Returns: `nil` when the vault is not older than what was seen.
  /// - Throws: as ``peek(_:)``.
  package static func rollback(
    _ location: VaultLocation
  ) throws(VaultError) -> (found: UInt64, seen: UInt64)? {
    let (sealed, seen) = try peekBesideRecord(location)
    guard let seen, seen > sealed.header.generation else { return nil }
    return (sealed.header.generation, seen)
  }

  private static func peekBesideRecord(
    _ location: VaultLocation
  ) throws(VaultError) -> (SealedVault, seen: UInt64?) {
    let sealed = try peek(location)
    let seen = GenerationRecord.seen(of: sealed.header, in: location)
    guard let seen, seen > sealed.header.generation else { return (sealed, seen) }
    // A writer may have been at work between the two looks; the record follows the vault.
    return (try peek(location), seen)
  }

  /// The header of the generation that was read last.
  package var header: VaultHeader { snapshot.header }

  /// Lends the 32 bytes of the key, for a cache to keep.
  package func withKey<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try sharedKey.key.withBytes(body)
  }

  /// The present generation, read anew when another process replaced the file.
  ///
  /// - Throws: ``VaultError/staleKey`` when the vault got another key meanwhile.
  func current() throws(VaultError) -> VaultSnapshot {
    let identity: FileIdentity
    do {
      identity = try folder.folder.identity(of: VaultLocation.vaultName)
    } catch .missing(let path) {
      throw .missing(path: path)
    } catch {
      throw .file(error)
    }
    if identity != snapshot.file.identity { try goOn(to: try SealedVault(in: folder)) }
    return snapshot
  }

  /// Opens the file that took the name of the one before.
  func goOn(to file: SealedVault) throws(VaultError) {
    let (old, new) = (header, file.header)
    snapshot = try VaultSnapshot(file, key: sharedKey.key)
    if new.vaultID == old.vaultID, new.generation < old.generation {
      warnings.append(.rolledBack(found: new.generation, seen: old.generation))
    }
  }

  private func noteGeneration() {
    // Without the lock, or without the record, the command does its work all the same.
    do throws(FileError) {
      let lock = try FileLock.acquire(
        VaultLocation.lockName, in: folder.folder, wait: .milliseconds(200))
      try GenerationRecord.note(header, in: location)
      lock.release()
    } catch .lockTimedOut {
      // A writer is at work, and records a higher one itself.
    } catch {
      warnings.append(.generationNotRecorded(error))
    }
  }
}

extension SealedVault {
  /// Opens the index: the vault can be read and written then.
  ///
  /// - Parameter knownGeneration: the last one seen of this vault, where the caller knows it; a
  ///   lower one found is a warning of the store.
  /// - Throws: as ``openIndex(_:)``.
  package func open(
    _ key: consuming VaultKey, knownGeneration: UInt64? = nil,
    options: VaultOptions = VaultOptions()
  ) throws(VaultError) -> VaultStore {
    let key = SharedKey(key)
    let snapshot = try VaultSnapshot(self, key: key.key)
    let store = VaultStore(snapshot, key: key, folder: folder, options: options)
    if let seen = knownGeneration, seen > header.generation {
      store.warnings.append(.rolledBack(found: header.generation, seen: seen))
    }
    return store
  }
}
