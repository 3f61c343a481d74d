internal import Platform
internal import Testing
internal import ValetTesting

extension Home {
  /// What a host had before an import.
  static let hostConfig = """
    {
      // my servers
      "mcpServers": {
        "github": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-github@2025.4.8"],
          "env": {"GITHUB_PERSONAL_ACCESS_TOKEN": "ghp_R7fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x"}},
      },
    }

    """

  /// A home with everything in it: an import, definitions, grants, a refused launch, backups.
  static func full(adding: [String: String] = [:], slot: [String]? = nil) throws -> Home {
    let home = try Home()
    let slot = slot ?? ["--key-file", home.keyFile]
    let made = try home.valet(["vault", "init", "--unattended"] + slot, adding: adding)
    try #require(made.exitCode == 0, "\(made.errorText)")
    #expect(mkdir("\(home.path)/.config", 0o700) == 0)
    let run = try home.shell(
      """
      mkdir -p .vscode-none .config/Code/User .cursor
      cat >.cursor/mcp.json
      cp .cursor/mcp.json before
      printf value | "$VALET" set a && printf value2 | "$VALET" set a || exit 2
      "$VALET" add demo --env A=valet://a -- /bin/cat || exit 3
      "$VALET" allow --yes demo || exit 4
      "$VALET" run demo -- /bin/cat --other </dev/null 2>/dev/null
      "$VALET" import cursor --yes --no-check || exit 5
      ! cmp -s .cursor/mcp.json before && ! grep -q ghp_ .cursor/mcp.json
      """, adding: adding, input: hostConfig)
    try #require(run.exitCode == 0, "\(run.exitCode) \(run.text)\(run.errorText)")
    return home
  }

  /// Everything in the home, by path.
  var allFiles: [String] {
    let run = try? ProgramRun.run(["/usr/bin/find", path, "-printf", "%P\\n"], environment: [:])
    return (run?.text ?? "find failed").split(separator: "\n").map(String.init).sorted()
  }

  /// Whether the host has its keys again.
  var hasHostKeys: Bool { File.text("\(path)/.cursor/mcp.json") == Self.hostConfig }

  var isLeft: Bool { !TemporaryFolder.exists(valetHome) }

  /// Says yes to `leave`.
  func leave(_ words: [String] = [], adding: [String: String] = [:]) throws -> LiveProgram {
    let leave = try start(["leave"] + words, adding: adding, onTerminal: true)
    try leave.expect("[y/N]")
    try leave.type("y\n")
    return leave
  }

  /// `leave`, killed before one of its system calls.
  ///
  /// - Parameters:
  ///   - calls: by name, with commas.
  ///   - number: which of them.
  ///   - file: only those about this path.
  func leaveKilled(
    before number: Int, of calls: String, on file: String? = nil, adding: [String: String] = [:]
  ) throws -> ProgramRun {
    try ProgramRun.run(
      ["/usr/bin/strace", "-f", "-o", "/dev/null"] + (file.map { ["-P", $0] } ?? [])
        + ["-e", "trace=\(calls)", "-e", "inject=\(calls):signal=KILL:when=\(number)"]
        + [Programs.broker, "leave", "--yes"],
      environment: environment.merging(adding) { $1 })
  }
}
