internal import Files

extension VaultStore {
  /// Writes a copy of the present generation to another place; it opens with the same secrets.
  ///
  /// The whole vault is checked first. The copy appears under its name when it is whole and
  /// durable; an existing file is never replaced, nor is any other touched.
  ///
  /// - Parameter path: absolute. Its folder may be anybody's, such as a memory stick's: the copy is
  ///   sealed.
  /// - Throws: ``VaultError/file(_:)`` with ``Files/FileError/alreadyExists(path:)``; as
  ///   ``verify()``.
  package func backup(to path: String) throws(VaultError) {
    _ = try verify()
    let (parent, name) = KeyFile.split(path)
    let target = try onFiles { () throws(FileError) in
      try OwnedFolder.open(parent, create: false, privacy: .sealed)
    }
    // Only saves the work; what decides is the last step.
    guard !target.contains(name) else { throw .file(.alreadyExists(path: path)) }
    // A name that nobody else has: the folder is not ours, and neither is a file in it.
    let temporary = ".mcp-valet.\(RandomID.random().description.prefix(16))"
    let descriptor = try onFiles { () throws(FileError) in try target.createFile(temporary) }
    do throws(VaultError) {
      let file = snapshot.file
      let writer = try VaultFileWriter(descriptor, path: target.path(of: temporary))
      try writer.writeHeader(file.header)
      let covered = file.header.indexLength + file.header.valuesLength
      try writer.copy(from: file, at: file.header.bytes.count, length: covered)
      guard try writer.finish() == file.trailer() else {
        throw .readsBackDifferently(path: path)
      }
      try onFiles { () throws(FileError) in
        try target.publish(temporary, as: name)
        try target.synchronize()
      }
    } catch {
      _ = try? target.removeFile(temporary)
      throw error
    }
  }

  /// Puts a copy in the vault's place. The present file becomes a backup, whatever state it is in;
  /// the copy gets a generation above every one that was seen of its vault.
  ///
  /// - Parameters:
  ///   - path: absolute, of the copy, whoever owns it; it is opened and checked in full before anything changes.
  ///   - connections: which keys of connections there are then.
  ///   - unlock: gives the copy's key, which may differ from the present vault's.
  /// - Throws: ``VaultError/other(path:_:)`` about the copy; what `unlock` throws; ``VaultError``.
  package static func restore(
    from path: String, to location: VaultLocation, options: VaultOptions = VaultOptions(),
    carrying connections: CarriedConnections = CarriedConnections(),
    unlock: (SealedVault) throws -> VaultKey
  ) throws -> VaultStore {
    let folder = try VaultFolder(location, create: true)
    let copy = try openCopy(path, folder: folder)
    let key = SharedKey(try unlock(copy))
    let base: VaultSnapshot
    do {
      base = try VaultSnapshot(copy, key: key.key)
      _ = try base.verify(key)
    } catch { throw about(path, error) }
    let lock = try folder.lock(wait: options.lockWait)
    let isPresent = folder.folder.contains(VaultLocation.vaultName)
    let generation = try nextGeneration(of: base, in: folder, isPresent: isPresent)
    var contents = try base.contents()
    if isPresent {
      connections.carry(into: &contents, base.header.vaultID, key.key, in: folder)
    }
    var commit = VaultCommit(
      folder: folder, vaultID: base.header.vaultID, generation: generation,
      slots: base.header.slots, contents: contents, base: base,
      keepsPresent: isPresent)
    let outcome = try commit.run(key)
    let store = VaultStore(outcome.snapshot, key: key, folder: folder, options: options)
    store.adopt(outcome, key: key)
    lock.release()
    return store
  }

  private static func openCopy(
    _ path: String, folder: VaultFolder
  ) throws(VaultError) -> SealedVault {
    let (parent, name) = KeyFile.split(path)
    let descriptor: Descriptor
    do {
      let source = try OwnedFolder.open(parent, create: false, privacy: .sealed)
      descriptor = try source.openFile(name, privacy: .sealed)
    } catch { throw .file(error) }
    do {
      return try SealedVault(descriptor, path: path, folder: folder)
    } catch { throw about(path, error) }
  }

  private static func nextGeneration(
    of base: VaultSnapshot, in folder: VaultFolder, isPresent: Bool
  ) throws(VaultError) -> UInt64 {
    var highest = base.header.generation
    if let seen = GenerationRecord.seen(of: base.header, in: folder.location) {
      highest = max(highest, seen)
    }
    if isPresent {
      do throws(VaultError) {
        let present = try SealedVault(in: folder).header
        if present.vaultID == base.header.vaultID { highest = max(highest, present.generation) }
      } catch .file(let error) {
        // A link, a folder, a file of somebody else: not ours to replace.
        throw .file(error)
      } catch {
        // Damaged: that is what a restore is for.
      }
    }
    let (next, overflow) = highest.addingReportingOverflow(1)
    guard !overflow else { throw .malformed("its generation has no successor") }
    return next
  }

  /// Says that the copy is meant, where the vault might be.
  private static func about(_ path: String, _ error: VaultError) -> VaultError {
    switch error {
    case .notEnoughMemory, .file: error
    default: .other(path: path, error)
    }
  }
}
