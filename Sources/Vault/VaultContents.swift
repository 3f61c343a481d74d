internal import Grants
internal import Secrets

/// All records of a vault, in the order of the file, as a writer changes them.
struct VaultContents {
  enum Record {
    case secret(SecretRecord)
    case settings(SettingsRecord)
    case auditHead(AuditHeadRecord)
    /// A grant, and its bytes.
    case grant(Grant, payload: [UInt8])
    case connection(ConnectionKeyRecord)
    /// Of a type, or in a layout, that this version does not work on: kept byte for byte.
    case other(type: UInt16, payload: [UInt8])

    var encodedLength: Int {
      switch self {
      case .secret(let secret): secret.encodedLength
      case .settings(let settings): settings.encodedLength
      case .auditHead(let head): head.encodedLength
      case .connection(let connection): connection.encodedLength
      case .grant(_, let payload), .other(_, let payload): payload.count
      }
    }
  }

  private(set) var records: [Record] = []
  private var positions: [SecretName: Int] = [:]
  private var settingsPosition: Int?
  private var auditPosition: Int?

  init() {}

  /// - Parameters:
  ///   - index: opened, padding included.
  ///   - valuesLength: of the file, in bytes.
  /// - Throws: ``VaultError/malformed(_:)``.
  init(_ index: UnsafeRawBufferPointer, valuesLength: Int) throws(VaultError) {
    var cursor = IndexCursor(index)
    while let record = try cursor.next() {
      switch record.type {
      case VaultFormat.RecordType.secret:
        let secret = try SecretRecord(
          try SecretView(record.payload), valuesLength: valuesLength)
        guard positions.updateValue(records.count, forKey: secret.name) == nil else {
          throw .malformed("secret \(secret.name) is in it twice")
        }
        records.append(.secret(secret))
      case VaultFormat.RecordType.settings:
        guard settingsPosition == nil else { throw .malformed("the settings are in it twice") }
        settingsPosition = records.count
        records.append(.settings(try SettingsRecord(record.payload)))
      case VaultFormat.RecordType.auditHead:
        guard auditPosition == nil else {
          throw .malformed("the audit log's record is in it twice")
        }
        auditPosition = records.count
        records.append(.auditHead(try AuditHeadRecord(record.payload)))
      case VaultFormat.RecordType.grant:
        let payload = Array(record.payload)
        if let grant = try Grant.read(from: record.payload) {
          records.append(.grant(grant, payload: payload))
        } else {
          records.append(.other(type: record.type, payload: payload))
        }
      case VaultFormat.RecordType.connectionKey:
        let connection = try ConnectionKeyRecord(record.payload)
        guard !connections.contains(where: { $0.name == connection.entry.name }) else {
          throw .malformed("the connection \(connection.entry.name) is in it twice")
        }
        records.append(.connection(connection))
      default:
        records.append(.other(type: record.type, payload: Array(record.payload)))
      }
    }
  }

  var secrets: some Sequence<SecretRecord> {
    records.lazy.compactMap { if case .secret(let secret) = $0 { secret } else { nil } }
  }

  /// Setting `nil` removes the record.
  subscript(name: SecretName) -> SecretRecord? {
    get {
      guard let position = positions[name], case .secret(let secret) = records[position] else {
        return nil
      }
      return secret
    }
    set {
      switch (positions[name], newValue) {
      case (nil, nil): break
      case (nil, let secret?):
        positions[name] = records.count
        records.append(.secret(secret))
      case (let position?, let secret?): records[position] = .secret(secret)
      case (let position?, nil): remove(at: position)
      }
    }
  }

  var settings: VaultSettings {
    get {
      guard let position = settingsPosition, case .settings(let record) = records[position] else {
        return VaultSettings()
      }
      return record.settings
    }
    set {
      if settingsPosition == nil {
        settingsPosition = records.count
        records.append(.settings(SettingsRecord()))
      }
      guard let position = settingsPosition, case .settings(var record) = records[position] else {
        return
      }
      record.settings = newValue
      records[position] = .settings(record)
    }
  }

  /// Changes the audit log's record, or makes one.
  mutating func updateAuditHead(
    _ body: (inout AuditHeadRecord) throws(VaultError) -> Void
  ) throws(VaultError) {
    if auditPosition == nil {
      auditPosition = records.count
      records.append(.auditHead(AuditHeadRecord()))
    }
    guard let position = auditPosition, case .auditHead(var record) = records[position] else {
      return
    }
    try body(&record)
    records[position] = .auditHead(record)
  }

