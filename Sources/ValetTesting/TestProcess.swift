internal import Files
internal import Platform

/// A program that a test runs to its end, in a process group of its own, for a bounded time.
package struct TestProcess: Sendable {
  /// Standard output and standard error, in the order in which they were written.
  package let output: String
  /// The exit code; 128 + n for signal n; `nil` when it was killed because its time was up.
  package let exitCode: Int32?

  /// Lines of ``output``.
  package var lines: [String] {
    output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      .dropLast(output.hasSuffix("\n") ? 1 : 0)
  }

  /// - Parameters:
  ///   - command: the program, found through the `PATH` of the test, and its arguments.
  ///   - environment: all that the program gets.
  ///   - seconds: after that, the whole group is killed.
  package static func run(
    _ command: [String], environment: [String: String], seconds: Int = 60
  ) throws -> TestProcess {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/output"
    let pid = try start(command, environment: environment, output: path)
    let code = finish(pid, seconds: seconds)
    return TestProcess(output: read(path), exitCode: code)
  }

  private static func start(
    _ command: [String], environment: [String: String], output: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    // A file rather than a pipe: a daemon that outlives the script does not keep us waiting.
    posix_spawn_file_actions_addopen(
      &actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, mode_t(0o600))
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Tests run on threads that block most signals, and a blocked SIGTERM would be inherited by
    // every daemon that a script starts and wants to end.
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)

    let arguments = strings(command)
    defer { release(arguments) }
    let variables = strings(environment.map { "\($0.key)=\($0.value)" })
    defer { release(variables) }
    var pid: pid_t = 0
    let code = posix_spawnp(
      &pid, command[0], &actions, &attributes, arguments, variables)
    guard code == 0 else {
      throw FileError.system(operation: "start", path: command[0], code: code)
    }
    return pid
  }

  private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }

  private static func release(_ strings: [UnsafeMutablePointer<CChar>?]) {
    for string in strings { free(string) }
  }

  private static func finish(_ pid: pid_t, seconds: Int) -> Int32? {
    let end = ContinuousClock.now + .seconds(seconds)
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      if ContinuousClock.now > end {
        kill(-pid, SIGKILL)
        waitpid(pid, &status, 0)
        return nil
      }
      usleep(5000)
    }
    // What a script left behind.
    kill(-pid, SIGKILL)
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }

  private static func read(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Platform.read(descriptor, &buffer, buffer.count)
      if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
