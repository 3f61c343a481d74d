internal import Platform
internal import Secrets

/// `mcp-valet-ctl`, the program behind all commands but `run`.
enum ControlProgram {
  /// Becomes it, with our own command line and environment.
  ///
  /// It is looked for beside our own executable, where a build and a bundle have it, and in the
  /// `libexec` folder of the prefix that we are installed in; never on PATH, and never by the name
  /// that we were called by.
  static func become() -> Never {
    guard let ours = ownPath, let slash = ours.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      fail("cannot find out where mcp-valet itself lies")
    }
    let folder = ours[...slash]
    for path in ["\(folder)mcp-valet-ctl", "\(folder)../libexec/mcp-valet/mcp-valet-ctl"] {
      execv(path, CommandLine.unsafeArgv)
      if errno != ENOENT { fail("cannot execute \(path): \(String(cString: strerror(errno)))") }
    }
    fail("mcp-valet-ctl is missing beside \(ours)")
  }

  private static func fail(_ reason: String) -> Never {
    Report.error(
      CommandError.configuration(reason, hint: "install both programs: packaging/quickstart.sh"))
    exit(ExitCode.configuration.rawValue)
  }
}
