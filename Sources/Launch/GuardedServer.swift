internal import CLaunch
internal import Files
internal import Platform

/// A server with its guardian and our ends of its pipes.
///
/// At the end of its life, as at a sudden death of the broker, the guardian ends whatever is left
/// of the server and of everything that descends from it, and removes the value files.
package struct GuardedServer: ~Copyable {
  /// The server's process id, which is its process group's too; 0 until it was executed.
  package private(set) var processID: Int32 = 0
  package var guardianID: Int32 { guardian.processID }
  /// Readable when there is a ``nextEvent()``.
  package var eventDescriptor: Int32 { guardian.socket }

  private var guardian: Guardian
  private var input: Descriptor?
  private var output: Descriptor?
  private var errors: Descriptor?
  /// What the guardian has in pages that it shares with us, which are locked, until the server was
  /// executed.
  private var block: EnvironmentBlock?
  private let commandText: String

  /// How a server is started, where it is not the usual way.
  package struct Options: Sendable {
    /// For tests: finds processes as on kernels that keep no list of children.
    package var scansProcesses = false
    /// The server's standard error is a pipe of ours, and not what ours is.
    package var pipesErrors = false
    package init() {}
  }

  /// Starts the server under a guardian and does not wait: the first ``nextEvent()`` tells what has
  /// come of it. An `execve` may hang, on a file system whose server is gone.
  ///
  /// The guardian is a copy of this process: it gets `block`, which it wipes, no `SecretBytes`, and
  /// nothing of the heap.
  ///
  /// - Parameters:
  ///   - files: those that the block names; they get their names now.
  ///   - coreLimit: of the server, in place of ours.
  /// - Throws: ``LaunchError/system(operation:code:)``; ``LaunchError/file(_:)`` when the value
  ///   files could not be put in their places. Nothing is left running then.
  package static func begin(
    _ command: Command, _ block: consuming EnvironmentBlock, files: inout RuntimeFiles,
    coreLimit: CoreLimit, options: Options = Options()
  ) throws(LaunchError) -> GuardedServer {
    let input = try Pipe()
    let output = try Pipe()
    let errors = options.pipesErrors ? try Pipe() : nil
    let theirs = [
      input.reading.rawValue, output.writing.rawValue, Self.number(ofWriting: errors),
    ]
    let guardian = try fork(
      command, block: block, files: files, descriptors: theirs, coreLimit: coreLimit,
      options: options)
    try files.publish()
    guardian.start()
    return GuardedServer(
      guardian, block, command.text, input: input.takeWriting(), output: output.takeReading(),
      errors: Self.takeReading(errors))
  }

  private init(
    _ guardian: consuming Guardian, _ block: consuming EnvironmentBlock, _ commandText: String,
    input: consuming Descriptor, output: consuming Descriptor, errors: consuming Descriptor?
  ) {
    // Our ends only: the flag belongs to the open file, and the other end is another open file.
    _ = fcntl(input.rawValue, F_SETFL, O_NONBLOCK)
    _ = fcntl(output.rawValue, F_SETFL, O_NONBLOCK)
    if Self.number(of: errors) >= 0 { _ = fcntl(Self.number(of: errors), F_SETFL, O_NONBLOCK) }
    self.guardian = guardian
    self.block = consume block
    self.commandText = commandText
    self.input = consume input
    self.output = consume output
    self.errors = errors
  }

  private static func fork(
    _ command: Command, block: borrowing EnvironmentBlock, files: borrowing RuntimeFiles,
    descriptors: [Int32], coreLimit: CoreLimit, options: Options
  ) throws(LaunchError) -> Guardian {
    var server = claunch_server()
    server.input = descriptors[0]
    server.output = descriptors[1]
    server.errors = descriptors[2]
    server.block = block.base
    server.block_length = block.byteCount
    server.core_limit = coreLimit.byteCount
    server.folder = files.rawDescriptor
    server.scan_processes = options.scansProcesses ? 1 : 0
    let path = files.folderPath
    var guardian: Guardian?
    var failure: LaunchError?
    command.path.withUnsafeBufferPointer { commandPath in
      path.withCString { folderPath in
        block.withPointers { argv, envp in
          server.path = commandPath.baseAddress
          server.argv = argv
          server.envp = envp
          server.folder_path = folderPath
          do throws(LaunchError) {
            guardian = try Guardian(forking: server)
          } catch {
            failure = error
          }
        }
      }
    }
    if let guardian = consume guardian { return guardian }
    throw failure ?? .guardianLost
  }

  // MARK: Its life

  /// Waits for the next event. The first is one of `started`, `executeFailed`, `failed` and `gone`;
  /// behind `serverEnded` and ``dismiss()`` comes `gone`.
  package mutating func nextEvent() -> GuardianEvent {
    let event = guardian.nextEvent()
    block = nil
    if case .started(let id) = event { processID = id }
    return event
  }

  /// Waits until the server was executed.
  ///
  /// - Throws: ``LaunchError/cannotExecute(path:reason:)``, ``LaunchError/guardianLost``,
  ///   ``LaunchError/system(operation:code:)``.
  package mutating func waitForStart() throws(LaunchError) {
    let event = nextEvent()
    if case .started = event { return }
    throw error(of: event)
  }

  /// Why a server was not started, for an event that tells so.
  package func error(of event: GuardianEvent) -> LaunchError {
    switch event {
    case .executeFailed(let code): LaunchError(execError: code, path: commandText)
    case .failed(let code): .system(operation: "start a process", code: code)
    case .started, .serverEnded, .gone: .guardianLost
    }
  }

  /// Sends a signal to the server's process group, if the server has not ended.
  package func send(signal: Int32) { guardian.send(signal: signal) }

  /// Ends what is left of the server, without waiting: the last event tells that it is done.
  ///
  /// - Parameter keepingFiles: leaves the value files to another server of the same launch.
  package func dismiss(keepingFiles: Bool) {
    if keepingFiles { guardian.keepFolder() }
    guardian.dismiss()
  }

  // MARK: Its descriptors

  /// Our end of the server's standard input, which does not block; -1 once closed.
  package var inputDescriptor: Int32 { Self.number(of: input) }

  /// Our end of the server's standard output, which does not block; -1 once closed.
  package var outputDescriptor: Int32 { Self.number(of: output) }

  /// Our end of the server's standard error, which does not block; -1 where it is ours, or closed.
  package var errorDescriptor: Int32 { Self.number(of: errors) }

  /// The server reads an end of file.
  package mutating func closeInput() { input = nil }

  /// The server is told by SIGPIPE when it writes.
  package mutating func closeOutput() { output = nil }

  package mutating func closeErrors() { errors = nil }

  private static func number(of descriptor: borrowing Descriptor?) -> Int32 {
    switch descriptor {
    case .some(let descriptor): descriptor.rawValue
    case .none: -1
    }
  }

  private static func number(ofWriting pipe: borrowing Pipe?) -> Int32 {
    switch pipe {
    case .some(let pipe): pipe.writing.rawValue
    case .none: -1
    }
  }

  private static func takeReading(_ pipe: consuming Pipe?) -> Descriptor? {
    switch consume pipe {
    case .some(let pipe): pipe.takeReading()
    case .none: nil
    }
  }
}

/// A pipe between us and a server.
private struct Pipe: ~Copyable {
  let reading: Descriptor
  let writing: Descriptor

  init() throws(LaunchError) {
    var ends: [Int32] = [-1, -1]
    guard claunch_pipe(&ends) == 0 else { throw .system(operation: "make a pipe", code: errno) }
    reading = Descriptor(owning: ends[0])
    writing = Descriptor(owning: ends[1])
  }

  /// Keeps one end and closes the other.
  consuming func takeReading() -> Descriptor { reading }
  consuming func takeWriting() -> Descriptor { writing }
}
