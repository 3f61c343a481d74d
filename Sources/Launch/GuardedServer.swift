internal import CLaunch
internal import Files
internal import Platform

/// A running server with its guardian and our ends of its pipes.
///
/// At the end of its life, as at a sudden death of the broker, the guardian ends whatever is left
/// of the server and of everything that descends from it, and removes the value files.
package struct GuardedServer: ~Copyable {
  /// The server's process id, which is its process group's too.
  package let processID: Int32
  package var guardianID: Int32 { guardian.processID }
  /// Where the values lie that were handed over as files.
  package let files: RuntimeFiles

  let guardian: Guardian
  private var input: Descriptor?
  private var output: Descriptor?

  /// How a server is started, where it is not the usual way.
  package struct Options: Sendable {
    /// For tests: finds processes as on kernels that keep no list of children.
    package var scansProcesses = false
    package init() {}
  }

  /// Starts the server under a guardian and waits until it was executed.
  ///
  /// To be called when nothing but `launch` holds a secret any more: the guardian is a copy of
  /// this process and wipes that only.
  ///
  /// - Parameter coreLimit: for a server without secrets; one with secrets gets
  ///   ``CoreLimit/forSecrets``.
  /// - Throws: ``LaunchError/cannotExecute(path:reason:)``, ``LaunchError/system(operation:code:)``,
  ///   ``LaunchError/guardianLost``; ``LaunchError/file(_:)`` when the value files could not be
  ///   put in their places. Nothing is left running then.
  package static func start(
    _ command: Command, _ launch: consuming PreparedLaunch, coreLimit: CoreLimit,
    options: Options = Options()
  ) throws(LaunchError) -> GuardedServer {
    let limit = launch.holdsSecrets ? CoreLimit.forSecrets : coreLimit
    // A constant of its own, to be wiped at the end of this function and not with the server.
    let block = launch.block
    var files = launch.files
    let input = try Pipe()
    let output = try Pipe()
    let guardian = try fork(
      command, block: block, files: files, input: input.reading.rawValue,
      output: output.writing.rawValue, coreLimit: limit, options: options)
    try files.publish()
    guardian.start()
    let processID: Int32
    switch guardian.nextEvent() {
    case .started(let id): processID = id
    case .executeFailed(let code): throw LaunchError(execError: code, path: command.text)
    case .failed(let code): throw .system(operation: "start a process", code: code)
    case .serverEnded, .gone: throw .guardianLost
    }
    let toServer = input.takeWriting()
    let fromServer = output.takeReading()
    return GuardedServer(
      processID: processID, files: files, guardian: guardian, input: toServer,
      output: fromServer)
  }

  private init(
    processID: Int32, files: consuming RuntimeFiles, guardian: consuming Guardian,
    input: consuming Descriptor, output: consuming Descriptor
  ) {
    // Our ends only: the flag belongs to the open file, and the other end is another open file.
    _ = fcntl(input.rawValue, F_SETFL, O_NONBLOCK)
    _ = fcntl(output.rawValue, F_SETFL, O_NONBLOCK)
    self.processID = processID
    self.files = files
    self.guardian = guardian
    self.input = consume input
    self.output = consume output
  }

  private static func fork(
    _ command: Command, block: borrowing EnvironmentBlock, files: borrowing RuntimeFiles,
    input: Int32, output: Int32, coreLimit: CoreLimit, options: Options
  ) throws(LaunchError) -> Guardian {
    var server = claunch_server()
    server.input = input
    server.output = output
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

  /// Our end of the server's standard input, which does not block; -1 once closed.
  package var inputDescriptor: Int32 { Self.number(of: input) }

  /// Our end of the server's standard output, which does not block; -1 once closed.
  package var outputDescriptor: Int32 { Self.number(of: output) }

  private static func number(of descriptor: borrowing Descriptor?) -> Int32 {
    switch descriptor {
    case .some(let descriptor): descriptor.rawValue
    case .none: -1
    }
  }

  /// The server reads an end of file.
  package mutating func closeInput() { input = nil }

  /// The server is told by SIGPIPE when it writes.
  package mutating func closeOutput() { output = nil }

  /// Sends a signal to the server's process group, if the server has not ended.
  package func send(signal: Int32) { guardian.send(signal: signal) }
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
