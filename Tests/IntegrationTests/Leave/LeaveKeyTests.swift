internal import Platform
internal import Testing
internal import ValetTesting

/// No last copy of a key goes unnamed.
@Suite struct LeaveKeyTests {
  private static let token = "ghp_R7fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x"

  /// Claude Code keeps the servers of all projects in one file.
  private static func projects(_ servers: [(project: String, token: String)]) -> String {
    let members = servers.map { project, token in
      #""\#(project)": {"mcpServers": {"github": {"command": "npx", "args": ["-y", "x@1.0.0"], "#
        + #""env": {"GITHUB_TOKEN": "\#(token)"}}}}"#
    }
    return #"{"projects": {\#(members.joined(separator: ", "))}}"#
  }

  private func inventory(_ home: borrowing Home) throws -> ReferenceJSON.Tree {
    let run = try home.valet(["leave", "--dry-run", "--json"])
    return try #require(ReferenceJSON.parse(run.output), "\(run.errorText)")
  }

  /// Of two servers with one name, the one that is gone is not the one that is there.
  @Test func namesAServerThatIsGoneFromOneOfTwoProjects() throws {
    let home = try Home.withVault()
    let other = "ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL3nR6"
    try home.write(Self.projects([("/a", Self.token), ("/b", other)]), to: ".claude.json")
    let imported = try home.valet(["import", "claude-code", "--yes", "--no-check"])
    try #require(imported.exitCode == 0, "\(imported.errorText)")
    let changed = try home.shell(
      """
      python3 - <<'END'
      import json
      config = json.load(open(".claude.json"))
      del config["projects"]["/b"]
      json.dump(config, open(".claude.json", "w"))
      END
      """)
    try #require(changed.exitCode == 0, "\(changed.errorText)")
    let seen = try inventory(home)
    let path = "\(home.path)/.claude.json"
    #expect(seen["hostFiles"].elements.first?["servers"].elements.map(\.text) == ["github (/a)"])
    #expect(seen["goneServers"].elements.first?["servers"].elements.map(\.text) == ["github (/b)"])
    #expect(seen["otherServers"].elements.isEmpty)
    #expect(seen["onlyHere"].elements.count == 1)
    let refused = try home.valet(["leave", "--yes"])
    #expect(refused.exitCode == 69, "\(refused.errorText)")
    #expect(
      refused.errorText.contains("github (/b) of \(path) is gone or changed"),
      "\(refused.errorText)")
    let forced = try home.valet(["leave", "--yes", "--force"])
    #expect(forced.exitCode == 0 && home.isLeft, "\(forced.errorText)")
    let text = File.text(path)
    #expect(text.contains(Self.token) && !text.contains(other))
  }

  /// A server that somebody made by hand has the name of one that was imported.
  @Test func takesNoServerOfAnotherProjectForAnImportedOne() throws {
    let home = try Home.withVault()
    try home.write(Self.projects([("/a", Self.token)]), to: ".claude.json")
    let imported = try home.valet(["import", "claude-code", "--yes", "--no-check"])
    try #require(imported.exitCode == 0, "\(imported.errorText)")
    let changed = try home.shell(
      """
      python3 - <<'END'
      import json
      config = json.load(open(".claude.json"))
      config["mcpServers"] = {"github": {"command": "mcp-valet", "args": ["run", "mine"]}}
      json.dump(config, open(".claude.json", "w"))
      END
      """)
    try #require(changed.exitCode == 0, "\(changed.errorText)")
    let seen = try inventory(home)
    #expect(seen["hostFiles"].elements.count == 1)
    #expect(seen["otherServers"].elements.map { $0["server"].text } == ["github"])
  }

  /// The host's file gets the value back that it had, which is dead.
  @Test func stopsForAnImportedKeyThatWasRotated() throws {
    let home = try Home.full()
    usleep(1_100_000)
    let name = "github/GITHUB_PERSONAL_ACCESS_TOKEN"
    try home.set(name, "ghp_new")
    let refused = try home.valet(["leave", "--yes"])
    #expect(refused.exitCode == 69, "\(refused.errorText)")
    #expect(
      refused.errorText.contains("in the way: valet://\(name) was changed since"),
      "\(refused.errorText)")
    #expect(try home.valet(["get", name]).text == "ghp_new")
    let forced = try home.valet(["leave", "--yes", "--force"])
    #expect(forced.exitCode == 0 && home.isLeft, "\(forced.errorText)")
    #expect(
      forced.errorText.contains("lost by --force: the present value of valet://\(name)"),
      "\(forced.errorText)")
    #expect(forced.errorText.contains("gets it back: a, \(name)"), "\(forced.errorText)")
  }

  /// A power failure would bring our commands back, when nobody has the keys any more.
  @Test(.enabled(if: Programs.areInstalled("/usr/bin/strace")))
  func stopsWhereAHostsFileMayNotLast() throws {
    let home = try Home.full()
    func run(_ words: [String]) throws -> ProgramRun {
      try ProgramRun.run(
        [
          "/usr/bin/strace", "-f", "-o", "/dev/null", "-P", "\(home.path)/.cursor",
          "-e", "trace=fsync", "-e", "inject=fsync:error=EIO", Programs.broker, "leave",
        ] + words, environment: home.environment)
    }
    let stopped = try run(["--yes"])
    #expect(stopped.exitCode == 69, "\(stopped.errorText)")
    #expect(stopped.errorText.contains("may not outlast a power failure"), "\(stopped.errorText)")
    #expect(stopped.errorText.contains("so nothing is removed"), "\(stopped.errorText)")
    #expect(try home.valet(["get", "a"]).text == "value2")
  }
}
