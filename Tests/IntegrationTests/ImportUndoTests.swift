internal import Platform
internal import Testing
internal import ValetTesting

/// Several servers, several questions.
@Suite struct ImportUndoTests {
  private static let keys = [
    "ghp_A1fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x", "ghp_B2fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x",
  ]

  private static func server(_ name: String, _ key: String) -> String {
    """
        "\(name)": { "command": "/bin/cat", "env": { "TOKEN": "\(key)" } }
    """
  }

  private static let text = """
    {
      "mcpServers": {
    \(server("one", keys[0])),
    \(server("two", keys[1]))
      }
    }

    """

  @Test func takesOneServerBackAndThenTheOther() throws {
    let home = try ImportTests.home()
    let path = "\(home.path)/\(ImportTests.claude)"
    try home.write(Self.text, to: ImportTests.claude)
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    let one = try home.valet(["undo", "claude-desktop", "one", "--yes"])
    #expect(one.exitCode == 0, "\(one.errorText)")
    let half = File.text(path)
    #expect(half.contains(Self.keys[0]) && !half.contains(Self.keys[1]), "\(half)")
    let grants = try home.valet(["grants"]).text
    #expect(grants.contains("two") && !grants.contains("one"), "\(grants)")
    let unknown = try home.valet(["undo", "claude-desktop", "one", "--yes"])
    #expect(unknown.exitCode == 78, "\(unknown.errorText)")
    let two = try home.valet(["undo", "claude-desktop", "--yes"])
    #expect(two.exitCode == 0, "\(two.errorText)")
    let whole = File.text(path)
    #expect(whole.contains(Self.keys[0]) && whole.contains(Self.keys[1]), "\(whole)")
    #expect(!whole.contains("mcp-valet"), "\(whole)")
    #expect(!(try home.valet(["list"]).text.contains("mcp-valet/undo")))
  }

