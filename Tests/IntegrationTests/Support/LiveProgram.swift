internal import Platform
internal import Testing
internal import ValetTesting

/// A program that a test talks to while it runs; killed at the end of its scope.
final class LiveProgram {
  let processID: pid_t
  /// What it wrote so far; on a terminal also what the terminal echoed.
  private(set) var output: [UInt8] = []
  private(set) var errorOutput: [UInt8] = []
  /// The part of ``output`` that no test has waited for yet.
  private var unexpected: [UInt8] = []
  /// Leaves what it writes where it is.
  var stopsReading = false
  /// The same for standard error alone.
  var stopsReadingErrors = false
  /// The beginning of a line of standard error.
  private var errorLine: [UInt8] = []
  /// Standard input's other end; on a terminal the same as the output's.
  private var input: Int32
  private var outputs: [Int32]
  /// The terminal's controlling side; -1 without one.
  private let terminal: Int32
  private var status: Int32?

  /// - Parameters:
  ///   - words: the program and its arguments.
  ///   - environment: everything it sees.
  ///   - onTerminal: gives it a session and a terminal of its own instead of pipes.
  init(_ words: [String], environment: [String: String], onTerminal: Bool = false) throws {
    signal(SIGPIPE, SIG_IGN)
    let ends = try onTerminal ? Ends.terminal() : Ends.pipes()
    defer { for end in ends.theirs { close(end) } }
    do {
      processID = try ends.start(words, environment)
    } catch {
      for end in Set(ends.ours) { close(end) }
      throw error
    }
    input = ends.ours[0]
    outputs = Array(ends.ours.dropFirst())
    terminal = onTerminal ? input : -1
  }

  deinit {
    if status == nil {
      kill(processID, SIGKILL)
      waitpid(processID, nil, 0)
    }
    for end in Set([terminal, input] + outputs) where end >= 0 { close(end) }
  }

  var text: String { String(decoding: output, as: UTF8.self) }
  var errorText: String { String(decoding: errorOutput + errorLine, as: UTF8.self) }

  func send(_ signal: Int32) { kill(processID, signal) }

  /// Ends standard input; a terminal has Ctrl-D for that.
  func closeInput() {
    if input >= 0, terminal < 0 { close(input) }
    input = -1
  }

  /// Writes all of it, reading meanwhile.
  func type(_ text: String) throws { try type(Array(text.utf8)) }

  func type(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    let deadline = ContinuousClock.now + .seconds(20)
    while !rest.isEmpty {
      try #require(ContinuousClock.now < deadline, "it does not read: \(self.text)")
      var wait = pollfd(fd: input, events: Int16(POLLOUT), revents: 0)
      if poll(&wait, 1, 20) > 0, wait.revents & Int16(POLLOUT) != 0 {
        let count = rest.withUnsafeBytes { write(input, $0.baseAddress, min($0.count, 512)) }
        try #require(count > 0, "it went away: \(self.text)")
        rest = rest.dropFirst(count)
      }
      drain(milliseconds: 0)
    }
  }

  /// Writes as much as goes in within a moment; `false` when that is nothing.
  func takes(_ bytes: [UInt8]) -> Bool {
    var wait = pollfd(fd: input, events: Int16(POLLOUT), revents: 0)
    guard poll(&wait, 1, 300) > 0 else { return false }
    return bytes.withUnsafeBytes { write(input, $0.baseAddress, $0.count) } > 0
  }

