internal import CLaunch
internal import Platform

/// Our end of the guardian process: what it is told, what it reports, and its end.
struct Guardian: ~Copyable {
  enum Event {
    case started(processID: Int32)
    case executeFailed(code: Int32)
    case failed(code: Int32)
    /// As `waitpid` gives it.
    case serverEnded(status: Int32)
    /// The guardian itself has gone.
    case gone
  }

  let socket: Int32
  let processID: Int32

  /// Longer than the guardian needs for what a server leaves behind (0.25 s politely, then 2 s for
  /// what cannot be killed).
  private static let longestEnd: Int32 = 2500

  /// Forks the guardian of a server; the pointers in `server` need not outlive the call.
  init(forking server: claunch_server) throws(LaunchError) {
    var server = server
    var processID: pid_t = 0
    let socket = claunch_guard(&server, &processID)
    guard socket >= 0 else { throw .system(operation: "start the guardian process", code: errno) }
    self.socket = socket
    self.processID = processID
  }

  /// Lets the guardian start the server.
  func start() { _ = claunch_command(socket, 0) }

  /// A guardian that has gone is noticed by reading.
  func send(signal: Int32) { _ = claunch_command(socket, UInt8(truncatingIfNeeded: signal)) }

  /// Waits for the next event.
  func nextEvent() -> Event {
    var event = claunch_event()
    guard claunch_next_event(socket, &event) == 1 else { return .gone }
    switch UInt32(bitPattern: event.kind) {
    case claunch_started.rawValue: return .started(processID: event.value)
    case claunch_exec_failed.rawValue: return .executeFailed(code: event.value)
    case claunch_exited.rawValue: return .serverEnded(status: event.value)
    default: return .failed(code: event.value)
    }
  }

  // The guardian takes the end of the socket as the order to end everything. We wait for it, so
  // that nothing of the server is left when the broker's own end is seen by the host.
  deinit {
    shutdown(socket, Int32(SHUT_WR))
    var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    var event = claunch_event()
    while poll(&wait, 1, Self.longestEnd) > 0, claunch_next_event(socket, &event) == 1 {}
    close(socket)
    var status: Int32 = 0
    // It ended, or is stuck: then nothing is won by waiting.
    waitpid(processID, &status, WNOHANG)
  }
}
