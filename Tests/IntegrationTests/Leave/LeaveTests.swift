internal import Platform
internal import Testing
internal import ValetTesting

/// A person who moves out.
@Suite struct LeaveTests {
  static let config = """
    {
      // my servers
      "mcpServers": {
        "github": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-github@2025.4.8"],
          "env": {"GITHUB_PERSONAL_ACCESS_TOKEN": "ghp_R7fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x"}},
      },
    }

    """

  /// A home with everything in it: an import, definitions, grants, a refused launch, backups.
  private func fullHome(adding: [String: String] = [:], slot: [String]? = nil) throws -> Home {
    let home = try Home()
    let slot = slot ?? ["--key-file", home.keyFile]
    let made = try home.valet(["vault", "init", "--unattended"] + slot, adding: adding)
    try #require(made.exitCode == 0, "\(made.errorText)")
    #expect(mkdir("\(home.path)/.config", 0o700) == 0)
    let run = try home.shell(
      """
      mkdir -p .vscode-none .config/Code/User .cursor
      cat >.cursor/mcp.json
      cp .cursor/mcp.json before
      printf value | "$VALET" set a && printf value2 | "$VALET" set a || exit 2
      "$VALET" add demo --env A=valet://a -- /bin/cat || exit 3
      "$VALET" allow --yes demo || exit 4
      "$VALET" run demo -- /bin/cat --other </dev/null 2>/dev/null
      "$VALET" import cursor --yes --no-check || exit 5
      ! cmp -s .cursor/mcp.json before && ! grep -q ghp_ .cursor/mcp.json
      """, adding: adding, input: Self.config)
    try #require(run.exitCode == 0, "\(run.exitCode) \(run.text)\(run.errorText)")
    return home
  }

  private func files(_ home: String) -> [String] {
    let run = try? ProgramRun.run(["/usr/bin/find", home, "-printf", "%P\\n"], environment: [:])
    return (run?.text ?? "find failed").split(separator: "\n").map(String.init).sorted()
  }

  private func isBack(_ home: String) -> Bool {
    File.text("\(home)/.cursor/mcp.json") == Self.config
  }

  @Test func givesHostsTheirKeysBackAndLeavesNothing() throws {
    let home = try fullHome()
    let leave = try home.start(["leave"], onTerminal: true)
    try leave.expect("[y/N]")
    for words in [
      ".cursor/mcp.json: github", "data/vault (2 secrets, 2 grants)", "state/audit.log",
    ] {
      #expect(leave.text.contains(words), "\(words): \(leave.text)")
    }
    try leave.type("y\n")
    #expect(leave.wait() == 0, "\(leave.text)")
    #expect(isBack(home.path))
    #expect(!TemporaryFolder.exists(home.valetHome), "\(files(home.path))")
    #expect(leave.text.contains("the key file \(home.keyFile)"))
    #expect(TemporaryFolder.exists(home.keyFile))
    // Once is enough.
    let again = try home.valet(["leave"])
    #expect(again.exitCode == 0 && again.errorText.contains("nothing of mcp-valet here"))
  }

