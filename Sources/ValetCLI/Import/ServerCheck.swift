internal import Broker
internal import Hosts
internal import Importing
internal import Platform
internal import Secrets

/// Starts rewritten servers as their host will, to see that they answer.
enum ServerCheck {
  /// - Returns: one for each server that did not answer.
  static func run(_ files: [PlannedFile]) -> [any ReportableError] {
    guard let program = OwnProgram.launcher else {
      if !files.isEmpty {
        Report.warning(
          "no server was started to see whether it answers: there is no mcp-valet here")
      }
      return []
    }
    var failures: [any ReportableError] = []
    for file in files {
      for rewrite in file.rewrites {
        let name = printable(rewrite.server.name)
        // One that is turned off may be off because it cannot start.
        if rewrite.server.isDisabled {
          Report.note("\(name) is turned off, and was not started to see whether it answers")
          continue
        }
        // A package may have to be fetched first, which takes a while.
        let work = SlowWork("starting \(name), to see that it answers")
        do {
          defer { work.end() }
          let era = try ServerProof(program, rewrite).run()
          Report.note("\(name) answers (\(era))")
        } catch {
          failures.append(
            CommandError.failed(
              "\(name) does not answer: \(error.message)",
              hint: "look at it, or: mcp-valet undo \(file.file.host.id) \(shellWord(name))"))
        }
      }
    }
    return failures
  }
}
