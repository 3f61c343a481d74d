internal import Files
internal import Platform

/// What is in the log at one moment.
package final class AuditSnapshot {
  struct File {
    let name: String
    /// `nil` for the present file.
    let segment: UInt64?
    let bytes: [UInt8]
  }

  /// The oldest first.
  let files: [File]
  /// What the key file says; `nil` where there is none or it is damaged.
  let state: AuditState?
  /// The bytes of the key file.
  let memory: KeyMemory
  /// Whether there is one, and something was ever written to it.
  package let hasKeyFile: Bool

  init(_ files: [File], state: AuditState?, _ memory: KeyMemory, hasKeyFile: Bool) {
    self.files = files
    self.state = state
    self.memory = memory
    self.hasKeyFile = hasKeyFile
  }

  /// Reads all files while no writer is at work; nothing is made.
  ///
  /// - Parameter path: of the state folder.
  /// - Throws: ``AuditError``.
  package static func read(in path: String) throws(AuditError) -> AuditSnapshot {
    AuditHash.prepare()
    let memory = KeyMemory()
    do throws(FileError) {
      let folder = try OwnedFolder.open(path, create: false)
      guard folder.contains(AuditFiles.key) else {
        return AuditSnapshot(try files(in: folder), state: nil, memory, hasKeyFile: false)
      }
      let keyFile = try lockedKeyFile(in: folder)
      let count =
        switch keyFile {
        case .some(let keyFile): try keyFile.read(into: memory.bytes)
        case .none: try readKeyFile(in: folder, into: memory.bytes)
        }
      let bytes = UnsafeRawBufferPointer(rebasing: memory.bytes[..<count])
      return AuditSnapshot(
        try files(in: folder), state: try? AuditState(bytes), memory,
        hasKeyFile: !AuditState.isBlank(bytes))
    } catch {
      if case .missing = error { return AuditSnapshot([], state: nil, memory, hasKeyFile: false) }
      throw .file(error)
    }
  }

  /// `nil` where nobody can write: no lock is to be had there, and none is needed.
  private static func lockedKeyFile(
    in folder: borrowing OwnedFolder
  ) throws(FileError) -> LockedFile? {
    do throws(FileError) {
      return try LockedFile.open(AuditFiles.key, in: folder)
    } catch .system(_, _, EROFS) {
      return nil
    }
  }

  private static func readKeyFile(
    in folder: borrowing OwnedFolder, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int {
    let file = try folder.openFile(AuditFiles.key)
    let count = pread(file.rawValue, buffer.baseAddress, buffer.count, 0)
    guard count >= 0 else {
      throw .system(operation: "read", path: folder.path(of: AuditFiles.key), code: errno)
    }
    return count
  }

  private static func files(in folder: borrowing OwnedFolder) throws(FileError) -> [File] {
    var files: [File] = []
    for segment in try AuditFiles.segments(in: folder) {
      let name = AuditFiles.log(segment)
      let bytes = try folder.readFile(
        name, limit: AuditFiles.maximumReadLength, privacy: .secret)
      files.append(File(name: name, segment: segment, bytes: bytes))
    }
    if folder.contains(AuditFiles.log) {
      let bytes = try folder.readFile(
        AuditFiles.log, limit: AuditFiles.maximumReadLength, privacy: .secret)
      files.append(File(name: AuditFiles.log, segment: nil, bytes: bytes))
    }
    return files
  }

  /// All that can be read as a record, the oldest first; nothing is checked.
  package var records: [AuditRecord] {
    var records: [AuditRecord] = []
    for file in files {
      file.bytes.withUnsafeBytes { bytes in
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
          if let record = AuditRecord(UnsafeRawBufferPointer(rebasing: line)) {
            records.append(record)
          }
        }
      }
    }
    return records
  }
}

/// The last record of a log whose key file is lost.
struct AuditEnd {
  var number: UInt64
  var digest: [UInt8]
  /// Behind its line.
  var restByteCount = 0
  /// Whether the last line has its newline.
  var endsLine: Bool

  /// - Returns: `nil` for a log without any record.
  /// - Throws: ``AuditError/file(_:)``.
  static func find(in folder: borrowing OwnedFolder) throws(AuditError) -> AuditEnd? {
    do throws(FileError) {
      var endsLine = true
      var rest = 0
      var names = [AuditFiles.log]
      if let full = try AuditFiles.segments(in: folder).last { names.append(AuditFiles.log(full)) }
      for name in names where folder.contains(name) {
        let bytes = try folder.readFile(
          name, limit: AuditFiles.maximumReadLength, privacy: .secret)
        if name == AuditFiles.log, let last = bytes.last { endsLine = last == UInt8(ascii: "\n") }
        if var end = bytes.withUnsafeBytes({ lastRecord(in: $0) }) {
          if name != AuditFiles.log { end.restByteCount = rest }
          end.endsLine = endsLine
          return end
        }
        if name == AuditFiles.log { rest = bytes.count }
      }
      if rest == 0 { return nil }
      return AuditEnd(
        number: 0, digest: AuditState.noDigest, restByteCount: rest, endsLine: endsLine)
    } catch { throw .file(error) }
  }

  private static func lastRecord(in bytes: UnsafeRawBufferPointer) -> AuditEnd? {
    for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
      if let record = AuditRecord(UnsafeRawBufferPointer(rebasing: line)) {
        let end = line.endIndex
        return AuditEnd(
          number: record.number, digest: AuditHash.digest(UnsafeRawBufferPointer(rebasing: line)),
          restByteCount: max(bytes.count - end - 1, 0), endsLine: true)
      }
    }
    return nil
  }
}
