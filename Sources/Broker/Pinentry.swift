package import Files
internal import Launch
internal import Platform
internal import Secrets

/// Asks through a `pinentry` program where a host started us without a terminal.
///
/// Speaks the Assuan protocol over two pipes (pinentry manual, "Pinentry's Assuan Protocol").
package struct Pinentry {
  let program: String

  /// The programs that are looked for: absolute, since a host's configuration chooses PATH.
  private static let wellKnown = [
    "/usr/bin/pinentry", "/usr/local/bin/pinentry", "/opt/homebrew/bin/pinentry",
  ]

  /// Longest answer line: a passphrase with every byte percent-encoded, and the word before it.
  private static let lineLimit = Terminal.maximumPassphraseLength * 3 + 64

  /// The program to use: the one that `config/pinentry` names, else a well-known one; `nil` when
  /// there is none or no display for it to appear on.
  package static func find(_ locations: Locations) -> Pinentry? {
    guard Display.isAvailable else { return nil }
    let candidates = [configured(locations)].compactMap { $0 } + wellKnown
    return candidates.first { access($0, X_OK) == 0 }.map { Pinentry(program: $0) }
  }

  private static func configured(_ locations: Locations) -> String? {
    SettingFile.pinentry.path(in: locations)
  }

  /// Asks for a passphrase.
  ///
  /// - Throws: ``CommandError/refused(_:hint:)`` when the person cancels or the program fails,
  ///   `SecretMemoryError`.
  func readPassphrase(description: String) throws -> SecretBytes {
    let session = try Session.open(program)
    try session.prepare(description: description)
    try session.say("SETPROMPT Passphrase:")
    return try session.readPin()
  }

  /// Asks a yes-or-no question.
  ///
  /// - Returns: `false` when a person said no, or closed the question.
  /// - Throws: ``CommandError/refused(_:hint:)`` when nobody could be asked or nobody answered.
  package func confirm(_ question: String) throws -> Bool {
    let session = try Session.open(program)
    try session.prepare(description: question)
    return try session.confirm()
  }
}

/// One run of the program.
private struct Session: ~Copyable {
  /// Before anything is written to a program that may be gone.
  private let unsignalled: UnsignalledWriting
  private let process: pid_t
  private let input: Descriptor
  private let output: Descriptor

  static func open(_ program: String) throws -> Session {
    let unsignalled = UnsignalledWriting()
    let toProgram = try Pipe.open()
    let fromProgram = try Pipe.open()
    let process = try start(
      program, input: toProgram.reading.rawValue, output: fromProgram.writing.rawValue)
    let session = Session(
      unsignalled: unsignalled, process: process, input: toProgram.takeWriting(),
      output: fromProgram.takeReading())
    try session.readAnswer()
    return session
  }

  private init(
    unsignalled: consuming UnsignalledWriting, process: pid_t, input: consuming Descriptor,
    output: consuming Descriptor
  ) {
    self.unsignalled = unsignalled
    self.process = process
    self.input = input
    self.output = output
  }

  /// As long as it lives, a pipe without a reader is an error of `write` and not our end.
  private struct UnsignalledWriting: ~Copyable {
    private let earlier = signal(SIGPIPE, SIG_IGN)

    deinit { signal(SIGPIPE, earlier) }
  }

  /// Both ends close on exec; the end that is not taken closes at once.
  private struct Pipe: ~Copyable {
    let reading: Descriptor
    let writing: Descriptor

    static func open() throws -> Pipe {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw Session.failed("cannot make a pipe") }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return Pipe(reading: Descriptor(owning: ends[0]), writing: Descriptor(owning: ends[1]))
    }

