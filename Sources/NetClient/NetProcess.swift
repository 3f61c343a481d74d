internal import CLaunch
package import Connections
internal import Files
internal import Platform
internal import Secrets

/// One run of `mcp-valet-net`: the program that works on the network, with one connection's record
/// and without any key.
///
/// It is started with an empty environment, no arguments and nothing open but `/dev/null`, our
/// error output and the socket that we talk over. When this value goes, it is ended; whatever it
/// was doing is cancelled then.
///
/// ```swift
/// let net = try NetProcess.start(.begin(.init(.refresh, record)))
/// let answer = try net.lastMessage(within: .seconds(30)) { … }
/// ```
package final class NetProcess {
  /// Looked for beside this program and in the `libexec` folder of its prefix, never on PATH.
  package static let programName = "mcp-valet-net"

  private let socket: Descriptor
  private let process: pid_t
  private let path: String
  private var assembler: FrameAssembler
  /// What is still to be written, with how much of the first one is.
  private var outgoing: [Outgoing] = []
  private var hasEnded = false

  private final class Outgoing {
    let bytes: SecretBytes
    var written = 0
    init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
  }

  /// Starts the program and gives it a first request, of which as much is written as fits.
  ///
  /// - Parameter program: `nil` for the installed one.
  /// - Throws: ``NetProcessError``.
  package static func start(
    _ request: NetRequest, _ program: NetExecutable? = nil
  ) throws(NetProcessError) -> NetProcess {
    let net: NetProcess
    if let program {
      net = try NetProcess(program)
    } else {
      net = try NetProcess(try NetExecutable.installed())
    }
    try net.send(request)
    return net
  }

  private init(_ program: NetExecutable) throws(NetProcessError) {
    path = program.path
    if access(path, X_OK) != 0, program.descriptor < 0 || errno != ENOENT {
      throw errno == ENOENT ? .missing([path]) : .cannotStart(path: path, code: errno)
    }
    do { assembler = try FrameAssembler() } catch { throw .exchange(error) }
    var process: pid_t = 0
    let socket = claunch_start_companion(path, program.descriptor, &process)
    guard socket >= 0 else { throw .cannotStart(path: path, code: errno) }
    self.socket = Descriptor(owning: socket)
    self.process = process
  }

  deinit {
    // What it was asked is answered, or nobody wants to know any more. It holds nothing that needs
    // an orderly end.
    kill(process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  // MARK: For a loop that waits for several things

  /// What to poll; ``events`` says for what.
  package var descriptor: Int32 { socket.rawValue }

  /// `POLLIN`, and `POLLOUT` while there is something to write.
  package var events: Int16 { Int16(POLLIN) | (outgoing.isEmpty ? 0 : Int16(POLLOUT)) }

  /// Writes and reads what can be without waiting.
  ///
  /// - Returns: the next message; `nil` when there is none yet. Call it until then.
  /// - Throws: ``NetProcessError/ended(path:)``, ``NetProcessError/exchange(_:)``.
  package func advance() throws(NetProcessError) -> NetMessage? {
    try write()
    do throws(ConnectionError) {
      while true {
        if let frame = assembler.next() { return try NetMessage(frame) }
        let descriptor = socket.rawValue
        let count = try assembler.withSpace { read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 { continue }
        if count < 0, errno == EINTR { continue }
        if count < 0, errno == EAGAIN { return nil }
        break
      }
    } catch { throw .exchange(error) }
    hasEnded = true
    throw .ended(path: path)
  }

  /// Says something more, such as what a person pasted.
  package func send(_ request: NetRequest) throws(NetProcessError) {
    do { outgoing.append(Outgoing(try request.encoded())) } catch { throw .exchange(error) }
    try write()
  }

  private func write() throws(NetProcessError) {
    while let first = outgoing.first {
      let count = first.bytes.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[first.written...])
        return claunch_send(socket.rawValue, rest.baseAddress, rest.count)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return }
      // It may have said why before it went: that is still to be read.
      if count < 0 {
        outgoing = []
        return
      }
      first.written += count
      if first.written == first.bytes.count { outgoing.removeFirst() }
    }
  }

  // MARK: For a command that waits for nothing else

  /// Waits for the next message.
  ///
  /// - Throws: ``NetProcessError/timedOut(seconds:)``; as ``advance()``.
  package func next(within duration: Duration) throws(NetProcessError) -> NetMessage {
    try next(before: .now + duration, of: duration)
  }

  private func next(
    before deadline: MonotonicInstant, of duration: Duration
  ) throws(NetProcessError) -> NetMessage {
    while true {
      if let message = try advance() { return message }
      let left = deadline - .now
      guard left > .zero else {
        throw .timedOut(seconds: Int(duration.components.seconds))
      }
      var waiting = pollfd(fd: socket.rawValue, events: events, revents: 0)
      let milliseconds =
        left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
      _ = poll(&waiting, 1, Int32(clamping: milliseconds + 1))
    }
  }

  /// Waits for the answer: the message behind which nothing comes.
  ///
  /// - Parameters:
  ///   - duration: for all of it.
  ///   - onProgress: is told of each message before.
  package func lastMessage(
    within duration: Duration, onProgress: (NetMessage) -> Void = { _ in }
  ) throws(NetProcessError) -> NetMessage {
    let deadline = MonotonicInstant.now + duration
    while true {
      let message = try next(before: deadline, of: duration)
      if message.isLast { return message }
      onProgress(message)
    }
  }
}
