internal import Broker
internal import Launch
internal import Platform
internal import Secrets

/// A server of a bundle that was unpacked, while it runs below us.
struct BundleProcess {
  /// The signals that end us, held from before the bundle is unpacked until its folder is gone.
  struct Signals {
    fileprivate let awaited: sigset_t

    init() {
      var set = sigset_t()
      sigemptyset(&set)
      for signal in [SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&set, signal) }
      // A host may have us ignore it, and then nobody could wait for the server.
      signal(SIGCHLD) { _ in }
      sigprocmask(SIG_BLOCK, &set, nil)
      awaited = set
    }
  }

  private let words: [String]
  private let folder: String

  /// - Parameters:
  ///   - words: the program by its absolute path, and its arguments.
  ///   - folder: where it starts.
  init(_ words: [String], folder: String) {
    self.words = words
    self.folder = folder
  }

  /// Runs it to its end, and passes signals on that are for us.
  ///
  /// - Returns: the code to end with, as a shell has it.
  /// - Throws: ``CommandError/failed(_:hint:)``.
  func run(_ signals: Signals) throws(CommandError) -> Int32 {
    let process = try start()
    var awaited = signals.awaited
    while true {
      var status: Int32 = 0
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { return Self.code(status) }
      guard ended == 0 || errno == EINTR else {
        throw .failed("lost track of the server", hint: nil)
      }
      var signal: Int32 = 0
      guard sigwait(&awaited, &signal) == 0, signal != SIGCHLD else { continue }
      // A terminal sends Ctrl-C to both of us: twice does no harm.
      kill(process, signal)
    }
  }

  private func start() throws(CommandError) -> pid_t {
    guard chdir(folder) == 0 else {
      throw .failed("cannot enter \(folder): \(String(cString: strerror(errno)))", hint: nil)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments = words.map { strdup($0) } + [nil]
    defer { for text in arguments { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(
      &process, words[0], nil, &attributes, arguments, inherited + [nil])
    guard code == 0 else {
      throw .failed("cannot start \(words[0]): \(String(cString: strerror(code)))", hint: nil)
    }
    return process
  }

  /// Addresses of our own variables, which need not be UTF-8.
  private var inherited: [UnsafeMutablePointer<CChar>?] {
    InheritedEnvironment.current.entries.compactMap { entry in
      guard let start = entry.whole.baseAddress else { return nil }
      // Only read, as all of an environment: the type is C's.
      return UnsafeMutableRawPointer(mutating: start).assumingMemoryBound(to: CChar.self)
    }
  }

  private static func code(_ status: Int32) -> Int32 {
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }
}
