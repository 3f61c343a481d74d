internal import Broker
internal import Platform

/// Opens a page in the person's browser, without a shell in between.
struct BrowserOpener {
  /// Why no browser is opened; nothing is wrong with that, the page is printed anyway.
  enum Refusal: Error, Equatable {
    case toldNotTo
    /// The browser would open on the screen of somebody else, or nowhere.
    case remoteShell
    case noDisplay
    case noProgram
    case notStarted(String)

    var text: String {
      switch self {
      case .toldNotTo: "no browser is opened"
      case .remoteShell: "this is a remote shell: no browser is opened"
      case .noDisplay: "there is no display: no browser is opened"
      case .noProgram: "no program that opens a browser was found"
      case .notStarted(let reason): "the browser could not be started: \(reason)"
      }
    }
  }

  /// The program and its words in front of the page's URL.
  let words: [String]

  /// Finds out whether there is a browser to open.
  ///
  /// - Parameters:
  ///   - variable: the environment.
  ///   - hasDisplay: whether a window can appear.
  ///   - isExecutable: whether there is such a program.
  init(
    variable: (String) -> String?, hasDisplay: Bool, isExecutable: (String) -> Bool
  ) throws(Refusal) {
    // Only a path: a name would be looked for along PATH, and lists of browsers with `%s` in them
    // want a shell. It is somebody's own word, so it holds in a remote shell too: editors that work
    // on another machine set it to a program that opens the page where the person sits.
    if let browser = variable("BROWSER"), browser.utf8.first == UInt8(ascii: "/"),
      isExecutable(browser)
    {
      words = [browser]
      return
    }
    // A display that was found by looking for its socket is that of whoever sits at the machine.
    let isRemote = variable("SSH_CONNECTION") != nil || variable("SSH_TTY") != nil
    let hasOwnDisplay = !(variable("DISPLAY") ?? variable("WAYLAND_DISPLAY") ?? "").isEmpty
    if isRemote, !hasOwnDisplay { throw .remoteShell }
    guard hasDisplay || !Self.needsDisplay else { throw .noDisplay }
    guard let found = Self.programs.first(where: { isExecutable($0[0]) }) else {
      throw .noProgram
    }
    words = found
  }

  /// The opener of this process; `allowed` is what the person said.
  static func current(allowed: Bool) throws(Refusal) -> BrowserOpener {
    guard allowed else { throw .toldNotTo }
    return try BrowserOpener(
      variable: Context.variable, hasDisplay: Display.isAvailable,
      isExecutable: { access($0, X_OK) == 0 })
  }

  /// Starts the program, and does not wait for it: some stay as long as the browser.
  ///
  /// - Parameter url: https, or http on loopback, of harmless characters; see
  ///   `NetMessage.isOpenable`. It cannot be taken for an option.
  func open(_ url: String) throws(Refusal) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // What browsers write to a terminal helps nobody.
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // A process group of its own: Ctrl-C is for us, and must not end a browser that was opened.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    let arguments = (words + [url]).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let environment = Self.environment().map { strdup($0) } + [nil]
    defer { for entry in environment { free(entry) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, &attributes, arguments, environment)
    guard code == 0 else { throw .notStarted(String(cString: strerror(code))) }
  }

  /// Our own environment, and where the display is when a host left that out.
  private static func environment() -> [String] {
    var entries: [String] = []
    var next = environ
    while let entry = next.pointee {
      if let text = String(validatingCString: entry) { entries.append(text) }
      next += 1
    }
    for entry in Display.environment {
      let name = entry.prefix { $0 != "=" } + "="
      if !entries.contains(where: { $0.hasPrefix(name) }) { entries.append(entry) }
    }
    return entries
  }
}
