/// What the process ends with when a launch or a command fails.
///
/// The numbers are those of `sysexits.h`; 126 and 127 are a shell's. A supervised server's own
/// code is passed on as it is, and a signal *n* as 128 + *n*.
package enum ExitCode: Int32, Sendable {
  case success = 0
  /// The command line cannot be understood.
  case usage = 64
  /// A file of ours is damaged or was altered.
  case corruptData = 65
  /// A store cannot be reached: no keyring, no vault, not enough memory.
  case storeUnavailable = 69
  /// Our own fault.
  case software = 70
  /// Reading or writing failed.
  case inputOutput = 74
  /// Another writer holds the lock; the same command may succeed later.
  case tryAgain = 75
  /// Refused: no key that opens the store, a wrong passphrase, a prompt that was cancelled.
  case denied = 77
  /// A reference, a definition or a file names something that does not exist or makes no sense.
  case configuration = 78
  /// The server's command was found and cannot be executed.
  case cannotExecute = 126
  /// The server's command was not found.
  case commandNotFound = 127
  /// Ctrl-C at a prompt of ours: 128 + SIGINT, as a shell has it.
  case interrupted = 130
}

/// A failure that a person reads: one line that says what is wrong, and one that says what to
/// type next.
///
/// Neither line ever holds secret text. Both are lower case and have no full stop; the command
/// line prints them behind `mcp-valet: error:` and `mcp-valet: hint:`.
package protocol ReportableError: Error {
  var message: String { get }
  var hint: String? { get }
  var exitCode: ExitCode { get }
}