  /// Reads until something is true of what it wrote.
  func reads(seconds: Double = 20, until isEnough: (LiveProgram) -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      if isEnough(self) { return true }
      let isDrained = outputs.allSatisfy { $0 < 0 }
      if isDrained || ContinuousClock.now > deadline { return false }
      drain(milliseconds: 20)
    }
  }

  /// Reads until standard output holds a text, behind what was expected before.
  func expect(_ wanted: String, seconds: Double = 20) throws {
    let isThere = reads(seconds: seconds) {
      String(decoding: $0.unexpected, as: UTF8.self).contains(wanted)
    }
    try #require(isThere, "no '\(wanted)' in: \(text)\(errorText)")
    let rest = String(decoding: unexpected, as: UTF8.self)
    guard let end = rest.firstRange(of: wanted)?.upperBound else { return }
    unexpected = Array(rest[end...].utf8)
  }

  /// The next line of standard output, without its newline; what stands behind it stays.
  func line(seconds: Double = 20) throws -> String {
    let isThere = reads(seconds: seconds) { $0.unexpected.contains(UInt8(ascii: "\n")) }
    try #require(isThere, "no line; standard error: \(errorText)")
    let line = unexpected.prefix { $0 != UInt8(ascii: "\n") }
    unexpected.removeFirst(line.count + 1)
    return String(decoding: line, as: UTF8.self)
  }

  /// The exit code, or 128 + the number of the signal that ended it; `nil` when it still runs after
  /// that time.
  func wait(seconds: Double = 20) -> Int32? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while status == nil, ContinuousClock.now < deadline {
      drain(milliseconds: 5)
      var status: Int32 = 0
      if waitpid(processID, &status, WNOHANG) == processID { self.status = status }
    }
    // What it wrote last.
    for _ in 0..<3 { drain(milliseconds: 0) }
    return status.map { $0 & 0x7f == 0 ? ($0 >> 8) & 0xff : 128 + ($0 & 0x7f) }
  }

  /// Whether the terminal shows what is typed, and gives it out by lines.
  var terminalEchoes: Bool {
    var mode = termios()
    tcgetattr(terminal, &mode)
    let wanted = tcflag_t(ECHO | ICANON | ISIG)
    return mode.c_lflag & wanted == wanted
  }

  /// What a server behind `mcp-valet run` printed, and is no message, is output.
  private func takeErrors(_ bytes: ArraySlice<UInt8>) {
    errorLine += bytes
    for line in MarkedLine.split(errorLine) where line.last == 10 {
      if let text = MarkedLine.text(of: line) {
        output += text
        unexpected += text
      } else {
        errorOutput += line
      }
    }
    errorLine = Array(errorLine[(errorLine.lastIndex(of: 10).map { $0 + 1 } ?? 0)...])
  }

  private func drain(milliseconds: Int32) {
    var waits = outputs.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    if stopsReading { waits[0].fd = -1 }
    if stopsReading || stopsReadingErrors, waits.count > 1 { waits[1].fd = -1 }
    poll(&waits, nfds_t(waits.count), milliseconds)
    for index in waits.indices where waits[index].revents != 0 {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(outputs[index], &buffer, buffer.count)
      if count > 0 {
        if index == 0 {
          output += buffer[..<count]
          unexpected += buffer[..<count]
        } else {
          takeErrors(buffer[..<count])
        }
      } else if count == 0 || errno != EINTR {
        // A terminal whose last user has gone answers EIO; its descriptor is still good for its mode.
        if terminal < 0 { close(outputs[index]) }
        outputs[index] = -1
      }
    }
  }
}

/// The two sides of what a program reads and writes.
private struct Ends {
  /// What is written to its standard input, read from its output and from its errors.
  var ours: [Int32]
  /// Its three standard descriptors; for a terminal none: it is opened by name, so that it becomes
  /// the controlling one.
  var theirs: [Int32]
  var terminal: String?

  static func pipes() throws -> Ends {
    var ends = Ends(ours: [], theirs: [])
    for index in 0..<3 {
      // A socket pair can be made close-on-exec in one step.
      var pair: [Int32] = [-1, -1]
      let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
      try #require(socketpair(AF_UNIX, kind, 0, &pair) == 0)
      ends.ours.append(pair[0])
      ends.theirs.append(pair[1])
      // A test that waits for a reader must not be blocked by it.
      if index == 0 { _ = fcntl(pair[0], F_SETFL, O_NONBLOCK) }
    }
    return ends
  }

  static func terminal() throws -> Ends {
    // What posix_openpt(3), unlockpt(3) and ptsname(3) do, which Glibc hides behind a feature macro.
    let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(controller >= 0)
    var locked: Int32 = 0
    try #require(ioctl(controller, Self.setLock, &locked) == 0)
    var number: Int32 = 0
    try #require(ioctl(controller, Self.getNumber, &number) == 0)
    return Ends(
      ours: [controller, controller], theirs: [], terminal: "/dev/pts/\(number)")
  }

  /// `TIOCSPTLCK` and `TIOCGPTN`, ioctl_tty(2).
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  /// `POSIX_SPAWN_SETSID`, `<spawn.h>`.
  private static let ownSessionFlag: Int32 = 0x80

  func start(_ words: [String], _ environment: [String: String]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let terminal {
      posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
      for index in Int32(1)...2 { posix_spawn_file_actions_adddup2(&actions, 0, index) }
    }
    for (index, end) in theirs.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, end, Int32(index))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The test runner blocks and ignores signals of its own; the program starts as from a shell.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let ownSession = terminal == nil ? 0 : Self.ownSessionFlag
    posix_spawnattr_setflags(
      &attributes, Int16(Int32(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | ownSession))
    let arguments = words.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for string in arguments + variables { free(string) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, words[0], &actions, &attributes, arguments, variables)
    try #require(code == 0, "cannot start \(words[0]): \(String(cString: strerror(code)))")
    return process
  }
}
