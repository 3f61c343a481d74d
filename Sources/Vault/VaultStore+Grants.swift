package import Grants
internal import Secrets

extension VaultStore {
  /// The grants of one server: one pass over the index, in which nothing else is decoded.
  ///
  /// - Parameter serverName: as a launch names it.
  /// - Throws: ``VaultError/malformed(_:)`` for a grant that no writer makes, and for what
  ///   ``IndexCursor`` finds.
  package func grants(of serverName: String) throws(VaultError) -> [Grant] {
    try current().withIndex { (index) throws(VaultError) in
      var grants: [Grant] = []
      var cursor = IndexCursor(index)
      while let record = try cursor.next() {
        guard record.type == VaultFormat.RecordType.grant,
          Grant.isGrant(record.payload, for: serverName),
          let grant = try Grant.read(from: record.payload)
        else { continue }
        grants.append(grant)
      }
      return grants
    }
  }

  /// All grants, in the order of the file.
  package func grants() throws(VaultError) -> [Grant] { Array(try contents().grants) }

  /// Records grants in one write; each takes the place of its server's for the same folder. What
  /// is there already is not written again.
  ///
  /// - Returns: whether there was anything to write.
  /// - Throws: ``VaultError/grantTooLarge(_:)``; ``VaultError``.
  @discardableResult
  package func record(_ grants: [Grant]) throws(VaultError) -> Bool {
    var payloads: [[UInt8]] = []
    for grant in grants {
      guard let payload = grant.encoded() else {
        throw .grantTooLarge(serverName: grant.terms.serverName)
      }
      payloads.append(payload)
    }
    let present = try self.grants()
    func isThere(_ grant: Grant) -> Bool {
      present.contains { old in
        var old = old
        old.created = grant.created
        return old == grant
      }
    }
    if grants.allSatisfy(isThere) { return false }
    let session = try begin()
    for (grant, payload) in zip(grants, payloads) {
      session.contents.store(grant, payload: payload)
      session.changes.append(
        .granted(serverName: grant.terms.serverName, grant.references))
    }
    try commit(session)
    return true
  }

  /// Takes back the grants of a server in one write.
  ///
  /// - Parameter isMeant: which of them; all unless told.
  /// - Returns: how many there were; nothing is written for none.
  @discardableResult
  package func removeGrants(
    of serverName: String, where isMeant: (Grant) -> Bool = { _ in true }
  ) throws(VaultError) -> Int {
    func isOut(_ grant: Grant) -> Bool { grant.terms.serverName == serverName && isMeant(grant) }
    guard try grants().contains(where: isOut) else { return 0 }
    let session = try begin()
    let count = session.contents.removeGrants(where: isOut)
    session.changes.append(.denied(serverName: serverName))
    try commit(session)
    return count
  }
}

extension Grant {
  /// `nil` for a grant of a layout that is not known, which allows nothing.
  static func read(from payload: UnsafeRawBufferPointer) throws(VaultError) -> Grant? {
    do throws(GrantFormatError) {
      return try Grant(payload)
    } catch .malformed(let reason) {
      throw .malformed(reason)
    } catch {
      return nil
    }
  }
}
