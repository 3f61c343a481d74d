internal import Platform
internal import Testing
internal import ValetTesting

/// Where the build put the executables that tests start.
enum Executable {
  static let driver = "\(folder)/launch-driver"
  static let probe = "\(folder)/launch-probe"

  private static let folder: String = {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let bytes = path[..<max(count, 0)].map { UInt8(bitPattern: $0) }
    let slash = bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
    return String(decoding: bytes[..<slash], as: UTF8.self)
  }()
}

/// A scene for a launch: a folder with values, a folder in memory, and the probe as server.
final class Scene {
  /// Occurs in no program and no file but those that a test puts it into.
  let canary: String
  /// In the arguments of every process of the server.
  let mark: String
  let folder: TemporaryFolder
  /// On the tmpfs that every Linux has; removed with what is left in it.
  let memory: String
  var store: String { folder.path }
  var report: String { "\(folder.path)/.report" }

  init() throws {
    canary = "canary-\(UInt64.random(in: .min ... .max))"
    mark = "mark-\(UInt64.random(in: .min ... .max))"
    folder = try TemporaryFolder()
    memory = "/dev/shm/mcp-valet-test-\(UInt64.random(in: .min ... .max))"
    try #require(mkdir(memory, 0o700) == 0)
    try put("secret", canary)
  }

  deinit {
    for process in Processes.all(withArgument: mark, ofProgram: Executable.probe) {
      kill(process, SIGKILL)
    }
    remove(memory)
  }

  private func remove(_ path: String) {
    for name in TemporaryFolder.names(in: path) { remove("\(path)/\(name)") }
    if rmdir(path) != 0 { unlink(path) }
  }

  func put(_ name: String, _ value: String) throws { try put(name, Array(value.utf8)) }

  func put(_ name: String, _ value: [UInt8]) throws {
    let file = open("\(store)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    try #require(file >= 0)
    defer { close(file) }
    var rest = value[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      try #require(count > 0)
      rest = rest.dropFirst(count)
    }
  }

  /// Starts the probe behind the broker.
  func broker(
    _ options: [String] = [], probe: [String], _ start: Peer.Options = Peer.Options()
  ) throws -> Peer {
    try broker(options, command: [Executable.probe] + probe + [mark], start)
  }

  func broker(
    _ options: [String] = [], command: [String], _ start: Peer.Options = Peer.Options()
  ) throws -> Peer {
    let own = ["--store", store, "--session", memory, "--report", report]
    return try Peer(Executable.driver, own + options + ["--"] + command, start)
  }

  /// The process ids of guardian and server, once there is a report.
  func processes() throws -> (guardian: pid_t, server: pid_t) {
    let deadline = now() + 10
    while now() < deadline {
      let text = String(decoding: File.bytes(report), as: UTF8.self)
      let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
      if text.last == "\n", numbers.count == 2 { return (numbers[0], numbers[1]) }
      usleep(1000)
    }
    Issue.record("no report of the broker")
    return (-1, -1)
  }

  /// Processes of the server.
  var relatives: [pid_t] { Processes.all(withArgument: mark, ofProgram: Executable.probe) }

  /// Whether no process of the server is left, now or soon.
  func areRelativesGone(seconds: Double = 5) -> Bool {
    waits(seconds: seconds) { relatives.isEmpty }
  }

  /// Folders with value files.
  var valueFolders: [String] { TemporaryFolder.names(in: "\(memory)/mcp-valet/files") }
}

/// Whether something comes true.
func waits(seconds: Double = 5, until isTrue: () -> Bool) -> Bool {
  let deadline = now() + seconds
  while !isTrue() {
    if now() > deadline { return false }
    usleep(2000)
  }
  return true
}

enum File {
  /// Empty for a file that is not there.
  static func bytes(_ path: String) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(file, &buffer, buffer.count), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }
}

enum Processes {
  static var all: [pid_t] { TemporaryFolder.names(in: "/proc").compactMap { pid_t($0) } }

  static func arguments(of process: pid_t) -> [String] {
    File.bytes("/proc/\(process)/cmdline").split(separator: 0).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  static func all(withArgument argument: String, ofProgram program: String) -> [pid_t] {
    all.filter {
      let arguments = arguments(of: $0)
      return arguments.first == program && arguments.contains(argument) && isRunning($0)
    }
  }

  /// Not a zombie.
  static func isRunning(_ process: pid_t) -> Bool { state(process).map { $0 != "Z" } ?? false }

  static func isStopped(_ process: pid_t) -> Bool { state(process) == "T" }

  private static func state(_ process: pid_t) -> Character? {
    let text = String(decoding: File.bytes("/proc/\(process)/stat"), as: UTF8.self)
    return text.lastIndex(of: ")").flatMap { text[$0...].dropFirst(2).first }
  }

  /// Anonymous memory in bytes; `status` can be read of a process that is closed to its own user.
  static func anonymousMemory(_ process: pid_t) -> Int? {
    let text = String(decoding: File.bytes("/proc/\(process)/status"), as: UTF8.self)
    for line in text.split(separator: "\n") where line.hasPrefix("RssAnon:") {
      return line.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }.map {
        $0 * 1024
      }
    }
    return nil
  }

  /// Whether a writable mapping of a process holds the bytes; needs root.
  static func memory(of process: pid_t, holds needle: String) throws -> Bool {
    let memory = open("/proc/\(process)/mem", O_RDONLY | O_CLOEXEC)
    try #require(memory >= 0)
    defer { close(memory) }
    let maps = String(decoding: File.bytes("/proc/\(process)/maps"), as: UTF8.self)
    try #require(!maps.isEmpty)
    let needle = Array(needle.utf8)
    for line in maps.split(separator: "\n") {
      let words = line.split(separator: " ")
      let range = words[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
      guard range.count == 2, words[1].hasPrefix("rw") else { continue }
      var bytes = [UInt8](repeating: 0, count: Int(range[1] - range[0]))
      let count = pread(memory, &bytes, bytes.count, off_t(range[0]))
      guard count > 0 else { continue }
      let isThere = bytes.withUnsafeBytes { contains($0[..<count], needle) }
      if isThere { return true }
    }
    return false
  }

  private static func contains(_ bytes: Slice<UnsafeRawBufferPointer>, _ needle: [UInt8]) -> Bool {
    var rest = bytes
    while rest.count >= needle.count,
      let base = rest.base.baseAddress?.advanced(by: rest.startIndex),
      let found = memchr(base, Int32(needle[0]), rest.count)
    {
      let index = rest.startIndex + (UnsafeRawPointer(found) - base)
      if bytes[index...].starts(with: needle) { return true }
      rest = bytes[(index + 1)...]
    }
    return false
  }
}
