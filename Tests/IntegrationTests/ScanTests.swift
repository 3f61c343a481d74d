internal import Platform
internal import Testing
internal import ValetTesting

/// `scan` with the real program, in homes made for it.
@Suite struct ScanTests {
  /// Of the right shape and made up: the checksum at its end is wrong.
  private static let key = "ghp_q7Zr2LxV9nB4tKc8WmYd3HsJf6GpUe5aXoRi"

  private func home(_ files: [(path: String, text: String)]) throws -> Home {
    let home = try Home()
    for file in files {
      let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
      let made = try home.shell("mkdir -p './\(folder)'")
      try #require(made.exitCode == 0, "\(made.errorText)")
      try home.write(file.text, to: file.path)
    }
    return home
  }

  private func servers(_ value: String) -> String {
    """
    {"mcpServers": {
      "github": {"command": "npx", "args": ["-y", "server"], "env": {"GITHUB_TOKEN": "\(value)"}}
    }}

    """
  }

  @Test func findsNothingInAnEmptyHome() throws {
    let home = try Home()
    let run = try home.shell("\"$VALET\" scan")
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.text.isEmpty)
    #expect(run.errorText == "mcp-valet: note: no plain-text secret found in 0 files, 0 servers\n")
  }

  @Test func namesWhatItFindsWithoutShowingIt() throws {
    let home = try home([(".cursor/mcp.json", servers(Self.key))])
    let run = try home.shell("\"$VALET\" scan")
    #expect(run.exitCode == 1)
    #expect(run.text.contains("\(home.path)/.cursor/mcp.json (Cursor)"), "\(run.text)")
    #expect(run.text.contains("2:83  github  env GITHUB_TOKEN  ghp_…oRi  GitHub"), "\(run.text)")
    #expect(!run.text.contains(Self.key.dropFirst(8)) && !run.errorText.contains(Self.key))
    #expect(run.errorText.contains("mcp-valet import cursor"), "\(run.errorText)")
    #expect(run.errorText.contains("https://github.com/settings/tokens"), "\(run.errorText)")
    #expect(!run.text.contains("\u{1B}"))
    // Nothing was changed.
    #expect(File.text("\(home.path)/.cursor/mcp.json") == servers(Self.key))
  }

  @Test func printsJSON() throws {
    let home = try home([(".cursor/mcp.json", servers(Self.key)), (".claude.json", "{}")])
    let run = try home.shell("\"$VALET\" scan --json")
    let tree = try #require(ReferenceJSON.parse(run.output))
    #expect(tree["files"].elements.count == 1)
    let file = try #require(tree["files"].elements.first)
    #expect(file["host"].text == "cursor" && file["findings"].elements.count == 1)
    let finding = try #require(file["findings"].elements.first)
    #expect(finding["server"].text == "github" && finding["where"].text == "env")
    #expect(finding["name"].text == "GITHUB_TOKEN" && finding["reason"].text == "shape")
    #expect(finding["provider"].text == "GitHub" && finding["masked"].text == "ghp_…oRi")
    #expect(!run.text.contains(Self.key))
  }

  @Test func takesReferencesForWhatTheyAre() throws {
    let home = try home([(".cursor/mcp.json", servers("valet://github/token"))])
    let run = try home.shell("\"$VALET\" scan")
    #expect(run.exitCode == 0, "\(run.text)")
    #expect(run.errorText.contains("1 file, 1 server"))
  }

  @Test func findsTheCopiesThatHostsKeep() throws {
    let history = ".config/Code/User/History/-1a2b"
    let other = ".config/Code/User/History/3c4d"
    let home = try home([
      (".claude.json.backup", servers(Self.key)),
      (".claude/backups/.claude.json.backup.1700000000000", servers(Self.key)),
      (".claude.json.corrupted.1700000000000", "{\"a\": \"\(Self.key)\", "),
      (
        "\(history)/entries.json",
        """
        {"version":1,"resource":"file:///home/u/My%20work/.vscode/mcp.json",
         "entries":[{"id":"aaaa.json","timestamp":1},{"id":"../../evil.json","timestamp":2}]}
        """
      ),
      ("\(history)/aaaa.json", "{\"servers\": {\"g\": {\"env\": {\"T\": \"\(Self.key)\"}}}}"),
      (
        "\(other)/entries.json",
        "{\"version\":1,\"resource\":\"file:///x/notes.json\",\"entries\":[{\"id\":\"b.json\"}]}"
      ),
      ("\(other)/b.json", servers(Self.key)),
    ])
    let run = try home.shell("\"$VALET\" scan --json")
    let files = try #require(ReferenceJSON.parse(run.output))["files"].elements
    let paths = files.compactMap(\.["path"].text)
    #expect(
      Set(paths) == [
        "\(home.path)/.claude.json.backup",
        "\(home.path)/.claude/backups/.claude.json.backup.1700000000000",
        "\(home.path)/.claude.json.corrupted.1700000000000", "\(home.path)/\(history)/aaaa.json",
      ])
    #expect(run.exitCode == 1)
  }

  @Test func looksAtAFolderAndAtAFile() throws {
    let home = try home([
      ("repo/.mcp.json", servers(Self.key)), ("repo/.git/.mcp.json", servers(Self.key)),
      ("repo/package.json", servers(Self.key)), ("else/odd.json", servers(Self.key)),
    ])
    let folder = try home.shell("\"$VALET\" scan repo/")
    #expect(folder.exitCode == 1)
    #expect(folder.text.contains("1 plain-text secret"), "\(folder.text)")
    #expect(try home.shell("\"$VALET\" scan else").exitCode == 0)
    #expect(try home.shell("\"$VALET\" scan else/odd.json").exitCode == 1)
    #expect(try home.shell("\"$VALET\" scan missing.json").exitCode == 78)
    #expect(try home.shell("cp else/odd.json a.txt && \"$VALET\" scan a.txt").exitCode == 64)
  }

  @Test func saysWhereAFileIsBroken() throws {
    let home = try home([(".cursor/mcp.json", "{\n  \"mcpServers\": {,}\n}\n")])
    let run = try home.shell("\"$VALET\" scan")
    #expect(run.exitCode == 78)
    #expect(run.errorText.contains(".cursor/mcp.json:2:18: expected"), "\(run.errorText)")
  }

  @Test func findsKnownShapesInABrokenFile() throws {
    let home = try home([(".cursor/mcp.json", "{ \"GITHUB_TOKEN\": \"\(Self.key)\"")])
    let run = try home.shell("\"$VALET\" scan")
    #expect(run.exitCode == 1)
    #expect(run.text.contains("ghp_…oRi") && run.errorText.contains("mcp.json:1:"))
  }

  @Test func survivesHostileFiles() throws {
    let home = try home([(".cursor/x", ""), (".kiro/settings/x", ""), (".lmstudio/x", "")])
    let made = try home.shell(
      """
      mkfifo .cursor/mcp.json && ln -s /dev/zero .lmstudio/mcp.json
      truncate -s 268435457 .kiro/settings/mcp.json
      mkdir -p .codex .gemini .codeium/windsurf .copilot .config/goose
      head -c 5000000 /dev/zero > .config/goose/config.yaml
      head -c 1000000 /dev/zero | tr '\\0' '[' > .gemini/settings.json
      printf 'a = "\\377"\\n' > .codex/config.toml
      mkdir .codeium/windsurf/mcp_config.json && ln -s mcp-config.json .copilot/mcp-config.json
      """)
    try #require(made.exitCode == 0, "\(made.errorText)")
    let run = try home.shell("\"$VALET\" scan", seconds: 60)
    #expect(run.exitCode == 78)
    for text in [
      ".cursor/mcp.json is not a regular file", ".lmstudio/mcp.json is not a regular file",
      ".kiro/settings/mcp.json is larger than 268435456 bytes",
      ".config/goose/config.yaml is larger than 4194304 bytes",
      "settings.json:1:129: more than 128",
      "config.toml:1:6: these bytes are not UTF-8", "mcp_config.json is not a regular file",
      ".copilot/mcp-config.json",
    ] {
      #expect(run.errorText.contains(text), "\(run.errorText)")
    }
  }

  @Test func bearsAFileMadeOfKeys() throws {
    let keys = (0..<20_000).map { "\"TOKEN\($0)\":\"s3cr3t-\($0)-a1b2c3\"" }.joined(separator: ",")
    let home = try home([(".cursor/mcp.json", "{\"mcpServers\":{\"a\":{\"env\":{\(keys)}}}}")])
    let run = try home.shell("\"$VALET\" scan", seconds: 100)
    #expect(run.exitCode == 1)
    #expect(run.text.contains("500 plain-text secrets"), "\(run.text.suffix(200))")
  }

  @Test func pointsOutWhoElseCanReadIt() throws {
    let home = try home([(".cursor/mcp.json", servers(Self.key))])
    _ = try home.shell(
      "chmod 644 .cursor/mcp.json; mv .cursor/mcp.json real.json; ln -s ../real.json .cursor/mcp.json"
    )
    let run = try home.shell("\"$VALET\" scan")
    #expect(run.errorText.contains("other users of this machine can read"), "\(run.errorText)")
    #expect(run.errorText.contains("is a link"), "\(run.errorText)")
  }

  @Test func showsColoursOnATerminalOnly() throws {
    let home = try home([(".cursor/mcp.json", servers(Self.key))])
    let shown = try home.start(["scan"], adding: ["TERM": "xterm"], onTerminal: true)
    #expect(shown.wait() == 1)
    #expect(shown.text.contains("\u{1B}[1m") && shown.text.contains("ghp_…oRi"), "\(shown.text)")
    let plain = try home.start(
      ["scan"], adding: ["TERM": "xterm", "NO_COLOR": "1"], onTerminal: true)
    #expect(plain.wait() == 1)
    #expect(!plain.text.contains("\u{1B}"), "\(plain.text)")
  }
}

extension ScanTests {
  /// In precision and in recall, in both halves of the corpus; the script fails otherwise.
  @Test func isBetterThanDetectSecrets() throws {
    let python = try #require(Programs.python)
    let bin = python.split(separator: "/").dropLast().joined(separator: "/")
    let peer = "/\(bin)/detect-secrets"
    try #require(TemporaryFolder.exists(peer), "packaging/install-peers.sh installs it")
    let tests = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let run = try ProgramRun.run(
      [
        python, "-B", "\(tests)/Benchmarks/scan.py", "\(tests)/ScanningTests/Corpus",
        Programs.broker, peer,
      ], environment: ["PATH": "/usr/bin:/bin"], seconds: 240)
    #expect(run.exitCode == 0, "\(run.text)\(run.errorText)")
  }
}
