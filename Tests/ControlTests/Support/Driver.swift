internal import Files
internal import Platform
internal import Testing
internal import ValetTesting

/// A `control-driver` that runs beside the test; killed at the end of its scope.
final class Driver {
  let processID: pid_t
  private let outputPath: String
  private var isReaped = false

  /// Where the build puts programs: beside the one that runs the tests.
  private static let program: String = {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let bytes = path[..<max(count, 0)].map { UInt8(bitPattern: $0) }
    let slash = bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
    return String(decoding: bytes[..<slash], as: UTF8.self) + "/control-driver"
  }()

  /// - Parameter program: `nil` for the driver itself.
  init(_ words: [String], output: String, program: String? = nil) throws {
    outputPath = output
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, mode_t(0o600))
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let program = program ?? Self.program
    let arguments = ([program] + words).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, program, &actions, &attributes, arguments, environ)
    try #require(code == 0)
    processID = pid
  }

  deinit {
    guard !isReaped else { return }
    kill(processID, SIGKILL)
    waitpid(processID, nil, 0)
  }

  var text: String {
    let descriptor = open(outputPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
  }

  /// Waits until it has said something.
  func expect(_ wanted: String, seconds: Int = 20) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !text.contains(wanted) {
      try #require(ContinuousClock.now < deadline, "no '\(wanted)' in: \(text)")
      usleep(2000)
    }
  }

  func send(_ signal: Int32) { kill(processID, signal) }

  /// Kills it and waits for its end.
  func end() {
    kill(processID, SIGKILL)
    waitpid(processID, nil, 0)
    isReaped = true
  }
}

/// A runtime folder of one test, and the relays that are played in it.
final class Room {
  private let folder: TemporaryFolder
  private var count = 0

  init() throws { folder = try TemporaryFolder() }

  var path: String { folder.path }
  var run: String { "\(folder.path)/run" }

  var locations: Locations {
    get throws { try Locations { $0 == "MCP_VALET_HOME" ? folder.path : nil } }
  }

  func play(_ words: [String], waits: Bool = true) throws -> Driver {
    count += 1
    let driver = try Driver(["serve", run] + words, output: "\(folder.path)/output-\(count)")
    if waits { try driver.expect("ready") }
    return driver
  }

  /// Any other program, by its path.
  func start(_ words: [String]) throws -> Driver {
    count += 1
    return try Driver(
      Array(words.dropFirst()), output: "\(folder.path)/output-\(count)", program: words[0])
  }

  func execute(_ secrets: [String], _ command: [String]) throws -> Driver {
    count += 1
    return try Driver(
      ["exec", run] + secrets + ["--"] + command, output: "\(folder.path)/output-\(count)")
  }

  var names: [String] { TemporaryFolder.names(in: run).filter { $0 != "control.lock" } }
}
