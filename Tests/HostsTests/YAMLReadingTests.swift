import HostConfigs
import JSONText
import Testing
import ValetTesting

@testable import Hosts

@Suite struct YAMLReadingTests {
  private func document(_ text: String) throws -> HostDocument {
    try HostDocument(parsing: Array(text.utf8), format: .yaml, path: "config.yaml")
  }

  private func message(_ text: String) -> String? {
    do throws(HostError) {
      _ = try HostDocument(parsing: Array(text.utf8), format: .yaml, path: "config.yaml")
      return nil
    } catch {
      return error.message
    }
  }

  @Test func knowsWhereEachValueLies() throws {
    let text = """
      \u{FEFF}# é comment
      extensions:
        github: {cmd: npx, args: ["-y", 'pkg'], envs: {TOKEN: "é-1"}}
        two:
          cmd: uvx
          enabled: false
          timeout: 300
          envs:
            KEY: |
              line
      """
    let document = try document(text)
    let servers = document.servers(in: Host.goose.places[0].sections)
    #expect(servers.map(\.name) == ["github", "two"])
    #expect(servers[0].arguments.map(\.text) == ["-y", "pkg"])
    #expect(servers[1].isDisabled)
    let slot = try #require(servers[0].environment.first).slot
    #expect(String(decoding: document.bytes[slot.span], as: UTF8.self) == "\"é-1\"")
    #expect(document.position(of: slot) == TextPosition(line: 3, column: 57))
    #expect(servers[1].environment.map(\.slot.text) == ["line"])
  }

  @Test func takesAnAliasForWhatItNames() throws {
    let document = try document(
      """
      common: &c {TOKEN: abc}
      extensions:
        a: {cmd: x, envs: *c}
        b: {cmd: x, envs: {<<: *c, OTHER: d}}
      """)
    let servers = document.servers(in: Host.goose.places[0].sections)
    #expect(servers[0].environment.map(\.slot.text) == ["abc"])
    #expect(servers[1].environment.map(\.name) == ["TOKEN", "OTHER"])
  }

  @Test func saysWhereItIsWrong() {
    #expect(message("a: [1\nb: 2\n")?.hasPrefix("config.yaml:2:") == true)
    #expect(message("a: 1\na: 2\n") == "config.yaml:2:1: this key stands twice")
    #expect(message("a: *b\n") == "config.yaml:1:4: an alias of nothing before it")
    #expect(message("a: 1\n---\nb: 2\n") == "config.yaml:2:1: a second document")
    #expect(message("a: \u{1}\n")?.hasSuffix("a control character") == true)
    #expect(message("? [a]\n: 1\n") == "config.yaml:1:3: a key that is no text")
    #expect(message("a: &x [*x]\n") != nil)
    #expect(message("") == nil)
  }

  @Test func refusesBombsAndDepth() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let names = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(names)]\n"
    }
    let time = processorTime {
      #expect(message(bomb)?.hasSuffix("aliases stand for more than 100000 values") == true)
      #expect(message(String(repeating: "[", count: 100_000)) != nil)
      #expect(message(String(repeating: "- ", count: 100_000)) != nil)
      #expect(message("a: &a\n  b: *a\n") != nil)
    }
    #expect(time < .seconds(30))
  }

  @Test func isNeverWritten() throws {
    var document = try document("extensions: {a: {cmd: x}}")
    let server = try #require(document.servers(in: Host.goose.places[0].sections).first)
    let slot = try #require(server.command)
    #expect(throws: HostError.self) { try document.set(.string("y"), at: slot.path) }
    #expect(document.changes.isEmpty)
  }
}
