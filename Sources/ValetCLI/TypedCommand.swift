internal import Broker
internal import Control
internal import Files
internal import Launch
internal import Platform
internal import Secrets

/// A program that somebody typed behind `--`, run as typed: its words are handed over as they are,
/// and no shell looks at them.
struct TypedCommand: Equatable {
  /// The program, looked for along `PATH`, and its arguments; at least one.
  let words: [String]

  var name: String { printable(words[0]) }

  /// Runs it to its end with our own environment, terminal and standard error, and reads what it
  /// prints straight into locked memory.
  ///
  /// - Parameters:
  ///   - limit: longest accepted value in bytes.
  ///   - raw: whether to keep a last newline.
  /// - Throws: ``CommandError/failed(_:hint:)`` unless it ends with 0; as
  ///   ``StandardInput/readSecret(limit:raw:from:)``.
  func readOutput(limit: Int, raw: Bool) throws -> SecretBytes {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw CommandError.failed("cannot make a pipe", hint: nil)
    }
    let reading = Descriptor(owning: ends[0])
    let writing = Descriptor(owning: ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let process = try start(output: writing.rawValue, input: nil, environment: environ)
    // Ours only keeps the pipe open.
    close(writing.release())
    let value: SecretBytes
    do {
      value = try StandardInput.readSecret(limit: limit, raw: raw, from: reading.rawValue)
    } catch {
      // It may be writing still, and would wait for us while we wait for it.
      close(reading.release())
      Self.end(process)
      throw error
    }
    try wait(for: process)
    return value
  }

  /// Milliseconds from SIGTERM to SIGKILL: 2 s, as a server is given.
  private static let grace: Int64 = 2_000

  /// Ends a child that nobody has waited for yet.
  private static func end(_ process: pid_t) {
    kill(process, SIGTERM)
    let deadline = ControlClock.now() + grace
    while ControlClock.now() < deadline {
      let ended = waitpid(process, nil, WNOHANG)
      if ended == process || (ended < 0 && errno != EINTR) { return }
      usleep(10_000)
    }
    kill(process, SIGKILL)
    while waitpid(process, nil, 0) < 0, errno == EINTR {}
  }

  /// Runs it with a value in one variable, beside the few variables that every server gets, and
  /// with nothing to read. What it prints goes to our standard error.
  ///
  /// - Throws: ``CommandError/failed(_:hint:)`` unless it ends with 0;
  ///   ``CommandError/usage(_:hint:)`` for a value that no variable can hold; `SecretMemoryError`.
  func check(_ value: borrowing SecretBytes, in variable: String) throws {
    let start = Array("\(variable)=".utf8)
    // One string of the kernel's, NUL included, holds 131,072 bytes.
    guard start.count + value.count < 131_072, !value.withUnsafeBytes({ $0.contains(0) }) else {
      throw CommandError.usage(
        "the new value is too long for a variable, or holds a NUL", hint: "leave --check away")
    }
    var entry = try SecretBytes(count: start.count + value.count + 1)
    entry.withUnsafeMutableBytes { entry in
      entry.copyBytes(from: start)
      value.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: entry[start.count...]).copyMemory(from: $0)
      }
    }
    closeDescriptorsOnExec()
    let null = Descriptor(owning: open("/dev/null", O_RDONLY | O_CLOEXEC))
    let process = try entry.withUnsafeMutableBytes { entry in
      var pointers = Self.baseline(without: Array(variable.utf8))
      pointers += [entry.assumingMemoryBound(to: CChar.self).baseAddress, nil]
      return try pointers.withUnsafeMutableBufferPointer {
        try self.start(
          output: STDERR_FILENO, input: null.rawValue, environment: $0.baseAddress)
      }
    }
    try wait(for: process)
  }

  /// Addresses of our own variables that every server gets.
  private static func baseline(without name: [UInt8]) -> [UnsafeMutablePointer<CChar>?] {
    InheritedEnvironment.current.entries.compactMap { entry in
      guard LaunchPlan.isBaseline(entry.name), entry.name != name,
        let start = entry.whole.baseAddress
      else { return nil }
      // Only read, as all of an environment: the type is C's.
      return UnsafeMutableRawPointer(mutating: start).assumingMemoryBound(to: CChar.self)
    }
  }

  private func start(
    output: Int32, input: Int32?, environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, words[0], &actions, &attributes, arguments, environment)
    guard code == 0 else {
      throw CommandError.failed(
        "cannot start \(name): \(String(cString: strerror(code))); nothing was changed", hint: nil)
    }
    return process
  }

  private func wait(for process: pid_t) throws(CommandError) {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw .failed("lost track of \(name)", hint: nil) }
    }
    let signal = status & 0x7F
    if status == 0 { return }
    let how = signal == 0 ? "exit code \((status >> 8) & 0xFF)" : "signal \(signal)"
    throw .failed("\(name) ended with \(how); nothing was changed", hint: nil)
  }
}
