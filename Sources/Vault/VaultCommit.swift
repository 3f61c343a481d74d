internal import Files
internal import Secrets

/// One write of a vault, from records in memory to a durable file. The caller holds the lock.
///
/// At every moment the name `vault` leads to a whole file, the old one or the new one.
struct VaultCommit {
  let folder: VaultFolder
  let vaultID: RandomID
  let generation: UInt64
  let slots: [KeySlot]
  var contents: VaultContents
  /// Where stored values are taken from; `nil` when there are none.
  let base: VaultSnapshot?
  /// The key of `base` when its values are to be sealed anew under another.
  var oldKey: SharedKey?
  /// Whether the present vault is kept as a backup: not where there is none yet.
  var keepsPresent = true

  struct Outcome {
    let snapshot: VaultSnapshot
    let warning: VaultWarning?
  }

  /// Writes, syncs, reads back, keeps the old file as a backup and gives its name to the new one.
  ///
  /// - Throws: ``VaultError``; the vault is the old one then, except where the very last step, the
  ///   sync of the folder, failed.
  mutating func run(_ key: SharedKey) throws(VaultError) -> Outcome {
    // Values are copied unread: damage must not come out of it with a fresh trailer.
    if let base, try !base.file.isTrailerIntact() {
      try base.checkValues(oldKey ?? key)
      throw .corrupt(.trailer)
    }
    try checkLimits()
    if let oldKey { try reseal(from: oldKey, to: key) }
    // What a killed writer left.
    try removeNew()
    do {
      let trailer = try write(key)
      let snapshot = try readBack(trailer: trailer, key: key)
      let warning = keepsPresent ? try BackupRotation(folder).keepPresent() : nil
      try replace()
      snapshot.file.path = folder.location.vaultPath
      return Outcome(snapshot: snapshot, warning: warning)
    } catch {
      // After a failed fsync nobody knows what is on the disk: the new file goes.
      _ = try? removeNew()
      throw error
    }
  }

  private func checkLimits() throws(VaultError) {
    let indexLength = contents.encodedLength + VaultFormat.tagLength
    guard indexLength <= VaultLimits.maximumIndexLength else {
      throw .indexTooLarge(byteCount: indexLength)
    }
    let valuesLength = contents.valuesLength
    guard valuesLength <= VaultLimits.maximumValuesLength else {
      throw .valuesTooLarge(byteCount: valuesLength)
    }
  }

  private func removeNew() throws(VaultError) {
    do { try folder.folder.removeFile(VaultLocation.newName) } catch { throw .file(error) }
  }

  private func replace() throws(VaultError) {
    do {
      try folder.folder.rename(VaultLocation.newName, to: VaultLocation.vaultName)
      try folder.folder.synchronize()
    } catch { throw .file(error) }
  }

  /// - Returns: the trailer.
  private func write(_ key: SharedKey) throws(VaultError) -> [UInt8] {
    let index = try WipedBuffer(count: contents.encodedLength + VaultFormat.tagLength)
    let header = VaultHeader(
      VaultHeader.Fields(
        vaultID: vaultID, generation: generation, indexLength: index.count,
        valuesLength: contents.valuesLength, slots: slots),
      key: key.key)
    let length = index.count - VaultFormat.tagLength
    contents.encode(into: index.mutableBytes.part(0, length))
    key.key.withSubkey(.index) { subkey in
      header.withIndexNonce { nonce in
        header.bytes.withUnsafeBytes { associated in
          Sealing.seal(
            index.bytes.part(0, length), into: index.mutableBytes.part(0, length),
            tag: index.mutableBytes.part(length, VaultFormat.tagLength), nonce: nonce,
            associated: associated, key: subkey)
        }
      }
    }
    let path = folder.folder.path(of: VaultLocation.newName)
    let descriptor = try onFiles { () throws(FileError) in
      try folder.folder.createFile(VaultLocation.newName)
    }
    let writer = try VaultFileWriter(descriptor, path: path)
    try writer.writeHeader(header)
    try writer.write(index.bytes)
    try writeValues(to: writer, key: key)
    return try writer.finish()
  }

  /// Opens what was written as a reader will, before anything is replaced by it.
  private func readBack(
    trailer: [UInt8], key: SharedKey
  ) throws(VaultError) -> VaultSnapshot {
    do throws(VaultError) {
      let file = try SealedVault(in: folder, name: VaultLocation.newName)
      let snapshot = try VaultSnapshot(file, key: key.key)
      guard try file.trailer() == trailer, try file.isTrailerIntact() else {
        throw VaultError.corrupt(.trailer)
      }
      try checkNewValues(in: snapshot, key: key)
      return snapshot
    } catch {
      switch error {
      case .notEnoughMemory, .file: throw error
      default: throw .readsBackDifferently(path: folder.folder.path(of: VaultLocation.newName))
      }
    }
  }
}
