import HostConfigs
import Secrets
import Testing

@Suite struct ServersFileEditTests {
  @Test func addsToANewFile() throws {
    var servers = try ServersFile(parsing: ServersFile.empty, path: "servers.json")
    try servers.add(
      ServerDefinition(
        name: "github", command: "npx", arguments: ["-y", "x"],
        environment: [.init(name: "TOKEN", value: "valet://github/token")],
        options: .init(
          keep: ["LANG"], files: [.init(name: "F", reference: .vault(try SecretName("f")))],
          exec: true, inArgv: true)))
    #expect(
      String(decoding: servers.bytes, as: UTF8.self) == """
        {
          "mcpServers": {
            "github": {
              "command": "npx",
              "args": ["-y", "x"],
              "env": {
                "TOKEN": "valet://github/token"
              },
              "valet": {
                "keep": ["LANG"],
                "files": {
                  "F": "valet://f"
                },
                "exec": true,
                "inArgv": true
              }
            }
          }
        }

        """)
  }

  @Test func whatWasAddedReadsBackTheSame() throws {
    var servers = try fixture()
    let definition = ServerDefinition(
      name: "quote \" and \\", command: "/bin/ü\n", arguments: ["", "\t", "😀"],
      environment: [.init(name: "É", value: "{{file:valet://a}}"), .init(name: "B", value: "")],
      options: .init(keep: ["A B"], exec: true))
    try servers.add(definition)
    #expect(try servers.definition(named: definition.name) == definition)
    let again = try ServersFile(parsing: servers.bytes, path: "servers.json")
    #expect(try again.definitions() == servers.definitions())
    #expect(again.names.last == definition.name)
  }

  @Test func removingWhatWasAddedGivesTheOldBytes() throws {
    var servers = try fixture()
    let before = servers.bytes
    try servers.add(ServerDefinition(name: "new", command: "x", arguments: ["y"]))
    #expect(servers.bytes != before)
    try servers.remove("new")
    #expect(servers.bytes == before)
  }

  @Test func replacingKeepsUnknownKeysAndTheRest() throws {
    var servers = try fixture()
    var github = try servers.definition(named: "github")
    github.arguments[1] = "@modelcontextprotocol/server-github@2026.1.1"
    github.environment.remove(at: 1)
    github.environment.append(.init(name: "NEW", value: "1"))
    github.options.exec = false
    let expected = String(decoding: try fixtureBytes(), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("GITHUB_HEADER") && !$0.contains("\"exec\"") }
      .map {
        $0.contains("2025.4.8")
          ? "      \"args\": [\"-y\", \"@modelcontextprotocol/server-github@2026.1.1\"],"
          : $0.contains("LOG_LEVEL")
            ? "        \"LOG_LEVEL\": \"info\",\n        \"NEW\": \"1\"" : String($0)
      }
      .joined(separator: "\n")
    #expect(throws: HostConfigError.serverExists("github", path: "servers.json")) {
      try servers.add(github)
    }
    try servers.add(github, replacing: true)
    #expect(String(decoding: servers.bytes, as: UTF8.self) == expected)
    #expect(try servers.definition(named: "github") == github)

    github = ServerDefinition(name: "github", command: "x")
    try servers.add(github, replacing: true)
    #expect(try servers.definition(named: "github") == github)
    #expect(String(decoding: servers.bytes, as: UTF8.self).contains("\"disabled\": false"))
  }

  @Test func replacingWithTheSameChangesNothing() throws {
    var servers = try fixture()
    for definition in try servers.definitions() { try servers.add(definition, replacing: true) }
    // But for the empty `args`, which is left out.
    let text = String(decoding: servers.bytes, as: UTF8.self)
    let before = String(decoding: try fixtureBytes(), as: UTF8.self)
    #expect(text.count == before.count - ", \"args\": []".count)
  }

  @Test func replacesWhatIsNoDefinition() throws {
    var servers = try ServersFile(parsing: Array("{\"mcpServers\":{\"a\":1}}".utf8), path: "")
    try servers.add(ServerDefinition(name: "a", command: "x"), replacing: true)
    #expect(
      String(decoding: servers.bytes, as: UTF8.self)
        == "{\"mcpServers\":{\"a\":{\"command\":\"x\"}}}")
  }

  @Test(arguments: [
    (
      ServerDefinition(name: "-a", command: "x"),
      "a server name begins with '-', as an option would"
    ),
    (ServerDefinition(name: "a", command: ""), "'command' is empty"),
    (
      ServerDefinition(name: "a", command: "x", environment: [.init(name: "A=B", value: "")]),
      "the name of a variable holds a '='"
    ),
    (
      ServerDefinition(
        name: "a", command: "x",
        environment: [.init(name: "A", value: "1"), .init(name: "A", value: "2")]),
      "variable 'A' is given twice"
    ),
  ])
  func addsNothingThatCannotBeRead(definition: ServerDefinition, message: String) throws {
    var servers = try fixture()
    let error = try #require(throws: HostConfigError.self) { try servers.add(definition) }
    #expect(error.message == message)
    #expect(error.exitCode == .usage)
    #expect(try servers.bytes == fixtureBytes())
  }

  @Test func removesOnlyWhatIsThere() throws {
    var servers = try fixture()
    #expect(throws: HostConfigError.self) { try servers.remove("nobody") }
    #expect(try servers.bytes == fixtureBytes())
    try servers.remove("github")
    #expect(servers.names == ["time", "Suchmaschine für 日本"])
    try servers.remove("time")
    try servers.remove("Suchmaschine für 日本")
    #expect(
      String(decoding: servers.bytes, as: UTF8.self)
        == "{\n  \"$schema\": \"https://example.org/servers.json\",\n  \"mcpServers\": {}\n}\n")
    var none = try ServersFile(parsing: Array("{}".utf8), path: "")
    #expect(throws: HostConfigError.nothingToRemove("a", path: "", known: [])) {
      try none.remove("a")
    }
  }
}
