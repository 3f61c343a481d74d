import Hosts
import JSONText
import Testing

@testable import Scanning

/// Keys between what a file says.
@Suite struct CommentTests {
  private static let key = "ghp_A1fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x"

  private func found(_ text: String, _ format: HostFormat) throws -> [String] {
    let document = try HostDocument(parsing: Array(text.utf8), format: format, path: "f")
    return ShapeSearch.findings(inCommentsOf: document).map { finding in
      #expect(finding.spot == .comment && finding.server == nil)
      #expect(finding.masked == "ghp_…U0x")
      return "\(finding.position.line):\(finding.position.column)"
    }
  }

  @Test func findsThemInJSON() throws {
    let text = """
      { // old: \(Self.key)
        "a": "\(Self.key)", /* "b":
        "\(Self.key)" */ "\(Self.key)": 1, "c": ["// \(Self.key)", "#\(Self.key)"]
      }
      """
    #expect(try found(text, .commentedJSON) == ["1:11", "3:4"])
  }

  @Test func findsThemInTOML() throws {
    let text = """
      # token = "\(Self.key)"
      a = "# \(Self.key)" # \(Self.key)
      b = '''
      # \(Self.key)
      '''
      c = ["\(Self.key)", {d = "\(Self.key)"}]
      """
    #expect(try found(text, .toml) == ["1:12", "2:52"])
  }

  @Test func findsThemInYAML() throws {
    let text = """
      # token: \(Self.key)
      a: "# \(Self.key)" # \(Self.key)
      b: |
        # \(Self.key)
      c: \(Self.key)
      """
    #expect(try found(text, .yaml) == ["1:10", "2:51"])
  }

  @Test func leavesWhatIsThereToBeFilledIn() throws {
    #expect(try found("a = 1 # ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", .toml) == [])
    // Strict JSON has no comments.
    #expect(try found("{\"a\": \"\(Self.key)\"}", .json) == [])
  }
}
