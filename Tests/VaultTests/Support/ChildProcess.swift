import Files
import Platform
import Testing
import ValetTesting

/// A program that a test starts, waits for and, past a deadline, ends.
struct ChildProcess {
  struct Outcome {
    /// Exit code, or 128 + the signal that ended it.
    let status: Int32
    /// Standard output and standard error.
    let output: String
  }

  /// Beyond the slowest write under strace on a loaded machine.
  static let deadline = Duration.seconds(300)

  /// Starts a program and waits for its end.
  ///
  /// - Parameter arguments: the first is looked up in `/usr/bin` and the like unless it is a path.
  static func run(_ arguments: [String]) throws -> Outcome {
    let child = try ChildProcess(arguments)
    return try child.wait()
  }

  /// `vault-writer`, which lies beside the test bundle.
  static var writer: String {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(
      decoding: path.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let folder = own[..<(own.lastIndex(of: "/") ?? own.startIndex)]
    return "\(folder)/vault-writer"
  }

  private let pid: pid_t
  private let output: Int32

  init(_ arguments: [String]) throws {
    let pipe = try TestPipe()
    defer { close(pipe.writer) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, pipe.writer, 1)
    posix_spawn_file_actions_adddup2(&actions, pipe.writer, 2)
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = [
      strdup("PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"), strdup("LC_ALL=C"), nil,
    ]
    defer { for text in argv + environment { free(text) } }
    // The test runner's parent may ignore signals, and that is inherited.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    var pid = pid_t()
    let code = posix_spawnp(&pid, arguments[0], &actions, &attributes, &argv, &environment)
    guard code == 0 else {
      close(pipe.reader)
      throw FileError.system(operation: "start", path: arguments[0], code: code)
    }
    self.pid = pid
    output = pipe.reader
  }

  /// Reads to the end of the output, then takes the status.
  func wait() throws -> Outcome {
    defer { close(output) }
    let deadline = ContinuousClock.now + Self.deadline
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65536)
    while true {
      var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, 1000) > 0 {
        let count = read(output, &piece, piece.count)
        if count <= 0 { break }
        bytes += piece.prefix(count)
      }
      if ContinuousClock.now > deadline {
        kill(pid, SIGKILL)
        Issue.record("process \(pid) did not end within \(Self.deadline)")
        break
      }
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return Outcome(
      status: signal == 0 ? status >> 8 & 0xff : 128 + signal,
      output: String(decoding: bytes, as: UTF8.self))
  }
}
