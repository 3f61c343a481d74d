internal import Platform
internal import Testing
internal import ValetTesting

/// Variables that a host's or a project's configuration sets for `mcp-valet` itself.
@Suite struct HostileEnvironmentTests {
  private static let isRoot = geteuid() == 0
  private let launch = ["demo", "--no-redact", "--env", "TOKEN=valet://a", "--", "/bin/echo", "up"]

  /// A home with an allowed launch.
  private func victim() throws -> Home {
    let victim = try GrantTests.home()
    try GrantTests.allow(victim, launch)
    #expect(try GrantTests.run(victim, launch).text == "up\n")
    return victim
  }

  /// An error that names no more than it should, and nothing else.
  private func expectError(
    _ run: ProgramRun, at location: SourceLocation = #_sourceLocation
  ) {
    let codes: [Int32] = [65, 69, 74, 77, 78]
    #expect(codes.contains(run.exitCode), "\(run.errorText)", sourceLocation: location)
    #expect(run.output.isEmpty, "\(run.text)", sourceLocation: location)
    // Nothing of the text moves the cursor or begins a line of its own.
    #expect(!run.errorText.contains("\u{1B}"), sourceLocation: location)
    for line in run.errorText.split(separator: "\n") {
      #expect(line.hasPrefix("mcp-valet: "), "\(line)", sourceLocation: location)
    }
  }

