internal import Audit
internal import Files
internal import HostConfigs
internal import Launch
internal import Secrets
internal import Supervision
internal import Vault

/// What one launch, and the relay that it becomes, put into the audit log.
struct LaunchAudit {
  private let trail: AuditTrail
  private let state: String
  private let serverName: String?
  private let commandPath: String
  /// Which log it is, for the time when the vault's key is gone.
  private let identity: AuditIdentity?

  /// Records that a server is given its values. They may leave when this returns, and the server
  /// may be heard when `log` is complete.
  ///
  /// - Parameter vault: opened; `nil` where no value is from the vault.
  /// - Returns: `nil` for a server without secrets.
  /// - Throws: `AuditError`, `VaultError`.
  static func begin(
    _ plan: LaunchPlan, _ command: Command, _ values: HeldValues, _ vault: VaultStore?
  ) throws -> (audit: LaunchAudit, log: AuditLog)? {
    guard plan.holdsSecrets else { return nil }
    LaunchWatch.expect(.auditLog)
    let context = try Context.current()
    let trail = AuditTrail(context)
    var identity = try trail.identity(vault)
    let log = try trail.open(as: identity)
    identity?.withRoot = nil
    identity?.anchor = nil
    identity?.logID = log.anchor.logID
    let audit = LaunchAudit(
      trail: trail, state: context.locations.state, serverName: plan.serverName,
      commandPath: command.text, identity: identity)
    try log.write([audit.event(.released, plan, values)])
    return (audit, log)
  }

  private func event(
    _ kind: AuditEvent.Kind, _ plan: LaunchPlan, _ values: HeldValues
  ) -> AuditEvent {
    var event = AuditEvent(kind)
    event.server = serverName
    event.command = commandPath
    for reference in plan.references {
      event.secrets.append(
        AuditEvent.Secret(reference.description, version: values.version(of: reference)))
    }
    return event
  }

  /// Records what becomes of a supervised server.
  ///
  /// - Throws: `LaunchError.notRecorded`: a server must not be started then.
  func record(_ event: SupervisionEvent, _ source: LaunchSource) throws(LaunchError) {
    let recorded: AuditEvent
    switch event {
    case .starting, .renewing: recorded = self.event(.swapped, source.plan, source.values)
    case .ended(let exitCode):
      var ended = AuditEvent(.exited)
      ended.server = serverName
      ended.command = commandPath
      ended.exitCode = exitCode
      recorded = ended
    }
    do throws(AuditError) {
      try AuditLog.open(in: state, identity: identity).record([recorded])
    } catch {
      throw .notRecorded(message: error.message, hint: error.hint, error.exitCode)
    }
  }

  /// Records a launch that came to nothing.
  ///
  /// - Parameters:
  ///   - references: what the server was to get; without any there is nothing to record.
  ///   - vault: where it was opened.
  static func recordRefusal(
    _ failure: LaunchFailure, server: String?, _ references: [SecretReference],
    _ vault: VaultStore?
  ) {
    guard !references.isEmpty, let context = try? Context.current() else { return }
    var event = AuditEvent(.refused, .refused)
    event.server = server
    for reference in references {
      event.secrets.append(AuditEvent.Secret(reference.description))
    }
    event.detail = failure.problems
      .map { ($0 as? GrantRefusal)?.summary ?? $0.message }.joined(separator: "; ")
    // What kept it from being recorded is often what kept the server from being started.
    _ = try? AuditTrail(context).record(event, vault)
  }
}

/// Settings of the audit log.
enum AuditSettings {
  /// `config/audit.sync` holds the word `strict`: the disk is waited for before a supervised server
  /// is started, and not while it starts.
  static func isStrict(_ context: Context) -> Bool {
    SettingFile(name: "audit.sync").line(in: context.locations) == "strict"
  }
}
