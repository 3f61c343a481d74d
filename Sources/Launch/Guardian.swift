internal import CLaunch
internal import Platform
internal import Secrets

/// What becomes of a server, as its guardian tells it.
package enum GuardianEvent: Equatable, Sendable {
  case started(processID: Int32)
  /// `execve` failed.
  case executeFailed(code: Int32)
  /// The guardian could not do its work.
  case failed(code: Int32)
  /// As `waitpid` gives it.
  case serverEnded(status: Int32)
  /// The guardian itself has gone.
  case gone
}

/// Our end of the guardian process: what it is told, what it reports, and its end.
struct Guardian: ~Copyable {
  let socket: Int32
  let processID: Int32
  private var hasGone = false

  /// Longer than the guardian needs for what a server leaves behind (0.25 s politely, then 2 s for
  /// what cannot be killed).
  private static let longestEnd: Int32 = 2500

  /// Forks the guardian of a server; the pointers in `server` need not outlive the call.
  init(forking server: claunch_server) throws(LaunchError) {
    var server = server
    var processID: pid_t = 0
    var memory: [claunch_memory] = []
    for pages in ForkedMemory.listed {
      memory.append(claunch_memory(base: pages.baseAddress, length: pages.count))
    }
    let socket = memory.withUnsafeBufferPointer {
      server.forgotten = $0.baseAddress
      server.forgotten_count = $0.count
      return claunch_guard(&server, &processID)
    }
    guard socket >= 0 else { throw .system(operation: "start the guardian process", code: errno) }
    self.socket = socket
    self.processID = processID
  }

  /// Lets the guardian start the server.
  func start() { _ = claunch_command(socket, 0) }

  /// A guardian that has gone is noticed by reading.
  func send(signal: Int32) { _ = claunch_command(socket, UInt8(truncatingIfNeeded: signal)) }

  /// From now on the folder with the value files is somebody else's to remove.
  func keepFolder() { _ = claunch_command(socket, UInt8(claunch_keep_folder)) }

  /// The order to end everything.
  func dismiss() { shutdown(socket, Int32(SHUT_WR)) }

  /// Waits for the next event.
  mutating func nextEvent() -> GuardianEvent {
    var event = claunch_event()
    guard claunch_next_event(socket, &event) == 1 else {
      hasGone = true
      return .gone
    }
    switch UInt32(bitPattern: event.kind) {
    case claunch_started.rawValue: return .started(processID: event.value)
    case claunch_exec_failed.rawValue: return .executeFailed(code: event.value)
    case claunch_exited.rawValue: return .serverEnded(status: event.value)
    default: return .failed(code: event.value)
    }
  }

  // We wait for it, so that nothing of the server is left when the broker's own end is seen by the
  // host.
  deinit {
    dismiss()
    var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    var event = claunch_event()
    if !hasGone {
      while poll(&wait, 1, Self.longestEnd) > 0, claunch_next_event(socket, &event) == 1 {}
    }
    close(socket)
    var status: Int32 = 0
    // It ended, or is stuck: then nothing is won by waiting.
    waitpid(processID, &status, hasGone ? 0 : WNOHANG)
  }
}
