internal import Platform
internal import Testing
internal import ValetTesting

/// A person who moves out.
@Suite struct LeaveTests {
  @Test func givesHostsTheirKeysBackAndLeavesNothing() throws {
    let home = try Home.full()
    let leave = try home.start(["leave"], onTerminal: true)
    try leave.expect("[y/N]")
    for words in [
      ".cursor/mcp.json: github", "data/vault (2 secrets, 2 grants)", "state/audit.log",
    ] {
      #expect(leave.text.contains(words), "\(words): \(leave.text)")
    }
    try leave.type("y\n")
    #expect(leave.wait() == 0, "\(leave.text)")
    #expect(home.hasHostKeys == true)
    #expect(!TemporaryFolder.exists(home.valetHome), "\(home.allFiles)")
    #expect(leave.text.contains("the key file \(home.keyFile)"))
    #expect(TemporaryFolder.exists(home.keyFile))
    // Once is enough.
    let again = try home.valet(["leave"])
    #expect(again.exitCode == 0 && again.errorText.contains("nothing of mcp-valet here"))
  }

  @Test func showsWhatWouldGoAndChangesNothing() throws {
    let home = try Home.full()
    let before = home.allFiles
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
    #expect(home.allFiles == before && !home.hasHostKeys)
  }

  @Test(arguments: ["n\n", "\n"]) func changesNothingWithoutAYes(answer: String) throws {
    let home = try Home.full()
    let before = home.allFiles
    let leave = try home.start(["leave"], onTerminal: true)
    try leave.expect("[y/N]")
    try leave.type(answer)
    #expect(leave.wait() == 77, "\(leave.text)")
    #expect(home.allFiles == before)
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
    let other = try Home.full()
    let run = try other.valet(["leave", "--yes"])
    #expect(run.exitCode == 0 && other.hasHostKeys, "\(run.errorText)")
  }

  /// The keys would be lost with the vault.
  @Test func removesNothingWhenAHostCannotBeUndone() throws {
    let home = try Home.full()
    let spoiled = try home.shell("cp .cursor/mcp.json good; echo '{' >.cursor/mcp.json")
    #expect(spoiled.exitCode == 0)
    let failed = try home.valet(["leave", "--yes"])
    #expect(failed.exitCode == 69, "\(failed.errorText)")
    #expect(failed.errorText.contains("so nothing is removed"), "\(failed.errorText)")
    #expect(failed.errorText.contains(".cursor/mcp.json:2:1"), "\(failed.errorText)")
    #expect(try home.valet(["get", "a"]).text == "value2")
    #expect(try home.shell("mv good .cursor/mcp.json").exitCode == 0)
    let run = try home.valet(["leave", "--yes"])
    #expect(run.exitCode == 0 && home.hasHostKeys, "\(run.errorText)")
    #expect(!TemporaryFolder.exists(home.valetHome), "\(home.allFiles)")
  }

