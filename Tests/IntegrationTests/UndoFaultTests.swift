internal import Platform
internal import Testing
internal import ValetTesting

/// Imports and undos that a disk or a signal cuts short, at one system call after the other: the
/// file is the old one or the new one, its key is never lost, and nothing stays that holds it.
@Suite(.enabled(if: Programs.areInstalled("/usr/bin/strace"), "needs strace"))
struct UndoFaultTests {
  private static func names(_ home: borrowing Home) -> [String] {
    TemporaryFolder.names(in: "\(home.path)/.config/Claude")
  }

  /// Runs a command with a fault at each call of a kind, each time from the same home; each kind has
  /// to be called.
  ///
  /// - Parameter check: gets the call and the exit code, which is not 0.
  private static func disturb(
    _ home: borrowing Home, _ words: String, _ fault: String, _ calls: [String],
    _ check: (String, Int32) throws -> Void
  ) throws {
    try #require(try home.shell("mkdir kept && cp -a valet .config kept/").exitCode == 0)
    for call in calls {
      var isThrough = false
      var faults = 0
      while !isThrough, faults < 60 {
        let run = try home.shell(
          """
          rm -rf valet .config && cp -a kept/. . && exec strace -f -qq -o /dev/null \
            -e trace=\(call) -e inject=\(call):\(fault):when=\(faults + 1) "$VALET" \(words)
          """)
        isThrough = run.exitCode == 0
        if isThrough { continue }
        faults += 1
        try check("\(call) \(faults)", run.exitCode)
      }
      #expect(faults > 0 && isThrough, "\(faults) times \(call)")
    }
  }

  @Test func aKilledUndoLeavesNoKeyBesideTheFile() throws {
    let home = try ImportTests.home()
    let original = ImportTests.desktopFile(home)
    let path = "\(home.path)/\(ImportTests.claude)"
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    let imported = File.text(path)
    var (remnants, doctors) = (0, 0)
    try Self.disturb(
      home, "undo claude-desktop --yes", "signal=KILL",
      ["write", "fsync", "fchown", "fchmodat", "renameat", "unlinkat"]
    ) { call, _ in
      let text = File.text(path)
      #expect(text == original || text == imported, "\(call): \(text)")
      if Self.names(home).count > 1 {
        remnants += 1
        if try home.valet(["doctor"]).text.contains(".mcp-valet-new was left") { doctors += 1 }
      }
      // Either one removes it, also where there is nothing else to do.
      let words = remnants % 2 == 0 ? ["undo", "claude-desktop"] : ["import", "--no-check"]
      let next = try home.valet(words + ["--yes"])
      #expect(next.exitCode == 0 || next.exitCode == 78, "\(call): \(next.errorText)")
      #expect(Self.names(home).count == 1, "\(call): \(Self.names(home))")
      let last = try home.valet(["undo", "claude-desktop", "--yes"])
      #expect(last.exitCode == 0 || last.exitCode == 78, "\(call): \(last.errorText)")
      #expect(File.text(path) == original, "\(call)")
      #expect(!(try home.valet(["list"]).text.contains("mcp-valet/undo")), "\(call)")
    }
    #expect(remnants > 1 && doctors == remnants, "\(remnants) \(doctors)")
  }

  /// Also where the folder cannot be synced behind the rename: the file is another by then.
  @Test func anImportOnABrokenDiskCanBeTakenBackOrNeverWas() throws {
    let home = try ImportTests.home()
    let original = ImportTests.desktopFile(home)
    let path = "\(home.path)/\(ImportTests.claude)"
    var (changed, unchanged) = (0, 0)
    try Self.disturb(
      home, "import --yes --no-check", "error=EIO", ["fsync", "fchmodat", "renameat"]
    ) { call, _ in
      if File.text(path) == original {
        unchanged += 1
        #expect(!(try home.valet(["grants"]).text.contains("github")), "\(call)")
        #expect(!(try home.valet(["list"]).text.contains("mcp-valet/undo")), "\(call)")
      } else {
        changed += 1
        #expect(try home.valet(["get", "github/GITHUB_TOKEN"]).text == ImportTests.key)
        let undo = try home.valet(["undo", "claude-desktop", "--yes"])
        #expect(undo.exitCode == 0, "\(call): \(undo.errorText)")
        #expect(File.text(path) == original, "\(call)")
      }
      #expect(Self.names(home).count == 1, "\(call)")
    }
    #expect(changed > 0 && unchanged > 2, "\(changed) \(unchanged)")
  }

  @Test func anUndoOnABrokenDiskCanBeDoneAgain() throws {
    let home = try ImportTests.home()
    let original = ImportTests.desktopFile(home)
    let path = "\(home.path)/\(ImportTests.claude)"
    try #require(try home.valet(["import", "--yes", "--no-check"]).exitCode == 0)
    let imported = File.text(path)
    try Self.disturb(
      home, "undo claude-desktop --yes", "error=EIO", ["fsync", "fchmodat", "renameat"]
    ) { call, _ in
      let text = File.text(path)
      #expect(text == original || text == imported, "\(call): \(text)")
      let again = try home.valet(["undo", "claude-desktop", "--yes"])
      #expect(again.exitCode == 0 || again.exitCode == 78, "\(call): \(again.errorText)")
      #expect(File.text(path) == original && Self.names(home).count == 1, "\(call)")
      #expect(!(try home.valet(["list"]).text.contains("mcp-valet/undo")), "\(call)")
      #expect(!(try home.valet(["grants"]).text.contains("github")), "\(call)")
    }
  }
}
