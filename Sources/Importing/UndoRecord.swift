package import Hosts
package import Secrets

/// What an import changed in one file, so that it can be taken back: kept sealed in the vault, since
/// the old bytes hold the keys.
///
/// Steps are taken back from the last one. Coding, all integers little-endian: the byte 2, the path,
/// the number of steps, and each step: the time (8 bytes), the digests of the file before and after
/// (32 bytes each), its changes (four offsets, then four texts), its servers (the name in the file,
/// the name behind `run`, the digest of its grant, the edits). Counts, offsets and lengths have 4
/// bytes; texts and digests stand behind their length.
///
/// Records that begin with the byte 1 said nothing of the grant. They are refused, as all that is not
/// of this form: which of a server's grants were the import's cannot be told any more.
package struct UndoRecord: Equatable, Sendable {
  /// One import of the file.
  package struct Step: Equatable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let time: Int64
    /// Of the file before it: 32 bytes, ``FileDigest``.
    package let oldDigest: [UInt8]
    /// Of the file as it was left; empty once the step cannot be taken back byte for byte.
    package private(set) var newDigest: [UInt8]
    /// Each stretch of the file that became another, in the file's order, with the keys that stood
    /// there; empty once the step cannot be taken back byte for byte.
    package private(set) var changes: [HostChange]
    /// Those that it rewrote and that were not taken back since.
    package var servers: [Server]

    /// - Parameters:
    ///   - time: seconds since 1970-01-01T00:00:00Z.
    ///   - oldDigest: of the file before.
    ///   - newDigest: of the file as it was left.
    package init(
      time: Int64, oldDigest: [UInt8], newDigest: [UInt8], changes: [HostChange], servers: [Server]
    ) {
      self.time = time
      self.oldDigest = oldDigest
      self.newDigest = newDigest
      self.changes = changes
      self.servers = servers
    }

    /// From now on its servers are taken back one by one, with their secrets' present values: no
    /// byte of the file is left here.
    package mutating func forgetBytes() {
      newDigest = []
      changes = []
    }
  }

  /// A server that an import rewrote.
  package struct Server: Equatable, Sendable {
    /// In the host's file.
    package let name: String
    /// Behind `run`.
    package let runName: String
    /// Of its grant, as ``GrantDigest`` has it; empty where the grant is older than the import, and
    /// is to stay.
    package let grant: [UInt8]
    /// What it changed of the server, for taking it back where the file changed elsewhere.
    package let edits: [SlotEdit]

    /// - Parameters:
    ///   - name: in the host's file.
    ///   - runName: behind `run`.
    ///   - grant: of `GrantDigest`; empty where it is to stay.
    package init(name: String, runName: String, grant: [UInt8], edits: [SlotEdit]) {
      self.name = name
      self.runName = runName
      self.grant = grant
      self.edits = edits
    }
  }

  /// Absolute.
  package let path: String
  /// The oldest first.
  package var steps: [Step]

  /// - Parameters:
  ///   - path: of the host's file, absolute.
  ///   - steps: the oldest first.
  package init(path: String, steps: [Step]) {
    self.path = path
    self.steps = steps
  }

  /// The secrets that it can put back.
  package var secrets: Set<SecretName> {
    Set(steps.flatMap(\.servers).flatMap(\.edits).flatMap(\.secrets))
  }

  /// Whether a grant was recorded by one of these imports.
  ///
  /// - Parameter digest: as ``GrantDigest`` has it.
  package func allows(_ digest: [UInt8]) -> Bool {
    steps.contains { $0.servers.contains { $0.grant == digest } }
  }

  /// Takes every byte of the file out that may hold a secret's value: the servers can be taken back
  /// still, with the values that their secrets have by then.
  ///
  /// - Parameter value: the present one, to find it where the record does not name the secret.
  /// - Returns: whether there was anything to take out.
  package mutating func forget(_ name: SecretName, value: UnsafeRawBufferPointer) -> Bool {
    guard steps.contains(where: { !$0.changes.isEmpty }),
      secrets.contains(name) || steps.contains(where: { $0.changes.contains { $0.holds(value) } })
    else { return false }
    for index in steps.indices { steps[index].forgetBytes() }
    return true
  }

  // MARK: - Names

  /// In front of the names of all records.
  package static let prefix = "mcp-valet/undo/"

  /// What the record of a file is called in the vault.
  package static func name(host: String, path: String) throws(SecretNameError) -> SecretName {
    try SecretName("\(prefix)\(host)/\(FileDigest.short(path))")
  }
}

