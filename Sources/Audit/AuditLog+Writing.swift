internal import Files

extension AuditLog {
  /// Adds records, in one write. Nothing may be handed out before it returns.
  ///
  /// - Throws: ``AuditError``; the log is as it was then, as far as the disk lets us.
  package func write(_ events: [AuditEvent]) throws(AuditError) {
    precondition(!isComplete, "the log is open no longer")
    let memory = try presentKey()
    var lines: [UInt8] = []
    var after = state
    func add(_ event: AuditEvent, _ members: AuditLine.ChainMembers) throws(AuditError) {
      let start = lines.count
      let place = AuditLine.Place(
        number: after.next, previous: after.digest, key: UnsafeRawBufferPointer(memory.key))
      after.digest = AuditLine.append(event, members, at: place, to: &lines)
      guard lines.count - start <= AuditLine.maximumLength else {
        throw .tooLong(byteCount: lines.count - start)
      }
      after.next += 1
      memory.advance(by: 1)
    }
    // Whoever marks what is no record also ends its line.
    if isTorn { lines.append(UInt8(ascii: "\n")) }
    if length == 0 {
      try add(AuditEvent(.continued), .init(state: after, firstSegment: firstSegment))
    }
    for mark in marks { try add(mark.event, mark.members) }
    for event in events { try add(event, .init()) }
    try append(lines)
    after.offset = length
    state = after
    marks = []
    isTorn = false
  }

  var firstSegment: UInt64 { AuditFiles.first(keptWith: state.segment) }

  /// One write; a disk that is full leaves the log as it was.
  func append(_ lines: [UInt8]) throws(AuditError) {
    let path = folder.path(of: AuditFiles.log)
    do throws(FileError) {
      let result = lines.withUnsafeBytes { bytes in
        Result { () throws(FileError) in try log.writeAll(bytes, path: path) }
      }
      try result.get()
    } catch {
      // What was written of it would be marked as torn by the next writer: no harm, and no use.
      try? log.truncate(to: Int(length), path: path)
      throw .file(error)
    }
    length += UInt64(lines.count)
  }

  /// Waits until the disk has the records and puts the next key in the place of theirs.
  ///
  /// In this order: a key file that is ahead of the log after a power failure could not be told
  /// from a log that somebody cut. One that is behind is led on by the records.
  ///
  /// The log is another writer's then: nothing more can be written.
  package func complete() throws(AuditError) {
    try makeDurable()
    isComplete = true
    keyFile.unlock()
  }

  func makeDurable() throws(AuditError) {
    let path = folder.path(of: AuditFiles.log)
    do throws(FileError) {
      try log.synchronizeData(path: path)
    } catch { throw .file(error) }
    try replaceKey(try presentKey())
  }

  /// Adds records and waits for the disk.
  ///
  /// - Throws: ``AuditError``.
  package func record(_ events: [AuditEvent]) throws(AuditError) {
    try write(events)
    try complete()
  }

  /// The key of the next record, read anew: no copy of it is left in this process meanwhile, nor
  /// in one that it forks.
  func presentKey() throws(AuditError) -> KeyMemory {
    let memory = KeyMemory()
    let count: Int
    do { count = try keyFile.read(into: memory.bytes) } catch { throw .file(error) }
    guard let present = try? AuditState(.init(rebasing: memory.bytes[..<count])),
      present.next <= state.next, state.next - present.next <= AuditChain.maximumJump
    else { throw .keyDamaged(path: keyFile.path) }
    memory.advance(by: state.next - present.next)
    return memory
  }

  /// Makes the key in `memory` the present one: in its place, so that the old one is gone.
  func replaceKey(_ memory: KeyMemory) throws(AuditError) {
    state.write(around: memory.bytes)
    do {
      try keyFile.overwrite(UnsafeRawBufferPointer(memory.bytes))
    } catch { throw .file(error) }
  }
}
