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
      for rewrite in file.rewrites {
        let name = printable(rewrite.server.name)
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
