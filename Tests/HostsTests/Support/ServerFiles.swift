import HostConfigs
import ValetTesting

@testable import Hosts

/// Random server files in the formats that are written.
struct ServerFileWriter {
  var generator: SeededGenerator
  let format: HostFormat
  private let newline: String
  private var comments = 0

  init(_ format: HostFormat, _ generator: SeededGenerator) {
    self.format = format
    self.generator = generator
    newline = self.generator.pick(["\n", "\n", "\r\n"])
  }

  static let names = ["github", "git-hub", "a b", "é", "x.y", "😀"]
  static let variables = ["TOKEN", "API_KEY", "PATH_X", "B"]
  static let texts = [
    "", "npx", "-y", "@scope/pkg@1.2", "a'b", "a\"b\\c", "tab\there", "line\nend", "é😀", "# no",
    "// no", "[x]", "https://x/?a=1&b", "ghp_0123",
  ]

  /// Unique, so that a lost one is seen.
  private mutating func comment() -> String {
    comments += 1
    return format == .toml ? "# c\(comments)c" : "// c\(comments)c"
  }

  private mutating func lineEnd() -> String {
    (format != .json && generator.oneIn(3) ? generator.pick([" ", "\t"]) + comment() : "") + newline
  }

  private mutating func string(_ text: String) -> String {
    let written = String(
      decoding: TOMLWriter.string(text, literal: format == .toml && generator.oneIn(2)),
      as: UTF8.self)
    guard format == .toml, generator.oneIn(5), !text.contains("'"), !text.contains("\"") else {
      return written
    }
    return text.contains("\\") ? written : "'''\(text.contains("\n") ? "\n" : "")\(text)'''"
  }

  private func key(_ name: String) -> String {
    String(decoding: TOMLWriter.key(name), as: UTF8.self)
  }

  mutating func file() -> String {
    let head =
      generator.pick(["", "", "\u{FEFF}"])
      + (format != .json && generator.oneIn(2) ? comment() + newline : "")
    let names = Self.names.shuffled(using: &generator).prefix(generator.below(3) + 1)
    guard format == .toml else { return head + json(names) + generator.pick(["", newline]) }
    var text = head + "model = \"x\"" + lineEnd()
    for name in names { text += toml(name) }
    if generator.oneIn(2) { text += "[other]" + lineEnd() + "a = [ 1,2 ]" + lineEnd() }
    return generator.oneIn(4) && text.hasSuffix(newline) ? String(text.dropLast(1)) : text
  }

  private mutating func words() -> [String] {
    (0..<generator.below(4)).map { _ in generator.pick(Self.texts) }
  }

  private mutating func array(_ words: [String], margin: String) -> String {
    if generator.oneIn(2) || words.isEmpty {
      return "[" + words.map { string($0) }.joined(separator: generator.pick([", ", ","])) + "]"
    }
    var text = "[" + lineEnd()
    for (index, word) in words.enumerated() {
      let comma = index < words.count - 1 || format != .json && generator.oneIn(2) ? "," : ""
      text += margin + "  " + string(word) + comma + lineEnd()
    }
    return text + margin + "]"
  }

  private mutating func toml(_ name: String) -> String {
    let server = "mcp_servers.\(key(name))"
    let variables = Self.variables.shuffled(using: &generator).prefix(generator.below(3))
    let margin = generator.pick(["", "", "  "])
    let pairs = variables.map { ($0, string(generator.pick(Self.texts))) }
    let braces = "{" + pairs.map { " \($0) = \($1)" }.joined(separator: ",") + " }"
    switch generator.below(5) {
    case 0:
      return "[mcp_servers]".isEmpty
        ? ""
        : "[\(server)]" + newline + "command = \(string("npx"))" + lineEnd()
          + "args = \(array(words(), margin: ""))" + lineEnd()
          + (pairs.isEmpty ? "" : "env = \(braces)" + lineEnd()) + generator.pick(["", newline])
    case 1:
      var text = "[\(server)]" + lineEnd() + margin + "command = \(string("uvx"))" + lineEnd()
      text += margin + "args = \(array(words(), margin: margin))" + lineEnd() + newline
      text += "[\(server).env]" + lineEnd()
      for (name, value) in pairs { text += "\(name) = \(value)" + lineEnd() }
      return text + newline
    case 2:
      var text = "[\(server)]" + lineEnd() + "command = \(string("x"))" + lineEnd()
      for (name, value) in pairs { text += "env.\(name) = \(value)" + lineEnd() }
      return text + "args = \(array(words(), margin: ""))" + lineEnd()
    case 3:
      return "[\(server)] # h" + newline + newline
    default:
      return "[\(server).env]" + lineEnd() + pairs.map { "\($0) = \($1)" + newline }.joined()
        + "[\(server)]" + lineEnd() + "command = 'z'" + lineEnd()
    }
  }

  private mutating func json(_ names: ArraySlice<String>) -> String {
    var text = "{" + lineEnd() + "  \"mcpServers\": {" + lineEnd()
    for (index, name) in names.enumerated() {
      let pairs = Self.variables.shuffled(using: &generator).prefix(generator.below(3))
        .map { "\"\($0)\": " + string(generator.pick(Self.texts)) }
      text += "    \(string(name)): {" + lineEnd()
      text += "      \"command\": \(string("npx"))," + lineEnd()
      text += "      \"args\": \(array(words(), margin: "      "))," + lineEnd()
      text += "      \"env\": { " + pairs.joined(separator: ", ") + " }" + lineEnd()
      text += "    }" + (index < names.count - 1 ? "," : "") + lineEnd()
    }
    return text + "  }" + lineEnd() + "}"
  }
}
