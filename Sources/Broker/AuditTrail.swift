package import Audit
internal import Files
package import Secrets
package import Vault

/// Where everything that is done with secrets is recorded.
package struct AuditTrail {
  private let context: Context

  /// Opens nothing yet.
  package init(_ context: Context) { self.context = context }

  /// Opens the log of the vault that is there, and waits for its lock.
  ///
  /// - Parameters:
  ///   - store: the vault; `nil` while it is locked, or where there is none.
  ///   - takesOver: as of `AuditLog.open`.
  /// - Throws: `AuditError`, `VaultError`: nothing may be handed out then.
  package func open(_ store: VaultStore?, takesOver: Bool = false) throws -> AuditLog {
    try open(as: try identity(store), takesOver: takesOver)
  }

  /// Opens the log that an identity is of.
  func open(as identity: AuditIdentity?, takesOver: Bool = false) throws -> AuditLog {
    let log = try AuditLog.open(
      in: context.locations.state, identity: identity, takesOver: takesOver)
    for warning in log.warnings { Report.warning(warning.message) }
    return log
  }

  /// What the vault knows of its log; `nil` where there is no vault.
  package func identity(_ store: VaultStore?) throws -> AuditIdentity? {
    guard let store else {
      // The header alone, which nothing vouches for: it says no more than which log is another's.
      guard let header = try? VaultStore.peek(VaultLocation(context.locations)).header else {
        return nil
      }
      return AuditIdentity(vaultID: header.vaultID.withBytes { Array($0) })
    }
    return AuditIdentity(
      vaultID: store.header.vaultID.withBytes { Array($0) }, anchor: try store.auditHead()?.anchor,
      withRoot: { store.withAuditRoot($0) })
  }

  /// Records an event before what it says is done.
  ///
  /// - Throws: as ``open(_:takesOver:)``.
  package func record(_ event: AuditEvent, _ store: VaultStore?) throws {
    try open(store).record([event])
  }

  /// Records what hands nothing out: a log that cannot be written is no reason not to say no, or to
  /// lock a vault.
  package func note(_ event: AuditEvent, _ store: VaultStore?, takesOver: Bool = false) {
    do {
      try open(store, takesOver: takesOver).record([event])
    } catch {
      Report.note("not recorded: \(Report.reportable(error).message)")
    }
  }
}

extension AuditHead {
  /// As the log has it.
  package var anchor: AuditAnchor {
    AuditAnchor(logID: logID, number: number, digest: digest)
  }
}

extension AuditEvent {
  /// - Parameter secrets: with their versions, where they have one.
  package init(
    _ kind: Kind, _ outcome: Outcome = .ok, _ secrets: [(SecretReference, UInt32?)],
    detail: String? = nil
  ) {
    self.init(kind, outcome)
    for (reference, version) in secrets {
      self.secrets.append(Secret(reference.description, version: version))
    }
    self.detail = detail
  }
}

/// Records every write of a vault before it is done, and gives the vault the log's last record to
/// keep.
package final class StoreAuditor: VaultAuditor {
  private unowned let store: VaultStore
  private let trail: AuditTrail
  private let storing: AuditEvent.Kind
  private let takesOver: Bool

  /// - Parameters:
  ///   - store: keeps this, and is not kept.
  ///   - storing: what a new value is recorded as.
  ///   - takesOver: whether the log may be another vault's: this one was just made or restored.
  package init(
    _ store: VaultStore, _ context: Context, storing: AuditEvent.Kind = .stored,
    takesOver: Bool = false
  ) {
    self.store = store
    trail = AuditTrail(context)
    self.storing = storing
    self.takesOver = takesOver
  }

  package func willWrite(_ changes: [VaultChange]) throws(VaultError) -> AuditHead? {
    do {
      let log = try trail.open(store, takesOver: takesOver)
      try log.record(events(changes, .ok))
      let anchor = log.anchor
      return AuditHead(logID: anchor.logID, number: anchor.number, digest: anchor.digest)
    } catch {
      let reported = Report.reportable(error)
      throw .notRecorded(
        message: reported.message, hint: reported.hint, reported.exitCode)
    }
  }

  package func didFail(_ changes: [VaultChange]) {
    for event in events(changes, .failed) { trail.note(event, store) }
  }

  private func events(
    _ changes: [VaultChange], _ outcome: AuditEvent.Outcome
  ) -> [AuditEvent] {
    changes.map { change in
      switch change {
      case .stored(let name, let version):
        AuditEvent(storing, outcome, [(.vault(name), version)])
      case .removed(let name): AuditEvent(.removed, outcome, [(.vault(name), nil)])
      case .granted(let serverName, let references):
        event(.granted, outcome, serverName, references)
      case .denied(let serverName): event(.denied, outcome, serverName, [])
      case .other(let text): AuditEvent(.changed, outcome, [], detail: text)
      }
    }
  }
  private func event(
    _ kind: AuditEvent.Kind, _ outcome: AuditEvent.Outcome, _ serverName: String,
    _ references: [SecretReference]
  ) -> AuditEvent {
    var event = AuditEvent(kind, outcome, references.map { ($0, nil) })
    event.server = serverName
    return event
  }
}
