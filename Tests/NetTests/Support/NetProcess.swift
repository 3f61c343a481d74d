import Connections
import OAuth
import Platform
import Secrets
import Synchronization

/// The real `mcp-valet-net`, with the other end of its socket.
final class NetProcess: Sendable {
  private let process: pid_t
  private let descriptor: Int32
  private let assembler: Mutex<FrameAssembler>
  private let isReaped = Mutex(false)

  static var path: String {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let bytes = path.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
    let slash = bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
    return String(decoding: bytes[..<slash], as: UTF8.self) + "/mcp-valet-net"
  }

  /// - Parameter environment: all that the program is started with.
  init(environment: [String: String] = [:], path: String = NetProcess.path) throws {
    assembler = try Mutex(FrameAssembler())
    var ends: [Int32] = [0, 0]
    guard
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else { throw SystemFailure("socketpair") }
    // Out of the way of the number that the program gets.
    let theirs = fcntl(ends[1], F_DUPFD_CLOEXEC, 20)
    close(ends[1])
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, theirs, ExchangeFormat.descriptor)
    let arguments = [strdup("mcp-valet-net"), nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, path, &actions, nil, arguments, variables)
    close(theirs)
    guard code == 0 else {
      close(ends[0])
      throw SystemFailure("start \(path)")
    }
    self.process = process
    descriptor = ends[0]
  }

  deinit {
    close(descriptor)
    guard !isReaped.withLock(\.self) else { return }
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  func send(_ request: NetRequest) throws {
    let frame = try request.encoded()
    frame.withUnsafeBytes { _ = write(descriptor, $0.baseAddress, $0.count) }
  }

  /// The next message; `nil` at the end, or when none comes in time.
  func next(seconds: Int = 40) throws -> NetMessage? {
    try assembler.withLock { assembler in
      while true {
        if let frame = assembler.next() { return try NetMessage(frame) }
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, Int32(seconds * 1000)) > 0 else { return nil }
        let count = try assembler.withSpace { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
      }
    }
  }

  /// Closes our end.
  func cancel() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Waits for the program's end.
  ///
  /// - Returns: whether it ended within that time.
  func hasEnded(within seconds: Double) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    var status: Int32 = 0
    while ContinuousClock.now < end {
      if waitpid(process, &status, WNOHANG) == process {
        isReaped.withLock { $0 = true }
        return true
      }
      usleep(2000)
    }
    return false
  }
}

/// What came of an operation.
struct Outcome {
  var messages: [NetMessage]

  var record: ConnectionRecord? {
    if case .result(let record)? = messages.last { record } else { nil }
  }
  var failure: NetFailure? {
    if case .failure(let failure)? = messages.last { failure } else { nil }
  }
  var revocations: [NetMessage.Revocation]? {
    if case .revoked(let revocations)? = messages.last { revocations } else { nil }
  }
  /// URLs that a browser was sent to.
  var pages: [String] {
    messages.compactMap { if case .authorize(let url, _, _) = $0 { url } else { nil } }
  }
  var progress: [Progress] {
    messages.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
  }
}

/// Runs one operation in the real program.
///
/// - Parameters:
///   - browser: what a person does when a page is to be opened; it runs beside the operation.
func run(
  _ operation: NetRequest.Begin.Operation, _ record: ConnectionRecord,
  settings: LoginSettings = LoginSettings(), environment: [String: String] = [:],
  seconds: Int = 40,
  browser:
    @escaping @Sendable (_ url: String, _ redirect: String, _ net: NetProcess) throws -> Void = {
      url, _, _ in try browse(url)
    }
) throws -> Outcome {
  let net = try NetProcess(environment: environment)
  try net.send(.begin(.init(operation, record, settings: settings)))
  var outcome = Outcome(messages: [])
  var browsers: [SideThread] = []
  while let message = try net.next(seconds: seconds) {
    outcome.messages.append(message)
    if case .authorize(let url, let redirect, _) = message {
      browsers.append(SideThread { try browser(url, redirect, net) })
    }
    if message.isLast { break }
  }
  for thread in browsers { try thread.join() }
  return outcome
}

/// A record for a login to a server.
func connection(_ server: AuthorizationServer) -> ConnectionRecord {
  var record = ConnectionRecord(name: "work")
  record.server = server.server
  return record
}
