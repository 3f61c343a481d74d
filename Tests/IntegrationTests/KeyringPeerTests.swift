internal import Testing
internal import ValetTesting

/// Two independent Secret Services, in every state that they can be in.
@Suite struct KeyringPeerTests {
  private let show = ["--", "/bin/sh", "-c", "echo \"[$A]\""]

  @Test(arguments: KeyringPeer.Kind.allCases)
  func keepsASecretThatALaunchGets(kind: KeyringPeer.Kind) throws {
    let home = try Home.withVault()
    let keyring = try KeyringPeer(kind)
    let bus = keyring.environment
    let before = File.bytes(home.vault)
    let stored = try home.valet(
      ["set", "--store", "keyring", "k/one", "--note", "a remark"], input: "from the keyring\n",
      adding: bus)
    #expect(stored.exitCode == 0, "\(stored.errorText)")
    for way in [[], ["--exec"]] {
      let run = try home.valet(
        ["run"] + way + ["--env", "A=keyring://k/one"] + show, adding: bus)
      #expect(run.text == "[from the keyring]\n", "\(run.errorText)")
    }
    // A second program sees the same item, and ours sees one of a second program.
    #expect(
      try keyring.shell("secret-tool lookup application mcp-valet name k/one; echo")
        == "from the keyring\n")
    try keyring.shell("printf other | secret-tool store --label=x service web account me")
    let foreign = try home.valet(
      ["run", "--env", "A=keyring://?service=web&account=me"] + show, adding: bus)
    #expect(foreign.text == "[other]\n", "\(foreign.errorText)")
    let listed = try home.valet(["list"], adding: bus)
    #expect(listed.text.contains("k/one") && listed.text.contains("a remark"))
    #expect(try home.valet(["rm", "keyring://k/one"], adding: bus).exitCode == 0)
    let missing = try home.valet(["run", "--env", "A=keyring://k/one"] + show, adding: bus)
    #expect(missing.exitCode == 78, "\(missing.errorText)")
    #expect(missing.errorText.contains("mcp-valet set --store keyring k/one"))
    // The vault holds the grants, and nothing of the secret.
    let noBus = ["DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"]
    #expect(try home.valet(["list"], adding: noBus).text.isEmpty)
    #expect(File.bytes(home.vault) != before)
  }

  @Test(arguments: KeyringPeer.Kind.allCases, [["set", "a"], ["vault", "init", "--keyring"]])
  func holdsTheKeyOfANewVault(kind: KeyringPeer.Kind, first: [String]) throws {
    let home = try Home()
    let keyring = try KeyringPeer(kind)
    let made = try home.valet(first, input: "value", adding: keyring.environment)
    try #require(made.exitCode == 0, "\(made.errorText)")
    let set = try home.valet(["set", "a"], input: "value", adding: keyring.environment)
    #expect(set.exitCode == 0, "\(set.errorText)")
    #expect(try home.valet(["vault", "slot", "list"]).text.contains("OS keyring"))
    // Also by itself, without the kernel's cache.
    let launch = ["run", "--env", "A=valet://a"] + show
    try home.allow(launch, adding: keyring.environment)
    try home.lock()
    let run = try home.valet(launch, adding: keyring.environment, allowing: false)
    #expect(run.text == "[value]\n", "\(run.errorText)")
    let items = try keyring.shell("secret-tool search --all application mcp-valet 2>/dev/null")
    #expect(items.contains("label = mcp-valet: key of vault"))
  }

  /// A state in which the keyring cannot help, and what is said then.
  enum Fault: CaseIterable, Sendable {
    case locked, absent, hanging

    var code: Int32 { self == .locked ? 77 : 69 }

    var words: String {
      switch self {
      case .locked: "the OS keyring is locked"
      case .absent: "the OS keyring is not available"
      case .hanging: "the OS keyring did not answer within 3 s"
      }
    }

    func befall(_ keyring: KeyringPeer) throws {
      switch self {
      case .locked: try keyring.lock()
      case .absent: try keyring.stop()
      case .hanging: try keyring.hang()
      }
    }
  }

  @Test(arguments: KeyringPeer.Kind.allCases, Fault.allCases)
  func saysWhatIsWrongAndTakesTheKeyFile(kind: KeyringPeer.Kind, fault: Fault) throws {
    let home = try Home()
    let keyring = try KeyringPeer(kind)
    let bus = keyring.environment
    for words in [
      ["set", "--store", "keyring", "k"], ["set", "a"],
      ["vault", "slot", "add", "--key-file", home.keyFile],
    ] {
      let done = try home.valet(words, input: "value", adding: bus)
      try #require(done.exitCode == 0, "\(done.errorText)")
    }
    let fromKeyring = ["run", "k", "--env", "A=keyring://k"] + show
    let fromVault = ["run", "a", "--env", "A=valet://a", "--keep", "HOME"] + show
    let fromBoth = ["run", "b", "--env", "A=valet://a", "--env", "B=keyring://k"] + show
    for words in [fromKeyring, fromVault, fromBoth] { try home.allow(words, adding: bus) }
    try fault.befall(keyring)
    func launch(_ words: [String]) throws -> ProgramRun {
      try timed { try home.valet(words, adding: bus, allowing: false) }
    }

    let failed = try launch(fromKeyring)
    #expect(failed.exitCode == fault.code, "\(failed.errorText)")
    #expect(failed.errorText.contains(fault.words), "\(failed.errorText)")
    #expect(failed.errorText.contains("mcp-valet: hint: "))

    try home.lock()
    let opened = try launch(fromVault)
    #expect(opened.text == "[value]\n", "\(opened.errorText)")

    // Both at once: a keyring that hangs is waited for once.
    try home.lock()
    let both = try launch(fromBoth)
    #expect(both.exitCode == fault.code, "\(both.errorText)")

    // Without the key file there is no other way in: the refusal says why not, and what to do.
    try home.lock()
    try home.remove("valet/config/key-file")
    let refused = try launch(fromVault)
    #expect(refused.exitCode == 77)
    #expect(refused.errorText.contains("the vault is locked: \(fault.words)"))
    #expect(refused.errorText.contains("hint: mcp-valet unlock"))

    // A locked keyring may be unlocked by somebody: a command waits 3 s for that.
    let stored = try timed {
      try home.valet(["set", "--store", "keyring", "other"], input: "value", adding: bus)
    }
    #expect([fault.code, 69].contains(stored.exitCode), "\(stored.errorText)")
    #expect(stored.errorText.contains("the OS keyring"))
    let first = try timed {
      try home.valet(
        ["set", "a"], input: "value",
        adding: bus.merging(["MCP_VALET_HOME": "\(home.path)/second"]) { $1 })
    }
    #expect(first.exitCode != 0)
    #expect(!TemporaryFolder.exists("\(home.path)/second/data/vault"))
  }

  /// A keyring that does not answer costs 3 s in all, and what the program takes by itself.
  private func timed(_ body: () throws -> ProgramRun) throws -> ProgramRun {
    let start = ContinuousClock.now
    let run = try body()
    #expect(ContinuousClock.now - start < .seconds(4.5), "\(run.errorText)")
    return run
  }
}
