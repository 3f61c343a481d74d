internal import CLaunch
internal import Files
internal import Platform

/// The signals that a broker passes on to its server: HUP, INT, QUIT, TERM, USR1, USR2 and WINCH.
///
/// From the making of this on they no longer end the process, also when the host had blocked them,
/// and wait to be read: made right before a server is started, it loses none that arrives during
/// the start. One for a process; it outlives the servers that it serves.
package struct ForwardedSignals: ~Copyable {
  private let pipe: Descriptor

  /// Readable when a signal waits; does not block.
  package var descriptor: Int32 { pipe.rawValue }

  /// - Throws: ``LaunchError/system(operation:code:)`` when there is no descriptor to be had.
  package init() throws(LaunchError) {
    let raw = claunch_catch_signals()
    guard raw >= 0 else { throw .system(operation: "make a pipe", code: errno) }
    pipe = Descriptor(owning: raw)
  }

  /// Gives the signals back their usual effect, when there is no server any more to pass them to.
  package static func restore() {
    for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH] {
      signal(number, SIG_DFL)
    }
  }

  /// The next signal's number; `nil` when none waits.
  package borrowing func next() -> Int32? {
    var number: UInt8 = 0
    return read(pipe.rawValue, &number, 1) == 1 ? Int32(number) : nil
  }
}
