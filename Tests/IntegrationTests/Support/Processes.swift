internal import Platform
internal import Testing
internal import ValetTesting

/// What `/proc` says of running processes.
enum Processes {
  /// Those whose arguments a test recognises; zombies are left out, they have none.
  static func all(where isWanted: ([String]) -> Bool) -> [pid_t] {
    TemporaryFolder.names(in: "/proc").compactMap { pid_t($0) }.filter {
      isWanted(arguments(of: $0))
    }
  }

  static func arguments(of process: pid_t) -> [String] {
    File.bytes("/proc/\(process)/cmdline").split(separator: 0).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// A process and everything that it started, and that what it started started.
  static func tree(of root: pid_t) -> [pid_t] {
    var parents: [pid_t: pid_t] = [:]
    for process in TemporaryFolder.names(in: "/proc").compactMap({ pid_t($0) }) {
      parents[process] = parent(of: process)
    }
    var tree = [root]
    var index = 0
    while index < tree.count {
      tree += parents.filter { $0.value == tree[index] }.keys.sorted()
      index += 1
    }
    return tree
  }

  /// As the process calls itself.
  static func name(of process: pid_t) -> String {
    String(File.text("/proc/\(process)/comm").dropLast())
  }

  private static func parent(of process: pid_t) -> pid_t? {
    let text = String(decoding: File.bytes("/proc/\(process)/stat"), as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    return text[end...].split(separator: " ").dropFirst(2).first.flatMap { pid_t($0) }
  }

  /// Work of the process itself so far, in hundredths of a second.
  static func ticks(of process: pid_t) throws -> Int {
    let text = String(decoding: File.bytes("/proc/\(process)/stat"), as: UTF8.self)
    let end = try #require(text.lastIndex(of: ")"))
    // What follows the name begins with the third field; utime and stime are the 14th and 15th.
    let fields = text[end...].dropFirst().split(separator: " ")
    try #require(fields.count > 13)
    return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
  }

  /// The most that a process ever held in memory, in bytes.
  static func peakMemory(of process: pid_t) -> Int? { memory("VmHWM:", of: process) }

  /// What of it belongs to no file, in bytes.
  static func anonymousMemory(of process: pid_t) -> Int? { memory("RssAnon:", of: process) }

  /// What of it may not be written to disk, in bytes.
  static func lockedMemory(of process: pid_t) -> Int? { memory("VmLck:", of: process) }

  private static func memory(_ name: String, of process: pid_t) -> Int? {
    let text = String(decoding: File.bytes("/proc/\(process)/status"), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }
}

enum File {
  /// Empty for a file that is not there or cannot be read.
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

  static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }
}

/// Whether something comes true soon.
func waits(seconds: Double = 10, until isTrue: () -> Bool) -> Bool {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while !isTrue() {
    if ContinuousClock.now > deadline { return false }
    usleep(5000)
  }
  return true
}
