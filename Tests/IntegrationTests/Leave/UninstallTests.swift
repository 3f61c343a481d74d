internal import Platform
internal import Testing
internal import ValetTesting

/// `packaging/uninstall.sh`, with a prefix of its own.
@Suite struct UninstallTests {
  private func installed() throws -> Home {
    let home = try Home.withVault()
    let run = try home.shell(
      """
      mkdir -p .local/bin .local/libexec/mcp-valet .cursor
      cp "$VALET" .local/bin/mcp-valet && cp "$VALET-ctl" "$VALET-net" .local/libexec/mcp-valet/
      """)
    try #require(run.exitCode == 0, "\(run.errorText)")
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
    #expect(refused.errorText.contains("mcp-valet leave"))
    #expect(!refused.errorOutput.contains(0x1b))
    #expect(TemporaryFolder.exists(binary))
    let forced = try uninstall(home, ["--force"])
    #expect(forced.exitCode == 0, "\(forced.errorText)")
    #expect(!TemporaryFolder.exists(binary))
    #expect(!TemporaryFolder.exists("\(home.path)/.local/libexec/mcp-valet"))
    #expect(TemporaryFolder.exists(home.vault))
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
