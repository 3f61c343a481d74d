internal import Files

/// New chains of keys, and new files.
extension AuditLog {
  /// Starts a new chain of keys: from the vault's root where the vault is open, else from a random
  /// key, whose records can be followed but not proved.
  ///
  /// - Parameter isNew: whether the log gets a new id.
  func begin(_ identity: AuditIdentity?, isNew: Bool) throws(AuditError) {
    // What belongs to the chain before is written under its key.
    if !marks.isEmpty, !isNew {
      try write([])
      try makeDurable()
    }
    var members = AuditLine.ChainMembers(state: state, firstSegment: firstSegment)
    // What a log that begins anew finds in front of it is not counted by any other record.
    members.byteCount = marks.first { $0.event.kind == .torn }?.members.byteCount
    marks = []
    let memory = KeyMemory()
    if isNew { state.logID = Self.randomID() }
    state.epochID = Self.randomID()
    state.epochStart = state.next
    state.vaultID = AuditState.noID
    state.rootID = AuditState.noID
    if let identity, let withRoot = identity.withRoot {
      state.vaultID = identity.vaultID
      withRoot { root in
        self.state.rootID = AuditKey.rootID(root)
        AuditKey.first(
          root: root, logID: self.state.logID, epochID: self.state.epochID, into: memory.key)
      }
    } else {
      AuditHash.fillWithRandomBytes(memory.key)
    }
    var lines: [UInt8] = isTorn ? [UInt8(ascii: "\n")] : []
    let place = AuditLine.Place(
      number: state.next, previous: state.digest, key: UnsafeRawBufferPointer(memory.key))
    members.state = state
    let digest = AuditLine.append(AuditEvent(.begun), members, at: place, to: &lines)
    try append(lines)
    isTorn = false
    memory.advance(by: 1)
    state.digest = digest
    state.next += 1
    state.offset = length
    do throws(FileError) {
      try log.synchronizeData(path: folder.path(of: AuditFiles.log))
      // Both files may be new. A key file that a power failure takes away would be missed by every
      // launch, so this one is waited for.
      state.write(around: memory.bytes)
      try keyFile.overwrite(UnsafeRawBufferPointer(memory.bytes))
      try keyFile.synchronize()
      try folder.synchronize()
    } catch { throw .file(error) }
  }

  private static func randomID() -> [UInt8] {
    var id = AuditState.noID
    id.withUnsafeMutableBytes { AuditHash.fillWithRandomBytes($0) }
    return id
  }

  /// Where a log goes on whose key file is lost.
  func findEnd(_ identity: AuditIdentity?) throws(AuditError) {
    let full: [UInt64]
    do { full = try AuditFiles.segments(in: folder) } catch { throw .file(error) }
    state.segment = (full.last ?? 0) + 1
    state.offset = length
    if let end = try AuditEnd.find(in: folder) {
      state.next = end.number + 1
      state.digest = end.digest
      if end.restByteCount > 0 || !end.endsLine {
        mark(Rest(byteCount: UInt64(end.restByteCount), endsLine: end.endsLine))
      }
    }
    if let anchor = identity?.anchor, anchor.number >= state.next { state.next = anchor.number + 1 }
    state.epochStart = state.next
  }

  /// Gives a full file its number and goes on in an empty one.
  func rotate() throws(AuditError) {
    guard state.offset >= AuditFiles.maximumSegmentLength, marks.isEmpty,
      length == state.offset
    else { return }
    let memory = try presentKey()
    do throws(FileError) {
      try log.synchronizeData(path: folder.path(of: AuditFiles.log))
      try folder.rename(AuditFiles.log, to: AuditFiles.log(state.segment))
      log = try folder.openForAppending(AuditFiles.log)
      // Names before the key: a key file that is ahead of them would take the full file for an
      // empty one after a power failure.
      try folder.synchronize()
      state.segment += 1
      state.offset = 0
      length = 0
      state.write(around: memory.bytes)
      try keyFile.overwrite(UnsafeRawBufferPointer(memory.bytes))
      try keyFile.synchronize()
      let first = firstSegment
      if first > 1 { _ = try? folder.removeFile(AuditFiles.log(first - 1)) }
    } catch { throw .file(error) }
  }
}
