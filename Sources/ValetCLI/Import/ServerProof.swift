internal import Broker
internal import Files
internal import HostConfigs
internal import Importing
internal import Platform
internal import Secrets

/// One start of a rewritten server: it is asked `server/discover` and `initialize`, and has to
/// answer one of them with a result.
struct ServerProof {
  struct Failure: Error {
    let message: String
  }

  /// 60 s, as the slowest hosts wait: a package may have to be fetched first.
  private static let patience = Duration.seconds(60)
  /// More than any answer to the first question.
  private static let answerLimit = 4 << 20

  private let program: String
  private let rewrite: ServerRewrite

  init(_ program: String, _ rewrite: ServerRewrite) {
    self.program = program
    self.rewrite = rewrite
  }

  /// Ids are strings that no server makes up.
  private static let questions = [
    #"{"jsonrpc":"2.0","id":"valet-discover","method":"server/discover","params":{"_meta":"#
      + #"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
      + #""io.modelcontextprotocol/clientCapabilities":{},"#
      + #""io.modelcontextprotocol/clientInfo":{"name":"mcp-valet","version":"1"}}}}"#,
    #"{"jsonrpc":"2.0","id":"valet-initialize","method":"initialize","params":{"#
      + #""protocolVersion":"2025-11-25","capabilities":{},"#
      + #""clientInfo":{"name":"mcp-valet","version":"1"}}}"#,
  ]

  /// - Returns: which question it answered.
  func run() throws(Failure) -> String {
    let process = try start()
    defer { end(process) }
    try ask(Self.questions[0], process)
    let deadline = MonotonicInstant.now + Self.patience
    // A server that does not know the question may also say nothing: it is asked the other one soon.
    if try answer(to: "valet-discover", process, before: .now + .seconds(3)) == .result {
      return "server/discover"
    }
    try ask(Self.questions[1], process)
    switch try answer(to: "valet-initialize", process, before: deadline) {
    case .result?: return "initialize"
    case .error(let message)?: throw Failure(message: message)
    case nil:
      throw Failure(message: "no answer within \(Self.patience.components.seconds) s")
    }
  }

  // MARK: - The process

  private final class Running {
    let id: pid_t
    let input: Int32
    let output: Int32
    let errors: Int32
    var text: [UInt8] = []
    /// The end of what it wrote to standard error.
    var complaint: [UInt8] = []
    var errorsEnded = false
    init(_ id: pid_t, _ input: Int32, _ output: Int32, _ errors: Int32) {
      self.id = id
      self.input = input
      self.output = output
      self.errors = errors
    }
  }

  private func start() throws(Failure) -> Running {
    var input: [Int32] = [-1, -1]
    var output: [Int32] = [-1, -1]
    var errors: [Int32] = [-1, -1]
    // Hosts start servers anywhere; where the grant binds a folder, in that one.
    let here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard here >= 0 else {
      throw Failure(message: "cannot open this folder: \(String(cString: strerror(errno)))")
    }
    defer {
      _ = fchdir(here)
      close(here)
    }
    guard Self.pipe(&input), Self.pipe(&output), Self.pipe(&errors) else {
      let code = errno
      for end in input + output + errors where end >= 0 { close(end) }
      throw Failure(message: "no pipe: \(String(cString: strerror(code)))")
    }
    defer {
      close(input[0])
      close(output[1])
      close(errors[1])
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO)
    let folder = if case .at(let path) = rewrite.folder { path } else { "/" }
    _ = chdir(folder)
    let arguments = ([program] + rewrite.words).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let environment = HostEnvironment.entries(rewrite.hostVariables).map { strdup($0) } + [nil]
    defer { for entry in environment { free(entry) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, program, &actions, nil, arguments, environment)
    guard code == 0 else {
      close(input[1])
      close(output[0])
      close(errors[0])
      throw Failure(message: "cannot start it: \(String(cString: strerror(code)))")
    }
    return Running(process, input[1], output[0], errors[0])
  }

  private static func pipe(_ ends: inout [Int32]) -> Bool {
    guard Platform.pipe(&ends) == 0 else { return false }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return true
  }

  /// Its input ends, as a host's does; what has not ended soon after is ended.
  private func end(_ process: Running) {
    close(process.input)
    close(process.output)
    close(process.errors)
    var status: Int32 = 0
    for attempt in 0..<400 {
      if waitpid(process.id, &status, WNOHANG) != 0 { return }
      if attempt == 200 { kill(process.id, SIGTERM) }
      usleep(10_000)
    }
    kill(process.id, SIGKILL)
    waitpid(process.id, &status, 0)
  }

  // MARK: - The conversation

  private func ask(_ question: String, _ process: Running) throws(Failure) {
    // A server that went away is noticed when its answer does not come.
    let previous = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, previous) }
    let line = Array((question + "\n").utf8)
    _ = line.withUnsafeBytes { write(process.input, $0.baseAddress, $0.count) }
  }

  private enum Answer: Equatable {
    case result
    case error(String)
  }

  /// - Returns: `nil` when the time was over.
  private func answer(
    to id: String, _ process: Running, before deadline: MonotonicInstant
  ) throws(Failure) -> Answer? {
    while true {
      while let end = process.text.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(process.text[..<end])
        process.text.removeFirst(end + 1)
        if let answer = Self.answer(in: line, to: id) { return answer }
      }
      let left = deadline - .now
      guard left > .zero else { return nil }
      guard process.text.count < Self.answerLimit else {
        throw Failure(message: "its answer has no end")
      }
      var waits = [process.output, process.errors].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      if process.errorsEnded { waits[1].fd = -1 }
      let milliseconds =
        left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
      guard poll(&waits, 2, Int32(clamping: milliseconds + 1)) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      if waits[1].revents != 0 {
        let count = read(process.errors, &buffer, buffer.count)
        process.errorsEnded = count <= 0
        if count > 0 { process.complaint = (process.complaint + buffer[..<count]).suffix(4096) }
      }
      guard waits[0].revents != 0 else { continue }
      let count = read(process.output, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(message: Self.reason(process.complaint)) }
      process.text += buffer[..<count]
    }
  }

  /// The broker's own error where there is one, else the last line.
  private static func reason(_ complaint: [UInt8]) -> String {
    let lines = complaint.split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
    let error = lines.last { $0.hasPrefix("mcp-valet: error: ") }
    guard let line = error ?? lines.last else { return "it ended without a word" }
    return printable("it ended: \(line)", limit: 400)
  }

  /// `nil` for a line that does not answer the request.
  private static func answer(in line: [UInt8], to id: String) -> Answer? {
    guard let document = try? JSONDocument(parsing: line),
      let node = document.value(at: ["id"]), document.string(of: node) == id
    else { return nil }
    if document.value(at: ["result"]) != nil { return .result }
    let message = document.value(at: ["error", "message"]).flatMap(document.string)
    return .error(printable(message ?? "an error", limit: 400))
  }
}
