internal import Files

/// A change under way: the lock, what is on disk under it, and what it is to become.
final class WriteSession {
  let base: VaultSnapshot
  var contents: VaultContents
  var slots: [KeySlot]
  /// For the audit log.
  var changes: [VaultChange] = []
  var removesBackups = false
  /// Set when all values are to be sealed under another key.
  var newKey: SharedKey?
  private let lock: FileLock

  init(base: VaultSnapshot, lock: consuming FileLock) throws(VaultError) {
    self.base = base
    self.lock = lock
    contents = try base.contents()
    slots = base.header.slots
  }
}

extension VaultStore {
  /// Takes the lock and reads what is on disk then.
  ///
  /// - Throws: any error of opening: a vault that does not open is never overwritten.
  func begin() throws(VaultError) -> WriteSession {
    let lock = try folder.lock(wait: lockWait)
    let present = try SealedVault(in: folder)
    // Another process may have written since. Generation and write id are in the header, and all
    // else that a write changes.
    if present.header != header { try goOn(to: present) }
    return try WriteSession(base: snapshot, lock: lock)
  }

  /// Writes what a session has become; the session's lock is held until it goes away.
  func commit(_ session: WriteSession) throws(VaultError) {
    // The lock goes with the session, so not before the last step.
    defer { withExtendedLifetime(session) {} }
    let (generation, overflow) = session.base.header.generation.addingReportingOverflow(1)
    guard !overflow else { throw .malformed("its generation has no successor") }
    let key = session.newKey ?? sharedKey
    if session.newKey != nil {
      var failure: VaultError?
      try session.contents.updateAuditHead { (record) throws(VaultError) in
        sharedKey.withAuditRoot { root in
          do throws(VaultError) { try record.add(root: root) } catch { failure = error }
        }
      }
      if let failure { throw failure }
    }
    // Recorded before it is done: what is done is in the log, whenever this process ends.
    if let head = try auditor?.willWrite(session.changes) {
      try session.contents.updateAuditHead { $0.note(head) }
    }
    do throws(VaultError) {
      try write(session, generation: generation, key: key)
    } catch {
      auditor?.didFail(session.changes)
      throw error
    }
    if session.removesBackups { try BackupRotation(folder).removeAll() }
  }

  private func write(
    _ session: WriteSession, generation: UInt64, key: SharedKey
  ) throws(VaultError) {
    var commit = VaultCommit(
      folder: folder, vaultID: session.base.header.vaultID, generation: generation,
      slots: session.slots, contents: session.contents, base: session.base,
      oldKey: session.newKey == nil ? nil : sharedKey)
    adopt(try commit.run(key), key: key)
  }

  /// Goes on with a new generation and records it.
  func adopt(_ outcome: VaultCommit.Outcome, key: SharedKey) {
    snapshot = outcome.snapshot
    sharedKey = key
    if let warning = outcome.warning { warnings.append(warning) }
    do { try GenerationRecord.note(header, in: location) } catch {
      warnings.append(.generationNotRecorded(error))
    }
  }
}
