import HostConfigs
import JSONText
import Secrets
import Testing

private func file(_ text: String) throws -> ServersFile {
  try ServersFile(parsing: Array(text.utf8), path: "servers.json")
}

/// The error for a file whose only server is `definition`, or for asking it for that server.
private func refusal(of definition: String) -> HostConfigError? {
  do throws(HostConfigError) {
    let text = "{\"mcpServers\": {\n\"s\": \(definition)}}"
    _ = try ServersFile(parsing: Array(text.utf8), path: "servers.json").definition(named: "s")
    return nil
  } catch { return error }
}

@Suite struct ServersFileReadingTests {
  @Test func readsTheShapeThatHostsWrite() throws {
    let servers = try fixture()
    #expect(servers.names == ["github", "time", "Suchmaschine für 日本"])
    let github = try servers.definition(named: "github")
    #expect(github.command == "npx")
    #expect(github.arguments == ["-y", "@modelcontextprotocol/server-github@2025.4.8"])
    #expect(
      github.environment == [
        .init(name: "GITHUB_PERSONAL_ACCESS_TOKEN", value: "valet://github/token"),
        .init(name: "GITHUB_HEADER", value: "Bearer {{valet://github/token}}"),
        .init(name: "LOG_LEVEL", value: "info"),
      ])
    #expect(github.options.keep == ["HTTPS_PROXY", "LANG"])
    #expect(
      github.options.files == [
        .init(
          name: "GOOGLE_CREDENTIALS",
          reference: .keyring(try SecretName("google/service-account")))
      ])
    #expect(github.options.exec && github.options.inArgv)
    #expect(
      try servers.definitions() == [
        github, ServerDefinition(name: "time", command: "mcp-server-time"),
        ServerDefinition(name: "Suchmaschine für 日本", command: "/opt/such maschine"),
      ])
  }

  @Test func hasNoServersWithoutTheSection() throws {
    #expect(try file("{}").names.isEmpty)
    #expect(try file("{\"mcpServers\": {}, \"x\": 1}").definitions().isEmpty)
    #expect(try ServersFile(parsing: ServersFile.empty, path: "").names.isEmpty)
  }

  @Test(arguments: [
    ("githup", "github"), ("gihtub", "github"), ("github2", "github"), ("hithbu", "github"),
    ("TIME", "time"), ("tim", "time"), ("suchmaschine fur 日本", "Suchmaschine für 日本"),
  ])
  func namesTheServerThatWasMeant(typed: String, meant: String) throws {
    let hint = "did you mean '\(meant)'?"
    var servers = try fixture()
    let run = try #require(throws: HostConfigError.self) { try servers.definition(named: typed) }
    #expect(run.hint == hint)
    let removal = try #require(throws: HostConfigError.self) { try servers.remove(typed) }
    #expect(removal.hint == hint)
  }

  @Test(arguments: ["git", "it", "gitlabs", "tea", "", String(repeating: "time", count: 10_000)])
  func doesNotGuess(typed: String) throws {
    let servers = try fixture()
    let run = try #require(throws: HostConfigError.self) { try servers.definition(named: typed) }
    #expect(run.hint?.contains("did you mean") == false)
  }

  @Test(arguments: [
    ("github", "github"), ("a b", "NAME"), ("$(x)", "NAME"), ("-x", "NAME"), ("'", "NAME"),
  ])
  func namesTheCommandThatAddsAServer(typed: String, word: String) throws {
    var servers = try file("{}")
    let run = try #require(throws: HostConfigError.self) { try servers.definition(named: typed) }
    #expect(run.hint == "mcp-valet add \(word) -- COMMAND")
    let removal = try #require(throws: HostConfigError.self) { try servers.remove(typed) }
    #expect(removal.hint == nil)
  }

  @Test func namesTheServersThereAre() throws {
    let error = try #require(throws: HostConfigError.self) {
      try fixture().definition(named: "calendar")
    }
    #expect(error.message == "no server 'calendar' in servers.json")
    #expect(
      error.hint
        == "known servers: github, time, Suchmaschine für 日本; "
        + "to add this one: mcp-valet add calendar -- COMMAND")
    #expect(error.exitCode == .configuration)
    // Canonically equivalent is not the same.
    #expect(throws: HostConfigError.self) {
      try fixture().definition(named: "Suchmaschine fu\u{308}r 日本")
    }
  }

  @Test(arguments: [
    ("1", "2:6: server 's' is not an object"), ("{}", "2:6: server 's' has no command"),
    ("{\"url\": \"https://x\"}", "2:6: server 's' has no command"),
    ("{\"command\": [\"x\"]}", "2:18: 'command' is not a string"),
    ("{\"command\": \"\"}", "2:18: 'command' is empty"),
    ("{\"command\": \"a\\u0000b\"}", "2:18: 'command' holds a NUL character"),
    ("{\"command\": \"x\", \"args\": \"y\"}", "2:31: 'args' is not an array of strings"),
    ("{\"command\": \"x\",\n\"args\": [\"y\", 1]}", "3:15: element 2 of 'args' is not a string"),
    ("{\"command\": \"x\", \"env\": []}", "2:30: 'env' is not an object of strings"),
    ("{\"command\": \"x\", \"env\": {\"A\": 1}}", "2:36: the value of 'A' is not a string"),
    ("{\"command\": \"x\", \"env\": {\"A=B\": \"\"}}", "2:31: the name of a variable holds a '='"),
    ("{\"command\": \"x\", \"env\": {\"\": \"\"}}", "2:31: the name of a variable is empty"),
    (
      "{\"command\": \"x\", \"env\": {\"A\": \"\\u0000\"}}",
      "2:36: the value of 'A' holds a NUL character"
    ),
    ("{\"command\": \"x\", \"valet\": true}", "2:32: 'valet' is not an object"),
    (
      "{\"command\": \"x\", \"valet\": {\n\"inargv\": true}}",
      "3:1: unknown option 'inargv' under 'valet'"
    ),
    ("{\"command\": \"x\", \"valet\": {\"exec\": 1}}", "2:41: 'exec' is not true or false"),
    (
      "{\"command\": \"x\", \"valet\": {\"inArgv\": \"no\"}}", "2:43: 'inArgv' is not true or false"
    ),
    (
      "{\"command\": \"x\", \"valet\": {\"keep\": {}}}",
      "2:41: 'keep' is not an array of variable names"
    ),
    (
      "{\"command\": \"x\", \"valet\": {\"keep\": [\"\"]}}", "2:42: the name of a variable is empty"
    ),
    (
      "{\"command\": \"x\", \"valet\": {\"files\": []}}",
      "2:42: 'files' is not an object of references"
    ),
    (
      "{\"command\": \"x\", \"valet\": {\"files\": {\"A\": \"vault://a\"}}}",
      "2:48: the value of 'A' is not a reference such as valet://NAME"
    ),
    (
      "{\"command\": \"x\", \"env\": {\"A\": \"\"}, \"valet\": {\"files\": {\"A\": \"valet://a\"}}}",
      "2:61: 'A' stands under 'env' and under 'files'"
    ),
  ])
  func saysWhatIsWrongAndWhere(definition: String, message: String) throws {
    let error = try #require(refusal(of: definition))
    #expect(error.message == "servers.json:" + message)
    #expect(error.exitCode == .configuration)
    #expect(error.hint != nil)
  }

  @Test(arguments: [
    (
      "", "1:1: the file ends where a value is expected", "correct the file at that line and column"
    ),
    ("[]", "1:1: the file is not a JSON object", "correct the value at that line and column"),
    (
      "{\"mcpServers\": []}", "1:16: 'mcpServers' is not an object",
      "correct the value at that line and column"
    ),
    (
      "{\n\"a\": 1,\n}", "2:7: a comma before a closing bracket is not allowed in this file",
      "remove that comma"
    ),
    (
      "{} // x", "1:4: comments are not allowed in this file",
      "remove the comments, this file is plain JSON"
    ),
    (
      "{\"mcpServers\": {\"a\": 1, \"a\": 2}}", "1:25: the key 'a' stands twice in one object",
      "remove one of the two"
    ),
  ])
  func refusesFilesThatAreNoServersFile(text: String, message: String, hint: String) throws {
    let error = try #require(throws: HostConfigError.self) { try file(text) }
    #expect(error.message == "servers.json:" + message)
    #expect(error.hint == hint)
    #expect(error.exitCode == .configuration)
  }

  @Test func oneBadServerStopsNoOther() throws {
    let servers = try file(#"{"mcpServers": {"bad": {"command": 1}, "good": {"command": "x"}}}"#)
    #expect(try servers.definition(named: "good").command == "x")
    #expect(throws: HostConfigError.self) { try servers.definition(named: "bad") }
    #expect(throws: HostConfigError.self) { try servers.definitions() }
  }

  @Test func placesABadReferenceInAVariable() throws {
    let servers = try file(
      "{\"mcpServers\": {\n \"s\": {\"command\": \"x\", \"env\": {\"A\": \"${A}\"}}}}")
    let variable = try #require(servers.definition(named: "s").environment.first)
    let error = try #require(throws: ReferenceError.self) { try Template(variable.value) }
    #expect(
      servers.error(error, in: variable).message
        == "servers.json:2:37: the host left the placeholder '${A}' unfilled")
  }

  /// Values may be pasted secrets; names that could forge a second line are made harmless.
  @Test func neverShowsValuesOrControlCharacters() throws {
    for definition in [
      "{\"command\": \"x\", \"env\": {\"A\": [\"canary\"]}}",
      "{\"command\": \"x\", \"env\": {\"A\": \"canary\\u0000\"}}",
      "{\"command\": \"x\", \"args\": \"canary\"}",
      "{\"command\": \"canary\\u0000\"}", "{\"command\": \"x\", \"valet\": {\"exec\": \"canary\"}}",
      "{\"command\": \"x\", \"valet\": {\"files\": {\"A\": \"canary\"}}}",
      "{\"command\": \"x\", \"valet\": {\"files\": {\"A\": \"https://u:canary@x\"}}}",
    ] {
      let error = try #require(refusal(of: definition))
      #expect(!"\(error.message) \(error.hint ?? "")".contains("canary"))
    }
    let forged = try #require(
      refusal(of: "{\"command\": \"x\", \"valet\": {\"\\n\\u001b[2Jmcp-valet: \\u202e\": 1}}"))
    #expect(!forged.message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
  }

  /// Every truncation and many flips of a real file: an error or a file, never a crash.
  @Test func survivesDamage() throws {
    let bytes = try fixtureBytes()
    for length in bytes.indices {
      #expect(throws: HostConfigError.self) {
        try ServersFile(parsing: Array(bytes[..<min(length, bytes.count - 2)]), path: "")
      }
    }
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        guard let servers = try? ServersFile(parsing: damaged, path: "") else { continue }
        for name in servers.names { _ = try? servers.definition(named: name) }
      }
    }
  }
}

