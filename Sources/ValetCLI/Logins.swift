internal import Audit
internal import Broker
internal import Connections
internal import Grants
internal import Platform
internal import SealedConnections
internal import Secrets
internal import Vault

/// The OAuth connections as commands see them: by name, with the keys of an opened vault.
struct Logins {
  enum Opening {
    case open
    /// A first login makes the vault, as a first secret does.
    case openOrCreate
  }

  let context: Context
  let vault: VaultStore
  let store: ConnectionStore

  /// - Throws: `VaultError`, and what unlocking throws.
  init(_ context: Context, opening: Opening) throws {
    self.context = context
    let access = VaultAccess(context)
    vault =
      switch opening {
      case .open: try access.open()
      case .openOrCreate: try access.openOrCreate()
      }
    store = ConnectionStore(context.locations)
  }

  // MARK: Looking

  func names() throws -> [ConnectionName] { try vault.connections().map(\.name) }

  /// `nil` when there is no connection of that name.
  func record(of name: ConnectionName) throws -> ConnectionRecord? {
    guard let key = try vault.connectionKey(named: name) else { return nil }
    return try store.read(key).record
  }

  /// As ``record(of:)``, for a new login: a file that is lost or damaged keeps nobody from one.
  func recordToRenew(_ name: ConnectionName) throws -> ConnectionRecord? {
    do {
      return try record(of: name)
    } catch let error as ConnectionStoreError where error.isMendedByLogin {
      Report.warning("\(error.message); it is made anew")
      return nil
    }
  }

  /// - Throws: ``CommandError/configuration(_:hint:)`` when there is no connection of that name.
  @discardableResult
  func key(of name: ConnectionName) throws -> ConnectionKey {
    guard let key = try vault.connectionKey(named: name) else {
      throw CommandError.configuration(
        "there is no connection '\(name)'",
        hint: "mcp-valet connections lists them; mcp-valet login \(name) URL makes it")
    }
    return key
  }

  /// Names of the servers that are allowed to have the token.
  func users(of name: ConnectionName) -> [String] {
    let grants = (try? vault.grants()) ?? []
    var servers: [String] = []
    for grant in grants where grant.references.contains(.oauth(name)) {
      let server = printable(grant.terms.serverName)
      if !servers.contains(server) { servers.append(server) }
    }
    return servers
  }

  // MARK: Changing

  /// Stores what a login brought, whether the connection is new or not.
  ///
  /// - Throws: `ConnectionStoreError`, `VaultError`: of a new connection nothing is left then.
  func store(_ record: ConnectionRecord, as name: ConnectionName) throws {
    if let key = try vault.connectionKey(named: name) {
      do {
        try replace(record, key)
        note(.loggedIn, .ok, name)
        return
      } catch let error as ConnectionStoreError where error.isMendedByLogin {
        // A new file, under a new key.
        try store.remove(key.connectionID)
      }
    }
    let key = try ConnectionKey.random()
    try store.create(record, key)
    do {
      // Another first login of this name may have been as quick.
      if let forgotten = try vault.record(key, named: name) {
        _ = try? store.remove(forgotten.connectionID)
      }
    } catch {
      _ = try? store.remove(key.connectionID)
      throw error
    }
    VaultAccess(context).noteGeneration(of: vault)
    note(.loggedIn, .ok, name)
  }

  private func replace(_ record: ConnectionRecord, _ key: ConnectionKey) throws {
    let lock = try store.lock(key.connectionID)
    let present = try store.read(key)
    _ = try store.write(record, over: present, key, under: lock)
    lock.release()
  }

  /// Ends a login: tells the server by `revoking`, then deletes the connection here, or its tokens
  /// only. Nobody refreshes it meanwhile: what came between would be deleted and not revoked.
  func end<Result>(
    _ name: ConnectionName, keepingRegistration: Bool, revoking: () -> Result
  ) throws -> Result {
    let key = try key(of: name)
    guard access(store.path(of: key.connectionID), F_OK) == 0 else {
      let result = revoking()
      try forget(name)
      return result
    }
    let lock = try store.lock(key.connectionID)
    let result = revoking()
    if keepingRegistration {
      var stored = try store.read(key)
      stored.record.dropTokens()
      stored.record.lastFailure = nil
      stored.record.hasEnded = true
      _ = try store.write(stored.record, over: stored, key, under: lock)
      lock.release()
      note(.loggedOut, .ok, name)
    } else {
      // The file first: a key without its file gives nothing away.
      try store.remove(key.connectionID, under: lock)
      try forget(name)
    }
    return result
  }

  private func forget(_ name: ConnectionName) throws {
    try vault.removeConnection(named: name)
    VaultAccess(context).noteGeneration(of: vault)
    note(.loggedOut, .ok, name)
  }

  // MARK: The audit log

  /// Records what hands nothing out.
  func note(
    _ kind: AuditEvent.Kind, _ outcome: AuditEvent.Outcome, _ name: ConnectionName,
    detail: String? = nil
  ) {
    AuditTrail(context).note(
      AuditEvent(kind, outcome, [(.oauth(name), nil)], detail: detail), vault)
  }

  /// Asks before a token is handed to whoever called; a refusal is recorded.
  func consent(to question: String, _ name: ConnectionName) throws {
    do {
      try Consent.require(question, context, vault: vault)
    } catch {
      note(.read, .refused, name, detail: Report.reportable(error).message)
      throw error
    }
  }

  /// - Throws: `AuditError`: nothing may be handed out then.
  func recordReading(_ name: ConnectionName, detail: String? = nil) throws {
    try AuditTrail(context).record(
      AuditEvent(.read, .ok, [(.oauth(name), nil)], detail: detail), vault)
  }
}

extension ConnectionStoreError {
  /// Whether there is nothing left in the file that could be used.
  fileprivate var isMendedByLogin: Bool {
    switch self {
    case .missing, .corrupt, .malformed, .tampered: true
    default: false
    }
  }
}
