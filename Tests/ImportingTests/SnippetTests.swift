import Hosts
import Secrets
import Testing

@testable import Importing

/// What is to be pasted is read back as it was meant.
@Suite struct SnippetTests {
  private static let server = HostSnippet.Server(
    name: "my \"server\"", command: "/opt/my tools/mcp-valet",
    arguments: ["run", "my \"server\"", "--", "C:\\x", "a\tb"],
    environment: [
      ("TOKEN", "valet://s/TOKEN"), ("B", "{{valet://b}}: \"x\""), ("no", "no"),
      ("1E5", "\u{1F600}"),
      ("A: \"x\"\n    cmd", "\u{9B}2J\u{202E}"),
    ])

  @Test(arguments: Host.all.map(\.id)) func isReadBack(id: String) throws {
    let host = try Host.named(id)
    let text = try HostSnippet.text(Self.server, for: host)
    let place = try #require(host.places.first)
    let document = try HostDocument(parsing: Array(text.utf8), format: place.format, path: id)
    let servers = document.servers(in: [try #require(place.sections.first)])
    let server = try #require(servers.first, "\(text)")
    #expect(servers.count == 1)
    #expect(server.name == Self.server.name)
    #expect(server.command?.text == Self.server.command)
    #expect(server.arguments.map(\.text) == Self.server.arguments)
    #expect(
      server.environment.map { "\($0.name)=\($0.slot.text)" }
        == Self.server.environment.map { "\($0.name)=\($0.value)" })
  }

  /// What a file of a stranger's says moves no cursor.
  @Test(arguments: ["goose", "continue", "codex"]) func showsNoOrderToATerminal(id: String) throws {
    let text = try HostSnippet.text(Self.server, for: Host.named(id))
    #expect(!text.unicodeScalars.contains { isUnprintable($0) && $0 != "\n" }, "\(text)")
  }

  @Test(arguments: [
    "\u{1B}", "\u{202E}", "\u{FEFF}", "\u{FFFF}", "\u{10000}", "\u{E0041}", "\u{10FFFF}",
  ])
  func anyCharacterCanBeWrittenAsAnEscape(text: String) throws {
    let escape = HostSnippet.escape(try #require(text.unicodeScalars.first))
    for (format, line) in [(HostFormat.toml, "a.b = "), (.yaml, "a: ")] {
      let document = try HostDocument(
        parsing: Array("\(line)\"\(escape)\"\n".utf8), format: format, path: "f")
      let path = format == .toml ? ValuePath(["a", "b"]) : ValuePath(["a"])
      guard case .text(let read) = document.value(at: path) else {
        Issue.record("\(escape) is no string")
        continue
      }
      #expect(read.unicodeScalars.elementsEqual(text.unicodeScalars), "\(escape)")
    }
  }

  private func advice(_ server: String) throws -> (text: String?, reason: String?) {
    let host = try Host.named("goose")
    let document = try HostDocument(
      parsing: Array("extensions:\n  \(server)\n".utf8), format: .yaml, path: "f")
    let surroundings = ServerSurroundings(
      host: host, path: "f", scope: .user, project: nil, program: "mcp-valet", home: "/home/u",
      variable: { _ in nil })
    var book = SecretBook { _, _ in true }
    let place = try #require(host.places.first)
    let found = try #require(document.servers(in: place.sections).first)
    do {
      return (try HostSnippet.advice(found, as: found.name, surroundings, &book), nil)
    } catch {
      return (nil, error.reason)
    }
  }

  @Test func theAdviceShowsNoKeyAndLosesNoWord() throws {
    let token = key(1)
    for server in [
      // Known to be a secret by its package only.
      "redis: {type: stdio, cmd: uvx, args: [redis-mcp-server], envs: {REDIS_PWD: kw7q}}",
      "s: {type: stdio, cmd: x, args: ['--api-key=\(token)', '--port', '1'], envs: {A: kw7q, "
        + "TOKEN: kw7q\(token)}}",
      "s: {type: stdio, cmd: x, args: [], envs: {URL: 'postgres://u:kw7qkw7q@db/x', M: f}}",
    ] {
      let text = try #require(try advice(server).text, "\(server)")
      #expect(!text.contains(token) && !text.contains("kw7qkw7q"), "\(text)")
      #expect(text.contains("    name: \""), "\(text)")
    }
    let redis = try #require(
      try advice("r: {cmd: uvx, args: [redis-mcp-server], envs: {REDIS_PWD: kw7q}}").text)
    #expect(!redis.contains("kw7q") && redis.contains("mcp-valet set r/REDIS_PWD"), "\(redis)")
    let flag = try #require(
      try advice("s: {cmd: x, args: ['--api-key=\(token)', '--port', '1']}").text)
    #expect(flag.contains("- \"--api-key={{valet://s/api-key}}\"\n      - \"--port\""), "\(flag)")
    #expect(flag.contains("\"--in-argv\""))
    let url = try #require(
      try advice("s: {cmd: x, envs: {URL: 'postgres://u:hunter22@db/x', M: f}}").text)
    #expect(url.contains("postgres://u:{{valet://s/URL}}@db/x") && url.contains("\"M\": \"f\""))
  }

  @Test func theAdviceIsAsCarefulAsAnImport() throws {
    let found = try advice("s: {cmd: x, envs: {TOKEN: \(key(1)), B: 'valet://github/token'}}")
    #expect(found.text == nil && found.reason?.contains("names a secret") == true)
    #expect(try advice("s: {cmd: x, envs: {M: fast}}").text == nil)
  }
}
