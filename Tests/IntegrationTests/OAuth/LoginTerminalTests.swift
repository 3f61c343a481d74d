internal import Platform
internal import Testing
internal import ValetTesting

/// A login as a person at a terminal has it.
@Suite(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
struct LoginTerminalTests {
  /// A person who copies the address, and where that ends.
  private func redirect(of page: String, _ options: [String] = []) throws -> String {
    let run = try ProgramRun.run(
      [try #require(Programs.python), Programs.peer("oauth/browser.py"), page, "--keep"] + options,
      environment: [:])
    let line = run.text.split(separator: "\n").first.map(String.init) ?? ""
    try #require(line.hasPrefix("redirect "), "\(run.text)\(run.errorText)")
    return String(line.dropFirst(9))
  }

  /// The address that `login` printed.
  private func page(_ login: LiveProgram, _ server: AuthorizationServer) throws -> String {
    try login.expect("\r\n  \(server.origin)")
    try login.expect("\r\n")
    let lines = login.text.split(whereSeparator: \.isNewline).map(String.init)
    return try #require(lines.last { $0.hasPrefix("  \(server.origin)") }).trimming
  }

  @Test("the address that the browser ended at can be pasted") func takesAPastedAddress() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    let login = try home.start(["login", "work"] + server.target, onTerminal: true)
    let page = try page(login, server)
    try login.expect("waiting for you")
    try login.type("nonsense\n")
    try login.expect("not for this login")
    try login.type(try redirect(of: page) + "\n")
    try login.expect("logged in: oauth://work")
    #expect(login.wait() == 0, "\(login.text)")
    #expect(login.terminalEchoes)
    #expect(try !home.token("work").isEmpty)
    #expect(login.text.contains("there is no display: no browser is opened"), "\(login.text)")
  }

  @Test("without a terminal nothing is read from standard input") func readsNoStandardInput() throws
  {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    let login = try home.valet(
      ["login", "work"] + server.target, input: "nonsense\n", adding: try home.browser())
    #expect(login.exitCode == 0, "\(login.errorText)")
    #expect(!login.errorText.contains("paste"), "\(login.errorText)")
  }

  static let stages = [
    "server", "resource", "metadata", "register", "authorize", "token", "verify",
  ]

  /// The processes of a login that work on the network.
  private func netProcesses(of login: LiveProgram) -> [pid_t] {
    Processes.tree(of: login.processID).filter { Processes.name(of: $0) == "mcp-valet-net" }
  }

  @Test("Ctrl-C at any stage leaves nothing behind", arguments: stages)
  func isCancelled(stage: String) throws {
    let home = try Home.withVault()
    let stalling = try StallingServer(at: stage)
    let login = try home.start(
      ["login", "work", stalling.url], adding: try home.browser(), onTerminal: true)
    try stalling.expectStall()
    let net = netProcesses(of: login)
    #expect(!net.isEmpty)
    try login.type("\u{3}")
    #expect(login.wait(seconds: 5) == 130, "\(login.text)")
    #expect(login.text.contains("error: cancelled"), "\(login.text)")
    #expect(login.terminalEchoes)
    #expect(try home.valet(["connections", "--json"]).text == "[\n\n]\n")
    #expect(try home.shell("ls valet/data/connections 2>/dev/null").text.isEmpty)
    #expect(waits { net.allSatisfy { kill($0, 0) != 0 } }, "mcp-valet-net still runs")
  }

  @Test("a kill at any stage leaves nothing behind", arguments: [SIGTERM, SIGHUP, SIGKILL])
  func isKilled(signal: Int32) throws {
    let home = try Home.withVault()
    let stalling = try StallingServer(at: "token")
    let login = try home.start(["login", "work", stalling.url], adding: try home.browser())
    try stalling.expectStall()
    let net = netProcesses(of: login)
    login.send(signal)
    #expect(login.wait(seconds: 5) == 128 + signal)
    #expect(try home.valet(["connections", "--json"]).text == "[\n\n]\n")
    #expect(!net.isEmpty)
    #expect(waits { net.allSatisfy { kill($0, 0) != 0 } }, "mcp-valet-net still runs")
  }

  @Test(
    "Ctrl-C while the tokens are written: all of the login is there, or nothing",
    .enabled(if: Programs.areInstalled("/usr/bin/strace"), "needs strace"))
  func isCancelledWhileStoring() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    // Half a second in each of the writes that must not be half done.
    let login = try LiveProgram(
      [
        "/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e",
        "inject=fsync,fdatasync:delay_enter=500000", Programs.broker, "login", "work",
      ]
        + server.target,
      environment: home.environment.merging(try home.browser()) { $1 })
    let isStoring = login.reads {
      $0.errorText.contains("getting the token")
        && TemporaryFolder.names(in: "\(home.valetHome)/data/connections").contains {
          $0.hasSuffix(".new")
        }
    }
    #expect(isStoring, "\(login.errorText)")
    let control = Processes.tree(of: login.processID).first {
      Processes.name(of: $0) == "mcp-valet-ctl"
    }
    kill(try #require(control), SIGINT)
    #expect(login.wait() != nil)
    let stored = try home.valet(["connections", "--json"])
    let all = try #require(ReferenceJSON.parse(stored.output), "\(stored.errorText)").elements
    let files = TemporaryFolder.names(in: "\(home.valetHome)/data/connections").filter {
      !$0.contains(".")
    }
    #expect(all.count == files.count, "\(stored.text) \(files)")
    #expect(stored.errorText.isEmpty, "\(stored.errorText)")
    if all.count == 1 { #expect(try !home.token("work").isEmpty) }
  }

  @Test("a login that takes too long ends by itself, and says so") func timesOut() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    let login = try home.valet(["login", "work", "--timeout", "2s"] + server.target)
    #expect(login.exitCode == 69, "\(login.errorText)")
    #expect(try home.valet(["connections", "--json"]).text == "[\n\n]\n")
  }

  @Test(
    "a code is shown in letters that can be read across a room",
    .enabled(if: AuthorizationServer.Kind.glewlwyd.isInstalled))
  func showsALargeCode() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.glewlwyd)
    let login = try home.start(
      [
        "login", "tv", "--issuer", server.issuer, "--device", "--client-id", "device-client",
        "--scope", "mcp",
      ], onTerminal: true)
    try login.expect("type this code: ")
    try login.expect("waiting for you")
    let line = try #require(
      login.text.split(whereSeparator: \.isNewline).first { $0.contains("type this code: ") })
    let code = try #require(line.split(separator: " ").last.map(String.init))
    let page = try #require(
      login.text.split(whereSeparator: \.isNewline).map(String.init)
        .first { $0.hasPrefix("  \(server.origin)") }
    ).trimming
    let rows = login.text.split(whereSeparator: \.isNewline).filter {
      $0.contains("#") && $0.allSatisfy { $0 == "#" || $0 == " " }
    }
    #expect(rows.count >= 5, "\(login.text)")
    _ = try ProgramRun.run(
      [try #require(Programs.python), Programs.peer("oauth/browser.py"), page, "--code", code],
      environment: [:])
    try login.expect("logged in: oauth://tv")
    #expect(login.wait() == 0)
  }
}

extension String {
  /// Without the blanks around it.
  fileprivate var trimming: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "\r" }.reversed())
  }
}
