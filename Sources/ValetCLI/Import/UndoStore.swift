internal import Broker
internal import Grants
internal import Hosts
internal import Importing
internal import Secrets
internal import Vault

/// The records of imports, each a value of the vault: sealed like any other secret, since the old
/// bytes of a host's file hold its keys.
struct UndoStore {
  private let context: Context
  private let store: VaultStore

  init(_ context: Context, _ store: VaultStore) {
    self.context = context
    self.store = store
  }

  func read(host: String, path: String) throws -> UndoRecord? {
    try read(try UndoRecord.name(host: host, path: path))
  }

  /// All of one host, or of every host.
  func all(host: String?) throws -> [(name: SecretName, record: UndoRecord)] {
    try names(ofHost: host).compactMap { name in try read(name).map { (name, $0) } }
  }

  private func names(ofHost host: String?) throws -> [SecretName] {
    let prefix = UndoRecord.prefix + (host.map { "\($0)/" } ?? "")
    return try store.list().map(\.name).filter { $0.text.hasPrefix(prefix) }
  }

  /// By its name in the vault; `nil` when it was removed meanwhile.
  func read(_ name: SecretName) throws -> UndoRecord? {
    let values = try store.read([.vault(name)])
    do {
      return try values.withValue(of: .vault(name)) { try UndoRecord($0) }
    } catch is UndoRecordError {
      throw CommandError.configuration(
        "valet://\(name) is no record of an import that this version can read",
        hint: "what it kept cannot be put back by this version; to be rid of it: "
          + "mcp-valet rm --purge \(name)")
    }
  }

  /// Takes a secret's value out of all records, before it is removed for good everywhere else; only
  /// while the ``ImportLock`` is held.
  ///
  /// A record that cannot be read is named, and keeps nothing from being removed.
  func forget(_ name: SecretName) throws {
    let value = try store.read([.vault(name)])
    for entry in try names(ofHost: nil) {
      do {
        guard var record = try read(entry) else { continue }
        let isChanged =
          value.withValue(of: .vault(name)) { record.forget(name, value: $0) }
          ?? record.forget(name, value: UnsafeRawBufferPointer(start: nil, count: 0))
        guard isChanged else { continue }
        let host = entry.text.dropFirst(UndoRecord.prefix.count).prefix { $0 != "/" }
        try write(record, host: String(host))
        Report.note(
          "undo keeps no older bytes of \(record.path) any more: it puts back what "
            + "valet://\(name) holds then")
      } catch let error as CommandError {
        Report.warning("\(error.message), and may hold the value: mcp-valet rm --purge \(entry)")
      }
    }
  }

  /// Whether the value of a secret is kept to be put back.
  func keeps(_ name: SecretName) throws -> Bool {
    try names(ofHost: nil).contains { entry in
      guard let record = try? read(entry) else { return false }
      return record.secrets.contains(name) && record.steps.contains { !$0.changes.isEmpty }
    }
  }

  /// A record without steps is removed.
  func write(_ record: UndoRecord, host: Host) throws { try write(record, host: host.id) }

  private func write(_ record: UndoRecord, host: String) throws {
    let name = try UndoRecord.name(host: host, path: record.path)
    defer { VaultAccess(context).noteGeneration(of: store) }
    guard !record.steps.isEmpty else {
      if try store.read([.vault(name)]).contains(.vault(name)) { try store.remove(name) }
      return
    }
    var bytes = record.encoded()
    defer { bytes.withUnsafeMutableBytes { wipe($0) } }
    guard bytes.count <= SecretLimits.maximumValueLength else {
      throw CommandError.configuration(
        "\(record.path) changes in too many places to be taken back later",
        hint: "import its servers by hand: mcp-valet config \(host) SERVER")
    }
    let value = try SecretBytes(copying: bytes)
    // The keys of an older step are in the newer record as well: no versions.
    try store.write(
      name, value: value,
      details: SecretDetails(note: "for: mcp-valet undo \(host)", expires: nil),
      keepingOldVersions: 0)
  }

  /// Takes back what was allowed with steps that a record is to have no more, and writes it without
  /// them; in this order, so that nothing stays allowed that no record knows of. What another file's
  /// import needs, and what was allowed later by hand, stays.
  func write(_ record: UndoRecord, host: Host, without done: [UndoRecord.Step]) throws {
    /// Of each server, the digests of its grants, and when the last step with it was made.
    var times: [String: [[UInt8]: Int64]] = [:]
    for step in done {
      for server in step.servers where !server.grant.isEmpty {
        let known = times[server.runName]?[server.grant] ?? .min
        times[server.runName, default: [:]][server.grant] = max(known, step.time)
      }
    }
    if !times.isEmpty {
      let name = try UndoRecord.name(host: host.id, path: record.path)
      let others = try all(host: nil).filter { $0.name != name }.map(\.record) + [record]
      for (name, times) in times {
        try store.removeGrants(of: name) { grant in
          let digest = GrantDigest.of(grant)
          guard let time = times[digest], grant.created <= time else { return false }
          return !others.contains { $0.allows(digest) }
        }
      }
    }
    try write(record, host: host)
  }
}

extension SecretBytes {
  /// A copy of bytes that are ordinary memory already.
  init(copying bytes: [UInt8]) throws(SecretMemoryError) {
    var copy = try SecretBytes(count: bytes.count)
    copy.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    self = copy
  }
}
