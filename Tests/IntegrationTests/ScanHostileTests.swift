internal import Platform
internal import Testing
internal import ValetTesting

/// `scan` of files that are broken, large or out of reach.
@Suite struct ScanHostileTests {
  /// Of the right shape and made up.
  private static let key = "ghp_q7Zr2LxV9nB4tKc8WmYd3HsJf6GpUe5aXoRi"

  /// One file of each host, broken in a way of its own, and what is said of it.
  @Test(arguments: [
    (".config/Claude/claude_desktop_config.json", #"{"a":1,}"#, "1:7: a comma before a closing"),
    (".claude.json", #"{"mcpServers": [}"#, "1:17: expected a value"),
    (".cursor/mcp.json", "{\n \"mcpServers\": {\"a\": }}", "2:22: expected a value"),
    (".config/Code/User/mcp.json", #"{"servers": {"a" {}}}"#, "1:18: expected ':'"),
    (".codeium/windsurf/mcp_config.json", "x", "1:1: expected a value"),
    (".config/zed/settings.json", "{ // c\n \"context_servers\": {,}}", "2:22: expected a key"),
    (".codex/config.toml", "[mcp_servers.a]\ncommand = ", "2:11: expected a value"),
    (".gemini/settings.json", #"{"a": tru}"#, "1:7: expected a value"),
    (".cline/data/settings/cline_mcp_settings.json", "{", "1:2: the file ends where"),
    (".lmstudio/mcp.json", #"{"a":"\q"}"#, "1:7: a string holds an invalid escape"),
    (".kiro/settings/mcp.json", "[1 2]", "1:4: expected ',' or ']'"),
    (".aws/amazonq/mcp.json", #"{"a":01}"#, "1:6: this is not a JSON number"),
    (".copilot/mcp-config.json", "{'a':1}", "1:2: expected a key in double quotes"),
    (".config/opencode/opencode.json", #"{"mcp": /* }"#, "1:9: a comment has no closing"),
    (".continue/config.yaml", "a: *x", "1:4: an alias of nothing before it"),
    (".config/goose/config.yaml", "a: [b\nc: d", "2:2: not YAML: did not find expected"),
    (".cursor/mcp.json", "{\"a\": \"\u{0}\"}", "1:8: a string holds a control character"),
  ])
  func saysWhereAFileIsBroken(file: String, text: String, what: String) throws {
    let home = try Home()
    let folder = file.split(separator: "/").dropLast().joined(separator: "/")
    _ = try home.shell("mkdir -p './\(folder)'")
    try home.write(text, to: file)
    let run = try home.shell("\"$VALET\" scan")
    #expect(run.exitCode == 78)
    #expect(run.errorText.contains("\(home.path)/\(file):\(what)"), "\(run.errorText)")
  }

  @Test func findsTheServersOfALargeFile() throws {
    let home = try Home()
    let made = try home.shell(
      """
      {
        printf '{"projects": {"/p": {"history": ["'
        head -c 20000000 /dev/zero | tr '\\0' x
        printf '"], "mcpServers": {"a": {"env": {"T": "\(Self.key)"}}}}},\\n'
        printf ' "mcpServers": {"b": {"env": {"T": "\(Self.key)"}}}}'
      } > .claude.json
      """)
    try #require(made.exitCode == 0, "\(made.errorText)")
    let run = try home.shell("\"$VALET\" scan --json", seconds: 60)
    #expect(run.exitCode == 1, "\(run.errorText)")
    let files = try #require(ReferenceJSON.parse(run.output))["files"].elements
    let findings = files.first?["findings"].elements ?? []
    #expect(findings.compactMap(\.["server"].text) == ["b", "a"])
    #expect(findings.first?["project"].text == nil && findings.last?["project"].text == "/p")
    #expect(findings.compactMap(\.["line"].number) == ["2", "1"])
  }

  /// A loop of links, an endless file, and a FIFO that nobody writes to, below a named folder.
  @Test func isNotHeldUpBelowAFolder() throws {
    let home = try Home()
    let made = try home.shell(
      """
      mkdir -p a/.cursor b/.cursor c/.cursor && ln -s ../.. a/up && ln -s self a/self
      mkfifo a/.cursor/mcp.json && ln -s /dev/zero b/.cursor/mcp.json && ln -s mcp.json c/.cursor/mcp.json
      printf '{"mcpServers": {"a": {"env": {"T": "\(Self.key)"}}}}' > a/.mcp.json
      """)
    try #require(made.exitCode == 0, "\(made.errorText)")
    let run = try home.shell("\"$VALET\" scan .", seconds: 30)
    #expect(run.exitCode == 1)
    #expect(run.text.contains("1 plain-text secret in"), "\(run.text)")
    for text in [
      "a/.cursor/mcp.json is not a regular file", "b/.cursor/mcp.json is not a regular file",
      "c/.cursor/mcp.json",
    ] {
      #expect(run.errorText.contains(text), "\(run.errorText)")
    }
  }

  @Test func looksAtAHundredThousandFiles() throws {
    let home = try Home()
    let made = try home.shell(
      """
      mkdir -p many && cd many && seq 1 100000 | sed 's/$/.txt/' | xargs touch
      printf '{"mcpServers": {"a": {"env": {"T": "\(Self.key)"}}}}' > .mcp.json
      """, seconds: 60)
    try #require(made.exitCode == 0, "\(made.errorText)")
    let run = try home.shell("\"$VALET\" scan many", seconds: 60)
    #expect(run.exitCode == 1)
    #expect(run.text.contains("1 plain-text secret in 1 file"), "\(run.text)\(run.errorText)")
  }

  /// Not as if nothing were there.
  @Test(.enabled(if: getuid() == 0, "only root can be somebody else"))
  func saysWhichFolderItCannotOpen() throws {
    let home = try Home()
    let run = try home.shell(
      """
      mkdir -p repo/closed && chmod 755 . repo && chmod 700 repo/closed
      exec setpriv --reuid=65534 --regid=65534 --clear-groups "$VALET" scan repo --json
      """)
    #expect(run.exitCode == 78, "\(run.errorText)")
    let skipped = try #require(ReferenceJSON.parse(run.output))["skipped"].elements
    #expect(skipped.compactMap(\.["path"].text) == ["repo/closed"])
  }
}
