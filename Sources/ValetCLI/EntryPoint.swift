internal import ArgumentParser
internal import Launch
internal import Platform
internal import Secrets

/// Where `main.swift` goes at once.
package enum EntryPoint {
  /// Reads the command line and ends the process.
  package static func main() -> Never {
    // Before anything secret is in memory.
    let coreLimit = hardenProcess()
    let words = CommandLine.arguments
    if words.count > 1, words[1] == "run" { run(words[2...], inheritedLimit: coreLimit) }
    do {
      var command = try ValetCommand.parseAsRoot()
      try command.run()
      exit(EXIT_SUCCESS)
    } catch {
      end(with: error)
    }
  }

  /// The fast path: no argument parser, no `await`.
  private static func run(_ words: ArraySlice<String>, inheritedLimit: CoreLimit) -> Never {
    do {
      let arguments = try RunArguments(words)
      if arguments.wantsHelp { ValetCommand.exit(withError: help) }
      exit(ServerLaunch.run(arguments, inheritedLimit: inheritedLimit))
    } catch {
      // Also a mistyped command line stands in front of a host that wants an answer.
      exit(ServerLaunch.fail(LaunchFailure(error)))
    }
  }

  private static var help: any Error { CleanExit.helpRequest(RunCommand.self) }

  /// Errors of ours with our exit codes, the parser's (help, version, usage) with its texts.
  private static func end(with error: any Error) -> Never {
    // A command that has said everything and ends with a code of its own.
    if let code = error as? ArgumentParser.ExitCode { exit(code.rawValue) }
    guard error is any ReportableError else {
      let code = ValetCommand.exitCode(for: error)
      if code.isSuccess || code == .validationFailure {
        Report.parserMessage(ValetCommand.fullMessage(for: error), isError: !code.isSuccess)
      } else {
        Report.error(error)
      }
      exit(code == .validationFailure ? Secrets.ExitCode.usage.rawValue : code.rawValue)
    }
    Report.error(error)
    exit(Report.reportable(error).exitCode.rawValue)
  }
}
