internal import Platform
internal import Testing
internal import ValetTesting

/// An empty home for one test: its own vault, its own everything, and the six variables that a
/// host passes on.
struct Home: ~Copyable {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The kernel would keep the key for hours, and of an ordinary user's keys only 200.
  deinit { try? lock() }

  var path: String { folder.path }

  /// What a host leaves of its environment (protocol S11), with everything of ours in one folder.
  var environment: [String: String] {
    [
      "HOME": path, "LOGNAME": "tester", "PATH": "/usr/local/bin:/usr/bin:/bin",
      "SHELL": "/bin/sh", "TERM": "dumb", "USER": "tester", "MCP_VALET_HOME": valetHome,
    ]
  }

  /// A home whose vault opens with a key file and needs nobody to confirm.
  static func withVault() throws -> Home {
    let home = try Home()
    let made = try home.valet(["vault", "init", "--key-file", home.keyFile, "--unattended"])
    try #require(made.exitCode == 0, "\(made.errorText)")
    return home
  }

  var keyFile: String { "\(path)/key" }

  /// The one folder for everything of ours.
  var valetHome: String { "\(path)/valet" }

  var vault: String { "\(valetHome)/data/vault" }

  /// Runs `mcp-valet` to its end. Of `run`, the output is what the server printed, message or not,
  /// and not redacted: what a server is given is to be seen, and redaction has tests of its own.
  ///
  /// - Parameter allowing: grants what `run` starts, as ``allow(_:adding:)`` does.
  func valet(
    _ words: [String], input: String = "", adding: [String: String] = [:], seconds: Double = 60,
    allowing: Bool = true
  ) throws -> ProgramRun {
    let isRun = words.first == "run"
    let words = isRun ? ["run", "--no-redact"] + words.dropFirst() : words
    if isRun, allowing { try allow(words, adding: adding) }
    let run = try ProgramRun.run(
      [Programs.broker] + words, environment: environment.merging(adding) { $1 },
      input: Array(input.utf8), seconds: seconds)
    return isRun ? run.unmarked : run
  }

  /// Grants what `run` with these words is about to start, from any folder; nothing where the vault
  /// is locked, or the words make no sense. Tests about grants do without.
  ///
  /// - Parameter words: from `run` on.
  func allow(_ words: [String], adding: [String: String] = [:]) throws {
    guard words.first == "run", TemporaryFolder.exists(vault) else { return }
    var environment = environment.merging(adding) { $1 }
    // Nobody is to be asked for a passphrase.
    environment["DISPLAY"] = nil
    let shown = words.contains("--no-redact") ? [] : ["--no-redact"]
    let words = ["allow", "--yes", "--folder", "any"] + shown + words.dropFirst()
    let run = try ProgramRun.run([Programs.broker] + words, environment: environment)
    guard run.errorText.contains("--yes works where") else { return }
    // Somebody has to say so.
    let attended = try LiveProgram(
      [Programs.broker] + words.filter { $0 != "--yes" }, environment: environment,
      onTerminal: true)
    try attended.expect("[y/N]")
    try attended.type("y\n")
    try #require(attended.wait() == 0, "\(attended.text)")
  }

  /// A home whose vault opens with a passphrase, and is locked.
  static func withPassphrase(
    _ passphrase: String = "correct horse", unattended: Bool = true
  ) throws -> Home {
    let home = try Home()
    let made = try home.valet(
      ["vault", "init", "--passphrase-stdin"] + (unattended ? ["--unattended"] : []),
      input: passphrase)
    try #require(made.exitCode == 0, "\(made.errorText)")
    return home
  }

  /// Starts `mcp-valet` and stays in touch with it. Lines of a server that are no messages come with
  /// those that are.
  func start(
    _ words: [String], adding: [String: String] = [:], onTerminal: Bool = false,
    allowing: Bool = true
  ) throws -> LiveProgram {
    if allowing { try allow(words, adding: adding) }
    return try LiveProgram(
      [Programs.broker] + words, environment: environment.merging(adding) { $1 },
      onTerminal: onTerminal)
  }

  /// Runs a script of `bash` to its end; `$VALET` is the broker and `$PYTHON` the peers' Python.
  func shell(
    _ script: String, adding: [String: String] = [:], input: String = "", seconds: Double = 60
  ) throws -> ProgramRun {
    let own = [
      "VALET": Programs.broker, "PYTHON": Programs.python ?? "", "PEERS": Programs.peer("."),
    ]
    return try ProgramRun.run(
      ["/bin/bash", "-c", script],
      environment: environment.merging(own) { $1 }.merging(adding) { $1 },
      input: Array(input.utf8), folder: path, seconds: seconds)
  }

  /// Installs the programs below the home's `.local`, as they are installed in any prefix.
  ///
  /// - Returns: the path of `mcp-valet` there, links resolved.
  func installPrograms() throws -> String {
    let run = try shell(
      """
      mkdir -p .local/bin .local/libexec/mcp-valet .cursor
      cp "$VALET" .local/bin/mcp-valet && cp "$VALET-ctl" "$VALET-net" .local/libexec/mcp-valet/
      realpath .local/bin/mcp-valet
      """)
    try #require(run.exitCode == 0, "\(run.errorText)")
    return String(run.text.dropLast())
  }

  /// Stores a secret in the vault.
  func set(_ name: String, _ value: String) throws {
    let stored = try valet(["set", name], input: value)
    try #require(stored.exitCode == 0, "\(stored.errorText)")
  }

  /// Writes a file below the home.
  func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var text = text
    let written = text.withUTF8 { Platform.write(descriptor, $0.baseAddress, $0.count) }
    try #require(written == text.utf8.count)
  }

  /// Removes a file below the home.
  func remove(_ name: String) throws { try #require(unlink("\(path)/\(name)") == 0) }

  /// Forgets the key that the kernel keeps for this home's vault.
  func lock() throws { _ = try valet(["lock"]) }
}
