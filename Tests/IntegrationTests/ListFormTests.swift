internal import Platform
internal import Testing
internal import ValetTesting

/// What scripts and people get of every list, in every command that has one.
@Suite struct ListFormTests {
  /// Each list that is printed; what is to be in its JSON.
  static let lists: [(words: [String], keys: [String])] = [
    (["list"], ["name", "store", "isExpired"]), (["versions", "a"], ["version"]),
    (["servers"], ["name"]), (["grants"], ["server", "secrets"]), (["ps"], []),
    (["where", "a"], ["kind"]), (["connections"], []), (["audit", "show"], ["event", "outcome"]),
    (["audit", "verify"], ["records", "findings"]), (["vault", "slot", "list"], ["slot", "kind"]),
    (["vault", "status"], ["generation", "opensWith", "isLocked"]),
    (["doctor"], ["check", "outcome"]),
    (["scan"], []), (["leave", "--dry-run"], ["vault", "files"]),
  ]

  private func home() throws -> Home {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    #expect(
      try home.valet(["add", "demo", "--env", "A=valet://a", "--", "/bin/cat"]).exitCode == 0)
    #expect(try home.valet(["allow", "--yes", "demo"]).exitCode == 0)
    return home
  }

  @Test func everyListIsJSONWhereThatIsAskedFor() throws {
    let home = try home()
    for (words, keys) in Self.lists {
      let run = try home.valet(words + ["--json"])
      #expect([0, 1].contains(run.exitCode), "\(words): \(run.errorText)")
      let json = try #require(ReferenceJSON.parse(run.output), "\(words): \(run.text)")
      let entry = json.elements.first ?? json
      for key in keys { #expect(entry[key] != .null, "\(words): no \(key) in \(run.text)") }
      #expect(!run.text.contains("value-of-a"), "\(words)")
      // The keys are in the help, which is where a script's author looks.
      let help = try home.valet(words.filter { !$0.hasPrefix("--") && $0 != "a" } + ["--help"])
      #expect(help.text.contains("--json"), "\(words)")
      for key in keys { #expect(help.text.contains(key), "\(words): \(key)") }
    }
  }

  /// A locked vault says what needs no key.
  @Test func theStatusOfALockedVaultIsJSONToo() throws {
    let home = try home()
    try home.lock()
    let run = try home.valet(["vault", "status", "--json"])
    let json = try #require(ReferenceJSON.parse(run.output), "\(run.errorText)")
    #expect(json["isLocked"] == .boolean(true) && json["secrets"] == .null)
    #expect(json["opensWith"].elements.map(\.text) == ["key-file"])
  }

  @Test func namesWhatIsWrongWithTheLogInJSON() throws {
    let home = try home()
    #expect(try home.shell("sed -i 2d valet/state/audit.log").exitCode == 0)
    let run = try home.valet(["audit", "verify", "--json"])
    #expect(run.exitCode == 65, "\(run.errorText)")
    let json = try #require(ReferenceJSON.parse(run.output), "\(run.text)")
    #expect(json["findings"].elements.first?.text == "record 2 is missing")
  }

  /// On a terminal of every kind: no escape sequence in what is no colour, and none at all with
  /// `NO_COLOR` and in a pipe.
  @Test func colorsNothingWhereThatIsNotWanted() throws {
    let home = try home()
    for (words, _) in Self.lists {
      let plain = try home.start(
        words, adding: ["TERM": "xterm-256color", "NO_COLOR": "1"], onTerminal: true)
      #expect(plain.wait() != nil)
      #expect(!plain.text.contains("\u{1b}"), "\(words): \(plain.text)")
      let piped = try home.valet(words, adding: ["TERM": "xterm-256color"])
      #expect(!piped.output.contains(0x1b), "\(words)")
    }
  }
}
