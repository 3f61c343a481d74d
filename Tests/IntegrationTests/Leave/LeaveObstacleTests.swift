internal import Platform
internal import Testing
internal import ValetTesting

/// What may hold the last copy of a key stops a `leave` before anything is done.
@Suite struct LeaveObstacleTests {
  private static let token = "ghp_R7fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x"

  /// - Returns: what it said.
  private func expectStop(
    _ home: borrowing Home, _ words: [String] = ["leave", "--yes"], adding: [String: String] = [:],
    saying text: String
  ) throws {
    let before = home.allFiles
    let run = try home.valet(words, adding: adding)
    #expect(run.exitCode == 69, "\(run.errorText)")
    #expect(run.errorText.contains("nothing is removed"), "\(run.errorText)")
    #expect(run.errorText.contains(text), "\(run.errorText)")
    #expect(run.errorText.contains("mcp-valet leave --force"), "\(run.errorText)")
    #expect(home.allFiles == before)
    #expect(home.hasHostKeys == false)
  }

  @Test func stopsAtTheRecordOfAnImportThatItCannotRead() throws {
    let home = try Home.full()
    let name = "mcp-valet/undo/cursor/0011223344556677"
    try home.set(name, "of another version")
    try expectStop(home, saying: name)
    let shown = try home.valet(["leave", "--dry-run"])
    #expect(shown.errorText.contains("in the way: valet://\(name)"), "\(shown.errorText)")
    // Those that can be read are carried out all the same.
    let forced = try home.valet(["leave", "--yes", "--force"])
    #expect(forced.exitCode == 0, "\(forced.errorText)")
    #expect(
      forced.errorText.contains("lost by --force: what an import took out of files of cursor"),
      "\(forced.errorText)")
    #expect(home.hasHostKeys && home.isLeft, "\(home.allFiles)")
  }

  /// A session without the bus is no empty keyring, where the vault has its key there.
  @Test func stopsAtAKeyringThatIsOutOfReach() throws {
    let keyring = try KeyringPeer()
    let home = try Home.full(adding: keyring.environment, slot: ["--keyring"])
    try expectStop(home, saying: "the OS keyring is not available")
    let there = try home.valet(["leave", "--yes"], adding: keyring.environment)
    #expect(there.exitCode == 0, "\(there.errorText)")
    #expect(home.hasHostKeys && home.isLeft, "\(home.allFiles)")
  }

  @Test func stopsAtALockedKeyring() throws {
    let keyring = try KeyringPeer()
    let bus = keyring.environment
    let home = try Home.full()
    #expect(
      try home.valet(["set", "--store", "keyring", "k"], input: "v", adding: bus).exitCode == 0)
    try keyring.lock()
    try expectStop(home, adding: bus, saying: "the OS keyring is locked")
  }

  @Test(arguments: [
    ("{\"mcpServers\": {\"x\": {\"command\": \"mcp-valet\",", true), ("{\"mcpServers\": {", false),
  ])
  func stopsAtAHostsFileThatItCannotReadAndThatNamesIt(text: String, isStopped: Bool) throws {
    let home = try Home.full()
    #expect(mkdir("\(home.path)/.gemini", 0o700) == 0)
    try home.write(text, to: ".gemini/settings.json")
    if isStopped {
      try expectStop(home, saying: ".gemini/settings.json:1:")
      return
    }
    let run = try home.valet(["leave", "--yes"])
    #expect(run.exitCode == 0 && home.isLeft, "\(run.errorText)")
    #expect(run.errorText.contains("warning: "), "\(run.errorText)")
  }

  /// Nobody gets the keys of a server that is gone, and nobody is there who was told.
  @Test(arguments: ["rm .cursor/mcp.json", "echo '{\"mcpServers\": {}}' >.cursor/mcp.json"])
  func namesServersThatAreGone(change: String) throws {
    let home = try Home.full()
    #expect(try home.shell(change).exitCode == 0)
    try expectStop(home, saying: "github of \(home.path)/.cursor/mcp.json is gone or changed")
    let leave = try home.leave()
    #expect(leave.wait() == 0, "\(leave.text)")
    #expect(leave.text.contains("their keys are in the vault only:\r\n  \(home.path)/.cursor"))
    #expect(leave.text.contains("  github/"), "\(leave.text)")
    #expect(home.isLeft == true, "\(home.allFiles)")
  }

  /// A value that is needed and missing: the servers that run are not ended for nothing, either.
  @Test func endsNoServerBeforeHostsHaveTheirKeys() throws {
    let home = try Home.full()
    let changed = try home.shell(
      """
      sed -i 's/my servers/mine/' .cursor/mcp.json
      "$VALET" rm github/GITHUB_PERSONAL_ACCESS_TOKEN || "$VALET" list >&2
      """)
    #expect(changed.exitCode == 0 && changed.text.isEmpty, "\(changed.errorText)")
    let server = try home.start(["run", "demo"])
    #expect(
      server.reads { _ in
        TemporaryFolder.exists("\(home.valetHome)/run/\(server.processID).sock")
      })
    let run = try home.valet(["leave", "--yes", "--stop"])
    #expect(run.exitCode == 69, "\(run.errorText)")
    #expect(run.errorText.contains("so nothing is removed"), "\(run.errorText)")
    #expect(run.errorText.contains("no secret valet://github/"), "\(run.errorText)")
    #expect(server.wait(seconds: 0.5) == nil && TemporaryFolder.exists(home.vault))
    let forced = try home.valet(["leave", "--yes", "--stop", "--force"])
    #expect(forced.errorText.contains("lost by --force: the keys of github"), "\(forced.errorText)")
    #expect(server.wait() != nil && home.isLeft, "\(home.allFiles)")
  }

  /// It would write our commands over the keys, when the vault has gone.
  @Test func stopsAtAHostThatWritesItsFileBack() throws {
    let home = try Home.withVault()
    let run = try home.shell(
      """
      mkdir .lmstudio && cat >.lmstudio/mcp.json && cp /bin/sleep lm-studio
      "$VALET" import lm-studio --yes --no-check
      """,
      input: #"{"mcpServers": {"x": {"command": "npx", "args": ["x"], "env": {"API_KEY": ""#
        + Self.token + #""}}}}"#)
    try #require(run.exitCode == 0, "\(run.errorText)")
    let host = try LiveProgram(["\(home.path)/lm-studio", "60"], environment: [:])
    try expectStop(home, saying: "LM Studio runs (process \(host.processID))")
    host.send(SIGKILL)
    #expect(host.wait() != nil)
    let left = try home.valet(["leave", "--yes"])
    #expect(left.exitCode == 0 && home.isLeft, "\(left.errorText)")
    #expect(File.text("\(home.path)/.lmstudio/mcp.json").contains(Self.token))
  }

  /// What somebody stored while the question stood there was not agreed to.
  @Test func removesNoSecretThatWasStoredSinceItAsked() throws {
    let home = try Home.full()
    let leave = try home.start(["leave"], onTerminal: true)
    try leave.expect("[y/N]")
    try home.set("late", "value-of-late")
    try leave.type("y\n")
    #expect(leave.wait() == 69, "\(leave.text)")
    #expect(leave.text.contains("was changed after you were asked"), "\(leave.text)")
    #expect(try home.valet(["get", "late"]).text == "value-of-late")
  }

  /// The vault is lost, and this is what is left of it.
  @Test func stopsAtBackupsOfAVaultThatIsNotThere() throws {
    let home = try Home.full()
    #expect(unlink(home.vault) == 0)
    try expectStop(home, saying: "vault restore")
    #expect(TemporaryFolder.exists("\(home.vault).bak.1"))
  }

  @Test func namesHowManyLoginsGoWithAVaultThatNobodyOpens() throws {
    let connected = try ConnectedHome()
    try connected.home.lock()
    #expect(unlink(connected.home.keyFile) == 0)
    let forced = try connected.home.start(["leave", "--force"], onTerminal: true)
    try forced.expect("[y/N]")
    #expect(forced.text.contains("1 login that stays valid"), "\(forced.text)")
    try forced.type("n\n")
    #expect(forced.wait() == 77)
  }

  @Test func asksNothingToShowWhatWouldGo() throws {
    let home = try Home.withPassphrase()
    try home.lock()
    let shown = try home.start(["leave", "--dry-run"], onTerminal: true)
    #expect(shown.wait() == 0, "\(shown.text)")
    #expect(!shown.text.contains("Passphrase"), "\(shown.text)")
    #expect(shown.text.contains("in the way: the vault is locked; mcp-valet unlock"))
  }

  /// A file that nobody changed gets its old value; a newer one is in the vault alone.
  @Test func namesSecretsThatNoHostGetsBack() throws {
    let home = try Home.full()
    func names() throws -> [String] {
      let json = try home.valet(["leave", "--dry-run", "--json"])
      return ReferenceJSON.parse(json.output)?["onlyHere"].elements.compactMap(\.text) ?? []
    }
    #expect(try names() == ["a"])
    usleep(1_100_000)
    try home.set("github/GITHUB_PERSONAL_ACCESS_TOKEN", "ghp_new")
    #expect(try names() == ["a", "github/GITHUB_PERSONAL_ACCESS_TOKEN"])
  }

  /// By their exact names only; a copy of the vault may be the last one.
  @Test func leavesFilesThatOnlyLookLikeItsOwn() throws {
    let home = try Home.full()
    let strangers = [
      "config/net-notes", "config/servers.json.mine", "data/vault.mine", "data/vault.bak.old",
      "data/vault.bak.20260101", "data/vault.bak.10",
      "data/0123456789abcdef0123456789abcdef", "state/audit.txt", "state/import.me",
      "run/notes.lock", "run/unlock.mine", "run/1 note.sock",
    ]
    for name in strangers { try home.write("mine", to: "valet/\(name)") }
    let run = try home.valet(["leave", "--yes"])
    #expect(run.exitCode == 69, "\(run.errorText)")
    for name in strangers {
      #expect(TemporaryFolder.exists("\(home.valetHome)/\(name)"), "\(name)")
      #expect(run.errorText.contains("left: \(home.valetHome)/\(name) is none of ours"), "\(name)")
    }
    #expect(!TemporaryFolder.exists(home.vault))
  }

  /// Of brokers and bundles that were killed.
  @Test func removesFoldersThatNobodyUsesAnyMore() throws {
    let home = try Home.full()
    let made = try home.shell(
      """
      cd valet && mkdir -m 700 -p state/bundles/x-0123456789abcdef0123456789abcdef/node/deep run/files/77-ab
      echo x >state/bundles/x-0123456789abcdef0123456789abcdef/node/deep/f
      chmod 500 state/bundles/x-0123456789abcdef0123456789abcdef/node/deep
      printf value >run/files/77-ab/TOKEN; mkdir -m 500 run/empty run/empty-3
      """)
    #expect(made.exitCode == 0, "\(made.errorText)")
    let run = try home.valet(["leave", "--yes"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(home.isLeft == true, "\(home.allFiles)")
  }
}
