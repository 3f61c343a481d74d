internal import Platform
internal import Testing
internal import ValetTesting

/// Who is asked, and what is shown.
@Suite struct GrantConsentTests {
  private let words = GrantTests.words

  private func attended() throws -> Home {
    let home = try Home()
    let made = try home.valet(["vault", "init", "--key-file", home.keyFile])
    try #require(made.exitCode == 0, "\(made.errorText)")
    try home.set("a", "value-of-a")
    return home
  }

  @Test func needsAPersonUnlessTheVaultIsUnattended() throws {
    let home = try attended()
    for options in [["--yes"], []] {
      let run = try home.valet(["allow"] + options + words, input: "y\n")
      GrantTests.expectRefusal(run)
    }
    GrantTests.expectRefusal(try GrantTests.run(home, words))
    GrantTests.expectRefusal(try home.valet(["allow", "--last"], input: "y\n"))
    for (answer, code) in [("n\n", Int32(77)), ("y\n", 0)] {
      let allow = try home.start(["allow", "--last"], onTerminal: true)
      try allow.expect("gets       TOKEN=valet://a")
      try allow.expect("[y/N]")
      try allow.type(answer)
      #expect(allow.wait() == code, "\(allow.text)")
    }
    #expect(try GrantTests.run(home, words).exitCode == 0)
  }

  @Test func showsAllOfItEscaped() throws {
    let home = try GrantTests.home()
    let long = String(repeating: "x", count: 5_000)
    let command = ["--", "/bin/sh", "-c", "true", "\u{1B}[2K\r\u{202E}evil", "pаyload", long]
    let allow = try home.start(
      ["allow", "demo", "--env", "TOKEN=valet://a", "--env", "NODE_OPTIONS=-r /evil"] + command,
      onTerminal: true)
    try allow.expect("[y/N]")
    #expect(allow.text.contains("\\u{1b}[2K\\u{d}\\u{202e}evil"), "\(allow.text)")
    #expect(allow.text.contains("p\\u{430}yload") && allow.text.contains(long))
    #expect(allow.text.contains("can load other code into it"))
    #expect(!allow.text.contains("\u{1B}") && !allow.text.contains("\u{202E}"))
    try allow.type("n\n")
    #expect(allow.wait() == 77)
  }

  @Test func showsWhatIsNewAgainstTheEarlierGrant() throws {
    let home = try GrantTests.home()
    try GrantTests.allow(home, words)
    _ = try GrantTests.run(home, ["--env", "GITHUB_HOST=evil"] + words)
    let allow = try home.start(["allow", "--last"], onTerminal: true)
    try allow.expect("What is different from what was allowed before:")
    try allow.expect("+ gets GITHUB_HOST=evil")
    try allow.type("n\n")
    #expect(allow.wait() == 77)
  }

  @Test func aLaunchOnATerminalAsksInPlace() throws {
    let home = try attended()
    let launch = ["run"] + GrantTests.words.prefix(3) + ["--", "/bin/sh", "-c", "echo started"]
    let no = try home.start(launch, onTerminal: true, allowing: false)
    try no.expect("Server demo")
    try no.expect("[y/N]")
    try no.type("n\n")
    #expect(no.wait() == 77, "\(no.text)")
    let yes = try home.start(launch, onTerminal: true, allowing: false)
    try yes.expect("[y/N]")
    try yes.type("y\n")
    try yes.expect("started")
    #expect(yes.wait() == 0, "\(yes.text)")
    let again = try home.start(launch, onTerminal: true, allowing: false)
    try again.expect("started")
    #expect(!again.text.contains("[y/N]"), "\(again.text)")
  }

  @Test func addAsksInPlace() throws {
    let home = try attended()
    let words = ["add", "demo", "--env", "TOKEN=valet://a", "--", "/bin/sh", "-c", "echo started"]
    let add = try home.start(words, onTerminal: true)
    try add.expect("gets       TOKEN=valet://a")
    try add.expect("[y/N]")
    try add.type("y\n")
    #expect(add.wait() == 0, "\(add.text)")
    let run = try GrantTests.run(home, ["demo"])
    #expect(run.text == "started\n", "\(run.errorText)")
  }

  /// What is remembered of a refusal is nobody else's business, and nobody else's to write.
  @Test func theRefusalIsSealed() throws {
    let home = try GrantTests.home()
    let refused = ["--env", "PLAIN=canary-in-a-variable"] + words
    GrantTests.expectRefusal(try GrantTests.run(home, refused))
    let scan = try Scan(
      for: "canary-in-a-variable", processes: [], folders: ["\(home.valetHome)/state"])
    #expect(scan.found.allSatisfy { $0.hasPrefix("/proc/") }, "\(scan.found)")
    #expect(scan.searched > 0)
    let forged = try home.shell(
      """
      for file in valet/state/refused/*; do
        size=$(stat -c %s "$file"); head -c $((size - 1)) "$file" >copy; printf x >>copy
        cat copy >"$file"
      done
      """)
    #expect(forged.exitCode == 0)
    #expect(try home.valet(["allow", "--last", "--yes"]).exitCode == 78)
  }

