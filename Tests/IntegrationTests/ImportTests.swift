internal import Platform
internal import Testing
internal import ValetTesting

/// Moving in and out again, with real hosts' files and a server that answers only with its key.
@Suite struct ImportTests {
  static let key = "ghp_R7fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x"
  static let claude = ".config/Claude/claude_desktop_config.json"

  /// Answers `initialize` when it has its key.
  static let server = """
    import json, os, sys
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message: continue
        answer = {"jsonrpc": "2.0", "id": message["id"]}
        if message["method"] == "initialize" and os.environ.get("GITHUB_TOKEN") == "\(key)" \\
                and os.environ.get("GITHUB_HOST") == "github.example":
            answer["result"] = {"protocolVersion": "2025-11-25", "capabilities": {},
                                "serverInfo": {"name": "s", "version": "1"}}
        else:
            answer["error"] = {"code": -32601, "message": "no " + message["method"]}
        print(json.dumps(answer), flush=True)
    """

  static func desktopFile(_ home: borrowing Home) -> String {
    """
    {
    \t"globalShortcut": "Ctrl+Space",
      "mcpServers": {
        "github": {
          "command": "/usr/bin/python3",
          "args": ["\(home.path)/server.py"],
          "env": { "GITHUB_TOKEN": "\(key)", "GITHUB_HOST": "github.example" }
        },
        "plain": {"command":"/bin/cat"}
      }
    }\r

    """
  }

  /// A home with an unattended vault and a host's file.
  static func home(attended: Bool = false) throws -> Home {
    let home = attended ? try Home() : try Home.withVault()
    if attended {
      let made = try home.valet(["vault", "init", "--key-file", home.keyFile])
      try #require(made.exitCode == 0, "\(made.errorText)")
    }
    try home.write(server, to: "server.py")
    for folder in [".config", ".config/Claude", ".codex"] { mkdir("\(home.path)/\(folder)", 0o700) }
    try home.write(desktopFile(home), to: claude)
    return home
  }