    consuming func takeReading() -> Descriptor { reading }
    consuming func takeWriting() -> Descriptor { writing }
  }

  deinit {
    // What it was asked is answered, or nobody answers: either way it has no more to say.
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  private static func start(_ program: String, input: Int32, output: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // What we ignore, or the host had us ignore, is not the program's business.
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let variables = Display.environment.map { strdup($0) } + [nil]
    let words = [strdup(program), strdup("--timeout"), strdup("55"), nil]
    defer { for string in variables + words { free(string) } }
    closeDescriptorsOnExec()
    var process: pid_t = 0
    guard posix_spawn(&process, program, &actions, &attributes, words, variables) == 0 else {
      throw failed("cannot start \(program)")
    }
    return process
  }

  borrowing func prepare(description: String) throws {
    try say("SETTITLE mcp-valet")
    try say("SETDESC \(Self.escaped(description))")
  }

  borrowing func say(_ line: String) throws {
    try send(line)
    try readAnswer()
  }

  borrowing func confirm() throws -> Bool {
    try send("CONFIRM")
    while true {
      let line = try readLine()
      switch line.withUnsafeBytes({ AnswerKind($0) }) {
      case .ok: return true
      case .declined: return false
      case .error: throw Self.failed("it cannot ask")
      case .data, .other: continue
      }
    }
  }

  borrowing func readPin() throws -> SecretBytes {
    try send("GETPIN")
    var pin: SecretBytes?
    while true {
      let line = try readLine()
      let kind = line.withUnsafeBytes { AnswerKind($0) }
      switch kind {
      case .data: pin = try Self.decoded(line)
      case .ok:
        guard let pin else { return try SecretBytes(count: 0) }
        return pin
      case .declined:
        throw CommandError.refused("the passphrase prompt was cancelled", hint: nil)
      case .error: throw Self.failed("it cannot ask")
      case .other: continue
      }
    }
  }

  private enum AnswerKind {
    case ok, error, data, other
    /// An error that stands for a person's answer.
    case declined

    /// Codes of libgpg-error without their source, which is in the bits above: `GPG_ERR_CANCELED`,
    /// `GPG_ERR_NOT_CONFIRMED`, and `GPG_ERR_FULLY_CANCELED` for a window that was closed.
    private static let declining: [UInt32] = [99, 114, 198]

    init(_ line: UnsafeRawBufferPointer) {
      if line.starts(with: "OK".utf8) {
        self = .ok
      } else if line.starts(with: "ERR".utf8) {
        let digits = line.dropFirst(4).prefix { $0 != UInt8(ascii: " ") }
        let code = UInt32(String(decoding: digits, as: UTF8.self)).map { $0 & 0xFFFF }
        self = code.map(Self.declining.contains) == true ? .declined : .error
      } else if line.starts(with: "D ".utf8) {
        self = .data
      } else {
        self = .other
      }
    }
  }

  private borrowing func readAnswer() throws {
    while true {
      let line = try readLine()
      switch line.withUnsafeBytes({ AnswerKind($0) }) {
      case .ok: return
      case .error, .declined: throw Self.failed("it refused")
      case .data, .other: continue
      }
    }
  }

  private borrowing func send(_ line: String) throws {
    var text = line + "\n"
    let isSent = text.withUTF8 {
      Platform.write(input.rawValue, $0.baseAddress, $0.count) == $0.count
    }
    guard isSent else { throw Self.failed("it went away") }
  }

  /// One line without its newline, in locked memory since it may be the passphrase.
  private borrowing func readLine() throws -> SecretBytes {
    var line = try SecretBytes(count: 4096)
    var count = 0
    while count < line.count {
      try waitForByte()
      let got = line.withUnsafeMutableBytes {
        Platform.read(output.rawValue, $0.baseAddress?.advanced(by: count), 1)
      }
      if got < 0, errno == EINTR { continue }
      guard got == 1 else { throw Self.failed("it went away") }
      if line.withUnsafeBytes({ $0[count] == UInt8(ascii: "\n") }) {
        return try line.prefix(count)
      }
      count += 1
    }
    throw Self.failed("its answer is too long")
  }

  /// A minute: the program ends its prompt after 55 s by itself.
  private static let patience: Int32 = 60_000

  private borrowing func waitForByte() throws {
    var wait = pollfd(fd: output.rawValue, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = poll(&wait, 1, Self.patience)
      if ready > 0 { return }
      if ready == 0 { throw Self.failed("it does not answer") }
      if errno != EINTR { throw Self.failed("it went away") }
    }
  }

  /// The data behind `D `, percent-decoded.
  private static func decoded(_ line: borrowing SecretBytes) throws -> SecretBytes {
    var result = try SecretBytes(count: line.count)
    var count = 0
    line.withUnsafeBytes { source in
      result.withUnsafeMutableBytes { target in
        var index = 2
        while index < source.count {
          var byte = source[index]
          if byte == UInt8(ascii: "%"), index + 2 < source.count {
            byte = hexDigit(source[index + 1]) << 4 | hexDigit(source[index + 2])
            index += 2
          }
          target[count] = byte
          count += 1
          index += 1
        }
      }
    }
    return try result.prefix(count)
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: 0
    }
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "%": escaped += "%25"
      case "\n": escaped += "%0A"
      case "\r": escaped += "%0D"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  private static func failed(_ reason: String) -> CommandError {
    .refused("the passphrase prompt failed: \(reason)", hint: "mcp-valet unlock")
  }
}
