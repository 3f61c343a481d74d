internal import CLaunch
internal import Platform
internal import Testing

/// A process that a test started, with pipes to its standard descriptors; killed at the end.
final class Peer {
  let processID: pid_t
  private(set) var input: Int32
  private(set) var output: Int32
  private let errors: Int32
  private var status: Int32?

  /// How a test wants it started.
  struct Options {
    var environment = ["PATH=/usr/bin:/bin", "HOME=/nonexistent"]
    var ownGroup = false
    /// Descriptors opened in the process beside 0, 1 and 2.
    var extraDescriptors: [Int32] = []
    var blockedSignals: [Int32] = []
  }

  init(_ executable: String, _ arguments: [String], _ options: Options = Options()) throws {
    signal(SIGPIPE, SIG_IGN)
    var pipes = [[Int32]](repeating: [-1, -1], count: 3)
    for index in pipes.indices {
      // Closed on exec from the start: tests that run side by side must not inherit it.
      let made = claunch_pipe(&pipes[index])
      try #require(made == 0)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes[0][0], 0)
    posix_spawn_file_actions_adddup2(&actions, pipes[1][1], 1)
    posix_spawn_file_actions_adddup2(&actions, pipes[2][1], 2)
    for descriptor in options.extraDescriptors {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDONLY, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    for number in options.blockedSignals { sigaddset(&mask, number) }
    posix_spawnattr_setsigmask(&attributes, &mask)
    let group = options.ownGroup ? POSIX_SPAWN_SETPGROUP : 0
    posix_spawnattr_setflags(&attributes, Int16(group | POSIX_SPAWN_SETSIGMASK))

    var processID: pid_t = 0
    let argv = CStrings([executable] + arguments)
    let envp = CStrings(options.environment)
    let code = posix_spawn(&processID, executable, &actions, &attributes, argv.list, envp.list)
    try #require(code == 0)
    self.processID = processID
    for end in [pipes[0][0], pipes[1][1], pipes[2][1]] { close(end) }
    (input, output, errors) = (pipes[0][1], pipes[1][0], pipes[2][0])
  }

  deinit {
    if status == nil {
      kill(processID, SIGKILL)
      waitpid(processID, nil, 0)
    }
    closeInput()
    closeOutput()
    close(errors)
  }

  func send(_ signal: Int32) { kill(processID, signal) }

  func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  func closeOutput() {
    if output >= 0 { close(output) }
    output = -1
  }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Platform.write(input, bytes, bytes.count)
  }

  /// As a host that sends nothing: it waits for no explanation of a server's end.
  func withoutInput() -> Peer {
    closeInput()
    return self
  }

  /// What comes until `isEnough`, the end of file or the deadline.
  func read(seconds: Double = 10, until isEnough: ([UInt8]) -> Bool = { _ in false }) -> [UInt8] {
    Self.read(output, seconds: seconds, until: isEnough)
  }

  /// The next line; of a message of the probe, what it says.
  func line(seconds: Double = 10) -> String {
    let bytes = read(seconds: seconds) { $0.last == UInt8(ascii: "\n") }
    let line = String(decoding: bytes.dropLast(), as: UTF8.self)
    let head = #"{"jsonrpc":"2.0","method":""#
    return line.hasPrefix(head) && line.hasSuffix("\"}")
      ? String(line.dropFirst(head.count).dropLast(2)) : line
  }

  /// The next line of standard error.
  func errorLine(seconds: Double = 10) -> String {
    let bytes = Self.read(errors, seconds: seconds) { $0.last == UInt8(ascii: "\n") }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  func errorBytes() -> [UInt8] { Self.read(errors, seconds: 10) { _ in false } }

  /// Whether standard error comes to its end: every process of a server inherits it, so that the
  /// last of them has gone then, however short-lived they are.
  func haveAllHoldersOfErrorsGone(seconds: Double = 5) -> Bool {
    let deadline = now() + seconds
    var buffer = [UInt8](repeating: 0, count: 4096)
    while now() < deadline {
      var wait = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
      if poll(&wait, 1, 100) > 0, Platform.read(errors, &buffer, buffer.count) <= 0 { return true }
    }
    return false
  }

  func errorText() -> String {
    String(decoding: errorBytes(), as: UTF8.self)
  }

  private static func read(
    _ descriptor: Int32, seconds: Double, until isEnough: ([UInt8]) -> Bool
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let deadline = now() + seconds
    while !isEnough(bytes), now() < deadline {
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, 100) > 0 else { continue }
      // One byte where somebody looks for the end of a line, so that nothing behind it is taken.
      let count = Platform.read(descriptor, &buffer, isEnough([10]) ? 1 : buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// The exit code, or 1000 + the signal's number; `nil` when it still runs after that time.
  func end(seconds: Double = 10) -> Int32? {
    let deadline = now() + seconds
    while status == nil, now() < deadline {
      var status: Int32 = 0
      if waitpid(processID, &status, WNOHANG) == processID {
        self.status = status
      } else {
        usleep(1000)
      }
    }
    return status.map { $0 & 0x7F == 0 ? ($0 >> 8) & 0xFF : 1000 + ($0 & 0x7F) }
  }
}

/// Seconds since some fixed moment.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// A list of C strings as `execve` takes it.
final class CStrings {
  let list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  convenience init(_ strings: [String]) { self.init(bytes: strings.map { Array($0.utf8) }) }

  init(bytes strings: [[UInt8]]) {
    count = strings.count
    list = .allocate(capacity: count + 1)
    for (index, bytes) in strings.enumerated() {
      list[index] = (bytes + [0]).withUnsafeBytes {
        $0.baseAddress.flatMap { strdup($0.assumingMemoryBound(to: CChar.self)) }
      }
    }
    list[count] = nil
  }

  deinit {
    for index in 0..<count { free(list[index]) }
    list.deallocate()
  }
}
