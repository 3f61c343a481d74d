internal import Platform
internal import Testing
internal import ValetTesting

/// Imports that are killed, that meet each other, that have no room, and files that are not what
/// they should be.
@Suite struct ImportFaultTests {
  /// What changes a disk, or makes a file: of what opens files, those in the folders of the vault and
  /// of the host's file.
  private static let changes = [
    "fsync", "fdatasync", "fchmodat", "fchown", "linkat", "openat", "pwrite64", "renameat",
    "unlinkat", "write",
  ]

  /// Killed at every call that changes a disk, one after the other: never a file without its key
  /// anywhere, and the next import goes through.
  @Test(
    .enabled(if: Programs.areInstalled("/usr/bin/strace"), "needs strace"), arguments: changes)
  func killedAtEveryWriteNoKeyIsLost(call: String) throws {
    let home = try ImportTests.home()
    let original = ImportTests.desktopFile(home)
    let path = "\(home.path)/\(ImportTests.claude)"
    try #require(try home.shell("mkdir kept && cp -a valet .config kept/").exitCode == 0)
    let folders = call == "openat" ? "-P $PWD/valet/data -P $PWD/.config/Claude" : ""
    var isThrough = false
    var kills = 0
    while !isThrough, kills < 80 {
      let run = try home.shell(
        """
        rm -rf valet .config && cp -a kept/. . && exec strace -f -qq -o /dev/null \(folders) \
          -e trace=\(call) -e inject=\(call):signal=KILL:when=\(kills + 1) \
          "$VALET" import --yes --no-check
        """)
      isThrough = run.exitCode == 0
      if !isThrough { kills += 1 }
      let text = File.text(path)
      if text != original {
        #expect(try home.valet(["get", "github/GITHUB_TOKEN"]).text == ImportTests.key)
        #expect(!text.contains(ImportTests.key), "neither the one nor the other: \(text)")
      }
      let again = try home.valet(["import", "--yes", "--no-check"])
      #expect(again.exitCode == 0, "\(kills): \(again.errorText)")
      #expect(!File.text(path).contains(ImportTests.key), "\(kills)")
      #expect(TemporaryFolder.names(in: "\(home.path)/.config/Claude").count == 1, "\(kills)")
      let undo = try home.valet(["undo", "claude-desktop", "--yes"])
      #expect(undo.exitCode == 0, "\(kills): \(undo.errorText)")
      #expect(File.text(path) == original, "\(kills)")
    }
    #expect(kills > 0 && isThrough, "\(kills)")
  }

  @Test func twoAtOnceDoTheWorkOnce() throws {
    let home = try ImportTests.home()
    let run = try home.shell(
      """
      "$VALET" import --yes --no-check >/dev/null 2>a &
      first=$!
      "$VALET" import --yes --no-check >/dev/null 2>b
      two=$?; wait $first; echo $? $two
      """)
    #expect(run.text == "0 0\n", "\(File.text("\(home.path)/a"))\(File.text("\(home.path)/b"))")
    let undo = try home.valet(["undo", "claude-desktop", "--yes"])
    #expect(undo.exitCode == 0, "\(undo.errorText)")
    let text = File.text("\(home.path)/\(ImportTests.claude)")
    #expect(text == ImportTests.desktopFile(home))
  }

  @Test(.enabled(if: geteuid() == 0, "mounting a file system takes root"))
  func aFullDiskLeavesTheFile() throws {
    let home = try ImportTests.home()
    let run = try home.shell(
      """
      unshare -m bash -c '
        cp .config/Claude/*.json kept; mount -t tmpfs -o size=4k,mode=700 none .config/Claude
        cp kept .config/Claude/claude_desktop_config.json
        "$VALET" import --yes --no-check >/dev/null; echo $?
        cmp kept .config/Claude/claude_desktop_config.json && ls -A .config/Claude
        "$VALET" list'
      """)
    #expect(run.text.hasPrefix("74\nclaude_desktop_config.json\n"), "\(run.text)\(run.errorText)")
    #expect(!run.text.contains("mcp-valet/undo"), "\(run.text)")
    #expect(run.errorText.contains("No space left"), "\(run.errorText)")
  }

  @Test func filesThatAreNotToBeWrittenAreNamed() throws {
    let home = try ImportTests.home()
    let original = ImportTests.desktopFile(home)
    let path = "\(home.path)/\(ImportTests.claude)"
    try home.write(original, to: "elsewhere.json")
    unlink(path)
    try #require(symlink("\(home.path)/elsewhere.json", path) == 0)
    let linked = try home.valet(["import", "--yes", "--no-check"])
    #expect(linked.exitCode == 78 && linked.errorText.contains("symbolic link"))
    #expect(File.text("\(home.path)/elsewhere.json") == original)

    unlink(path)
    try home.write("{\"mcpServers\": {\n  \"a\": [}", to: ImportTests.claude)
    let malformed = try home.valet(["import", "--yes", "--no-check"])
    #expect(malformed.exitCode == 78)
    #expect(
      malformed.errorText.contains("claude_desktop_config.json:2:9:"), "\(malformed.errorText)")
    #expect(File.text(path) == "{\"mcpServers\": {\n  \"a\": [}")
    #expect(try home.valet(["import", "emacs"]).exitCode == 64)
  }

  /// A host that writes while the question stands.
  @Test func aFileThatChangedMeanwhileStays() throws {
    let home = try ImportTests.home(attended: true)
    let session = try home.start(["import", "--no-check"], onTerminal: true)
    try session.expect("[y/N]")
    let changed = ImportTests.desktopFile(home).replacing("Space", with: "Enter")
    try home.write(changed, to: ImportTests.claude)
    try session.type("y\n")
    #expect(session.wait() == 75, "\(session.text)")
    #expect(session.text.contains("changed meanwhile"))
    #expect(File.text("\(home.path)/\(ImportTests.claude)") == changed)
    let undo = try home.valet(["undo", "claude-desktop"])
    #expect(undo.exitCode == 78 && undo.errorText.contains("no import of Claude Desktop"))
  }

  /// What a terminal would take for orders comes from a file that others may have written.
  @Test func namesOfServersMoveNoCursor() throws {
    let home = try ImportTests.home()
    try home.write(
      #"{"mcpServers": {"\u001b[2Jgit\rhub": {"command": "/bin/cat", "args": ["\u001b[1A"], "env": "#
        + #"{"GITHUB_TOKEN": "\#(ImportTests.key)"}}}}"#, to: ImportTests.claude)
    let run = try home.valet(["import", "--dry-run"])
    #expect(!run.output.contains(27) && !run.output.contains(13), "\(run.text)")
    #expect(run.text.contains("valet://2Jgit-hub/GITHUB_TOKEN"), "\(run.text)\(run.errorText)")
  }

  @Test func aRunningHostIsNamed() throws {
    let home = try ImportTests.home()
    let run = try home.shell(
      """
      cp /bin/sleep claude-desktop; ./claude-desktop 30 & host=$!
      until [[ $(cat /proc/$host/comm) == claude-desktop ]]; do sleep 0.05; done
      "$VALET" import --yes --no-check; code=$?; kill $host; exit $code
      """)
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("Claude Desktop runs (process "), "\(run.errorText)")
  }
}
