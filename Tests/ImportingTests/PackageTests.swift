import HostConfigs
import Hosts
import Importing
import Presets
import Testing
import ValetTesting

/// The packages that are known: each with what its README tells people to write, and what becomes
/// of it.
@Suite struct PackageTests {
  private static let folder =
    "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Fixtures/packages"

  static let fixtures = TemporaryFolder.names(in: folder).sorted()

  @Test(arguments: fixtures) func becomesWhatTheFixtureSays(file: String) throws {
    let bytes = try TemporaryFolder.read("\(Self.folder)/\(file)")
    let fixture = try JSONDocument(parsing: bytes)
    let (before, after) = try (text(fixture, "before"), text(fixture, "after"))
    let host = try Host.named("claude-desktop")
    let plan = try Plan("{\"mcpServers\":{\"s\":\(before)}}", host: host)
    try #require(plan.rewrites.count == 1, "\(plan.leftAlone)")
    let wanted = try HostDocument(
      parsing: Array("{\"mcpServers\":{\"s\":\(after)}}".utf8), format: .json, path: "after")
    let section = ServerSection("mcpServers")
    let server = try #require(plan.document.servers(in: [section]).first)
    let expected = try #require(wanted.servers(in: [section]).first)
    #expect(server.command?.text == expected.command?.text)
    #expect(server.arguments.map(\.text) == expected.arguments.map(\.text))
    #expect(
      server.environment.map { "\($0.name)=\($0.slot.text)" }
        == expected.environment.map { "\($0.name)=\($0.slot.text)" })
    // Nothing in arguments that others can read.
    #expect(plan.rewrites[0].inArguments.isEmpty)
  }

  private func text(_ document: JSONDocument, _ name: String) throws -> String {
    let node = try #require(document.value(at: [name]))
    return String(decoding: document.bytes[document.span(of: node)], as: UTF8.self)
  }

  @Test func everyRowHasAFixtureASourceAndADate() throws {
    #expect(ServerPackage.all.count <= 25)
    var tried: Set<String> = []
    for file in Self.fixtures {
      let bytes = try TemporaryFolder.read("\(Self.folder)/\(file)")
      let fixture = try JSONDocument(parsing: bytes)
      let words = try #require(fixture.value(at: ["before", "args"]))
      let texts = fixture.elements(of: words).compactMap(fixture.string)
      tried.formUnion(ServerPackage.of(["x"] + texts)?.names ?? [])
    }
    for row in ServerPackage.all {
      #expect(row.names.allSatisfy(tried.contains), "\(row.names) has no fixture")
      #expect(!row.sources.isEmpty && row.checked.count == 10)
      for source in row.sources {
        // At a commit: a page that changes proves nothing.
        let parts = source.split(separator: "/")
        #expect(source.hasPrefix("https://github.com/") && parts.count > 6, "\(source)")
        #expect(parts[4] == "blob" && parts[5].count == 7 && parts[5].allSatisfy(\.isHexDigit))
      }
      for argument in row.arguments {
        #expect(argument.flag.hasPrefix("--"))
        #expect(
          row.secrets.contains(argument.variable) || row.destinations.contains(argument.variable))
      }
    }
    let names = ServerPackage.all.flatMap(\.names)
    #expect(Set(names).count == names.count)
  }

  @Test func findsAPackageWhateverItsVersion() {
    for word in [
      "@stripe/mcp", "@stripe/mcp@latest", "mongodb/mongodb-mcp-server:1.0",
      "ghcr.io/github/github-mcp-server@sha256:0123", "redis-mcp-server==1.2", "elevenlabs-mcp[x]",
    ] {
      #expect(ServerPackage.of(["npx", "-y", word]) != nil, "\(word)")
    }
    #expect(ServerPackage.of(["npx", "stripe-mcp"]) == nil)
    #expect(ServerPackage.of(["mcp-remote"]) == nil)
  }
}
