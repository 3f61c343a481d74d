import Hosts
import Importing
import Testing

/// What is to be pasted is read back as it was meant.
@Suite struct SnippetTests {
  private static let server = HostSnippet.Server(
    name: "my \"server\"", command: "/opt/my tools/mcp-valet",
    arguments: ["run", "my \"server\"", "--", "C:\\x", "a\tb"],
    environment: [("TOKEN", "valet://s/TOKEN"), ("B", "{{valet://b}}: \"x\"")])

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
}