  @Test func namesServersThatNoImportMadeAndFilesOfOthers() throws {
    let home = try Home.full()
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
      home.allFiles.filter { $0.hasPrefix("valet/") } == ["valet/data", "valet/data/my-copy"])
  }

  @Test func removesAVaultThatNobodyOpensOnlyWithForce() throws {
    let home = try Home.full()
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
    #expect(!TemporaryFolder.exists(home.valetHome), "\(home.allFiles)")
  }

  @Test func namesServersThatRunAndStopsThemWhenTold() throws {
    let home = try Home.full()
    // Where servers start that need no folder.
    #expect(mkdir("\(home.valetHome)/run", 0o700) == 0 || errno == EEXIST)
    #expect(mkdir("\(home.valetHome)/run/empty", 0o500) == 0)
    let server = try home.start(["run", "demo"])
    let other = try Home.full()
    let stopped = try other.start(["run", "demo"])
    for (live, home) in [(server, home.path), (stopped, other.path)] {
      #expect(
        live.reads { _ in TemporaryFolder.exists("\(home)/valet/run/\(live.processID).sock") })
    }
    let left = try home.valet(["leave", "--yes"])
    #expect(
      left.errorText.contains("still runs: demo (process \(server.processID)"), "\(left.errorText)")
    #expect(kill(server.processID, 0) == 0)
    // One may work in a folder of ours, and it writes its log when it ends.
    #expect(left.exitCode == 69 && left.errorText.contains("then: mcp-valet leave"))
    #expect(TemporaryFolder.exists("\(home.valetHome)/run/empty"), "\(home.allFiles)")
    server.closeInput()
    #expect(server.wait() == 0)
    let rest = try home.valet(["leave", "--yes"])
    #expect(rest.exitCode == 0 && home.isLeft, "\(rest.errorText) \(home.allFiles)")
    let run = try other.valet(["leave", "--yes", "--stop"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(stopped.wait() != nil)
    #expect(!TemporaryFolder.exists(other.valetHome), "\(other.allFiles)")
  }

  // MARK: The keyring

  @Test(arguments: KeyringPeer.Kind.allCases) func leavesNothingInTheKeyring(
    kind: KeyringPeer.Kind
  ) throws {
    let keyring = try KeyringPeer(kind)
    let bus = keyring.environment
    let home = try Home.full(adding: bus, slot: ["--keyring"])
    #expect(
      try home.valet(["set", "--store", "keyring", "k"], input: "v", adding: bus).exitCode == 0)
    #expect(
      try home.valet(["allow", "--yes", "k", "K=keyring://k", "--", "/bin/cat"], adding: bus)
        .exitCode == 0)
    // A daemon that hangs at the wrong moment: nothing is done; or what is left is named, and found
    // again.
    let search = "secret-tool search --all application mcp-valet 2>&1 | grep -c label || true"
    #expect(try keyring.shell(search) != "0\n")
    try keyring.hang()
    let partly = try home.valet(["leave", "--yes"], adding: bus)
    #expect(partly.exitCode == 69, "\(partly.errorText)")
    #expect(partly.errorText.contains("the OS keyring did not answer"), "\(partly.errorText)")
    #expect(TemporaryFolder.exists(home.vault) && !home.hasHostKeys)
    let forced = try home.valet(["leave", "--yes", "--force"], adding: bus)
    #expect(forced.exitCode == 69, "\(forced.errorText)")
    #expect(forced.errorText.contains("lost by --force: what is in the OS keyring stays there"))
    #expect(forced.errorText.contains("left: what is in the OS keyring"), "\(forced.errorText)")
    #expect(!TemporaryFolder.exists(home.vault) && home.hasHostKeys)
    try keyring.goOn()
    let rest = try home.start(["leave"], adding: bus, onTerminal: true)
    try rest.expect("[y/N]")
    try rest.type("y\n")
    #expect(rest.wait() == 0, "\(rest.text)")
    #expect(try keyring.shell(search) == "0\n")
    #expect(!TemporaryFolder.exists(home.valetHome), "\(home.allFiles)")
    #expect(home.hasHostKeys == true)
  }

  /// Those of another vault of the same user.
  @Test func leavesWhatOtherVaultsHaveInTheKeyring() throws {
    let keyring = try KeyringPeer()
    let bus = keyring.environment
    let home = try Home.full(adding: bus, slot: ["--keyring"])
    let other = bus.merging(["MCP_VALET_HOME": "\(home.path)/other"]) { $1 }
    #expect(try home.valet(["vault", "init", "--keyring"], adding: other).exitCode == 0)
    #expect(try home.valet(["set", "b"], input: "value-of-b", adding: other).exitCode == 0)
    #expect(
      try home.valet(["set", "--store", "keyring", "k"], input: "v", adding: bus).exitCode == 0)
    let run = try home.valet(["leave", "--yes"], adding: bus)
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("the key of another vault"), "\(run.errorText)")
    #expect(run.errorText.contains("mcp-valet rm keyring://k"), "\(run.errorText)")
    // That would be the end of the other vault.
    #expect(!run.errorText.contains("secret-tool"), "\(run.errorText)")
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
    #expect(!TemporaryFolder.exists(home.valetHome), "\(home.allFiles)")
  }

  @Test func namesLoginsThatItCannotRevoke() throws {
    let connected = try ConnectedHome()
    let run = try connected.home.valet(["leave", "--yes"])
    // The endpoint of this test has no way to revoke, which is to be named.
    #expect(run.exitCode == 69, "\(run.errorText)")
    #expect(run.errorText.contains("left: oauth://work: "), "\(run.errorText)")
    // Another one would find nothing.
    #expect(!run.errorText.contains("then: mcp-valet leave"), "\(run.errorText)")
    #expect(!TemporaryFolder.exists(connected.home.vault))
    #expect(!TemporaryFolder.exists("\(connected.home.valetHome)/data/connections"))
  }
}