@Suite struct ServerNameTests {
  @Test(arguments: ["a", "github", "my server", "日本", "x.y/z:1", String(repeating: "é", count: 64)])
  func takesAnyReadableName(name: String) {
    #expect(throws: Never.self) { try ServerName.check(name) }
  }

  @Test(arguments: [
    ("", ServerNameError.empty), (String(repeating: "é", count: 65), .tooLong(65)),
    ("-x", .leadingHyphen), ("--", .leadingHyphen), ("a\nb", .unfitCharacter(index: 1)),
    ("\u{7F}", .unfitCharacter(index: 0)), ("ab\u{85}", .unfitCharacter(index: 2)),
    ("a\u{202E}b", .unfitCharacter(index: 1)), ("\u{2028}", .unfitCharacter(index: 0)),
    ("a\r\n", .unfitCharacter(index: 1)),
  ])
  func refusesWhatCouldPassForSomethingElse(name: String, error: ServerNameError) {
    #expect(throws: error) { try ServerName.check(name) }
  }

  @Test func checksNamesInTheFile() throws {
    let servers = try file("{\"mcpServers\": {\"a\\nb\": {\"command\": \"x\"}}}")
    let error = try #require(throws: HostConfigError.self) { try servers.definition(named: "a\nb") }
    #expect(
      error.message
        == "servers.json:1:17: character 2 of a server name is a control or direction character")
  }
}
