internal import Platform
internal import Testing
internal import ValetTesting

/// Whatever became of a file since it was imported, an undo comes to an end.
@Suite struct UndoStateTests {
  private static let keys = [
    "ghp_A1fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x", "ghp_B2fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x",
  ]

  private static func text(_ keys: [String] = keys) -> String {
    let servers = zip(["one", "two"], keys).map { name, key in
      "    \"\(name)\": { \"command\": \"/bin/cat\", \"env\": { \"TOKEN\": \"\(key)\" } }"
    }
    return "{\n  \"mcpServers\": {\n\(servers.joined(separator: ",\n"))\n  }\n}\n"
  }

  /// Two servers are imported.
  private static func imported() throws -> Home {
    let home = try ImportTests.home()
    try home.write(text(), to: ImportTests.claude)
    let run = try home.valet(["import", "--yes", "--no-check"])
    try #require(run.exitCode == 0, "\(run.errorText)")
    return home
  }

  private static func file(_ home: borrowing Home) -> String {
    File.text("\(home.path)/\(ImportTests.claude)")
  }

  private static func undo(_ home: borrowing Home, _ words: String...) throws -> ProgramRun {
    try home.valet(["undo", "claude-desktop"] + words + ["--yes"])
  }

  /// Neither record nor grants, and no second undo.
  private static func expectNothingLeft(_ home: borrowing Home) throws {
    #expect(!(try home.valet(["list"]).text.contains("mcp-valet/undo")))
    let grants = try home.valet(["grants"]).text
    #expect(!grants.contains("one") && !grants.contains("two"), "\(grants)")
    #expect(try undo(home).exitCode == 78)
  }

  // MARK: - What is shown

  @Test func showsWhatItWillWriteBeforeItAsks() throws {
    for isEdited in [false, true] {
      let home = try ImportTests.home(attended: true)
      try home.write(Self.text(), to: ImportTests.claude)
      let session = try home.start(["import", "--no-check"], onTerminal: true)
      try session.expect("[y/N]")
      try session.type("y\n")
      #expect(session.wait() == 0, "\(session.text)")
      let imported = Self.file(home)
      if isEdited { try home.write("{\"a\": 1," + imported.dropFirst(), to: ImportTests.claude) }
      let undo = try home.start(["undo", "claude-desktop"], onTerminal: true)
      try undo.expect("[y/N]")
      let shown = undo.text
      try undo.type("y\n")
      #expect(undo.wait() == 0, "\(undo.text)")
      for (mark, text) in [("-", imported), ("+", Self.text())] {
        for line in text.split(separator: "\n") where line.contains("TOKEN") {
          let masked = Self.keys.reduce(String(line)) {
            $0.replacing($1, with: "ghp_…\($1.suffix(3))")
          }
          #expect(shown.contains("\(mark) \(masked)"), "\(shown)")
        }
      }
      #expect(!Self.keys.contains { shown.contains($0.suffix(8)) }, "\(shown)")
      let expected = isEdited ? "{\"a\": 1," + Self.text().dropFirst() : Self.text()
      #expect(Self.file(home) == expected)
    }
  }

  @Test func saysThatTheHostRunsBeforeItAsks() throws {
    let home = try Self.imported()
    let run = try home.shell(
      """
      cp /bin/sleep claude-desktop; ./claude-desktop 30 & host=$!
      sleep 0.3; "$VALET" undo claude-desktop </dev/null; code=$?; kill $host; exit $code
      """)
    // Nobody is there to answer.
    #expect(run.exitCode == 77 && run.errorText.contains("Claude Desktop runs (process "))
  }

  // MARK: - What became of the file

  /// Put back by hand with another key, and imported again.
  @Test func endsAfterASecondImportOfTheSameServer() throws {
    let home = try Self.imported()
    let other = Self.text(["ghp_C3fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x", Self.keys[1]])
    try home.write(other, to: ImportTests.claude)
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    let undo = try Self.undo(home)
    #expect(undo.exitCode == 0, "\(undo.errorText)")
    #expect(Self.file(home) == other)
    try Self.expectNothingLeft(home)
  }

  @Test func endsWhereAServerIsGone() throws {
    let home = try Self.imported()
    let lines = Self.file(home).split(separator: "\n", omittingEmptySubsequences: false)
    let first = try #require(lines.firstIndex { $0.contains("\"one\"") })
    let rest = (lines[..<first] + lines[(first + 1)...]).joined(separator: "\n")
    try home.write(rest, to: ImportTests.claude)
    let undo = try Self.undo(home)
    #expect(undo.exitCode == 0, "\(undo.errorText)")
    #expect(undo.errorText.contains("one is not started by mcp-valet any more"))
    #expect(Self.file(home).contains(Self.keys[1]) && !Self.file(home).contains("mcp-valet"))
    try Self.expectNothingLeft(home)
  }