  @Test func nineRefusalsAreAllowedOneAfterTheOther() throws {
    let home = try GrantTests.home()
    for number in 1...9 {
      GrantTests.expectRefusal(
        try GrantTests.run(home, ["s\(number)"] + words.dropFirst()))
    }
    let named = try home.valet(["allow", "--last", "s3", "--yes"])
    #expect(named.exitCode == 0, "\(named.errorText)")
    for _ in 1...8 { #expect(try home.valet(["allow", "--last", "--yes"]).exitCode == 0) }
    #expect(try home.valet(["allow", "--last", "--yes"]).exitCode == 78)
    let listed = try #require(ReferenceJSON.parse(try home.valet(["grants", "--json"]).output))
    #expect(listed.elements.count == 9)
    #expect(listed.elements[0]["secrets"].elements.map(\.text) == ["valet://a"])
  }

  @Test func denyNamesTheServersThatRun() throws {
    let home = try GrantTests.home()
    let run = try home.start(
      ["run", "demo", "--env", "TOKEN=valet://a", "--", "/bin/sh", "-c", "echo up; cat"])
    try run.expect("up")
    let denied = try home.valet(["deny", "demo"])
    #expect(denied.exitCode == 0)
    #expect(denied.errorText.contains("still runs, with its secrets: demo (process"))
    #expect(denied.errorText.contains("mcp-valet stop 'demo'"))
  }

  /// A repository names secrets by its own words.
  @Test func setupGivesAProjectWhatItsReaderChooses() throws {
    let home = try GrantTests.home()
    try home.set("work/github-pat", "the-pat")
    mkdir("\(home.path)/repo", 0o700)
    let server = #"["run", "github", "--", "/bin/sh", "-c", "echo got $TOKEN $MODE"]"#
    try home.write(
      """
      { "mcpServers": {
        "github": { "command": "mcp-valet", "args": \(server),
                    "env": { "TOKEN": "valet://github/token", "MODE": "fast" } },
        "moved": { "command": "mcp-valet", "args": \(server),
                   "env": { "TOKEN": "valet://x", "MCP_VALET_HOME": "/evil" } },
        "other": { "command": "npx", "args": ["x"] } } }
      """, to: "repo/.mcp.json")
    let setup = { (home: borrowing Home, words: String) in
      try home.shell("cd repo && \"$VALET\" setup --yes \(words)")
    }
    // Nobody there to choose, and nothing chosen.
    let unchosen = try setup(home, "github")
    #expect(unchosen.exitCode == 64, "\(unchosen.errorText)")
    #expect(unchosen.errorText.contains("setup 'github' github/token=SECRET"))
    let moved = try setup(home, "moved x=a")
    #expect(moved.exitCode == 78 && moved.errorText.contains("MCP_VALET_HOME"))
    let done = try setup(home, "github github/token=work/github-pat")
    #expect(done.exitCode == 0, "\(done.errorText)")
    #expect(done.errorText.contains("'other' is not started through mcp-valet"))
    let run = try ProgramRun.run(
      [Programs.broker, "run", "--", "true"], environment: home.environment)
    #expect(run.exitCode == 0)
    let started = try home.shell(
      """
      cd repo && TOKEN=valet://github/token MODE=fast \
        "$VALET" run github -- /bin/sh -c 'echo got $TOKEN $MODE'
      """
    ).unmarked
    #expect(started.text.contains("got ") && started.text.contains(" fast"), "\(started.errorText)")
    #expect(!started.text.contains("valet://"), "\(started.text)")
    // Refused for what is different, and not for a secret of the repository's words.
    let changed = try home.shell(
      "cd repo && TOKEN=valet://github/token MODE=slow \"$VALET\" run github -- /bin/sh -c "
        + "'echo got $TOKEN $MODE' </dev/null")
    #expect(changed.exitCode == 77 && changed.errorText.contains("MODE has another value"))
    #expect(!changed.errorText.contains("no secret"), "\(changed.errorText)")
    #expect(try home.valet(["grants", "github"]).text.contains("it gets valet://work/github-pat"))
  }

  /// A vault that somebody put in the place of the person's own, with grants of their own.
  @Test func theKeyringGivesNothingUnderAnotherVault() throws {
    let home = try GrantTests.home()
    let keyring = try KeyringPeer()
    let bus = keyring.environment
    let stored = try home.valet(
      ["set", "--store", "keyring", "k"], input: "from the keyring", adding: bus)
    try #require(stored.exitCode == 0, "\(stored.errorText)")
    let words = ["demo", "--no-redact", "--env", "A=keyring://k", "--", "/bin/sh", "-c", "echo $A"]
    let other = try Home.withVault()
    // Its owner cannot ask the keyring to know it: the bus is not there when it is made.
    _ = try other.valet(["allow", "--yes"] + words, adding: ["HOME": home.path])
    #expect(try other.valet(["grants"]).text.contains("keyring://k"))
    let stolen = try GrantTests.run(
      home, words, adding: bus.merging(["MCP_VALET_HOME": other.valetHome]) { $1 })
    GrantTests.expectRefusal(stolen, "releases nothing under this vault")
    #expect(!stolen.text.contains("from the keyring"))
    let got = try home.valet(
      ["get", "keyring://k"], adding: bus.merging(["MCP_VALET_HOME": other.valetHome]) { $1 })
    #expect(got.exitCode == 77 && got.output.isEmpty, "\(got.errorText)")

    try GrantTests.allow(home, words, adding: bus)
    let own = try GrantTests.run(home, words, adding: bus)
    #expect(own.text == "from the keyring\n", "\(own.errorText)")
    #expect(try home.valet(["get", "keyring://k"], adding: bus).text == "from the keyring")
  }
}