  @Test func movesAKeyAndTheServerStartsWithoutAQuestion() throws {
    let home = try Self.home()
    let run = try home.valet(["import", "--yes"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("github answers (initialize)"), "\(run.errorText)")
    #expect(run.text.contains("github/GITHUB_TOKEN  ghp_…"))
    #expect(run.text.contains("https://github.com/settings/"))
    let text = File.text("\(home.path)/\(Self.claude)")
    let expected = Self.desktopFile(home)
      .replacing("\"/usr/bin/python3\"", with: "\"\(Programs.broker)\"")
      .replacing(
        "[\"\(home.path)/server.py\"]",
        with: "[\"run\", \"github\", \"--keep\", \"GITHUB_HOST\", \"--\", \"/usr/bin/python3\", "
          + "\"\(home.path)/server.py\"]"
      ).replacing(Self.key, with: "valet://github/GITHUB_TOKEN")
    #expect(Self.resolved(text) == Self.resolved(expected))
    let got = try home.valet(["get", "github/GITHUB_TOKEN"])
    #expect(got.text == Self.key)
    // Nothing is left to do.
    let again = try home.valet(["import", "--yes"])
    #expect(again.exitCode == 0 && again.errorText.contains("no server of these hosts"))
  }

  /// The broker by whatever path.
  static func resolved(_ text: String) -> String {
    text.split(separator: "\"", omittingEmptySubsequences: false).map {
      $0.hasSuffix("/mcp-valet") ? "mcp-valet" : String($0)
    }.joined(separator: "\"")
  }

  @Test func aDryRunChangesNothingAndShowsNoValue() throws {
    let home = try Self.home()
    let run = try home.valet(["import", "--dry-run"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.text.contains("+ ") && run.text.contains("valet://github/GITHUB_TOKEN"))
    #expect(!run.text.contains(Self.key) && !run.errorText.contains(Self.key))
    #expect(File.text("\(home.path)/\(Self.claude)") == Self.desktopFile(home))
    #expect(!(try home.valet(["list", "--json"]).text.contains("github")))
  }

  @Test func asksAndShowsAllOfIt() throws {
    let home = try Self.home(attended: true)
    let refused = try home.valet(["import", "--yes"])
    #expect(refused.exitCode == 77, "\(refused.errorText)")
    let nobody = try home.valet(["import"], input: "y\n")
    #expect(nobody.exitCode == 77, "\(nobody.errorText)")
    for (answer, code) in [("n\n", Int32(77)), ("y\n", 0)] {
      let session = try home.start(["import"], onTerminal: true)
      try session.expect("Claude Desktop: ")
      try session.expect("- ")
      try session.expect("Goes into the vault:")
      try session.expect("valet://github/GITHUB_TOKEN")
      try session.expect("Is allowed")
      try session.expect("is started once after that")
      try session.expect("Change this file? [y/N]")
      #expect(!session.text.contains(Self.key))
      try session.type(answer)
      #expect(session.wait(seconds: 60) == code, "\(session.text)")
      let isChanged = File.text("\(home.path)/\(Self.claude)") != Self.desktopFile(home)
      #expect(isChanged == (code == 0))
    }
  }

  @Test func undoPutsEveryByteBack() throws {
    let home = try Self.home()
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    let undo = try home.valet(["undo", "claude-desktop", "--yes"])
    #expect(undo.exitCode == 0, "\(undo.errorText)")
    #expect(File.text("\(home.path)/\(Self.claude)") == Self.desktopFile(home))
    #expect(!(try home.valet(["list"]).text.contains("mcp-valet/undo")))
    let audit = try home.valet(["audit", "--secret", "github/GITHUB_TOKEN"])
    #expect(audit.text.contains("put back into"), "\(audit.text)")
    #expect(!(try home.valet(["grants"]).text.contains("github")))
    // The secret stays, and is taken again.
    let again = try home.valet(["import", "--yes"])
    #expect(again.exitCode == 0, "\(again.errorText)")
    #expect(!(try home.valet(["list"]).text.contains("GITHUB_TOKEN-2")))
  }

  @Test func undoOfAChangedFilePutsOnlyOursBackWithPresentValues() throws {
    let home = try Self.home()
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    let imported = File.text("\(home.path)/\(Self.claude)")
    try home.write(imported.replacing("Ctrl+Space", with: "Ctrl+M"), to: Self.claude)
    try home.set("github/GITHUB_TOKEN", "ghp_rotated")
    let undo = try home.valet(["undo", "claude-desktop", "github", "--yes"])
    #expect(undo.exitCode == 0, "\(undo.errorText)")
    let expected = Self.desktopFile(home).replacing("Ctrl+Space", with: "Ctrl+M")
      .replacing(Self.key, with: "ghp_rotated")
    #expect(File.text("\(home.path)/\(Self.claude)") == expected)
  }

  @Test func undoLeavesAloneWhatSomebodyElseChanged() throws {
    let home = try Self.home()
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    let imported = File.text("\(home.path)/\(Self.claude)")
    let edited = imported.replacing("\"--\", ", with: "\"--\", \"env\", ")
    try home.write(edited, to: Self.claude)
    let undo = try home.valet(["undo", "claude-desktop", "--yes"])
    #expect(undo.exitCode != 0 && undo.errorText.contains("github is not as it was left"))
    #expect(File.text("\(home.path)/\(Self.claude)") == edited)
  }

  @Test func oneKeyInTwoHostsIsStoredOnce() throws {
    let home = try Self.home()
    try home.write(
      """
      [mcp_servers.github] # mine
      command = "/usr/bin/python3"
      args = ["\(home.path)/server.py"]
      env = { GITHUB_TOKEN = '\(Self.key)', GITHUB_HOST = "github.example" }

      """, to: ".codex/config.toml")
    let run = try home.valet(["import", "--yes"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    let codex = File.text("\(home.path)/.codex/config.toml")
    #expect(codex.contains("GITHUB_TOKEN = 'valet://github/GITHUB_TOKEN'"), "\(codex)")
    #expect(codex.contains("[mcp_servers.github] # mine"))
    let names = try home.valet(["list"]).text.split(separator: "\n").filter {
      $0.contains("TOKEN")
    }
    #expect(names.count == 1, "\(names)")
    // The grant of one host serves the other's launch too.
    #expect(try home.valet(["undo", "codex", "--yes"]).exitCode == 0)
    #expect(try home.valet(["grants"]).text.contains("github"))
  }

  @Test func aServerThatDoesNotAnswerIsNamed() throws {
    let home = try Self.home()
    try home.write("import sys; sys.exit('no luck')", to: "server.py")
    let run = try home.valet(["import", "--yes"])
    #expect(run.exitCode == 69, "\(run.errorText)")
    #expect(run.errorText.contains("github does not answer"), "\(run.errorText)")
    #expect(run.errorText.contains("mcp-valet undo claude-desktop github"))
  }

  @Test func projectFilesAreAskedAboutOnTheirOwn() throws {
    let home = try Self.home()
    mkdir("\(home.path)/repo", 0o700)
    let text =
      #"{"mcpServers": {"github": {"command": "/usr/bin/python3", "args": ["server.py"], "#
      + #""env": {"GITHUB_TOKEN": "\#(Self.key)"}}}}"#
    try home.write(text, to: "repo/.mcp.json")
    let kept = try home.shell("cd repo && \"$VALET\" import --yes --no-check")
    #expect(kept.exitCode == 0 && kept.errorText.contains("--project"), "\(kept.errorText)")
    #expect(File.text("\(home.path)/repo/.mcp.json") == text)
    let done = try home.shell("cd repo && \"$VALET\" import --yes --no-check --project")
    #expect(done.exitCode == 0, "\(done.errorText)")
    let changed = File.text("\(home.path)/repo/.mcp.json")
    #expect(changed.contains(#""command": "mcp-valet""#) && !changed.contains(Self.key))
  }

  @Test func asksForWhatVSCodeAsksFor() throws {
    let home = try Self.home(attended: true)
    try home.remove(Self.claude)
    for folder in [".config/Code", ".config/Code/User"] { mkdir("\(home.path)/\(folder)", 0o700) }
    let text =
      #"{ "inputs": [{"type": "promptString", "id": "tok", "password": true}],"#
      + #" "servers": { "s": { "command": "/bin/cat", "env": { "TOKEN": "${input:tok}" } } }, }"#
    try home.write(text, to: ".config/Code/User/mcp.json")
    let session = try home.start(["import", "--no-check"], onTerminal: true)
    try session.expect("asked for")
    try session.expect("[y/N]")
    try session.type("y\n")
    try session.expect("Value of ${input:tok}")
    try session.type("typed-value\n")
    #expect(session.wait() == 0, "\(session.text)")
    #expect(!session.text.contains("typed-value"))
    #expect(File.text("\(home.path)/.config/Code/User/mcp.json").contains("valet://s/TOKEN"))
  }

  @Test func printsWhatToPaste() throws {
    let home = try Self.home()
    for (host, part) in [
      ("claude-desktop", "\"mcpServers\""), ("codex", "[mcp_servers.github]"),
      ("goose", "extensions:"), ("continue", "mcpServers:\n  - name"),
      ("opencode", "\"command\": [\""), ("zed", "\"context_servers\""),
    ] {
      let run = try home.valet(["config", host, "github"])
      #expect(run.exitCode == 0 && run.text.contains(part), "\(run.text)")
    }
    #expect(try home.valet(["config", "emacs", "github"]).exitCode == 64)
  }
}

/// The three scopes of Claude Code, and arguments.
@Suite struct ImportScopeTests {
  @Test func movesTheKeysOfAllScopesOfClaudeCode() throws {
    let home = try ImportTests.home()
    try home.remove(ImportTests.claude)
    for folder in ["work", "work/shop"] { mkdir("\(home.path)/\(folder)", 0o700) }
    let project = "\(home.path)/work/shop"
    let other = "ghp_Z7fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0y"
    try home.write(
      """
      {"numStartups": 4, "mcpServers": {
         "github": {"type": "stdio", "command": "/usr/bin/python3", "args": ["\(home.path)/server.py"],
                    "env": {"GITHUB_TOKEN": "\(ImportTests.key)", "GITHUB_HOST": "github.example"}}},
       "projects": {"\(project)": {"mcpServers": {
         "github": {"command": "./server.sh", "args": [],
                    "env": {"GITHUB_TOKEN": "\(other)"}}}, "history": []}}}
      """, to: ".claude.json")
    try home.write("#!/bin/sh\nexec /bin/cat\n", to: "work/shop/server.sh", mode: 0o700)
    let run = try home.valet(["import", "claude-code", "--yes", "--no-check"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    let text = File.text("\(home.path)/.claude.json")
    #expect(!text.contains("ghp_"), "\(text)")
    // Two servers of one name are two.
    #expect(text.contains("\"github\", \"--keep\"") && text.contains("\"github-claude-code\""))
    #expect(try home.valet(["get", "github-claude-code/GITHUB_TOKEN"]).text == other)
    let started = try home.shell(
      """
      cd work/shop && GITHUB_TOKEN=valet://github-claude-code/GITHUB_TOKEN \\
        "$VALET" run github-claude-code -- ./server.sh </dev/null
      """)
    #expect(started.exitCode == 0, "\(started.errorText)")
    let undo = try home.valet(["undo", "claude-code", "--yes"])
    #expect(undo.exitCode == 0, "\(undo.errorText)")
    #expect(File.text("\(home.path)/.claude.json").contains(other))
  }

  @Test func warnsOfWhatStaysAnArgument() throws {
    let home = try ImportTests.home()
    try home.write(
      #"{"mcpServers": {"s": {"command": "/bin/echo", "args": ["--api-key", "\#(ImportTests.key)"]}}}"#,
      to: ImportTests.claude)
    let dry = try home.valet(["import", "--dry-run"])
    #expect(dry.text.contains("every user of this machine can read"), "\(dry.text)")
    let run = try home.valet(["import", "--yes", "--no-check"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    let text = File.text("\(home.path)/\(ImportTests.claude)")
    #expect(text.contains(#""--in-argv", "--", "/bin/echo", "--api-key", "valet://s/api-key"]"#))
    let started = try home.shell(
      "\"$VALET\" run s --in-argv -- /bin/echo --api-key valet://s/api-key </dev/null")
    #expect(started.exitCode == 0, "\(started.errorText)")
    #expect(started.errorText.contains("[redacted s/api-key]"), "\(started.errorText)")
  }

  @Test func storesTheKeysOfRemoteServersAndSaysWhatToDo() throws {
    let home = try ImportTests.home()
    try home.remove(ImportTests.claude)
    let text =
      "[mcp_servers.r]\nurl = \"https://r.example/mcp\"\n"
      + "http_headers = { Authorization = \"Bearer \(ImportTests.key)\" }\n"
    try home.write(text, to: ".codex/config.toml")
    let run = try home.valet(["import", "--yes"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("bearer_token_env_var"), "\(run.errorText)")
    #expect(File.text("\(home.path)/.codex/config.toml") == text)
    #expect(try home.valet(["get", "r/Authorization"]).text == ImportTests.key)
  }

  @Test func namesTheCopiesThatHostsKeep() throws {
    let home = try ImportTests.home()
    try home.write(ImportTests.desktopFile(home), to: "\(ImportTests.claude).backup")
    let run = try home.valet(["import", "--yes", "--no-check"])
    #expect(run.errorText.contains("a copy with keys in it is left"), "\(run.errorText)")
    #expect(run.errorText.contains("claude_desktop_config.json.backup"))
  }

  /// A password that no look gives away, of a server whose authors say what it is.
  @Test func neverShowsAKnownPassword() throws {
    let home = try ImportTests.home(attended: true)
    try home.write(
      #"{"mcpServers": {"r": {"command": "npx", "args": ["redis-mcp-server"], "env": "#
        + #"{"REDIS_HOST": "db.example", "REDIS_PWD": "kw7"}}}}"#, to: ImportTests.claude)
    let session = try home.start(["import", "--no-check"], onTerminal: true)
    try session.expect("REDIS_HOST says where its keys are sent")
    try session.expect("[y/N]")
    try session.type("y\n")
    #expect(session.wait() == 0, "\(session.text)")
    let undo = try home.start(["undo", "claude-desktop"], onTerminal: true)
    try undo.expect("[y/N]")
    try undo.type("y\n")
    #expect(undo.wait() == 0, "\(undo.text)")
    #expect(!session.text.contains("kw7") && !undo.text.contains("kw7"), "\(session.text)")
    #expect(File.text("\(home.path)/\(ImportTests.claude)").contains("kw7"))
  }
}
