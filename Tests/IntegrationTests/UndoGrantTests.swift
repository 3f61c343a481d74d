internal import Platform
internal import Testing
internal import ValetTesting

/// An undo takes back what its import allowed, and nothing else.
@Suite struct UndoGrantTests {
  private static let cursor = ".cursor/mcp.json"

  private static let text = """
    {"mcpServers": {"a": {"command": "/bin/cat", "env": {"GITHUB_TOKEN": "\(ImportTests.key)"}}}}
    """

  /// The same server in the user's file and in a project's.
  private static func home() throws -> Home {
    let home = try Home.withVault()
    for folder in [".cursor", "repo", "repo/.git"] { mkdir("\(home.path)/\(folder)", 0o700) }
    try home.write(text, to: cursor)
    return home
  }

  private static func valet(_ words: String, in home: borrowing Home) throws -> ProgramRun {
    try home.shell("cd repo && \"$VALET\" \(words)")
  }

  private static func launch(from folder: String, in home: borrowing Home) throws -> Int32 {
    try home.shell(
      "cd \(folder) && GITHUB_TOKEN=valet://a/GITHUB_TOKEN \"$VALET\" run a -- /bin/cat </dev/null"
    ).exitCode
  }

  @Test(arguments: ["cursor", "claude-code"])
  func ofTwoFilesWithTheSameServerEachHasItsOwn(undone: String) throws {
    let home = try Self.home()
    try home.write(Self.text, to: "repo/.mcp.json")
    let run = try Self.valet("import --yes --project --no-check", in: home)
    try #require(run.exitCode == 0, "\(run.errorText)")
    #expect(try home.valet(["grants"]).text.contains("repo"))
    let undo = try Self.valet("undo \(undone) --yes", in: home)
    #expect(undo.exitCode == 0, "\(undo.errorText)")
    let isUsers = undone == "cursor"
    #expect(try (Self.launch(from: "/usr", in: home) == 77) == isUsers)
    #expect(try Self.launch(from: "repo", in: home) == 0)
    let other = try Self.valet("undo \(isUsers ? "claude-code" : "cursor") --yes", in: home)
    #expect(other.exitCode == 0, "\(other.errorText)")
    #expect(try Self.launch(from: "repo", in: home) == 77)
  }

  @Test func whatWasAllowedByHandStays() throws {
    let home = try Self.home()
    try home.set("a/GITHUB_TOKEN", ImportTests.key)
    let allowed = try home.shell(
      "cd repo && GITHUB_TOKEN=valet://a/GITHUB_TOKEN \"$VALET\" allow a --yes -- /bin/cat")
    try #require(allowed.exitCode == 0, "\(allowed.errorText)")
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    #expect(try Self.launch(from: "/usr", in: home) == 0)
    try #require(try home.valet(["undo", "cursor", "--yes"]).exitCode == 0)
    #expect(try Self.launch(from: "/usr", in: home) == 77)
    #expect(try Self.launch(from: "repo", in: home) == 0)
  }

  @Test func aPinIsNotReplaced() throws {
    let home = try Self.home()
    try home.set("a/GITHUB_TOKEN", ImportTests.key)
    let allowed = try home.shell(
      """
      GITHUB_TOKEN=valet://a/GITHUB_TOKEN "$VALET" \
        allow a --yes --pin content --folder empty -- /bin/cat
      """)
    try #require(allowed.exitCode == 0, "\(allowed.errorText)")
    let before = try home.valet(["grants", "a"]).text
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    #expect(try home.valet(["grants", "a"]).text == before)
    #expect(!File.text("\(home.path)/\(Self.cursor)").contains("\"a\", \"--\""))
  }
}
