internal import Control
internal import Files
internal import Launch
internal import Secrets

/// What is left behind by a launch of which nobody stays in front of the server.
enum ExecutedLaunch {
  /// Leaves a record for `ps`, `stop` and `rotate`. A launch without one is no worse a launch.
  ///
  /// - Parameter values: what the server is given.
  static func record(_ plan: LaunchPlan, _ values: HeldValues) {
    do {
      let held = plan.references.map { HeldSecret($0, version: values.version(of: $0)) }
      try StartRecord.write(
        serverName: plan.serverName, command: plan.commandName, secrets: held,
        in: try Context.current().locations)
    } catch {
      // Without a home there is no folder for it; that matters only to who looks for a secret.
      if plan.holdsSecrets {
        Report.note("'ps' will not show this server: \(Report.reportable(error).message)")
      }
    }
  }
}
