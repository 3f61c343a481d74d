internal import Platform
internal import Testing
internal import ValetTesting

/// Who leaves with everything takes what is in the OS keyring along.
@Suite struct KeyringExportTests {
  /// Values in both stores, under one name and under two.
  private func home(_ bus: [String: String], unattended: Bool = true) throws -> Home {
    let home = try Home()
    let words = ["vault", "init", "--keyring"] + (unattended ? ["--unattended"] : [])
    #expect(try home.valet(words, adding: bus).exitCode == 0)
    for (name, value) in [("github/token", "of-the-vault"), ("a", "value-of-a")] {
      #expect(try home.valet(["set", name], input: value, adding: bus).exitCode == 0)
    }
    for (name, value) in [("github/token", "of-the-keyring"), ("k/b", "it's b")] {
      #expect(
        try home.valet(
          ["set", "--store", "keyring", "--note", "n", name], input: value, adding: bus
        )
        .exitCode == 0)
    }
    return home
  }

  /// What an export to a key of our own holds, or how it failed.
  private func export(
    _ home: borrowing Home, _ words: String, adding: [String: String]
  ) throws -> ProgramRun {
    try home.shell(
      """
      [ -e id ] || age-keygen -o id 2>/dev/null
      "$VALET" vault export --recipient $(age-keygen -y id) \(words) >out.age || exit
      age -d -i id out.age
      """, adding: adding)
  }

  @Test(.enabled(if: Programs.areInstalled("/usr/bin/age", "/usr/bin/age-keygen")))
  func takesWhatIsInTheKeyringAlong() throws {
    let keyring = try KeyringPeer()
    let bus = keyring.environment
    let home = try home(bus)
    let all = try export(home, "", adding: bus)
    #expect(all.exitCode == 0, "\(all.errorText)")
    #expect(all.errorText.contains("exported 4 secrets"), "\(all.errorText)")
    let json = try #require(ReferenceJSON.parse(all.output))
    let found = json["secrets"].elements.map { entry in
      [entry["store"].text, entry["name"].text, entry["value"].text].map { $0 ?? "" }
    }
    #expect(
      found == [
        ["vault", "a", "value-of-a"], ["vault", "github/token", "of-the-vault"],
        ["keyring", "github/token", "of-the-keyring"], ["keyring", "k/b", "it's b"],
      ])
    #expect(json["secrets"].elements.last?["note"].text == "n")
    let log = try home.valet(["audit", "--json"], adding: bus).text
    #expect(log.contains("keyring://k/b"), "\(log)")
    // One of them, and those below a name.
    let one = try export(home, "--format sh valet://a keyring://k/", adding: bus)
    #expect(one.text == "A='value-of-a'\nK_B='it'\\''s b'\n", "\(one.errorText)")
    // Two secrets of one name are two, and no variable is both.
    let both = try export(home, "--format dotenv", adding: bus)
    #expect(both.exitCode == 77, "\(both.errorText)")
    #expect(
      both.errorText.contains(
        "valet://github/token and keyring://github/token would both become the variable"),
      "\(both.errorText)")
    let none = try export(home, "keyring://a", adding: bus)
    #expect(none.exitCode == 78 && none.errorText.contains("no secret a in the OS keyring"))
    let without = try export(home, "--no-keyring", adding: bus)
    #expect(without.exitCode == 0 && !without.text.contains("of-the-keyring"))
    #expect(
      without.errorText.contains("not exported: what mcp-valet has stored in the OS keyring"))
  }

  /// An export that lacks half of what there is looks like a whole one, later.
  @Test func exportsNothingWhereTheKeyringDoesNotAnswer() throws {
    let keyring = try KeyringPeer()
    let bus = keyring.environment
    let home = try home(bus)
    // The vault itself is open still: the kernel has its key.
    let unreached = try export(home, "", adding: [:])
    #expect(unreached.exitCode == 69, "\(unreached.errorText)")
    #expect(unreached.errorText.contains("--no-keyring"), "\(unreached.errorText)")
    try keyring.lock()
    let locked = try export(home, "", adding: bus)
    #expect(locked.exitCode == 69 && locked.text.isEmpty, "\(locked.errorText)")
    #expect(locked.errorText.contains("the OS keyring is locked"), "\(locked.errorText)")
    let named = try export(home, "a", adding: bus)
    #expect(named.text.contains("value-of-a"), "\(named.errorText)")
  }

  /// Anybody can make a vault that asks nobody, and it vouches for nothing of the keyring.
  @Test func asksWhereTheKeyringDoesNotKnowTheVault() throws {
    let keyring = try KeyringPeer()
    let bus = keyring.environment
    let home = try home(bus)
    var other = bus
    other["MCP_VALET_HOME"] = "\(home.path)/other"
    #expect(
      try home.valet(["vault", "init", "--unattended", "--key-file", home.keyFile], adding: other)
        .exitCode == 0)
    let run = try home.valet(
      ["vault", "export", "--passphrase-stdin", "--output", "\(home.path)/x.age"], input: "horse",
      adding: other)
    #expect(run.exitCode == 77, "\(run.errorText)")
    #expect(!TemporaryFolder.exists("\(home.path)/x.age"))
  }

  /// On a machine without one nothing is missing; that it was looked for is said.
  @Test func exportsTheVaultWhereThereIsNoKeyring() throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    let run = try home.valet(
      ["vault", "export", "--passphrase-stdin", "--output", "\(home.path)/x.age"], input: "horse")
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("not exported: whatever another session has in an OS keyring"))
  }
}
