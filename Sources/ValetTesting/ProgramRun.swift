internal import Files
internal import Platform

/// A program started by a test: its whole environment given, its output read, its time bounded.
package struct ProgramRun: Sendable {
  /// The exit code; 128 + n when signal n ended it; 124 when the time ran out and it was killed.
  package let exitCode: Int32
  package let output: [UInt8]
  package let errorOutput: [UInt8]

  package var text: String { String(decoding: output, as: UTF8.self) }
  package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }

  /// The same for `mcp-valet run` in front of a program that is no MCP server: what that printed on
  /// its standard output comes marked on standard error.
  package var unmarked: ProgramRun {
    var output = output
    var rest: [UInt8] = []
    for line in MarkedLine.split(errorOutput) {
      if let text = MarkedLine.text(of: line) { output += text } else { rest += line }
    }
    return ProgramRun(exitCode: exitCode, output: output, errorOutput: rest)
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - words: the program (absolute, or found on the PATH of the test) and its arguments.
  ///   - environment: everything the program sees.
  ///   - input: what its standard input gives before the end of input.
  ///   - folder: where it starts; `nil`: where the test runs.
  ///   - seconds: how long it may take.
  package static func run(
    _ words: [String], environment: [String: String], input: [UInt8] = [], folder: String? = nil,
    seconds: Double = 60
  ) throws -> ProgramRun {
    let pipes = try (0..<3).map { _ in try TestPipe() }
    var process: pid_t = 0
    do {
      defer { for end in [pipes[0].reader, pipes[1].writer, pipes[2].writer] { close(end) } }
      process = try start(words, environment, folder: folder, pipes: pipes)
    } catch {
      for end in [pipes[0].writer, pipes[1].reader, pipes[2].reader] { close(end) }
      throw error
    }
    var exchange = Exchange(
      input: input, descriptors: [pipes[0].writer, pipes[1].reader, pipes[2].reader])
    let inTime = exchange.run(until: ContinuousClock.now + .seconds(seconds))
    if !inTime { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    let code = signal == 0 ? (status >> 8) & 0xff : 128 + signal
    return ProgramRun(
      exitCode: inTime ? code : 124, output: exchange.received[0],
      errorOutput: exchange.received[1])
  }

  private static func start(
    _ words: [String], _ environment: [String: String], folder: String?,
    pipes: [TestPipe]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes[0].reader, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, pipes[1].writer, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, pipes[2].writer, STDERR_FILENO)
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
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let words = (folder.map { ["/usr/bin/env", "-C", $0] } ?? []) + words
    let arguments = words.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for string in arguments + variables { free(string) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, words[0], &actions, &attributes, arguments, variables)
    guard code == 0 else {
      throw FileError.system(operation: "start", path: words[0], code: code)
    }
    return process
  }
}

/// Feeds one pipe and drains two, none of which may block the others.
private struct Exchange {
  private var unsent: ArraySlice<UInt8>
  private var descriptors: [Int32]
  var received: [[UInt8]] = [[], []]

  init(input: [UInt8], descriptors: [Int32]) {
    unsent = input[...]
    self.descriptors = descriptors
    _ = fcntl(descriptors[0], F_SETFL, O_NONBLOCK)
  }

  /// `false` when the time ran out before both outputs ended.
  mutating func run(until deadline: ContinuousClock.Instant) -> Bool {
    defer { for index in descriptors.indices { end(index) } }
    signal(SIGPIPE, SIG_IGN)
    while descriptors[1] >= 0 || descriptors[2] >= 0 {
      if unsent.isEmpty { end(0) }
      var waits = descriptors.enumerated().map { index, descriptor in
        pollfd(fd: descriptor, events: Int16(index == 0 ? POLLOUT : POLLIN), revents: 0)
      }
      guard ContinuousClock.now < deadline else { return false }
      poll(&waits, nfds_t(waits.count), 50)
      if waits[0].revents != 0 { send() }
      for index in 1...2 where waits[index].revents != 0 { receive(index) }
    }
    return true
  }

  private mutating func send() {
    let count = unsent.withUnsafeBytes { write(descriptors[0], $0.baseAddress, $0.count) }
    if count < 0, errno != EAGAIN { return end(0) }
    if count > 0 { unsent = unsent.dropFirst(count) }
  }

  private mutating func receive(_ index: Int) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptors[index], &buffer, buffer.count)
    if count > 0 {
      received[index - 1] += buffer[..<count]
    } else if count == 0 || errno != EINTR {
      end(index)
    }
  }

  private mutating func end(_ index: Int) {
    if descriptors[index] >= 0 { close(descriptors[index]) }
    descriptors[index] = -1
  }
}
