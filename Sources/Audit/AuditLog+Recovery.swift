internal import Files

/// What a writer finds that is not as the last one left it.
extension AuditLog {
  /// Leads the key on by the records that a killed writer left, marks what is no record, and goes on
  /// in a new file where the old one was full.
  func recover() throws(AuditError) {
    if length == state.offset { return }
    let memory = try presentKey()
    let before = state.next
    // A full file that was given its number without the key file's hearing of it.
    while length < state.offset, folder.contains(AuditFiles.log(state.segment)) {
      _ = try replay(AuditFiles.log(state.segment), memory)
      state.segment += 1
      state.offset = 0
    }
    if length > state.offset {
      let rest = try replay(AuditFiles.log, memory)
      if let rest { mark(rest) }
    } else if length < state.offset {
      var members = AuditLine.ChainMembers()
      members.byteCount = state.offset - length
      warnings.append(.cut(byteCount: members.byteCount))
      var event = AuditEvent(.cut, .failed)
      event.detail = "the log is shorter than it was left"
      marks.append((event, members))
    }
    if state.next != before || state.offset == 0 {
      do throws(FileError) {
        try log.synchronizeData(path: folder.path(of: AuditFiles.log))
      } catch { throw .file(error) }
      try replaceKey(memory)
    }
  }

  /// Bytes behind the last record.
  struct Rest {
    let byteCount: UInt64
    let endsLine: Bool
  }

  func mark(_ rest: Rest) {
    isTorn = !rest.endsLine
    var members = AuditLine.ChainMembers()
    members.byteCount = rest.byteCount + (rest.endsLine ? 0 : 1)
    marks.append((AuditEvent(.torn, .failed), members))
  }

  /// Goes over the records behind ``AuditState/offset`` of a file, as far as they are what the key
  /// makes of them.
  ///
  /// - Returns: what is behind them; `nil` for nothing.
  private func replay(_ name: String, _ memory: KeyMemory) throws(AuditError) -> Rest? {
    let path = folder.path(of: name)
    do throws(FileError) {
      let file = try folder.openFile(name)
      let size = UInt64(try file.size(path: path))
      guard size > state.offset else { return nil }
      let count = size - state.offset
      // No writer leaves that much behind its last key: not looked at, but told.
      guard count <= UInt64(AuditFiles.maximumReadLength) else {
        return Rest(byteCount: count, endsLine: false)
      }
      var bytes = [UInt8](repeating: 0, count: Int(count))
      let offset = Int(state.offset)
      let result = bytes.withUnsafeMutableBytes { buffer in
        Result { () throws(FileError) in
          try file.readExactly(into: buffer, at: offset, path: path)
        }
      }
      guard try result.get() else { return Rest(byteCount: count, endsLine: false) }
      var taken = bytes.withUnsafeBytes { take($0, memory) }
      if name == AuditFiles.log, taken < bytes.count, bytes.last != UInt8(ascii: "\n"),
        bytes[taken...].withUnsafeBytes({ Self.isRecord($0, memory, after: state) })
      {
        // Only the newline did not make it. With one the line is a record, so it is made one.
        try writeNewline(path)
        length += 1
        bytes.append(UInt8(ascii: "\n"))
        taken += bytes[taken...].withUnsafeBytes { take($0, memory) }
      }
      state.offset += UInt64(taken)
      if taken == bytes.count { return nil }
      return Rest(
        byteCount: UInt64(bytes.count - taken), endsLine: bytes.last == UInt8(ascii: "\n"))
    } catch { throw .file(error) }
  }

  /// - Returns: how many bytes were records, each the next one of the chain.
  private func take(_ bytes: UnsafeRawBufferPointer, _ memory: KeyMemory) -> Int {
    var taken = 0
    while let end = bytes[taken...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = UnsafeRawBufferPointer(rebasing: bytes[taken..<end])
      guard Self.isRecord(line, memory, after: state) else { break }
      state.digest = AuditHash.digest(line)
      state.next += 1
      memory.advance(by: 1)
      taken = end + 1
    }
    return taken
  }

  private func writeNewline(_ path: String) throws(FileError) {
    var newline = UInt8(ascii: "\n")
    let result = withUnsafeBytes(of: &newline) { bytes in
      Result { () throws(FileError) in try log.writeAll(bytes, path: path) }
    }
    try result.get()
  }

  /// Whether a line is the next record of the chain.
  private static func isRecord(
    _ line: UnsafeRawBufferPointer, _ memory: KeyMemory, after state: AuditState
  ) -> Bool {
    guard let record = AuditRecord(line), record.number == state.next,
      record.previous == state.digest
    else { return false }
    return record.isAuthentic(line, key: UnsafeRawBufferPointer(memory.key))
  }

  /// The vault knows of a later record than the log and its key do: both were put back to what they
  /// were before. Its numbers are not given out twice.
  func skipToAnchor(_ anchor: AuditAnchor?) {
    guard let anchor, anchor.logID == state.logID, anchor.number >= state.next,
      anchor.number - state.next < AuditChain.maximumJump
    else { return }
    state.next = anchor.number + 1
    warnings.append(.cut(byteCount: nil))
    var event = AuditEvent(.cut, .failed)
    event.detail = "the vault knows of later records"
    marks.append((event, AuditLine.ChainMembers()))
  }
}
