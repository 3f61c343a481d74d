internal import Platform
internal import Testing
internal import ValetTesting

/// A person at a terminal.
@Suite struct TerminalTests {
  private func attended() throws -> Home {
    let home = try Home()
    let made = try home.valet(["vault", "init", "--key-file", home.keyFile])
    try #require(made.exitCode == 0, "\(made.errorText)")
    return home
  }

  private func value(_ home: borrowing Home, of name: String) throws -> [UInt8] {
    let got = try home.valet(["get", name])
    try #require(got.exitCode == 0, "\(got.errorText)")
    return got.output
  }

  @Test func unlocksAtTheSecondAttempt() throws {
    let home = try Home.withPassphrase("correct horse")
    try home.set("a", "value")
    try home.lock()
    let unlock = try home.start(["unlock"], onTerminal: true)
    try unlock.expect("Passphrase")
    #expect(!unlock.terminalEchoes)
    try unlock.type("wrong horse\n")
    try unlock.expect("wrong passphrase")
    try unlock.expect("Passphrase")
    try unlock.type("correct horse\n")
    #expect(unlock.wait() == 0, "\(unlock.text)")
    #expect(!unlock.text.contains("horse"))
    #expect(unlock.terminalEchoes)
    if Kernel.keepsKeys {
      // In a session of its own, without a terminal.
      let run = try home.valet(["run", "--env", "A=valet://a", "--", "/bin/sh", "-c", "echo $A"])
      #expect(run.text == "value\n", "\(run.errorText)")
    }
  }

  @Test func givesUpAfterThreeWrongPassphrases() throws {
    let home = try Home.withPassphrase("correct horse")
    try home.lock()
    let unlock = try home.start(["unlock"], onTerminal: true)
    for _ in 0..<3 {
      try unlock.expect("Passphrase")
      try unlock.type("wrong\n")
    }
    #expect(unlock.wait() == 77)
    #expect(unlock.text.contains("wrong passphrase"), "\(unlock.text)")
  }

