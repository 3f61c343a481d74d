import Files
import Platform
import Testing
import ValetTesting

/// `audit-writer`, or another program, as a test starts it.
final class Writer {
  struct Outcome {
    /// Exit code, or 128 + the signal that ended it.
    let status: Int32
    let output: String
  }

  /// A system call of a traced run: its name and how many of that name have come before, plus one.
  struct Call: CustomStringConvertible {
    let name: String
    let count: Int
    var description: String { "\(name) \(count)" }
  }

  private let process: pid_t
  private let output: Int32

  /// `audit-writer`, which lies beside the test bundle.
  static var path: String {
    var path = [UInt8](repeating: 0, count: 4096)
    let count = path.withUnsafeMutableBytes {
      readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), 4095)
    }
    let own = String(decoding: path.prefix(max(count, 0)), as: UTF8.self)
    return own[..<(own.lastIndex(of: "/") ?? own.startIndex)] + "/audit-writer"
  }

  convenience init(_ arguments: [String]) throws { try self.init(words: [Self.path] + arguments) }

  init(words: [String]) throws {
    let pipe = try TestPipe()
    defer { close(pipe.writer) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, pipe.writer, 1)
    posix_spawn_file_actions_adddup2(&actions, pipe.writer, 2)
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = [
      strdup("PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"), nil,
    ]
    defer { for text in argv + environment { free(text) } }
    var process = pid_t()
    let code = posix_spawnp(&process, words[0], &actions, nil, &argv, &environment)
    guard code == 0 else {
      close(pipe.reader)
      throw FileError.system(operation: "start", path: words[0], code: code)
    }
    self.process = process
    output = pipe.reader
  }

  func kill() { _ = Platform.kill(process, SIGKILL) }

  /// Reads to the end of the output, two minutes at most, then takes the status.
  func wait() throws -> Outcome {
    defer { close(output) }
    let deadline = ContinuousClock.now + .seconds(120)
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
        kill()
        Issue.record("process \(process) did not end in time")
        break
      }
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return Outcome(
      status: signal == 0 ? status >> 8 & 0xff : 128 + signal,
      output: String(decoding: bytes, as: UTF8.self))
  }

  static func run(_ arguments: [String]) throws -> Outcome { try Writer(arguments).wait() }

  // MARK: Faults

  static let canTrace: Bool =
    (try? Writer(words: ["strace", "-qq", "-o", "/dev/null", "true"]).wait())?.status == 0

  static let canMount: Bool = {
    guard geteuid() == 0, let folder = try? TemporaryFolder() else { return false }
    guard mount(folder.path, "size=64k") else { return false }
    unmount(folder.path)
    return true
  }()

  static func mount(_ path: String, _ options: String) -> Bool {
    (try? Writer(words: ["mount", "-t", "tmpfs", "-o", options, "tmpfs", path]).wait())?.status == 0
  }

  static func unmount(_ path: String) { _ = try? Writer(words: ["umount", path]).wait() }

  private static let onFiles: Set = [
    "openat", "close", "pread64", "read", "write", "pwrite64", "fsync", "fdatasync", "fcntl",
    "fstat", "newfstatat", "faccessat2", "faccessat", "rename", "renameat", "renameat2", "mkdir",
    "ftruncate", "getdents64", "unlinkat", "readlink",
  ]

  /// The calls of a run from its line `opened` on that have to do with files.
  static func calls(_ arguments: [String]) throws -> [Call] {
    let folder = try TemporaryFolder()
    let log = "\(folder.path)/calls"
    #expect(try Writer(words: ["strace", "-o", log, path] + arguments).wait().status == 0)
    let text = try OwnedFolder.open(folder.path, create: false).readFile("calls", limit: 1 << 22)
    var counts: [String: Int] = [:]
    var calls: [Call] = []
    var isCounted = false
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      guard let end = line.firstIndex(of: "("), !line.hasPrefix("+") else { continue }
      let name = String(line[..<end])
      counts[name, default: 0] += 1
      if line.contains("write(1, \"done") { break }
      if line.contains("write(1, \"opened") {
        isCounted = true
      } else if isCounted, onFiles.contains(name) {
        calls.append(Call(name: name, count: counts[name] ?? 0))
      }
    }
    return calls
  }

  static func inject(_ fault: String, at call: Call, _ arguments: [String]) throws -> Outcome {
    try Writer(
      words: [
        "strace", "-qq", "-o", "/dev/null", "-e", "trace=\(call.name)",
        "-e", "inject=\(call.name):\(fault):when=\(call.count)", path,
      ] + arguments
    ).wait()
  }
}
