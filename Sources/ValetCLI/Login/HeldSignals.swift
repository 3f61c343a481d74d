internal import Platform

/// Holds back the signals that end a program, for as long as this lives: between two of its steps a
/// login is cancelled, within one it is not, so that nothing is half-stored.
struct HeldSignals: ~Copyable {
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  private var before = sigset_t()

  init() {
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
  var isCancelled: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return Self.signals.contains { sigismember(&pending, $0) == 1 }
  }

  /// Takes a Ctrl-C that came, so that it is answered with our own words and exit code; the others
  /// end the process when they are let through.
  func takeInterrupt() {
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
