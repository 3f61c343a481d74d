internal import Platform
internal import Testing
internal import ValetTesting

/// Imports in a repository of somebody who wants what the reader has.
@Suite struct HostileImportTests {
  private static let bait = "ghp_Z9fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x"

  /// A home whose vault holds the reader's own token, and a repository without a key.
  private func home(_ files: [(path: String, text: String)]) throws -> Home {
    let home = try ImportTests.home()
    try home.remove(ImportTests.claude)
    try home.set("github/token", "the-readers-own")
    for folder in ["repo", "repo/.vscode"] { mkdir("\(home.path)/\(folder)", 0o700) }
    for file in files { try home.write(file.text, to: "repo/\(file.path)") }
    return home
  }

  private func server(_ more: String, name: String = "s") -> String {
    #"{"mcpServers": {"\#(name)": {"command": "/bin/cat", "#
      + #""env": {"TOKEN": "\#(Self.bait)"\#(more)}}}}"#
  }

  @Test(arguments: [
    #", "B": "valet://github/token""#, #", "B": "x{{valet://github/token}}""#,
    #", "B": "${UNSET:-valet://github/token}""#, #", "B": "${HIDDEN}""#, #", "B": "${EDITOR}""#,
    #", "LD_PRELOAD": "/repo/evil.so""#, #", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/repo/bus""#,
    #", "PATH": "/repo/bin""#,
  ])
  func nothingOfTheReadersIsGranted(more: String) throws {
    let text = server(more)
    let home = try home([(".mcp.json", text)])
    let run = try home.shell(
      "cd repo && \"$VALET\" import --yes --project",
      adding: ["HIDDEN": "valet://github/token", "EDITOR": "a-word-of-mine"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(File.text("\(home.path)/repo/.mcp.json") == text)
    #expect(try home.valet(["grants"]).text.isEmpty)
    #expect(!(try home.valet(["list"]).text.contains("TOKEN")))
    // Where it stands, and no more of it than that.
    #expect(run.errorText.contains("/repo/.mcp.json:1:"), "\(run.errorText)")
    #expect(run.errorText.contains("s is left as it is: "), "\(run.errorText)")
    for word in ["a-word-of-mine", "the-readers-own"] {
      #expect(!run.errorText.contains(word) && !run.text.contains(word), "\(run.errorText)")
    }
  }

  /// What stands in the shell of whoever imports is not the file's.
  @Test func aReferenceInTheShellIsNotGranted() throws {
    let home = try home([(".mcp.json", server(""))])
    let run = try home.shell(
      "cd repo && \"$VALET\" import --yes --project --no-check",
      adding: ["OTHER": "valet://github/token"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    let grants = try home.valet(["grants"]).text
    #expect(grants.contains("s") && !grants.contains("github/token"), "\(grants)")
    #expect(!(try home.valet(["grants", "s"]).text.contains("OTHER")))
  }

  /// The same question in another file is another question.
  @Test func anAnswerForOneFileIsNotGivenToAnother() throws {
    let home = try ImportTests.home(attended: true)
    try home.remove(ImportTests.claude)
    for folder in [".config/Code", ".config/Code/User", "repo", "repo/.vscode"] {
      mkdir("\(home.path)/\(folder)", 0o700)
    }
    func text(_ name: String) -> String {
      #"{"servers": {"\#(name)": {"command": "/bin/cat", "env": {"TOKEN": "${input:tok}"}}}}"#
    }
    try home.write(text("mine"), to: ".config/Code/User/mcp.json")
    try home.write(text("theirs"), to: "repo/.vscode/mcp.json")
    let words = ["/bin/bash", "-c", "cd ~/repo && exec \(Programs.broker) import --no-check"]
    let session = try LiveProgram(words, environment: home.environment, onTerminal: true)
    try session.expect("[y/N]")
    try session.type("y\n")
    try session.expect("Value of ${input:tok} of \(home.path)/.config/Code/User/mcp.json")
    try session.type("my-own-value\n")
    try session.expect("valet://theirs/TOKEN  asked for")
    try session.expect("[y/N]")
    try session.type("n\n")
    #expect(session.wait() == 0, "\(session.text)")
    #expect(File.text("\(home.path)/repo/.vscode/mcp.json") == text("theirs"))
    let grants = try home.valet(["grants"]).text
    #expect(grants.contains("mine") && !grants.contains("theirs"), "\(grants)")
  }

  @Test func aLinkOutOfTheProjectIsLeftAlone() throws {
    let home = try home([])
    try home.write(server(""), to: "private.json")
    try #require(symlink("../private.json", "\(home.path)/repo/.mcp.json") == 0)
    let run = try home.shell("cd repo && \"$VALET\" import --yes --project --no-check")
    #expect(run.exitCode == 78 && run.errorText.contains("leads out of its project"))
    #expect(!run.text.contains("TOKEN"), "\(run.text)")
    #expect(!(try home.valet(["list"]).text.contains("TOKEN")))
  }

  /// Through a link, the home looks like any folder.
  @Test func theHomeIsNoProject() throws {
    let home = try home([])
    mkdir("\(home.path)/.cursor", 0o700)
    try home.write(server(""), to: ".cursor/mcp.json")
    try #require(symlink(home.path, "\(home.path)/link") == 0)
    let run = try home.shell(
      "cd \(home.path) && \"$VALET\" import cursor --yes --no-check",
      adding: ["HOME": "\(home.path)/link"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(!run.errorText.contains("--project"), "\(run.errorText)")
    #expect(!File.text("\(home.path)/.cursor/mcp.json").contains(Self.bait))
  }
}

/// What an import says of what it does not do.
@Suite struct ImportWordsTests {
  private static let remote =
    #"{"mcpServers": {"r": {"url": "https://r.example/mcp", "#
    + #""headers": {"Authorization": "Bearer \#(ImportTests.key)"}}}}"#

  private func home() throws -> Home {
    let home = try ImportTests.home()
    try home.remove(ImportTests.claude)
    mkdir("\(home.path)/repo", 0o700)
    return home
  }

  /// A key is called stored where it is stored, and nowhere else.
  @Test func saysStoredOnlyOfWhatIs() throws {
    let home = try home()
    try home.write(Self.remote, to: "repo/.mcp.json")
    let place = "repo/.mcp.json:1:"
    let dry = try home.shell("cd repo && \"$VALET\" import --dry-run")
    #expect(dry.errorText.contains(place), "\(dry.errorText)")
    #expect(dry.errorText.contains("would be stored as valet://r/Authorization and stay in the"))
    let refused = try home.shell("cd repo && \"$VALET\" import --yes --no-check")
    #expect(refused.errorText.contains("ghp_…U0x stays in the file"), "\(refused.errorText)")
    #expect(!refused.errorText.contains("stored"), "\(refused.errorText)")
    #expect(!(try home.valet(["list"]).text.contains("Authorization")))
    let done = try home.shell("cd repo && \"$VALET\" import --yes --no-check --project")
    #expect(done.errorText.contains("is stored as valet://r/Authorization and stays in the file"))
    #expect(try home.valet(["get", "r/Authorization"]).text == ImportTests.key)
  }

  /// After the import the file has other lines.
  @Test func saysWhereWhatIsLeftStandsNow() throws {
    let home = try home()
    try home.write(
      """
      {"mcpServers": {
        "a": {
          "command": "/bin/cat",
          "env": {"TOKEN": "\(ImportTests.key)"}
        },
        "b": {"command": "/bin/cat",
          "envFile": ".env", "env": {"TOKEN": "\(ImportTests.key)x"}}}}
      """, to: ImportTests.claude)
    let run = try home.valet(["import", "--yes", "--no-check"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    let lines = File.text("\(home.path)/\(ImportTests.claude)").split(separator: "\n")
    let line = try #require(lines.firstIndex { $0.contains("envFile") }) + 1
    #expect(line > 7, "nothing moved: \(lines)")
    #expect(run.errorText.contains("config.json:\(line):16: b is left as it is: its variables"))
  }

  @Test func saysWhatWasNotStarted() throws {
    let home = try home()
    try home.write(
      #"{"mcpServers": {"off": {"command": "/bin/cat", "disabled": true, "#
        + #""env": {"TOKEN": "\#(ImportTests.key)"}}}}"#, to: ImportTests.claude)
    let run = try home.valet(["import", "--yes"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("off is turned off, and was not started"), "\(run.errorText)")
  }

  @Test func aProjectIsNamedWithYesOnly() throws {
    let home = try home()
    let run = try home.valet(["import", "--project"])
    #expect(run.exitCode == 64 && run.errorText.contains("--project goes with --yes"))
  }

  /// Of a file that stays as it is, nothing is stored.
  @Test func aRefusedFileLeavesNothingInTheVault() throws {
    let home = try home()
    try home.write(ImportTests.desktopFile(home), to: "elsewhere.json")
    try #require(symlink("\(home.path)/elsewhere.json", "\(home.path)/\(ImportTests.claude)") == 0)
    mkdir("\(home.path)/.cursor", 0o700)
    try home.write(
      #"{"mcpServers": {"c": {"command": "/bin/cat", "env": {"K": "\#(ImportTests.key)"}}}}"#,
      to: ".cursor/mcp.json")
    let dry = try home.valet(["import", "--dry-run"])
    #expect(
      dry.text.contains("valet://c/K") && !dry.text.contains("valet://github/"), "\(dry.text)")
    let run = try home.valet(["import", "--yes", "--no-check"])
    #expect(run.exitCode == 78, "\(run.errorText)")
    let names = try home.valet(["list"]).text
    #expect(names.contains("c/K") && !names.contains("github/"), "\(names)")
  }

  @Test func namesInHintsAreWordsOfAShell() throws {
    let home = try home()
    try home.write("import sys; sys.exit('no luck')", to: "server.py")
    try home.write(
      #"{"mcpServers": {"it's mine": {"command": "/usr/bin/python3", "args": ["\#(home.path)/server.py"], "#
        + #""env": {"TOKEN": "\#(ImportTests.key)"}}}}"#, to: ImportTests.claude)
    let run = try home.valet(["import", "--yes"])
    #expect(run.errorText.contains(#"undo claude-desktop 'it'\''s mine'"#), "\(run.errorText)")
  }

  /// A container that holds a name is ended before the next one starts.
  @Test func writesHowAServerIsReplaced() throws {
    let home = try home()
    try home.write(
      "#!/bin/sh\nexec /bin/cat\n", to: "docker", mode: 0o700)
    try home.write(
      #"{"mcpServers": {"c": {"command": "\#(home.path)/docker", "args": ["run", "--name", "n", "-e", "#
        + #""TOKEN=\#(ImportTests.key)", "image"]}}}"#, to: ImportTests.claude)
    let run = try home.valet(["import", "--yes", "--no-check"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    let text = File.text("\(home.path)/\(ImportTests.claude)")
    #expect(text.contains(#""run", "c", "--swap", "stop-first", "--", "#), "\(text)")
    let started = try home.shell(
      """
      TOKEN=valet://c/TOKEN "$VALET" run c --swap stop-first -- "$HOME/docker" run --name n -e TOKEN image </dev/null
      """)
    #expect(started.exitCode == 0, "\(started.errorText)")
  }
}
