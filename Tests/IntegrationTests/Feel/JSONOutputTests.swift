internal import Testing
internal import ValetTesting

/// What `--json` prints is what its document says, of every command that has it.
@Suite struct JSONOutputTests {
  /// The real output of a command, held against its section.
  private func check(
    _ words: [String], _ home: borrowing Home, section: String? = nil, codes: [Int32] = [0],
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let run = try home.valet(words + ["--json"])
    #expect(codes.contains(run.exitCode), "\(run.errorText)", sourceLocation: location)
    let tree = try #require(
      ReferenceJSON.parse(run.output), "\(run.text)\(run.errorText)", sourceLocation: location)
    let schema = try #require(
      JSONSchema.of(section ?? words.joined(separator: " ")), sourceLocation: location)
    var seen: Set<String> = []
    let faults = schema.faults(in: tree, seen: &seen)
    #expect(faults.isEmpty, "\(words): \(faults)\n\(run.text)", sourceLocation: location)
    // Nothing in it would prove nothing.
    #expect(schema.always.isSubset(of: seen), "\(run.text)", sourceLocation: location)
    for secret in [Self.value, Self.token] {
      #expect(!run.text.contains(secret), sourceLocation: location)
    }
  }

  private static let value = "canary-of-a-value"
  private static let token = "ghp_Zx81kQvR7mTn0LbYw4sHcJd2GfUe9PoAi6Kt"

  private func home() throws -> Home {
    let home = try Home.withVault()
    try home.set("github/token", Self.value)
    try home.set("github/token", Self.value + "2")
    let set = try home.valet(
      ["set", "old", "--note", "a note", "--expires", "2020-01-01"], input: Self.value)
    try #require(set.exitCode == 0)
    let words = ["demo", "--env", "TOKEN=valet://github/token", "--env", "A=b", "--", "/bin/cat"]
    try #require(try home.valet(["add"] + words).exitCode == 0)
    try #require(try home.valet(["allow", "--yes", "demo"]).exitCode == 0)
    let script = """
      mkdir .cursor && cat >.cursor/mcp.json <<'END'
      {"mcpServers": {
        "one": {"command": "npx", "args": ["-y", "p"], "env": {"GITHUB_TOKEN": "\(Self.token)"}},
        "two": {"command": "mcp-valet", "args": ["run", "demo"]}}}
      END
      """
    try #require(try home.shell(script).exitCode == 0)
    return home
  }

  @Test func describesWhatIsStored() throws {
    let home = try home()
    try check(["list"], home)
    try check(["list", "--stale", "1d"], home, section: "list", codes: [1])
    try check(["versions", "github/token"], home, section: "versions")
    try check(["servers"], home)
    try check(["grants"], home)
    try check(["where", "github/token"], home, section: "where")
    try check(["vault", "slot", "list"], home)
    try check(["vault", "status"], home)
    try check(["vault", "status", "--verify"], home, section: "vault status")
    try check(["audit", "show"], home)
    try check(["audit", "verify"], home)
    try check(["doctor"], home, codes: [1])
    try check(["scan"], home, codes: [1])
    try check(["leave", "--dry-run"], home)
    try home.lock()
    try check(["vault", "status"], home)
  }

  @Test func describesWhatRuns() throws {
    let home = try Home.withVault()
    try home.set("token", Self.value)
    var server = try RelayedServer(home)
    try server.begin()
    try check(["ps"], home)
    try check(["where", "token"], home, section: "where")
    let rotate = ["rotate", "token", "--generate", "32"]
    try check(rotate, home, section: "rotate")
    try check(["rollback", "token"], home, section: "rollback")
    try check(["reload", "--all", "--restart"], home, section: "reload")
    try check(["stop", "--all"], home, section: "stop")
  }

  @Test func describesLogins() throws {
    let connected = try ConnectedHome()
    try check(["connections"], connected.home)
    try check(["logout", "work"], connected.home, section: "logout")
  }

  @Test func describesBundles() throws {
    let host = try BundleHost(try Home.withVault())
    try check(["mcpb", "inspect", host.wrapped], host.home, section: "mcpb inspect")
    try check(["mcpb", "inspect", host.plain], host.home, section: "mcpb inspect")
  }

  @Test func isThereWhereverAListIsPrinted() throws {
    let home = try Home()
    let run = try home.shell("\"$VALET\" --experimental-dump-help")
    let help = try #require(ReferenceJSON.parse(run.output), "\(run.errorText)")
    var commands: Set<String> = []
    func walk(_ command: ReferenceJSON.Tree, _ words: [String]) {
      for child in command["subcommands"].elements {
        let path = words + [child["commandName"].text ?? ""]
        let names = child["arguments"].elements.flatMap { $0["names"].elements }
        if names.contains(where: { $0["name"].text == "json" }) {
          commands.insert(path.joined(separator: " "))
        }
        walk(child, path)
      }
    }
    walk(help["command"], [])
    let documented = JSONSchema.all.flatMap(\.commands).map {
      $0.hasSuffix(" --dry-run") ? String($0.dropLast(10)) : $0
    }
    #expect(Set(documented) == commands)
    #expect(documented.count > 15 && documented.count == Set(documented).count)
  }

  /// The members of a section are those that the help of its command names.
  @Test func isWhatTheHelpSays() throws {
    let home = try Home()
    for schema in JSONSchema.all {
      for command in schema.commands where command != "login" {
        let words = command.split(separator: " ").map(String.init).filter { $0 != "--dry-run" }
        let help = try home.valet(["help"] + words).text
        let said = Set(help.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        for name in schema.always { #expect(said.contains(name), "\(command): \(name)") }
      }
    }
  }
}
