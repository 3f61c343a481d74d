package import Secrets

extension VaultStore {
  /// What opens the connection of that name: one pass over the index, in which nothing else is
  /// decoded.
  ///
  /// - Returns: `nil` when there is none.
  /// - Throws: ``VaultError/malformed(_:)`` for a record that no writer makes, and for what
  ///   ``IndexCursor`` finds.
  package func connectionKey(
    named name: ConnectionName
  ) throws(VaultError) -> ConnectionKey? {
    try current().withIndex { (index) throws(VaultError) in
      var cursor = IndexCursor(index)
      while let record = try cursor.next() {
        guard record.type == VaultFormat.RecordType.connectionKey else { continue }
        let view = try ConnectionView(record.payload)
        if view.nameBytes.elementsEqual(name.text.utf8) { return try view.entry().key }
      }
      return nil
    }
  }

  /// All connections, by name.
  package func connections() throws(VaultError) -> [ConnectionEntry] {
    try contents().connections.sorted { $0.name < $1.name }
  }

  /// Keeps the key of a connection; one of the same name is forgotten.
  ///
  /// To be written after the connection's file: a name without a file is worse than a file without
  /// a name.
  ///
  /// - Returns: the key that was forgotten; nothing opens its file any more.
  @discardableResult
  package func record(
    _ key: ConnectionKey, named name: ConnectionName
  ) throws(VaultError) -> ConnectionKey? {
    let session = try begin()
    let forgotten = session.contents.connections.first { $0.name == name }?.key
    session.contents.store(ConnectionEntry(name, key, created: now()))
    session.changes.append(.other("the connection \(name)"))
    try commit(session)
    return forgotten
  }

  /// Forgets the key of a connection: nothing opens its file any more.
  ///
  /// - Returns: `false` when there was none; nothing is written then.
  @discardableResult
  package func removeConnection(named name: ConnectionName) throws(VaultError) -> Bool {
    guard try connectionKey(named: name) != nil else { return false }
    let session = try begin()
    guard session.contents.removeConnection(named: name) else { return false }
    session.changes.append(.other("the connection \(name), removed"))
    try commit(session)
    return true
  }
}