  @Test func endsWhereTheFileIsGone() throws {
    let home = try Self.imported()
    try home.remove(ImportTests.claude)
    let undo = try Self.undo(home)
    #expect(undo.exitCode == 0 && undo.errorText.contains("is there no more"), "\(undo.errorText)")
    try Self.expectNothingLeft(home)
    // The keys are where they were.
    #expect(try home.valet(["get", "one/TOKEN"]).text == Self.keys[0])
    #expect(access("\(home.path)/\(ImportTests.claude)", F_OK) != 0)
  }

  @Test func endsOnceWhatSomebodyElseChangedIsMendedByHand() throws {
    let home = try Self.imported()
    let imported = Self.file(home)
    try home.write(
      imported.replacing("\"one\", \"--\", ", with: "\"one\", \"--\", \"env\", "),
      to: ImportTests.claude)
    let undo = try Self.undo(home)
    #expect(undo.exitCode != 0 && undo.errorText.contains("one is not as it was left"))
    let half = Self.file(home)
    #expect(half.contains(Self.keys[1]) && !half.contains(Self.keys[0]), "\(half)")
    try home.write(Self.text(), to: ImportTests.claude)
    let again = try Self.undo(home)
    #expect(again.exitCode == 0, "\(again.errorText)")
    #expect(Self.file(home) == Self.text())
    try Self.expectNothingLeft(home)
  }

  @Test func putsTheOthersBackWhereASecretIsGone() throws {
    let home = try Self.imported()
    try #require(try home.valet(["rm", "one/TOKEN", "--purge"]).exitCode == 0)
    let undo = try Self.undo(home)
    #expect(undo.exitCode != 0 && undo.errorText.contains("valet://one/TOKEN"))
    #expect(Self.file(home).contains(Self.keys[1]))
    try home.set("one/TOKEN", "given again")
    let again = try Self.undo(home)
    #expect(again.exitCode == 0, "\(again.errorText)")
    #expect(Self.file(home) == Self.text(["given again", Self.keys[1]]))
    try Self.expectNothingLeft(home)
  }

  @Test func keepsWhatWasAllowedLater() throws {
    let home = try Self.imported()
    sleep(1)
    let allowed = try home.valet(
      ["allow", "--yes", "--folder", "/", "one", "TOKEN=one/TOKEN", "--", "/bin/cat"])
    try #require(allowed.exitCode == 0, "\(allowed.errorText)")
    try #require(try Self.undo(home).exitCode == 0)
    let grants = try home.valet(["grants", "--json"]).text
    #expect(grants.ranges(of: "\"server\"").count == 1, "\(grants)")
    #expect(grants.contains("\"one\"") && grants.contains("\"folder\" : \"/\""), "\(grants)")
  }

  // MARK: - What undo keeps

  /// What is said to be gone from the vault is gone from the way back too.
  @Test(arguments: [["rotate", "one/TOKEN", "--compromised"], ["rm", "one/TOKEN", "--purge"]])
  func forgetsAValueThatIsToBeGone(words: [String]) throws {
    let home = try Self.imported()
    let record = try #require(
      try home.valet(["list"]).text.split(whereSeparator: { $0 == " " || $0 == "\n" })
        .first { $0.hasPrefix("mcp-valet/undo/") })
    #expect(try home.valet(["get", String(record)]).output.holds(Self.keys[0]))
    let run = try home.valet(words, input: "new-value")
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("undo keeps no older bytes of"), "\(run.errorText)")
    #expect(!(try home.valet(["get", String(record)]).output.holds(Self.keys[0])))
    #expect(!TemporaryFolder.names(in: "\(home.path)/valet/data").contains { $0.contains(".bak") })
    if words[0] == "rm" { try home.set("one/TOKEN", "new-value") }
    let undo = try Self.undo(home)
    #expect(undo.exitCode == 0, "\(undo.errorText)")
    #expect(Self.file(home) == Self.text(["new-value", Self.keys[1]]))
  }

  @Test func saysThatItKeepsAValueThatIsOnlyRemoved() throws {
    let home = try Self.imported()
    let run = try home.valet(["rm", "one/TOKEN"])
    #expect(run.exitCode == 0 && run.errorText.contains("'undo' keeps its value"))
    try #require(try Self.undo(home).exitCode == 0)
    #expect(Self.file(home) == Self.text())
  }
}

extension [UInt8] {
  fileprivate func holds(_ text: String) -> Bool {
    let part = Array(text.utf8)
    guard part.count <= count else { return false }
    return (0...count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
  }
}
