internal import Platform
internal import Secrets

/// `mcp-valet-ctl`, the program behind all commands but `run`.
enum ControlProgram {
  /// Becomes it, with our own command line and environment.
  static func become() -> Never {
    let candidates = OwnProgram.candidates("mcp-valet-ctl")
    if candidates.isEmpty { fail("cannot find out where mcp-valet itself lies") }
    for path in candidates {
      execv(path, CommandLine.unsafeArgv)
      if errno != ENOENT { fail("cannot execute \(path): \(String(cString: strerror(errno)))") }
    }
    fail("mcp-valet-ctl is missing beside \(OwnProgram.path ?? "mcp-valet")")
  }

  private static func fail(_ reason: String) -> Never {
    Report.error(CommandError.configuration(reason, hint: OwnProgram.installationHint))
    exit(ExitCode.configuration.rawValue)
  }
}
