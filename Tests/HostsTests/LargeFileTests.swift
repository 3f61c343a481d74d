import HostConfigs
import JSONText
import Testing

@testable import Hosts

/// Files of more than 4 MiB, of which only the servers are kept.
@Suite struct LargeFileTests {
  private static let sections = Host.claudeCode.places[0].sections

  /// As Claude Code keeps it: servers for all projects at the end, those of one project among its
  /// history.
  private static func text(_ history: String, padding: Int = 5 << 20) -> String {
    let long = String(repeating: "pasted \\n ", count: padding / 10)
    return """
      {
        "numStartups": 3,
        "projects": {
          "/home/u/a": {
            "history": [{"display": "\(long)", "pastedContents": {}}],
            "mcpServers": {
              "local": {"command": "npx", "args": ["-y", "x"], "env": {"TOKEN": "s3cr3t-a1b2c3"}}
            },
            "more": \(history)
          }
        },
        "mcpServers": {
          "global": {"type": "stdio", "command": "npx", "args": ["a", "b"], "env": {"A": "1"}}
        }
      }

      """
  }

  private static func document(_ text: String) throws -> HostDocument {
    try HostDocument(parsing: Array(text.utf8), format: .json, path: ".claude.json")
  }

  @Test func findsTheServersOfALargeFile() throws {
    let document = try Self.document(Self.text("{\"mcpServers\": {\"no\": {}}}"))
    let servers = document.servers(in: Self.sections)
    #expect(servers.map(\.name) == ["global", "local"])
    #expect(servers[1].project == "/home/u/a")
    #expect(servers[1].environment.map(\.slot.text) == ["s3cr3t-a1b2c3"])
    let slot = servers[1].environment[0].slot
    #expect(document.bytes[slot.span].elementsEqual("\"s3cr3t-a1b2c3\"".utf8))
    #expect(document.position(of: slot) == TextPosition(line: 7, column: 75))
  }

  @Test func keepsNothingElse() throws {
    let history = "[" + String(repeating: "{\"a\": [1, 2, 3]}, ", count: 200_000) + "0]"
    let document = try Self.document(Self.text(history))
    #expect(document.tree.nodes.count < 40)
    #expect(document.value(at: ValuePath(["projects", "/home/u/a", "more"])) == .other)
    #expect(document.value(at: ValuePath(["numStartups"])) == .other)
  }

  @Test func checksWhatItDoesNotKeep() throws {
    for broken in ["{\"a\" 1}", "[1,]", "{\"a\": \"\u{1}\"}", "[[[}]]"] {
      let error = #expect(throws: HostError.self) { try Self.document(Self.text(broken)) }
      #expect(error?.message.hasPrefix(".claude.json:9:") == true, "\(String(describing: error))")
    }
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(throws: HostError.self) { try Self.document(Self.text(deep)) }
  }

  @Test func refusesANameTwiceWhereServersAre() throws {
    let text = Self.text("0").replacing("\"more\"", with: "\"mcpServers\"")
    let error = #expect(throws: HostError.self) { try Self.document(text) }
    #expect(error?.message == ".claude.json:9:7: this key stands twice in one object")
  }

  @Test func refusesTooManyServers() throws {
    let names = (0..<1_100_000).map { "\"\($0)\":0" }.joined(separator: ",")
    let text = Self.text("0", padding: 100).replacing("\"A\": \"1\"", with: names)
    let error = #expect(throws: HostError.self) { try Self.document(text) }
    #expect(error?.message.hasSuffix("more than 2097152 values") == true)
  }

  @Test func editsOnlyWhatItMust() throws {
    let text = Self.text("[1, {\"x\": 2}]")
    var document = try Self.document(text)
    let servers = document.servers(in: Self.sections)
    for server in servers {
      try document.set(.string("mcp-valet"), at: server.path / "command")
      try document.set(
        .array([.string("run"), .string("x"), .string("--")]), at: server.path / "args")
      try document.remove(at: server.path / "env")
      try document.set(.object([.init("B", .string("2"))]), at: server.path / "env")
    }
    let again = try HostDocument(
      parsing: document.bytes, format: .json, path: ".claude.json")
    #expect(again.servers(in: Self.sections).map(\.command?.text) == ["mcp-valet", "mcp-valet"])
    for server in again.servers(in: Self.sections) {
      #expect(server.arguments.map(\.text) == ["run", "x", "--"])
    }
    // What it believes of the edited file is what the file says.
    #expect(document.tree.nodes.count == again.tree.nodes.count)
    for (mine, read) in zip(document.tree.nodes, again.tree.nodes) {
      #expect(mine.span == read.span && mine.name == read.name && mine.text == read.text)
      #expect(mine.children == read.children && mine.statement == read.statement)
    }
    let changed = document.changes.reduce(0) { $0 + $1.old.count + $1.new.count }
    #expect(changed < 600)
    try document.putBack(document.changes)
    #expect(document.bytes.elementsEqual(text.utf8))
  }

  @Test func doesNotWriteWhereItDoesNotKnow() throws {
    var document = try Self.document(Self.text("{}"))
    let path = ValuePath(["projects", "/home/u/a", "more", "b"])
    #expect(throws: HostError.self) { try document.set(.string("x"), at: path) }
    #expect(document.changes.isEmpty)
  }

  @Test func namesAFileThatIsTooLarge() throws {
    let bytes = [UInt8](repeating: 32, count: HostDocument.maximumLength + 1)
    let error = #expect(throws: HostError.self) {
      try HostDocument(parsing: bytes, format: .json, path: "x/.claude.json")
    }
    #expect(error?.message == "x/.claude.json is larger than 268435456 bytes")
    let other = #expect(throws: HostError.self) {
      try HostDocument(
        parsing: Array(bytes.prefix((4 << 20) + 1)), format: .toml, path: "x/config.toml")
    }
    #expect(other?.message == "x/config.toml is larger than 4194304 bytes")
  }
}

extension String {
  fileprivate func replacing(_ text: String, with other: String) -> String {
    guard let range = range(of: text) else { return self }
    return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }

  /// The last one.
  private func range(of text: String) -> Range<Index>? {
    var end = utf8.endIndex
    while let last = utf8[..<end].lastIndex(of: text.utf8.first ?? 0) {
      if utf8[last...].starts(with: text.utf8) {
        return last..<utf8.index(last, offsetBy: text.utf8.count)
      }
      end = last
    }
    return nil
  }
}