  /// Changes every version of every secret, as a new vault key demands.
  mutating func updateVersions(
    _ body: (SecretName, inout SecretVersion) throws(VaultError) -> Void
  ) throws(VaultError) {
    for position in records.indices {
      guard case .secret(var secret) = records[position] else { continue }
      for version in secret.versions.indices {
        try body(secret.name, &secret.versions[version])
      }
      records[position] = .secret(secret)
    }
  }

  private mutating func remove(at position: Int) {
    records.remove(at: position)
    positions = [:]
    settingsPosition = nil
    auditPosition = nil
    for (position, record) in records.enumerated() {
      switch record {
      case .secret(let secret): positions[secret.name] = position
      case .settings: settingsPosition = position
      case .auditHead: auditPosition = position
      case .grant, .connection, .other: break
      }
    }
  }

  var grants: some Sequence<Grant> {
    records.lazy.compactMap { if case .grant(let grant, _) = $0 { grant } else { nil } }
  }

  /// Puts a grant in the place of those that it replaces, or behind all records.
  ///
  /// - Parameter payload: its bytes.
  mutating func store(_ grant: Grant, payload: [UInt8]) {
    let place = records.firstIndex {
      if case .grant(let old, _) = $0 { old.isReplaced(by: grant) } else { false }
    }
    if let place {
      records[place] = .grant(grant, payload: payload)
    } else {
      records.append(.grant(grant, payload: payload))
    }
  }

  /// - Returns: how many there were.
  mutating func removeGrants(where isOut: (Grant) -> Bool) -> Int {
    let places = records.indices.reversed().filter {
      if case .grant(let grant, _) = records[$0] { isOut(grant) } else { false }
    }
    for place in places { remove(at: place) }
    return places.count
  }

  var connections: some Sequence<ConnectionEntry> {
    records.lazy.compactMap { if case .connection(let record) = $0 { record.entry } else { nil } }
  }

  private func place(ofConnection name: ConnectionName) -> Int? {
    records.firstIndex {
      if case .connection(let record) = $0 { record.entry.name == name } else { false }
    }
  }

  /// Puts a connection in the place of the one of its name, or behind all records.
  mutating func store(_ entry: ConnectionEntry) {
    if let place = place(ofConnection: entry.name) {
      records[place] = .connection(ConnectionKeyRecord(entry))
    } else {
      records.append(.connection(ConnectionKeyRecord(entry)))
    }
  }

  /// Takes over the connections of the vault that these contents take the place of, as
  /// ``CarriedConnections`` has it.
  mutating func takeConnections(of present: VaultContents, hasFile: (RandomID) -> Bool) {
    var names: [ConnectionName] = []
    for case .connection(let record) in present.records {
      names.append(record.entry.name)
      if let place = place(ofConnection: record.entry.name) {
        records[place] = .connection(record)
      } else {
        records.append(.connection(record))
      }
    }
    for entry in Array(connections) where !names.contains(entry.name) {
      if !hasFile(entry.key.connectionID) { _ = removeConnection(named: entry.name) }
    }
  }

  /// - Returns: whether there was one.
  mutating func removeConnection(named name: ConnectionName) -> Bool {
    guard let place = place(ofConnection: name) else { return false }
    remove(at: place)
    return true
  }
}

extension VaultContents {
  /// Of the opened index, padding included.
  var encodedLength: Int {
    let records = records.reduce(0) { $0 + VaultFormat.recordHeadLength + $1.encodedLength }
    let padding = VaultFormat.indexPadding
    return max(padding, (records + padding - 1) / padding * padding)
  }

  var valuesLength: Int {
    secrets.reduce(0) { $1.versions.reduce($0) { $0 + $1.length } }
  }

  /// Writes the index; values are laid out one behind another in the same order.
  ///
  /// - Parameter target: ``encodedLength`` bytes.
  func encode(into target: UnsafeMutableRawBufferPointer) {
    var writer = ByteWriter(target)
    var offset = 0
    for record in records {
      switch record {
      case .secret: writer.write(VaultFormat.RecordType.secret)
      case .settings: writer.write(VaultFormat.RecordType.settings)
      case .auditHead: writer.write(VaultFormat.RecordType.auditHead)
      case .grant: writer.write(VaultFormat.RecordType.grant)
      case .connection: writer.write(VaultFormat.RecordType.connectionKey)
      case .other(let type, _): writer.write(type)
      }
      writer.write(UInt32(record.encodedLength))
      switch record {
      case .secret(let secret): secret.encode(into: &writer, offset: &offset)
      case .settings(let settings): settings.encode(into: &writer)
      case .auditHead(let head): head.encode(into: &writer)
      case .connection(let connection): connection.encode(into: &writer)
      case .grant(_, let payload), .other(_, let payload): writer.write(payload)
      }
    }
    target.part(writer.offset, target.count - writer.offset)
      .initializeMemory(as: UInt8.self, repeating: 0)
  }
}