  @Test func showsWhatWouldGoAndChangesNothing() throws {
    let home = try fullHome()
    let before = files(home.path)
    let run = try home.valet(["leave", "--dry-run", "--json"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    let json = try #require(ReferenceJSON.parse(run.output))
    #expect(json["hostFiles"].elements.first?["path"].text == "\(home.path)/.cursor/mcp.json")
    #expect(json["hostFiles"].elements.first?["servers"].elements.first?.text == "github")
    #expect(json["secrets"].number == "2")
    #expect(json["files"].elements.contains { $0.text == home.vault })
    let text = try home.valet(["leave", "--dry-run"])
    #expect(text.exitCode == 0 && text.text.contains(home.vault), "\(text.errorText)")
    for output in [run.text, text.text] { #expect(!output.contains("ghp_")) }
    #expect(files(home.path) == before && !isBack(home.path))
  }

  @Test(arguments: ["n\n", "\n"]) func changesNothingWithoutAYes(answer: String) throws {
    let home = try fullHome()
    let before = files(home.path)
    let leave = try home.start(["leave"], onTerminal: true)
    try leave.expect("[y/N]")
    try leave.type(answer)
    #expect(leave.wait() == 77, "\(leave.text)")
    #expect(files(home.path) == before)
    #expect(try home.valet(["get", "a"]).text == "value2")
  }

  @Test func asksAPersonUnlessTheVaultIsUnattended() throws {
    let home = try Home()
    #expect(try home.valet(["vault", "init", "--key-file", home.keyFile]).exitCode == 0)
    for words in [["leave"], ["leave", "--yes"]] {
      let run = try home.valet(words, input: "y\n")
      #expect(run.exitCode == 77, "\(run.errorText)")
    }
    #expect(TemporaryFolder.exists(home.vault))
    let other = try fullHome()
    let run = try other.valet(["leave", "--yes"])
    #expect(run.exitCode == 0 && isBack(other.path), "\(run.errorText)")
  }

  /// The keys would be lost with the vault.
  @Test func removesNothingWhenAHostCannotBeUndone() throws {
    let home = try fullHome()
    let spoiled = try home.shell("cp .cursor/mcp.json good; echo '{' >.cursor/mcp.json")
    #expect(spoiled.exitCode == 0)
    let failed = try home.valet(["leave", "--yes"])
    #expect(failed.exitCode == 69, "\(failed.errorText)")
    #expect(failed.errorText.contains("so nothing is removed"), "\(failed.errorText)")
    #expect(failed.errorText.contains(".cursor/mcp.json:2:1"), "\(failed.errorText)")
    #expect(try home.valet(["get", "a"]).text == "value2")
    #expect(try home.shell("mv good .cursor/mcp.json").exitCode == 0)
    let run = try home.valet(["leave", "--yes"])
    #expect(run.exitCode == 0 && isBack(home.path), "\(run.errorText)")
    #expect(!TemporaryFolder.exists(home.valetHome), "\(files(home.path))")
  }

  @Test func namesServersThatNoImportMadeAndFilesOfOthers() throws {
    let home = try fullHome()
    let run = try home.shell(
      """
      mkdir -p .codex; printf '[mcp_servers.mine]\\ncommand = "mcp-valet"\\nargs = ["run", "demo"]\\n' \
        >.codex/config.toml
      cp valet/data/vault valet/data/my-copy
      "$VALET" leave --yes
      """)
    #expect(run.exitCode == 69, "\(run.errorText)")
    #expect(run.errorText.contains("mine of Codex still starts mcp-valet"), "\(run.errorText)")
    #expect(run.errorText.contains("left: \(home.valetHome)/data/my-copy"), "\(run.errorText)")
    #expect(
      files(home.path).filter { $0.hasPrefix("valet/") } == ["valet/data", "valet/data/my-copy"])
  }

  @Test func removesAVaultThatNobodyOpensOnlyWithForce() throws {
    let home = try fullHome()
    try home.lock()
    #expect(unlink(home.keyFile) == 0)
    let refused = try home.start(["leave"], onTerminal: true)
    #expect(refused.wait() == 77, "\(refused.text)")
    #expect(refused.text.contains("mcp-valet leave --force"), "\(refused.text)")
    #expect(TemporaryFolder.exists(home.vault))
    let forced = try home.start(["leave", "--force"], onTerminal: true)
    try forced.expect("[y/N]")
    #expect(forced.text.contains("it does not open"), "\(forced.text)")
    // What the vault would have put back is named as something to edit.
    #expect(forced.text.contains("github of Cursor"), "\(forced.text)")
    try forced.type("y\n")
    #expect(forced.wait() == 0, "\(forced.text)")
    #expect(!TemporaryFolder.exists(home.valetHome), "\(files(home.path))")
  }

  @Test func namesServersThatRunAndStopsThemWhenTold() throws {
    let home = try fullHome()
    let server = try home.start(["run", "demo"])
    let other = try fullHome()
    let stopped = try other.start(["run", "demo"])
    for (live, home) in [(server, home.path), (stopped, other.path)] {
      #expect(
        live.reads { _ in TemporaryFolder.exists("\(home)/valet/run/\(live.processID).sock") })
    }
    let left = try home.valet(["leave", "--yes"])
    #expect(
      left.errorText.contains("still runs: demo (process \(server.processID)"), "\(left.errorText)")
    #expect(kill(server.processID, 0) == 0)
    server.closeInput()
    #expect(server.wait() == 0)
    let run = try other.valet(["leave", "--yes", "--stop"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(stopped.wait() != nil)
    #expect(!TemporaryFolder.exists(other.valetHome), "\(files(other.path))")
  }

  /// Killed at a change of a file: what is run again comes to the same end, and no key of a host is
  /// lost on the way.
  @Test(
    .enabled(if: Programs.areInstalled("/usr/bin/strace")),
    arguments: [1, 3, 6, 10, 14, 18, 20, 22, 24, 26, 30])
  func goesOnAfterAKill(change: Int) throws {
    let home = try fullHome()
    let changes = "unlink,unlinkat,rename,renameat,renameat2,rmdir"
    let killed = try ProgramRun.run(
      [
        "/usr/bin/strace", "-f", "-o", "/dev/null", "-e", "trace=\(changes)", "-e",
        "inject=\(changes):signal=KILL:when=\(change)", Programs.broker, "leave", "--yes",
      ], environment: home.environment)
    if change <= 10 { #expect(killed.exitCode != 0) }
    if killed.exitCode != 0 {
      #expect(TemporaryFolder.exists(home.valetHome))
      if !TemporaryFolder.exists(home.vault) {
        #expect(isBack(home.path), "\(killed.errorText)")
      }
      let last = try home.start(["leave"], onTerminal: true)
      try last.expect("[y/N]")
      try last.type("y\n")
      #expect(last.wait() == 0, "\(last.text)")
    }
    #expect(isBack(home.path))
    #expect(!TemporaryFolder.exists(home.valetHome), "\(files(home.path))")
  }

  // MARK: The keyring

  @Test(arguments: KeyringPeer.Kind.allCases) func leavesNothingInTheKeyring(
    kind: KeyringPeer.Kind
  ) throws {
    let keyring = try KeyringPeer(kind)
    let bus = keyring.environment
    let home = try fullHome(adding: bus, slot: ["--keyring"])
    #expect(
      try home.valet(["set", "--store", "keyring", "k"], input: "v", adding: bus).exitCode == 0)
    #expect(
      try home.valet(["allow", "--yes", "k", "K=keyring://k", "--", "/bin/cat"], adding: bus)
        .exitCode == 0)
    // A daemon that hangs at the wrong moment: what is left is named, and found again.
    let search = "secret-tool search --all application mcp-valet 2>&1 | grep -c label || true"
    #expect(try keyring.shell(search) != "0\n")
    try keyring.hang()
    let partly = try home.valet(["leave", "--yes"], adding: bus)
    #expect(partly.exitCode != 0, "\(partly.errorText)")
    try keyring.goOn()
    let rest = try home.start(["leave"], adding: bus, onTerminal: true)
    try rest.expect("[y/N]")
    try rest.type("y\n")
    #expect(rest.wait() == 0, "\(rest.text)")
    #expect(try keyring.shell(search) == "0\n")
    #expect(!TemporaryFolder.exists(home.valetHome), "\(files(home.path))")
    #expect(isBack(home.path))
  }

  /// Those of another vault of the same user.
  @Test func leavesWhatOtherVaultsHaveInTheKeyring() throws {
    let keyring = try KeyringPeer()
    let bus = keyring.environment
    let home = try fullHome(adding: bus, slot: ["--keyring"])
    let other = bus.merging(["MCP_VALET_HOME": "\(home.path)/other"]) { $1 }
    #expect(try home.valet(["vault", "init", "--keyring"], adding: other).exitCode == 0)
    #expect(try home.valet(["set", "b"], input: "value-of-b", adding: other).exitCode == 0)
    #expect(
      try home.valet(["set", "--store", "keyring", "k"], input: "v", adding: bus).exitCode == 0)
    let run = try home.valet(["leave", "--yes"], adding: bus)
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("the key of another vault"), "\(run.errorText)")
    #expect(run.errorText.contains("mcp-valet rm keyring://k"), "\(run.errorText)")
    #expect(try home.valet(["lock"], adding: other).exitCode == 0)
    #expect(try home.valet(["list"], adding: other).text.contains("b "))
  }

  // MARK: Connections

  @Test(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
  func revokesLoginsAtTheirServers() throws {
    let server = try StallingServer()
    let home = try Home.withVault()
    let login = try home.valet(["login", "work", server.url], adding: try home.browser())
    try #require(login.exitCode == 0, "\(login.errorText)")
    let run = try home.valet(["leave", "--yes"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("revoked oauth://work"), "\(run.errorText)")
    #expect(!TemporaryFolder.exists(home.valetHome), "\(files(home.path))")
  }

  @Test func namesLoginsThatItCannotRevoke() throws {
    let connected = try ConnectedHome()
    let run = try connected.home.valet(["leave", "--yes"])
    // The endpoint of this test has no way to revoke, which is to be named.
    #expect(run.exitCode == 69, "\(run.errorText)")
    #expect(run.errorText.contains("left: oauth://work: "), "\(run.errorText)")
    #expect(!TemporaryFolder.exists(connected.home.vault))
    #expect(!TemporaryFolder.exists("\(connected.home.valetHome)/data/connections"))
  }
}