  /// `HOME` stands for a folder of the test.
  @Test(arguments: [
    "relative", "./relative", "~/valet", "HOME/x\u{1B}[2K\nmcp-valet: note: all is well",
    "HOME/key",
    "/dev/null", "HOME/" + String(repeating: "x", count: 300), "HOME/../../../proc", " ",
    "HOME" + String(repeating: "/long", count: 2_000), "HOME/valet/data/vault", "HOME/missing",
  ])
  func aHomeThatIsNoneIsAnError(value: String) throws {
    let victim = try victim()
    let place = value.split(separator: "HOME", omittingEmptySubsequences: false)
    let value = place.joined(separator: victim.path)
    expectError(try GrantTests.run(victim, launch, adding: ["MCP_VALET_HOME": value]))
    for words in [["get", "a"], ["list"], ["vault", "status"], ["ps"], ["audit"]] {
      let run = try victim.valet(words, adding: ["MCP_VALET_HOME": value])
      #expect(!run.text.contains("value-of-a"))
      #expect(
        !run.errorText.contains("\u{1B}") && !run.errorText.contains("\nmcp-valet: note: all"))
    }
    let made = try victim.valet(["set", "x"], input: "y", adding: ["MCP_VALET_HOME": "relative"])
    #expect(made.exitCode == 78, "\(made.errorText)")
  }

  /// Whoever owns the vault decides about their own secrets and no others.
  @Test func anothersVaultGivesNothingOfOurs() throws {
    let victim = try victim()
    let attacker = try Home.withVault()
    let hostile = ["MCP_VALET_HOME": attacker.valetHome]
    // Allowed there, as far as one can without the secret.
    _ = try attacker.valet(["allow", "--yes"] + launch, adding: ["HOME": victim.path])
    expectError(try GrantTests.run(victim, launch, adding: hostile))
    #expect(try victim.valet(["get", "a"], adding: hostile).exitCode == 78)
    // Their vault under our data folder's log and key, and the other way round.
    let mixed = try victim.shell(
      """
      mkdir -m 700 mixed && cp -a '\(attacker.valetHome)/data' mixed/data
      cp -a valet/state mixed/state
      """)
    try #require(mixed.exitCode == 0, "\(mixed.errorText)")
    try attacker.set("a", "value-of-the-attacker")
    _ = try victim.shell("cp -a '\(attacker.vault)' mixed/data/vault")
    let stored = try victim.valet(
      ["set", "a"], input: "to be caught", adding: ["MCP_VALET_HOME": "\(victim.path)/mixed"])
    #expect(stored.exitCode == 77, "another log was taken: \(stored.errorText)")
    #expect(stored.errorText.contains("log"), "\(stored.errorText)")
  }

  /// An unlocked key is found by the vault's id, which stands in the clear.
  @Test func aVaultOfTheSameIDGetsNothingOfTheKeysOwner() throws {
    let victim = try victim()
    let attacker = try Home.withVault()
    try attacker.set("a", "value-of-the-attacker")
    let made = try victim.shell(
      """
      mkdir -m 700 forged && cp -a valet/data valet/state forged && /usr/bin/python3 - <<'END'
      import hashlib
      own = bytearray(open("valet/data/vault", "rb").read())
      data = bytearray(open("\(attacker.vault)", "rb").read())
      length = int.from_bytes(data[12:16], "little")
      data[16:32] = own[16:32]
      data[length-32:length] = hashlib.blake2b(bytes(data[:length-32]), digest_size=32).digest()
      open("forged/data/vault", "wb").write(data)
      END
      """)
    try #require(made.exitCode == 0, "\(made.errorText)")
    let hostile = ["MCP_VALET_HOME": "\(victim.path)/forged"]
    expectError(try GrantTests.run(victim, launch, adding: hostile))
    let read = try victim.valet(["get", "a"], adding: hostile)
    #expect(read.exitCode != 0 && read.output.isEmpty, "\(read.errorText)")
    let write = try victim.valet(["set", "a"], input: "x", adding: hostile)
    #expect(write.exitCode != 0, "a forged vault was written to")
    #expect(try GrantTests.run(victim, launch).text == "up\n")
  }

  @Test(
    .enabled(if: isRoot, "gives folders to others"),
    arguments: ["data", "data/vault", "state", "state/audit.log"])
  func nothingOfAnotherUserIsTaken(name: String) throws {
    let victim = try victim()
    #expect(lchown("\(victim.valetHome)/\(name)", 65_534, 65_534) == 0)
    expectError(try GrantTests.run(victim, launch))
    #expect(try victim.valet(["set", "b"], input: "x").exitCode != 0)
    #expect(lchown("\(victim.valetHome)/\(name)", 0, 0) == 0)
    #expect(try GrantTests.run(victim, launch).text == "up\n")
  }

  @Test(arguments: ["data", "data/vault", "data/vault.lock", "state", "state/audit.log"])
  func noLinkIsFollowed(name: String) throws {
    let victim = try victim()
    let path = "\(victim.valetHome)/\(name)"
    #expect(rename(path, "\(victim.path)/elsewhere") == 0)
    #expect(symlink("\(victim.path)/elsewhere", path) == 0)
    if name != "data/vault.lock" { expectError(try GrantTests.run(victim, launch)) }
    let stored = try victim.valet(["set", "b"], input: "x")
    #expect(stored.exitCode != 0, "went through a link")
    #expect(stored.errorText.contains("symbolic link"), "\(stored.errorText)")
  }

  @Test(arguments: [
    ("data", mode_t(0o777)), ("data", 0o770), ("data/vault", 0o644), ("data/vault", 0o660),
    ("state", 0o777), ("state/audit.log", 0o666),
  ])
  func nothingThatOthersCanChangeIsTaken(name: String, mode: mode_t) throws {
    let victim = try victim()
    #expect(chmod("\(victim.valetHome)/\(name)", mode) == 0)
    expectError(try GrantTests.run(victim, launch))
    let stored = try victim.valet(["set", "b"], input: "x")
    #expect(stored.exitCode != 0, "\(stored.errorText)")
  }

  /// Where another user owns the folder above, he can put any of his own in the place of ours.
  @Test(.enabled(if: isRoot, "gives folders to others"))
  func aFolderThatWasExchangedIsRefused() throws {
    let victim = try victim()
    let attacker = try Home.withVault()
    #expect(chmod(victim.valetHome, 0o777) == 0)
    let made = try victim.shell(
      """
      cp -a '\(attacker.valetHome)/data' theirs && chown -R 65534:65534 theirs
      mv valet/data mine && mv theirs valet/data
      """)
    try #require(made.exitCode == 0, "\(made.errorText)")
    expectError(try GrantTests.run(victim, launch))
    let stored = try victim.valet(["set", "b"], input: "x")
    #expect(stored.exitCode != 0)
    #expect(stored.errorText.contains("belongs to uid 65534"), "\(stored.errorText)")
  }

  /// The XDG variables, and the home that stands in for them.
  @Test(arguments: ["HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"])
  func anotherBaseDirectoryIsAnotherVault(name: String) throws {
    let home = try Home()
    var base = home.environment
    base["MCP_VALET_HOME"] = nil
    let valet = { (words: [String], adding: [String: String], input: String) in
      try ProgramRun.run(
        [Programs.broker] + words, environment: base.merging(adding) { $1 },
        input: Array(input.utf8))
    }
    let made = try valet(["vault", "init", "--key-file", home.keyFile, "--unattended"], [:], "")
    try #require(made.exitCode == 0, "\(made.errorText)")
    try #require(try valet(["set", "a"], [:], "value-of-a").exitCode == 0)
    try #require(try valet(["allow", "--yes"] + launch, [:], "").exitCode == 0)
    #expect(try valet(["run"] + launch, [:], "").unmarked.text == "up\n")
    mkdir("\(home.path)/evil", 0o700)
    let hostile = try valet(["run"] + launch, [name: "\(home.path)/evil"], "")
    if name == "XDG_CONFIG_HOME" {
      // No definition is taken from there: the command line has it all.
      #expect(hostile.exitCode == 0)
    } else {
      expectError(hostile)
    }
    // One that is not absolute is none (XDG Base Directory Specification).
    let relative = try valet(["run"] + launch, [name: "evil"], "")
    if name == "HOME" { expectError(relative) } else { #expect(relative.exitCode == 0) }
  }

  /// Where sockets, empty folders and files with values would lie.
  @Test(
    .enabled(if: isRoot, "gives folders to others"), arguments: ["theirs", "open", "link", "x"])
  func aRuntimeFolderOfOthersIsNotUsed(name: String) throws {
    let home = try GrantTests.home()
    let words = [
      "demo", "--no-redact", "--file", "F=valet://a", "--", "/bin/sh", "-c", "cat $F; echo $F",
    ]
    try GrantTests.allow(home, words)
    let made = try home.shell(
      """
      mkdir theirs open && chmod 777 open && chown 65534:65534 theirs && chmod 755 . && ln -s open link
      """)
    try #require(made.exitCode == 0)
    let folder = "\(home.path)/\(name)"
    let run = try GrantTests.run(home, words, adding: ["XDG_RUNTIME_DIR": folder])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.text.hasPrefix("value-of-a") && !run.text.contains(folder), "\(run.text)")
    let left = try home.shell("find theirs open -mindepth 1")
    #expect(left.text.isEmpty, "\(left.text)")
    // As the place of our own sockets too.
    var base = home.environment.merging(["XDG_RUNTIME_DIR": folder]) { $1 }
    base["MCP_VALET_HOME"] = nil
    base["XDG_DATA_HOME"] = "\(home.path)/data"
    let plain = try ProgramRun.run(
      [Programs.broker, "run", "--", "/bin/echo", "up"], environment: base
    ).unmarked
    #expect(plain.text == "up\n", "\(plain.errorText)")
    #expect(try home.shell("find theirs open -type s").text.isEmpty)
  }
}
