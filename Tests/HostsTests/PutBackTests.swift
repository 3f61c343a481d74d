import HostConfigs
import Testing

@testable import Hosts

@Suite struct PutBackTests {
  private static let text = """
    {
      // mine
      "mcpServers": {
        "a": { "command": "npx", "args": ["-y", "p"], "env": { "T": "old" } },
        "b": { "command": "x" },
      },
    }

    """

  private func changed() throws -> (HostDocument, [HostChange]) {
    var document = try HostDocument(
      parsing: Array(Self.text.utf8), format: .commentedJSON, path: "f")
    let server = ValuePath(["mcpServers", "a"])
    try document.set(.string("mcp-valet"), at: server / "command")
    let words = ["run", "a", "--", "npx", "-y", "p"]
    try document.set(.array(words.map { .string($0) }), at: server / "args")
    try document.set(.string("valet://a/T"), at: server / "env" / "T")
    return (document, document.changes)
  }

  @Test func putsBackOurSpansInAFileThatChangedElsewhere() throws {
    let (document, changes) = try changed()
    #expect(changes.count == 3)
    let now = String(decoding: document.bytes, as: UTF8.self)
      .replacing("// mine", with: "// mine, and longer")
      .replacing("\"command\": \"x\"", with: "\"command\": \"y\", \"args\": []")
    var later = try HostDocument(parsing: Array(now.utf8), format: .commentedJSON, path: "f")
    try later.putBack(changes)
    let wanted = Self.text.replacing("// mine", with: "// mine, and longer")
      .replacing("\"command\": \"x\"", with: "\"command\": \"y\", \"args\": []")
    #expect(String(decoding: later.bytes, as: UTF8.self) == wanted)
  }

  @Test func changesNothingWhereOurSpansAreGone() throws {
    let (document, changes) = try changed()
    let now = String(decoding: document.bytes, as: UTF8.self)
      .replacing("valet://a/T", with: "valet://b/T")
    var later = try HostDocument(parsing: Array(now.utf8), format: .commentedJSON, path: "f")
    #expect(throws: HostError.self) { try later.putBack(changes) }
    #expect(later.bytes == Array(now.utf8))
  }
}
