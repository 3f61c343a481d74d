internal import Broker
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
    let prefix = UndoRecord.prefix + (host.map { "\($0)/" } ?? "")
    return try store.list().map(\.name).filter { $0.text.hasPrefix(prefix) }.compactMap { name in
      try read(name).map { (name, $0) }
    }
  }

  /// By its name in the vault; `nil` when it was removed meanwhile.
  func read(_ name: SecretName) throws -> UndoRecord? {
    let values = try store.read([.vault(name)])
    do {
      return try values.withValue(of: .vault(name)) { try UndoRecord($0) }
    } catch is UndoRecordError {
      throw CommandError.configuration(
        "valet://\(name) is no record of an import that this version can read", hint: nil)
    }
  }

  /// A record without steps is removed.
  func write(_ record: UndoRecord, host: Host) throws {
    let name = try UndoRecord.name(host: host.id, path: record.path)
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
        hint: "import its servers by hand: mcp-valet config \(host.id) SERVER")
    }
    let value = try SecretBytes(copying: bytes)
    // The keys of an older step are in the newer record as well: no versions.
    try store.write(
      name, value: value,
      details: SecretDetails(note: "for: mcp-valet undo \(host.id)", expires: nil),
      keepingOldVersions: 0)
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