  @Test func twoImportsAreTakenBackByteForByte() throws {
    let home = try ImportTests.home()
    let path = "\(home.path)/\(ImportTests.claude)"
    try home.write(Self.text, to: ImportTests.claude)
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    let first = File.text(path)
    let added = first.replacing(
      "\n  }\n", with: ",\n" + Self.server("three", ImportTests.key) + "\n  }\n")
    try home.write(added, to: ImportTests.claude)
    let second = try home.valet(["import", "--yes", "--no-check"])
    #expect(second.exitCode == 0, "\(second.errorText)")
    #expect(!File.text(path).contains("ghp_"))
    let undo = try home.valet(["undo", "claude-desktop", "--yes"])
    #expect(undo.exitCode == 0, "\(undo.errorText)")
    let text = File.text(path)
    for key in Self.keys + [ImportTests.key] { #expect(text.contains(key), "\(text)") }
    #expect(!text.contains("mcp-valet"))
  }

  @Test func leavesAGrantThatIsOlderThanTheImport() throws {
    let home = try ImportTests.home()
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    // From now on nobody knows that an import made it.
    let listed = try home.valet(["list"]).text.split(separator: " ").map(String.init)
    let record = try #require(listed.first { $0.contains("mcp-valet/undo/") })
    let name = try #require(record.split(separator: "\n").last.map(String.init))
    try #require(try home.valet(["rm", name]).exitCode == 0)
    try home.write(ImportTests.desktopFile(home), to: ImportTests.claude)
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    try #require(try home.valet(["undo", "claude-desktop", "--yes"]).exitCode == 0)
    #expect(try home.valet(["grants"]).text.contains("github"))
  }

  @Test func userAndProjectAreTwoQuestions() throws {
    let home = try ImportTests.home(attended: true)
    mkdir("\(home.path)/repo", 0o700)
    try home.write(Self.text, to: "repo/.mcp.json")
    let words = ["/bin/bash", "-c", "cd ~/repo && exec \(Programs.broker) import --no-check"]
    let session = try LiveProgram(words, environment: home.environment, onTerminal: true)
    try session.expect("Claude Desktop: ")
    try session.expect("[y/N]")
    #expect(!session.text.contains(".mcp.json"))
    try session.type("y\n")
    try session.expect("/repo/.mcp.json")
    try session.expect("whoever shares it needs mcp-valet")
    try session.expect("[y/N]")
    try session.type("n\n")
    #expect(session.wait() == 0, "\(session.text)")
    #expect(File.text("\(home.path)/repo/.mcp.json") == Self.text)
    #expect(!File.text("\(home.path)/\(ImportTests.claude)").contains(ImportTests.key))
  }

  /// Both eras, and the server that the package ships.
  @Test func provesAServerThatDiscovers() throws {
    let home = try ImportTests.home()
    let words = Programs.exampleServer
    try home.write(
      """
      {"mcpServers": {"echo": {"command": "\(words[0])", "args": ["\(words[1])"],
        "env": {"DEMO_TOKEN": "\(ImportTests.key)"}}}}
      """, to: ImportTests.claude)
    let run = try home.valet(["import", "--yes"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("echo answers (server/discover)"), "\(run.errorText)")
  }

  /// A line of a file may hold more than servers.
  @Test func masksKeysBesideServersToo() throws {
    let home = try ImportTests.home()
    try home.write(
      #"{"mcpServers":{"s":{"command":"/bin/cat","env":{"TOKEN":"\#(Self.keys[0])"}}},"other":"#
        + #"{"token":"\#(Self.keys[1])"}}"#, to: ImportTests.claude)
    let run = try home.valet(["import", "--dry-run"])
    #expect(run.text.contains("\"other\"") && !run.text.contains(Self.keys[1]), "\(run.text)")
  }
}

/// Hosts whose files are not written.
@Suite struct ImportSnippetTests {
  @Test func showsWhatToPasteForYAML() throws {
    let home = try ImportTests.home()
    try home.remove(ImportTests.claude)
    mkdir("\(home.path)/.config/goose", 0o700)
    let text = """
      extensions:
        github:
          type: stdio
          cmd: npx
          args: ["-y", "server"]
          envs: {GITHUB_TOKEN: \(ImportTests.key), MODE: fast}

      """
    try home.write(text, to: ".config/goose/config.yaml")
    let run = try home.valet(["import", "--yes"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.text.contains("GITHUB_TOKEN: \"valet://github/GITHUB_TOKEN\""), "\(run.text)")
    #expect(run.text.contains("- \"--keep\"\n      - \"MODE\""), "\(run.text)")
    #expect(run.text.contains("mcp-valet set github/GITHUB_TOKEN"))
    #expect(!run.text.contains(ImportTests.key))
    #expect(File.text("\(home.path)/.config/goose/config.yaml") == text)
  }

  /// Two servers of one name are two behind `run` as well.
  @Test func givesTheServersOfTwoHostsTwoNames() throws {
    let home = try ImportTests.home()
    try home.remove(ImportTests.claude)
    for folder in [".config/goose", ".continue"] { mkdir("\(home.path)/\(folder)", 0o700) }
    try home.write(
      "extensions:\n  gh: {type: stdio, cmd: npx, args: [x], envs: {A_TOKEN: \(ImportTests.key)}}\n",
      to: ".config/goose/config.yaml")
    try home.write(
      "mcpServers:\n  - {name: gh, command: npx, args: [y], env: {B_TOKEN: \(ImportTests.key)}}\n",
      to: ".continue/config.yaml")
    let run = try home.valet(["import", "--yes"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    let names = ["gh", "gh-goose", "gh-continue"].filter { run.text.contains("- \"\($0)\"\n") }
    #expect(names.count == 2 && names.contains("gh"), "\(run.text)")
  }

  @Test func saysWhatToDoAboutAKeyOfAServerThatIsBehindUs() throws {
    let home = try ImportTests.home()
    try home.remove(ImportTests.claude)
    mkdir("\(home.path)/.cursor", 0o700)
    let text =
      #"{"mcpServers": {"a": {"command": "mcp-valet", "args": ["run", "a", "--", "x"], "#
      + #""env": {"X_API_KEY": "\#(ImportTests.key)"}}}}"#
    try home.write(text, to: ".cursor/mcp.json")
    let run = try home.valet(["import", "cursor", "--yes"])
    #expect(run.errorText.contains("mcp-valet set a/X_API_KEY"), "\(run.errorText)")
    #expect(File.text("\(home.path)/.cursor/mcp.json") == text)
  }

  @Test func movesNoMoreServersAtOnceThanItCanInSeconds() throws {
    let home = try ImportTests.home()
    try home.remove(ImportTests.claude)
    mkdir("\(home.path)/.cursor", 0o700)
    let servers = (0..<202).map {
      #""s\#($0)": {"command": "/bin/cat", "env": {"TOKEN": "\#(ImportTests.key)"}}"#
    }
    try home.write(
      "{\"mcpServers\": {\(servers.joined(separator: ", "))}}", to: ".cursor/mcp.json")
    let run = try home.valet(["import", "cursor", "--dry-run"])
    let left = run.errorText.split(separator: "\n").filter { $0.contains("import again") }
    #expect(left.count == 2, "\(run.errorText.suffix(600))")
  }
}
