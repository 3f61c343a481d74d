internal import Platform
internal import Testing
internal import ValetTesting

/// `packaging/uninstall.sh`, with a prefix of its own.
@Suite struct UninstallTests {
  private func installed() throws -> Home {
    let home = try Home.withVault()
    _ = try home.installPrograms()
    return home
  }

  private func uninstall(_ home: borrowing Home, _ words: [String] = []) throws -> ProgramRun {
    try ProgramRun.run(
      ["\(Programs.repository)/packaging/uninstall.sh"] + words, environment: home.environment,
      folder: home.path)
  }

  @Test func refusesWhileAHostStartsServersThroughIt() throws {
    let home = try installed()
    try home.write(
      #"{"mcpServers": {"git\u001bhub": {"command": "mcp-valet", "args": ["run", "github"]}}}"#,
      to: ".cursor/mcp.json")
    let binary = "\(home.path)/.local/bin/mcp-valet"
    let refused = try uninstall(home)
    #expect(refused.exitCode == 78, "\(refused.errorText)")
    #expect(
      refused.errorText.contains("hub in \(home.path)/.cursor/mcp.json"), "\(refused.errorText)")
    // No import made it, so `leave` puts nothing back.
    #expect(!refused.errorText.contains("mcp-valet leave"), "\(refused.errorText)")
    #expect(refused.errorText.contains("hint: edit these files"), "\(refused.errorText)")
    #expect(!refused.errorOutput.contains(0x1b))
    #expect(TemporaryFolder.exists(binary))
    let forced = try uninstall(home, ["--force"])
    #expect(forced.exitCode == 0, "\(forced.errorText)")
    #expect(!TemporaryFolder.exists(binary))
    #expect(!TemporaryFolder.exists("\(home.path)/.local/libexec/mcp-valet"))
    #expect(TemporaryFolder.exists(home.vault))
  }

  @Test(arguments: [false, true]) func namesLeaveWhereAnImportCanBeTakenBack(isLocked: Bool) throws
  {
    let home = try installed()
    try home.write(Home.hostConfig, to: ".cursor/mcp.json")
    #expect(try home.valet(["import", "cursor", "--yes", "--no-check"]).exitCode == 0)
    if isLocked {
      try home.lock()
      #expect(rename(home.keyFile, "\(home.path)/away") == 0)
    }
    let refused = try uninstall(home)
    #expect(refused.exitCode == 78, "\(refused.errorText)")
    #expect(refused.errorText.contains("mcp-valet leave puts back"), "\(refused.errorText)")
  }

  /// What is not started as a server, or cannot be read, points to it all the same.
  @Test(arguments: [
    #"{"mcpServers": {"x": {"type": "http", "url": "https://example.com/mcp", "headersHelper": "mcp-valet headers x"}}}"#,
    #"{"mcpServers": {"x": {"command": "/bin/sh", "args": ["-c", "exec ~/.local/bin/mcp-valet run x"]}}}"#,
    #"{"mcpServers": {"x": {"command": "mcp-valet run x"}}}"#,
    #"{"mcpServers": {"x": {"command": "mcp-valet", "args": ["run", "x"}"#, "{",
  ])
  func refusesWhateverElsePointsToIt(config: String) throws {
    let home = try installed()
    try home.write(config, to: ".cursor/mcp.json")
    let refused = try uninstall(home)
    #expect(refused.exitCode == 78, "\(refused.errorText)")
    #expect(refused.errorText.contains(".cursor/mcp.json"), "\(refused.errorText)")
    #expect(TemporaryFolder.exists("\(home.path)/.local/bin/mcp-valet"))
  }

  /// A file that nobody can read, such as one of another user.
  @Test func refusesWhereAHostsFileIsNoFile() throws {
    let home = try installed()
    #expect(mkdir("\(home.path)/.cursor/mcp.json", 0o700) == 0)
    let refused = try uninstall(home)
    #expect(refused.exitCode == 78, "\(refused.errorText)")
  }

  /// Our name is a folder's, too.
  @Test func mindsNoServerThatOnlyHasItsName() throws {
    let home = try installed()
    try home.write(
      #"{"mcpServers": {"files": {"command": "npx", "args": ["files", "/src/mcp-valet", "."], "cwd": "/src/mcp-valet"}}}"#,
      to: ".cursor/mcp.json")
    let run = try uninstall(home)
    #expect(run.exitCode == 0, "\(run.errorText)")
  }

  /// The hosts of root are not those of the person.
  @Test(.enabled(if: geteuid() == 0)) func refusesToLookAtTheHostsOfRoot() throws {
    let home = try installed()
    let run = try ProgramRun.run(
      ["\(Programs.repository)/packaging/uninstall.sh"],
      environment: home.environment.merging(["SUDO_USER": "somebody"]) { $1 }, folder: home.path)
    #expect(run.exitCode == 64, "\(run.errorText)")
    #expect(TemporaryFolder.exists("\(home.path)/.local/bin/mcp-valet"))
  }

  @Test func removesTheProgramsOfWhoeverNeedsThemNoMore() throws {
    let home = try installed()
    try home.write(
      #"{"mcpServers": {"x": {"command": "npx", "args": []}}}"#, to: ".cursor/mcp.json")
    #expect(try uninstall(home, ["--purge"]).exitCode == 64)
    let run = try uninstall(home)
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(!TemporaryFolder.exists("\(home.path)/.local/bin/mcp-valet"))
    #expect(run.text.contains("MCP_VALET_HOME is set"))
    // And where there is none.
    #expect(try uninstall(home).exitCode == 0)
  }

  /// A program that is broken cannot say what points to it.
  @Test func refusesWhereTheProgramSaysNothing() throws {
    let home = try installed()
    #expect(unlink("\(home.path)/.local/libexec/mcp-valet/mcp-valet-ctl") == 0)
    let run = try uninstall(home)
    #expect(run.exitCode == 69, "\(run.errorText)")
    #expect(run.errorText.contains("--force"))
  }
}
