internal import Broker
internal import Hosts
internal import Importing
internal import Platform
internal import Secrets

/// Starts rewritten servers as their host will, to see that they answer.
enum ServerCheck {
  /// - Returns: one for each server that did not answer.
  static func run(_ files: [PlannedFile]) -> [any ReportableError] {
    guard let program = ProgramName.installed else { return [] }
    var failures: [any ReportableError] = []
    for file in files {
      // One that is turned off may be off because it cannot start.
      for rewrite in file.rewrites where !rewrite.server.isDisabled {
        let name = printable(rewrite.server.name)
        // A package may have to be fetched first, which takes a while.
        if isatty(STDERR_FILENO) == 1 { Report.note("starting \(name), to see that it answers") }
        do {
          let era = try ServerProof(program, rewrite).run()
          Report.note("\(name) answers (\(era))")
        } catch {
          failures.append(
            CommandError.failed(
              "\(name) does not answer: \(error.message)",
              hint: "look at it, or: mcp-valet undo \(file.file.host.id) '\(name)'"))
        }
      }
    }
    return failures
  }
}
