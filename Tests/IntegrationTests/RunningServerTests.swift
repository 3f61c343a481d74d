internal import Platform
internal import Testing
internal import ValetTesting

/// `ps`, `stop`, `where` and the marks of `list`.
@Suite struct RunningServerTests {
  @Test func listsWhatRuns() throws {
    let home = try Home.withVault()
    #expect(try home.ps().isEmpty)
    let relay = try home.play(["--name", "github", "valet://a=1", "keyring://b"])
    let listed = try home.ps()
    #expect(listed.count == 1)
    #expect(listed[0]["server"].text == "github")
    #expect(listed[0]["pid"].number == "\(relay.processID)")
    #expect(listed[0]["era"].text == "handshake")
    #expect(
      listed[0]["secrets"].elements.map { $0["reference"].text } == ["valet://a", "keyring://b"])
    let table = try home.valet(["ps"])
    #expect(table.text.contains("github") && table.text.contains("valet://a@1"))
  }

  @Test func aLockedVaultOnlyHidesTheMarks() throws {
    let home = try Home.withPassphrase()
    try home.lock()
    let relay = try home.play(["valet://a=1"])
    let listed = try home.valet(["ps"])
    #expect(listed.exitCode == 0 && listed.text.contains("valet://a@1"))
    #expect(listed.errorText.contains("locked"), "\(listed.errorText)")
    #expect(try home.ps()[0]["secrets"].elements[0]["isNewest"] == .null)
    _ = relay
  }

  @Test func stopsByNameNumberSecretOrAll() throws {
    let home = try Home.withVault()
    func play(_ name: String, _ secret: String) throws -> LiveProgram {
      try home.play(["--name", name, secret])
    }
    let named = try play("one", "valet://a")
    let numbered = try play("two", "valet://b")
    let holding = try play("three", "valet://c")
    let rest = try play("four", "valet://d")
    #expect(try home.valet(["stop", "one"]).text.contains("one (process"))
    #expect(named.wait() == 0)
    #expect(try home.valet(["stop", "\(numbered.processID)"]).exitCode == 0)
    #expect(numbered.wait() == 0)
    #expect(try home.valet(["stop", "--secret", "c", "--grace", "7s"]).exitCode == 0)
    #expect(holding.wait() == 0 && holding.text.contains("stop 7000"))
    #expect(rest.wait(seconds: 0.1) == nil)
    #expect(try home.valet(["stop", "--all"]).exitCode == 0)
    #expect(rest.wait() == 0)
    #expect(try home.valet(["stop", "--all"]).exitCode == 0)
    #expect(try home.valet(["stop", "one"]).exitCode == 78)
    for words in [[], ["one", "--all"], ["--all", "--secret", "a"]] {
      #expect(try home.valet(["stop"] + words).exitCode == 64)
    }
  }

  @Test func endsAServerThatWasStartedInPlace() throws {
    let home = try Home.withVault()
    let stubborn = try home.start(
      [
        "run", "plain", "--exec", "--", "sh", "-c",
        "trap '' TERM; echo up; while :; do sleep 1; done",
      ])
    try stubborn.expect("up")
    let stopped = try home.valet(["stop", "plain", "--grace", "1s"])
    #expect(stopped.exitCode == 0, "\(stopped.text)\(stopped.errorText)")
    #expect(stubborn.wait() == 128 + SIGKILL)
    #expect(try home.ps().isEmpty)
    #expect(!TemporaryFolder.names(in: "\(home.valetHome)/run").contains { $0.hasSuffix(".exec") })
  }

  @Test func oneThatHangsIsKilledOnlyOnDemand() throws {
    let home = try Home.withVault()
    let hanging = try home.play(["--name", "hangs", "valet://a"])
    hanging.send(SIGSTOP)
    #expect(try home.valet(["stop", "hangs"]).exitCode == 78)
    let number = "\(hanging.processID)"
    let polite = try home.valet(["stop", number])
    #expect(polite.exitCode == 69 && polite.errorText.contains("--force"), "\(polite.errorText)")
    #expect(hanging.wait(seconds: 0.1) == nil)
    let forced = try home.valet(["stop", number, "--force"])
    #expect(forced.exitCode == 0 && forced.text.contains("killed"), "\(forced.text)")
    #expect(hanging.wait() == 128 + SIGKILL)
    #expect(try home.ps().isEmpty)
  }

  @Test func findsWhoHoldsOrNamesASecret() throws {
    let home = try Home.withVault()
    let relay = try home.play(["--name", "live", "valet://github/token=4"])
    let add = [
      "add", "defined", "--env", "T=Bearer {{valet://github/token}}", "--", "npx", "server",
    ]
    #expect(try home.valet(add).exitCode == 0)
    #expect(
      try home.valet(["add", "other", "--env", "T=valet://github/token/x", "--", "x"]).exitCode == 0
    )
    for folder in [".cursor", ".codex", ".config", ".config/zed", "project", "project/.vscode"] {
      mkdir("\(home.path)/\(folder)", 0o700)
    }
    try home.write(
      "{\n \"mcpServers\": {\"g\": {\"env\": {\"A\": \"valet:\\/\\/github\\/token\"}}}}",
      to: ".cursor/mcp.json")
    try home.write(
      "[mcp_servers.g]\ncommand = 'mcp-valet'\nargs = ['run', 'defined']\n",
      to: ".codex/config.toml")
    try home.write("// nothing\n{}", to: ".config/zed/settings.json")
    try home.write("{\"a\": \"valet://github/token\"}", to: "project/.vscode/mcp.json")
    let script = "cd project && \"$VALET\" where github/token --json"
    let found = try #require(ReferenceJSON.parse(try home.shell(script).output)).elements
    let words = found.map {
      "\($0["kind"].text ?? "") \($0["who"].text ?? "") \($0["lines"].elements.map { $0.number ?? "" })"
    }
    let live = found.first?["who"].text ?? ""
    #expect(live.hasPrefix("live (process \(relay.processID), in "))
    #expect(
      words == [
        "running \(live) []",
        "definition defined [\"7\"]", "host Cursor [\"2\"]", "host Codex [\"3\"]",
        "host VS Code [\"1\"]",
      ], "\(words)")
    let table = try home.valet(["where", "valet://github/token"])
    #expect(table.text.contains(".cursor/mcp.json:2"), "\(table.text)")
    #expect(try home.valet(["where", "nobody"]).errorText.contains("nobody"))
  }

  @Test func marksWhatIsStale() throws {
    let home = try Home.withVault()
    try home.set("fresh", "x")
    #expect(try home.valet(["list", "--stale", "90d"]).exitCode == 0)
    _ = try home.valet(["set", "late", "--expires", "2020-01-31"], input: "x")
    let stale = try home.valet(["list", "--stale", "90d"])
    #expect(stale.exitCode == 1)
    #expect(stale.text.contains("late") && !stale.text.contains("fresh"))
    #expect(stale.errorText.isEmpty, "\(stale.errorText)")
    #expect(
      waits(seconds: 5) {
        (try? home.valet(["list", "--stale", "1s"]).text.contains("fresh")) ?? false
      })
    #expect(try home.valet(["list"]).exitCode == 0)
  }
}
