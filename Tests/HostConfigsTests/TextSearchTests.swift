import HostConfigs
import Secrets
import Testing

@Suite struct TextSearchTests {
  private func lines(_ text: String, _ references: String...) throws -> [Int] {
    TextSearch(Array(text.utf8)).lines(naming: try references.map { try SecretReference($0) })
  }

  @Test func findsAReferenceInEveryFormat() throws {
    let name = "valet://github/token"
    #expect(try lines("{\n\"A\": \"valet://github/token\"\n}", name) == [2])
    #expect(try lines(#"{"A": "valet:\/\/github\/token"}"#, name) == [1])
    #expect(try lines("a = 1\n[x.env]\nA = 'valet://github/token'\n", name) == [3])
    #expect(try lines("envs:\n  A: valet://github/token\n", name) == [2])
    #expect(try lines("A: Bearer {{valet://github/token}}", name) == [1])
    #expect(try lines("{{file:valet://github/token}}", name) == [1])
    #expect(try lines("valet://github/token", name) == [1])
    #expect(try lines("--env=A=valet://github/token\"", name) == [1])
  }

  @Test func isNotTakenInByLongerNames() throws {
    #expect(try lines("valet://a/b valet://ab valet://a.b xvalet://a", "valet://a") == [])
    #expect(try lines(#"valet:\/\/a\/b"#, "valet://a") == [])
    #expect(try lines("valet://a\nvalet://a\n\nvalet://a,", "valet://a") == [1, 2, 4])
    #expect(try lines(#""valet://a\n""#, "valet://a") == [1])
    #expect(try lines("keyring://a", "valet://a") == [])
    #expect(try lines("keyring://a", "valet://a", "keyring://a") == [1])
    #expect(try lines("", "valet://a") == [])
    #expect(try lines("valet://", "valet://a") == [])
  }

  @Test func findsWhoRunsAServer() {
    func running(_ text: String) -> [Int] {
      TextSearch(Array(text.utf8)).lines(running: "github")
    }
    #expect(running(#"{"command": "/usr/bin/mcp-valet",\#n "args": ["run", "github"]}"#) == [2])
    #expect(running(#"{"args": ["run", "github"], "command": "mcp-valet"}"#) == [1])
    #expect(running("command = 'mcp-valet'\nargs = ['run', '--exec', 'github']") == [2])
    #expect(running("cmd: mcp-valet\nargs:\n- run\n- github\n") == [3])
    #expect(running(#"{"command": "npm", "args": ["run", "github"]}"#) == [])
    #expect(running(#"{"command": "mcp-valet", "args": ["run", "gitlab"]}"#) == [])
    #expect(running(#"["mcp-valet","run","github-2"]"#) == [])
  }
}
