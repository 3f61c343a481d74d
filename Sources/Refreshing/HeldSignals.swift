internal import Platform

/// Holds back the signals that end a program, for as long as this lives: between two of its steps a
/// login or a refresh is cancelled, within one it is not, so that nothing is half-stored.
package struct HeldSignals: ~Copyable {
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  private var before = sigset_t()

  package init() {
    var held = sigset_t()
    sigemptyset(&held)
    for signal in Self.signals { sigaddset(&held, signal) }
    sigprocmask(SIG_BLOCK, &held, &before)
  }

  deinit {
    var before = before
    sigprocmask(SIG_SETMASK, &before, nil)
  }

  /// Whether one of them came.
  package var isCancelled: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    for signal in Self.signals where sigismember(&pending, signal) == 1 { return true }
    return false
  }

  /// Takes a Ctrl-C that came, so that it is answered with our own words and exit code; the others
  /// end the process when they are let through.
  package func takeInterrupt() {
    var pending = sigset_t()
    sigpending(&pending)
    guard sigismember(&pending, SIGINT) == 1 else { return }
    var wanted = sigset_t()
    sigemptyset(&wanted)
    sigaddset(&wanted, SIGINT)
    var signal: Int32 = 0
    sigwait(&wanted, &signal)
  }
}
