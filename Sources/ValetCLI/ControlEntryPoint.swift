internal import ArgumentParser
internal import Broker
internal import Launch
internal import Platform
internal import Secrets

/// Where the `main.swift` of `mcp-valet-ctl` goes at once.
package enum ControlEntryPoint {
  /// Reads the command line and ends the process.
  package static func main() -> Never {
    // Before anything secret is in memory.
    _ = hardenProcess()
    do {
      var command = try ValetCommand.parseAsRoot()
      try command.run()
      exit(EXIT_SUCCESS)
    } catch {
      end(with: error)
    }
  }

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