  @Test func restoresTheTerminalAfterControlC() throws {
    let home = try Home.withPassphrase()
    try home.lock()
    let unlock = try home.start(["unlock"], onTerminal: true)
    try unlock.expect("Passphrase")
    #expect(!unlock.terminalEchoes)
    try unlock.type("half a passph\u{3}")
    #expect(unlock.wait() == 130, "\(unlock.text)")
    #expect(unlock.terminalEchoes)
    #expect(!unlock.text.contains("half"))
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT]) func restoresTheTerminalAfterASignal(
    signal: Int32
  ) throws {
    let home = try Home.withPassphrase()
    try home.lock()
    let unlock = try home.start(["unlock"], onTerminal: true)
    try unlock.expect("Passphrase")
    unlock.send(signal)
    #expect(unlock.wait() == 128 + signal, "\(unlock.text)")
    #expect(unlock.terminalEchoes)
  }

  /// The kernel's own line mode cuts a line at 4,095 bytes without a word.
  @Test func takesAPastedValueWhole() throws {
    let home = try Home.withVault()
    let value = (0..<6000).map { UInt8(ascii: "a") + UInt8($0 * 7 % 26) }
    let set = try home.start(["set", "long"], onTerminal: true)
    try set.expect("Value of long")
    try set.type(value + [UInt8(ascii: "\n")])
    #expect(set.wait() == 0, "\(set.text)")
    #expect(try self.value(home, of: "long") == value)
    #expect(!set.text.contains(String(decoding: value.prefix(20), as: UTF8.self)))
  }

  @Test(arguments: [
    // Delete takes a whole character back, Control-U the line.
    ("abä\u{7f}\u{7f}c€\u{8}é\n", "acé"), ("wrong\u{15}right\n", "right"),
    ("\u{7f}\u{7f}x\u{7f}\u{7f}日本語\r", "日本語"), ("tab\tand \u{1b}[A\n", "tab\tand \u{1b}[A"),
    ("to the end\u{4}", "to the end"),
  ])
  func editsALineByCharacters(typed: String, expected: String) throws {
    let home = try Home.withVault()
    let set = try home.start(["set", "a"], onTerminal: true)
    try set.expect("Value of a")
    try set.type(typed)
    #expect(set.wait() == 0, "\(set.text)")
    #expect(try value(home, of: "a") == Array(expected.utf8))
  }

  @Test func refusesNothingAsAValue() throws {
    let home = try Home.withVault()
    let set = try home.start(["set", "a"], onTerminal: true)
    try set.expect("Value of a")
    try set.type("\n")
    #expect(set.wait().map { [64, 77].contains($0) } == true)
    #expect(set.text.contains("empty"), "\(set.text)")
  }

  @Test func makesAVaultBehindAPassphraseTypedTwice() throws {
    let home = try Home()
    let environment = ["DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"]
    let differing = try home.start(["set", "a"], adding: environment, onTerminal: true)
    try differing.expect("New passphrase")
    try differing.type("one horse\n")
    try differing.expect("Again")
    try differing.type("two horses\n")
    #expect(differing.wait() == 77, "\(differing.text)")
    #expect(!TemporaryFolder.exists(home.vault))

    let set = try home.start(["set", "a"], adding: environment, onTerminal: true)
    for prompt in ["New passphrase", "Again"] {
      try set.expect(prompt)
      try set.type("one horse\n")
    }
    try set.expect("Value of a")
    try set.type("value\n")
    #expect(set.wait() == 0, "\(set.text)")
    try home.lock()
    let unlock = try home.valet(["unlock", "--passphrase-stdin"], input: "one horse")
    #expect(unlock.exitCode == 0, "\(unlock.errorText)")
  }

  /// A server that a host in the foreground started must not take the terminal's keys.
  @Test func doesNotAskInTheBackground() throws {
    let home = try Home.withPassphrase()
    try home.set("a", "value")
    try home.lock()
    let shell = try LiveProgram(
      [
        "/bin/bash", "-mc",
        "\"\(Programs.broker)\" run --env A=valet://a -- true & wait $!; echo \"code $?.\"",
      ], environment: home.environment, onTerminal: true)
    try shell.expect("code 77.")
    #expect(!shell.text.contains("Passphrase"), "\(shell.text)")
  }

  @Test func showsAValueAfterAYes() throws {
    let home = try attended()
    try home.set("a", "what-is-kept")
    let yes = try home.start(["get", "a"], onTerminal: true)
    try yes.expect("[y/N]")
    #expect(!yes.text.contains("what-is-kept"))
    try yes.type("y\n")
    #expect(yes.wait() == 0, "\(yes.text)")
    #expect(yes.text.contains("what-is-kept"))

    for answer in ["\n", "n\n", "yeah\n", "\u{4}", "\u{3}"] {
      let no = try home.start(["get", "a"], onTerminal: true)
      try no.expect("[y/N]")
      try no.type(answer)
      let code = try #require(no.wait())
      #expect([77, 130].contains(code), "\(no.text)")
      #expect(!no.text.contains("what-is-kept"))
      #expect(no.terminalEchoes)
    }
  }

  /// A host's agent has a shell, and pipes, and can say "y".
  @Test(arguments: [["get", "a"], ["vault", "recovery"], ["vault", "unattended", "on"]])
  func refusesWithoutAPerson(words: [String]) throws {
    let home = try attended()
    try home.set("a", "what-is-kept")
    let run = try home.valet(words, input: "y\ny\n")
    #expect(run.exitCode == 77, "\(run.errorText)")
    #expect(run.output.isEmpty)
    #expect(try home.valet(["vault", "status"]).text.contains("unattended  off"))
  }

  @Test func becomesUnattendedAfterAYes() throws {
    let home = try attended()
    try home.set("a", "what-is-kept")
    let on = try home.start(["vault", "unattended", "on"], onTerminal: true)
    try on.expect("[y/N]")
    try on.type("yes\n")
    #expect(on.wait() == 0, "\(on.text)")
    #expect(try home.valet(["get", "a"]).text == "what-is-kept")
    #expect(try home.valet(["vault", "unattended", "off"]).exitCode == 0)
    #expect(try home.valet(["get", "a"]).exitCode == 77)
  }
}
