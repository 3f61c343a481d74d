internal import Platform
internal import Testing
internal import ValetTesting

/// What an import, and taking it back, leave where it was.
@Suite struct ImportLeftTests {
  private static let other = "ghp_B2fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x"
  private static let cursor = ".cursor/mcp.json"
  private static let text = """
    {"mcpServers": {"a": {"command": "/bin/cat", "env": {"GITHUB_TOKEN": "\(ImportTests.key)"}}}}
    """

  private static func home() throws -> Home {
    let home = try Home.withVault()
    for folder in [".cursor", ".config", ".config/zed", ".kiro", ".kiro/settings"] {
      mkdir("\(home.path)/\(folder)", 0o700)
    }
    try home.write(text, to: cursor)
    return home
  }

  private static func imported() throws -> Home {
    let home = try home()
    let run = try home.valet(["import", "--yes", "--no-check"])
    try #require(run.exitCode == 0, "\(run.errorText)")
    return home
  }

  // MARK: - Keys that stay

  @Test(arguments: [true, false])
  func namesEveryPlaceWhereAKeyIsLeft(isPlanOnly: Bool) throws {
    let home = try Self.home()
    try home.write(
      """
      {
        // the old one: \(Self.other)
        "context_servers": {
          "b": {"source": "custom", "command": "/bin/cat", "env": {"TOKEN": "s3cr3t-pa55word"}}
          /* "c": {"env": {"TOKEN": "s3cr3t-pa55word"}} */
        }
      }
      """, to: ".config/zed/settings.json")
    try home.write(
      #"{"note": "\#(ImportTests.key)", "mcpServers": {"d": {"command": "/bin/cat"}}}"#,
      to: ".kiro/settings/mcp.json")
    let run = try home.valet(["import"] + (isPlanOnly ? ["--dry-run"] : ["--yes", "--no-check"]))
    #expect(run.exitCode == 0, "\(run.errorText)")
    let zed = "\(home.path)/.config/zed/settings.json"
    let stands = isPlanOnly ? "would stand" : "stands"
    for line in [
      "\(zed):2:19: a key stands in a comment, ghp_…U0x",
      "\(zed):5:32: the value of valet://b/TOKEN \(stands) here still",
      "\(home.path)/.kiro/settings/mcp.json:1:11: the value of valet://a/GITHUB_TOKEN \(stands)",
    ] {
      #expect(run.errorText.contains(line), "\(run.errorText)")
    }
    for key in [Self.other, ImportTests.key, "s3cr3t-pa55word"] {
      #expect(!(run.text + run.errorText).contains(key))
    }
  }

  @Test func saysNothingWhereNothingIsLeft() throws {
    let home = try Self.home()
    let run = try home.valet(["import", "--yes", "--no-check"])
    #expect(run.exitCode == 0 && !run.errorText.contains("plain text: take"), "\(run.errorText)")
  }

  @Test func scanNamesAKeyInAComment() throws {
    let home = try Self.home()
    try home.write("{} // \(Self.other)\n", to: ".config/zed/settings.json")
    let whole = try home.shell("\"$VALET\" scan --json .config/zed/settings.json")
    #expect(whole.exitCode == 1, "\(whole.errorText)")
    let files = try #require(ReferenceJSON.parse(whole.output))["files"].elements
    let finding = try #require(files.first?["findings"].elements.first)
    #expect(finding["where"].text == "comment" && finding["masked"].text == "ghp_…U0x")
  }

  @Test func namesAKeyOfTwoFilesOnce() throws {
    let home = try Self.home()
    for folder in ["repo", "repo/.git"] { mkdir("\(home.path)/\(folder)", 0o700) }
    try home.write(Self.text, to: "repo/.mcp.json")
    let run = try home.shell("cd repo && \"$VALET\" import --yes --project --no-check")
    #expect(run.exitCode == 0, "\(run.errorText)")
    let lines = run.text.split(separator: "\n").filter { $0.hasPrefix("  a/GITHUB_TOKEN  ") }
    #expect(lines.count == 1, "\(run.text)")
  }

  @Test func saysSoWhenAnotherImportCameFirst() throws {
    let home = try Self.home()
    let first = try home.start(["import", "--no-check"], onTerminal: true)
    try first.expect("[y/N]")
    let second = try home.start(["import", "--yes", "--no-check"])
    usleep(500_000)
    try first.type("y\n")
    #expect(first.wait() == 0, "\(first.text)")
    #expect(second.wait() == 0)
    #expect(second.errorText.contains("another import came first"), "\(second.errorText)")
  }

  // MARK: - Values that changed since

  @Test func saysWhenAnOlderValueIsPutBack() throws {
    let home = try Self.imported()
    try home.set("a/GITHUB_TOKEN", Self.other)
    let undo = try home.start(["undo", "cursor"], onTerminal: true)
    try undo.expect("valet://a/GITHUB_TOKEN has another value by now")
    try undo.expect("[y/N]")
    try undo.type("y\n")
    try undo.expect("the older value of valet://a/GITHUB_TOKEN again")
    #expect(undo.wait() == 0, "\(undo.text)")
    // Byte for byte all the same.
    #expect(File.text("\(home.path)/\(Self.cursor)") == Self.text)
    #expect(!undo.text.contains(Self.other) && !undo.text.contains(ImportTests.key))
  }

  @Test func saysNothingOfValuesThatAreTheSame() throws {
    let home = try Self.imported()
    let undo = try home.valet(["undo", "cursor", "--yes"])
    #expect(undo.exitCode == 0 && !undo.errorText.contains("older value"), "\(undo.errorText)")
  }

  /// In a file that changed since, the value itself is needed.
  @Test func namesTheSecretThatIsMissing() throws {
    let home = try Self.imported()
    try home.write(
      File.text("\(home.path)/\(Self.cursor)").replacing("{\"mcp", with: "{ \"mcp"),
      to: Self.cursor)
    try #require(try home.valet(["rm", "a/GITHUB_TOKEN"]).exitCode == 0)
    let undo = try home.valet(["undo", "cursor", "--yes"])
    #expect(undo.exitCode != 0)
    #expect(
      undo.errorText.contains("hint: mcp-valet set a/GITHUB_TOKEN, then: mcp-valet undo cursor"),
      "\(undo.errorText)")
  }
}
