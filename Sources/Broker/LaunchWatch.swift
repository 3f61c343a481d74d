internal import Platform
internal import Relay
internal import Secrets
internal import Synchronization

/// Speaks for a launch that waits, so that it never looks as if it hung: after a second it says what
/// for on standard error, and after five its host is answered with an error (protocol S13: hosts give
/// a server ten seconds and more), unless a prompt is on somebody's screen.
///
/// A thread of its own, since what a launch waits for may be a system call that does not return, on
/// a file system that is gone. It ends before the relay begins.
enum LaunchWatch {
  private static let sayAfter: Int64 = 1_000
  private static let giveUpAfter: Int64 = 5_000
  private static let serverLimit: Int64 = 8_500
  /// How long an answer that is told only once is waited for after the host has gone: hosts kill
  /// what has not ended 2 s after they asked (protocol S10).
  private static let patience: Int64 = 1_500
  /// As long as a prompt may stand on a screen.
  private static let promptLimit: Int64 = 60_000

  /// What a launch waits for.
  enum Subject {
    case configuration, vault, vaultKey, keyring, otherUnlock, auditLog
    /// For a token of the connection of this name.
    case authorizationServer(String)
    /// The path of the server's program.
    case execution(String)
  }

  private enum Phase { case idle, watching, ended, takenOver }

  private struct State {
    var phase = Phase.idle
    var subject = Subject.configuration
    var isSaid = false
    /// Whether a server is asked for what it tells only once.
    var isExchanging = false
    /// When the host is answered, in milliseconds.
    var deadline: Int64 = 0
    var thread: pthread_t?
    /// Closed to wake the thread.
    var alarm: Int32 = -1
    var sleeper: Int32 = -1
  }

  private static let state = Mutex(State())

  /// To be called at the beginning of a launch.
  static func begin() {
    var ends: [Int32] = [-1, -1]
    // Without it a launch is no worse a launch.
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    state.withLock {
      $0.phase = .watching
      $0.deadline = now + giveUpAfter
      ($0.sleeper, $0.alarm) = (ends[0], ends[1])
    }
    var thread = pthread_t()
    guard pthread_create(&thread, nil, { _ in LaunchWatch.watch() }, nil) == 0 else {
      state.withLock { $0.phase = .ended }
      for end in ends { close(end) }
      return
    }
    state.withLock { $0.thread = thread }
  }

  /// What the launch does next.
  static func expect(_ subject: Subject) { state.withLock { $0.subject = subject } }

  /// A server somewhere is asked: a slow one is given more time than a file system of ours, and its
  /// host an answer before the ten seconds that some give a server are over.
  static func expectServer(of connection: ConnectionName) {
    state.withLock {
      $0.subject = .authorizationServer(connection.text)
      $0.isExchanging = true
      $0.deadline = max($0.deadline, now + serverLimit)
    }
  }

  /// The server has answered, and what it said is stored.
  static func noteExchangeEnd() { state.withLock { $0.isExchanging = false } }

  /// A wait that was said already, by a prompt for one, is not said again.
  static func noteSaid() { state.withLock { $0.isSaid = true } }

  /// Says what is waited for, unless it was said.
  static func say(_ subject: Subject) {
    let isNews = state.withLock { state in
      defer { state.isSaid = true }
      return !state.isSaid
    }
    if isNews { Report.note("waiting for \(subject.text)") }
  }

  /// A prompt is on somebody's screen, ours or that of another launch that we wait for.
  static func notePrompt() {
    state.withLock { $0.deadline = max($0.deadline, now + promptLimit) }
  }

  /// The prompt was answered: what follows has its own time.
  static func notePromptEnd() { state.withLock { $0.deadline = now + giveUpAfter } }

  /// The launch is over, well or not. Does not return when its host was answered already.
  static func end() {
    let (thread, sleeper) = state.withLock { state -> (pthread_t?, Int32) in
      guard state.phase == .watching else { return (nil, -1) }
      state.phase = .ended
      close(state.alarm)
      return (state.thread, state.sleeper)
    }
    if let thread {
      pthread_join(thread, nil)
      close(sleeper)
    }
    // The other thread ends the process.
    while state.withLock({ $0.phase == .takenOver }) { pause() }
  }

  // MARK: The thread

  private static func watch() -> UnsafeMutableRawPointer? {
    blockSignals()
    guard sleep(until: now + sayAfter) else { return nil }
    say(state.withLock { $0.subject })
    // A person at a terminal sees what it waits for and has Ctrl-C.
    guard isatty(STDIN_FILENO) == 0 else { return nil }
    while true {
      let deadline = state.withLock { $0.deadline }
      guard sleep(until: deadline) else { return nil }
      let isDue = state.withLock { state in
        guard state.phase == .watching, now >= state.deadline else { return false }
        state.phase = .takenOver
        return true
      }
      if isDue { answer() }
    }
  }

  /// Signals are for the main thread.
  private static func blockSignals() {
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, nil)
  }

  private static func unblockSignals() {
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
  }

  /// `false` when the launch is over.
  private static func sleep(until deadline: Int64) -> Bool {
    while true {
      let (descriptor, isOver) = state.withLock { ($0.sleeper, $0.phase != .watching) }
      if isOver { return false }
      let left = deadline - now
      if left <= 0 { return true }
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      poll(&wait, 1, Int32(clamping: left))
    }
  }

  /// In place of the main thread, which may never come back.
  private static func answer() -> Never {
    let (subject, isExchanging) = state.withLock { ($0.subject, $0.isExchanging) }
    // Else the signals go to the main thread, which puts them off for as long.
    if !isExchanging { unblockSignals() }
    let code = ServerLaunch.fail(LaunchFailure([LaunchWaitError(subject: subject)]))
    let end = now + patience
    while state.withLock({ $0.isExchanging }), now < end { usleep(10_000) }
    _exit(code)
  }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}

extension LaunchWatch.Subject {
  var text: String {
    switch self {
    case .configuration: "the configuration"
    case .vault: "the vault"
    case .vaultKey: "the key of the vault"
    case .keyring: "the OS keyring"
    case .otherUnlock: "another mcp-valet that is unlocking the vault"
    case .auditLog: "the audit log"
    case .authorizationServer(let name):
      "the authorization server of the connection \(printable(name))"
    case .execution(let path): "\(path) to be executed"
    }
  }
}

/// A launch that took too long.
private struct LaunchWaitError: ReportableError {
  let subject: LaunchWatch.Subject

  var message: String { "the launch still waits for \(subject.text)" }
  var hint: String? {
    switch subject {
    case .auditLog: "see which process holds its lock: fuser -v on audit.key in the state folder"
    case .vaultKey, .otherUnlock: "mcp-valet unlock"
    case .keyring: "look for a keyring prompt on your screen, or log in to the desktop again"
    case .authorizationServer(let name): "mcp-valet refresh \(printable(name))"
    case .configuration, .vault, .execution: "look whether all file systems answer"
    }
  }
  var exitCode: ExitCode { .tryAgain }
}
