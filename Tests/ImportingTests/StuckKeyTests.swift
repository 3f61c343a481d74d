import Hosts
import Importing
import Testing

/// Keys that an import cannot move, with a program that is meant to get them.
@Suite struct StuckKeyTests {
  private func stuck(_ body: String) throws -> String? {
    let host = try Host.named("cursor")
    let document = try HostDocument(
      parsing: Array("{\"mcpServers\": {\"a b\": {\(body)}}}".utf8), format: .json, path: "f")
    let sections = try #require(host.places.first).sections
    return StuckKey.of(try #require(document.servers(in: sections).first))?.text
  }

  @Test func saysWhatToTypeForAServerThatIsBehindUs() throws {
    let variable = try stuck(
      #""command": "/usr/bin/mcp-valet", "args": ["run", "a", "--", "x"], "env": {"#
        + #""OTHER": "valet://a/OTHER", "X_API_KEY": "\#(key(1))"}"#)
    let text = try #require(variable)
    #expect(text.contains("mcp-valet set a/X_API_KEY, write valet://a/X_API_KEY"))
    #expect(text.contains("mcp-valet allow --last a") && !text.contains("--in-argv"))
    #expect(!text.contains(key(1)))
    let argument = try #require(
      try stuck(
        #""command": "mcp-valet", "args": ["run", "a", "--", "x", "--token", "\#(key(1))"]"#))
    #expect(argument.contains("mcp-valet set a/token") && argument.contains("--in-argv"))
  }

  @Test func namesAServerWithoutACommand() throws {
    for body in [#""args": ["--token", "\#(key(1))"]"#, #""env": {"TOKEN": "\#(key(1))"}"#] {
      #expect(try stuck(body)?.contains("no command") == true)
    }
  }

  @Test func isSilentAboutOthers() throws {
    for body in [
      #""command": "mcp-valet", "args": ["run", "a", "--", "x"], "env": {"T": "valet://a/T"}"#,
      #""command": "x", "env": {"TOKEN": "\#(key(1))"}"#,
      #""url": "https://h/mcp", "headers": {"Authorization": "Bearer \#(key(1))"}"#,
    ] {
      #expect(try stuck(body) == nil)
    }
  }
}
