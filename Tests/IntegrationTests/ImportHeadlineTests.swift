internal import Platform
internal import Testing
internal import ValetTesting

/// Nine servers and six keys in three hosts' files: one command in, and one a host out.
@Suite struct ImportHeadlineTests {
  private static let words = Programs.exampleServer

  private static func key(_ number: Int) -> String {
    "ghp_\(number)Q9mLkT7vB2nWp5RcY8sDf4HgjaZ3x6E5oU0"
  }

  private static func json(_ name: String, _ number: Int?) -> String {
    let env = number.map { #", "env": {"DEMO_TOKEN": "\#(key($0))"}"# } ?? ""
    return #""\#(name)": {"command": "\#(words[0])", "args": ["\#(words[1])"]\#(env)}"#
  }

  private static func toml(_ name: String, _ number: Int?) -> String {
    let env = number.map { "env = { DEMO_TOKEN = \"\(key($0))\" } # key \(name)\n" } ?? ""
    return "[mcp_servers.\(name)]\ncommand = '\(words[0])'\nargs = ['\(words[1])']\n\(env)\n"
  }

  private static let files: [(host: String, path: String, text: String)] = [
    (
      "claude-desktop", ImportTests.claude,
      "{\"mcpServers\": {\n  \(json("a", 1)),\n  \(json("b", 2)),\n  \(json("c", nil))\n}}\n"
    ),
    (
      "cursor", ".cursor/mcp.json",
      "// mine\n{\"mcpServers\": {\n\t\(json("d", 3)),\r\n\t\(json("e", 4)), // e\n\t\(json("f", nil)),\n},}"
    ),
    (
      "codex", ".codex/config.toml",
      "model = \"x\"\n\n" + toml("g", 5) + toml("h", 6) + toml("i", nil)
    ),
  ]

  @Test func isDoneInOneCommandAndUndone() throws {
    let home = try ImportTests.home()
    mkdir("\(home.path)/.cursor", 0o700)
    for file in Self.files { try home.write(file.text, to: file.path) }
    let run = try home.valet(["import", "--yes"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    for name in ["a", "b", "d", "e", "g", "h"] {
      #expect(run.errorText.contains("\(name) answers (server/discover)"), "\(run.errorText)")
      #expect(run.text.contains("\(name)/DEMO_TOKEN  ghp_…"), "\(run.text)")
    }
    for file in Self.files {
      let text = File.text("\(home.path)/\(file.path)")
      #expect(!text.contains("ghp_") && text.contains("valet://"), "\(text)")
    }
    let scan = try home.valet(["scan"])
    #expect(scan.exitCode == 0, "\(scan.text)")
    for file in Self.files {
      let undo = try home.valet(["undo", file.host, "--yes"])
      #expect(undo.exitCode == 0, "\(undo.errorText)")
      #expect(File.text("\(home.path)/\(file.path)") == file.text)
    }
  }
}