extension HostChange {
  /// Shorter parts of a value stand in a file by chance.
  private static let shortestPart = 8

  /// Whether a value stands in it, or a part of one in what is kept of its surroundings.
  fileprivate func holds(_ value: UnsafeRawBufferPointer) -> Bool {
    if [old, new, before, behind].contains(where: { $0.holds(value[...]) }) { return true }
    return [before, behind].contains { block in
      guard block.count >= Self.shortestPart, value.count > Self.shortestPart else { return false }
      return (0...block.count - Self.shortestPart).contains { start in
        value.holds(block[start..<start + Self.shortestPart])
      }
    }
  }
}

extension RandomAccessCollection<UInt8> where Index == Int {
  fileprivate func holds(_ part: some RandomAccessCollection<UInt8>) -> Bool {
    guard let first = part.first, part.count <= count else { return false }
    var rest = self[startIndex..<endIndex - (part.count - 1)]
    while let index = rest.firstIndex(of: first) {
      if self[index..<index + part.count].elementsEqual(part) { return true }
      rest = rest[(index + 1)...]
    }
    return false
  }
}

/// A record that no version of ours wrote, or a later one.
package struct UndoRecordError: Error, Equatable, Sendable {}

extension UndoRecord {
  private static let version: UInt8 = 2

  /// - Returns: at most a few KiB for each server, in ordinary memory as the record itself: wiping it
  ///   leaves fewer copies of a key, not none, since it grew and the record's texts stay.
  package func encoded() -> [UInt8] {
    var writer = FieldWriter()
    writer.bytes.append(Self.version)
    writer.text(path)
    writer.list(steps) { writer, step in
      withUnsafeBytes(of: step.time.littleEndian) { writer.bytes += $0 }
      writer.block(step.oldDigest)
      writer.block(step.newDigest)
      writer.list(step.changes) { writer, change in
        for offset in [
          change.oldSpan.lowerBound, change.oldSpan.upperBound, change.newSpan.lowerBound,
          change.newSpan.upperBound,
        ] { writer.number(offset) }
        for block in [change.old, change.new, change.before, change.behind] { writer.block(block) }
      }
      writer.list(step.servers) { writer, server in
        writer.text(server.name)
        writer.text(server.runName)
        writer.block(server.grant)
        writer.list(server.edits) { writer, edit in
          writer.path(edit.path)
          writer.value(edit.old)
          writer.value(edit.new)
        }
      }
    }
    return writer.bytes
  }

  /// Reads what ``encoded()`` wrote, to its last byte.
  ///
  /// - Throws: ``UndoRecordError`` for a byte too few or too many, and for any other coding.
  package init(_ bytes: UnsafeRawBufferPointer) throws(UndoRecordError) {
    var reader = FieldReader(bytes)
    guard try reader.byte() == Self.version else { throw UndoRecordError() }
    path = try reader.text()
    steps = try reader.list { (reader) throws(UndoRecordError) in
      let time = try reader.time()
      let oldDigest = try reader.block()
      let newDigest = try reader.block()
      let changes = try reader.list { (reader) throws(UndoRecordError) in
        let oldSpan = try reader.span()
        let newSpan = try reader.span()
        return HostChange(
          oldSpan: oldSpan, newSpan: newSpan, old: try reader.block(), new: try reader.block(),
          before: try reader.block(), behind: try reader.block())
      }
      let servers = try reader.list { (reader) throws(UndoRecordError) in
        Server(
          name: try reader.text(), runName: try reader.text(), grant: try reader.block(),
          edits: try reader.list { (reader) throws(UndoRecordError) in
            SlotEdit(path: try reader.path(), old: try reader.value(), new: try reader.value())
          })
      }
      return Step(
        time: time, oldDigest: oldDigest, newDigest: newDigest, changes: changes, servers: servers)
    }
    guard reader.isAtEnd else { throw UndoRecordError() }
  }
}
