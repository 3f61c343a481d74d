internal import Audit
internal import Broker
internal import Secrets

/// Records changes of the OS keyring, which has no writes of a vault to go by.
struct KeyringAudit {
  private let trail: AuditTrail

  init(_ context: Context) { trail = AuditTrail(context) }

  /// Records a change, then does it; one that fails is recorded too.
  ///
  /// - Throws: what `body` throws; `AuditError`: nothing is done then.
  func record(_ kind: AuditEvent.Kind, _ name: SecretName, _ body: () throws -> Void) throws {
    try trail.record(AuditEvent(kind, .ok, [(.keyring(name), nil)]), nil)
    do {
      try body()
    } catch {
      let reason = Report.reportable(error).message
      trail.note(AuditEvent(kind, .failed, [(.keyring(name), nil)], detail: reason), nil)
      throw error
    }
  }
}
