internal import Control
internal import Platform

/// What to wait for, and who it belongs to.
struct PollList: ~Copyable {
  enum Subject {
    case signals, hostInput, hostOutput, errorOutput
    /// The clock on the wall.
    case wallTimer
    /// Of a refresh; who it belongs to is found out by asking all.
    case refresh
    // Of a server, by its place in the list of servers.
    case event(Int)
    case input(Int)
    case output(Int)
    case errors(Int)
  }

  private var entries: [pollfd] = []
  private var subjects: [Subject] = []
  /// Where the places of the socket begin, behind all others.
  private var controlStart: Int?

  mutating func begin() {
    entries.removeAll(keepingCapacity: true)
    subjects.removeAll(keepingCapacity: true)
    controlStart = nil
  }

  /// Adds all who ask over the socket; nothing else may be added behind them.
  mutating func add(_ desk: borrowing ControlDesk) {
    let start = entries.count
    for _ in 0..<ControlDesk.slotCount { entries.append(pollfd(fd: -1, events: 0, revents: 0)) }
    entries.withUnsafeMutableBufferPointer {
      desk.fill(UnsafeMutableBufferPointer(rebasing: $0[start...]))
    }
    controlStart = start
  }

  /// Lends the places of those who ask; nothing without any.
  mutating func withControl(_ body: (UnsafeMutableBufferPointer<pollfd>) -> Void) {
    guard let controlStart else { return }
    entries.withUnsafeMutableBufferPointer {
      body(UnsafeMutableBufferPointer(rebasing: $0[controlStart...]))
    }
  }

  /// Without a wish, only the other side's end is reported. Nothing is added for -1.
  mutating func add(
    _ subject: Subject, _ descriptor: Int32, reads: Bool = false, writes: Bool = false
  ) {
    guard descriptor >= 0 else { return }
    let events = Int16(reads ? POLLIN : 0) | Int16(writes ? POLLOUT : 0)
    entries.append(pollfd(fd: descriptor, events: events, revents: 0))
    subjects.append(subject)
  }

  mutating func add(_ subject: Subject, _ descriptor: Int32, events: Int16) {
    entries.append(pollfd(fd: descriptor, events: events, revents: 0))
    subjects.append(subject)
  }

  /// - Parameter timeout: in milliseconds; -1 for ever.
  /// - Returns: `false` for an error.
  mutating func wait(_ timeout: Int32) -> Bool {
    if poll(&entries, nfds_t(entries.count), timeout) >= 0 { return true }
    guard errno == EINTR else { return false }
    for index in entries.indices { entries[index].revents = 0 }
    return true
  }

  func forEachReady(_ body: (Subject, _ isBroken: Bool) -> Void) {
    for (index, subject) in subjects.enumerated() where entries[index].revents != 0 {
      body(subject, entries[index].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0)
    }
  }
}
