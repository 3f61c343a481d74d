import JSONText

@testable import HostConfigs
@testable import Hosts
@testable import Scanning

/// What libFuzzer calls with each input. The first byte chooses the format, and whether the rest is
/// a file as it is or chooses pieces that such files are made of.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var input = FuzzInput(data, count)
  let choice = input.byte()
  let format = [HostFormat.json, .commentedJSON, .toml, .yaml][Int(choice & 3)]
  let bytes = choice & 4 == 0 ? Array(input.bytes) : Pieces.text(of: format, &input)
  scan(bytes, format)
  if format == .json || format == .commentedJSON { keepParts(bytes, format, &input) }
  return 0
}

private let sections = Host.all.flatMap(\.places).flatMap(\.sections)

private func scan(_ bytes: [UInt8], _ format: HostFormat) {
  let lines = bytes.count(where: { $0 == 10 }) + 1
  do {
    let document = try HostDocument(parsing: bytes, format: format, path: "f")
    require(document.bytes == bytes, "reading changes the file")
    let servers = document.servers(in: sections)
    for server in servers {
      for secret in ServerScan.secrets(in: server) {
        require(!secret.value.isEmpty, "an empty secret")
        require(secret.masked != secret.value, "a secret is shown")
        require(secret.slot.span.upperBound <= bytes.count, "a secret behind the end")
      }
    }
    for finding in ServerScan.findings(in: servers, of: document, limit: 20) {
      require(1...lines ~= finding.position.line, "line \(finding.position.line) of \(lines)")
    }
  } catch {
    let parts = error.message.split(separator: ":", maxSplits: 3)
    let line = parts.count > 2 ? Int(parts[1]) ?? 0 : 0
    require(1...lines ~= line, "no place in \(error.message)")
  }
  for finding in ShapeSearch.findings(in: bytes) {
    require(1...lines ~= finding.position.line, "a shape in line \(finding.position.line)")
  }
}

/// What is kept in parts is what the whole has there, before an edit and after one.
private func keepParts(_ bytes: [UInt8], _ format: HostFormat, _ input: inout FuzzInput) {
  let syntax: JSONDocument.Syntax = format == .json ? .strict : .commented
  let ways: [JSONDocument.Way] = [["mcpServers"], ["projects", nil, "mcpServers"]]
  guard let whole = try? JSONDocument(parsing: bytes, syntax: syntax) else { return }
  guard var parts = try? JSONDocument(parsing: bytes, syntax: syntax, keeping: ways) else {
    return require(false, "whole it can be read, and not in parts")
  }
  var paths = [["mcpServers"]]
  if let projects = whole.value(at: ["projects"]) {
    for member in whole.members(of: projects) {
      paths.append(["projects", whole.string(of: member.key) ?? "", "mcpServers"])
    }
  }
  for path in paths {
    let expected = whole.value(at: path).map { values(in: $0, of: whole) }
    let found = parts.value(at: path).map { values(in: $0, of: parts) }
    require(expected == found, "another value at \(path)")
  }
  let path = paths[input.number(below: paths.count)] + ["s", "command"]
  guard (try? parts.set(.string("x"), at: path)) != nil else { return }
  let again = try? JSONDocument(parsing: parts.bytes, syntax: syntax, keeping: ways)
  require(again?.entries == parts.entries, "an edit that leaves another file behind")
}

/// Spans, names and texts of a value and of all in it.
private func values(in node: JSONDocument.Node, of document: JSONDocument) -> [String] {
  let span = document.span(of: node)
  return ValueTree(document).nodes.filter {
    span.lowerBound <= $0.span.lowerBound && $0.span.upperBound <= span.upperBound
  }.map { "\($0.span) \($0.name) \($0.text)" }
}

/// Of what hosts' files are made.
private enum Pieces {
  private static let values = [
    "ghp_q7Zr2LxV9nB4tKc8WmYd3HsJf6GpUe5aXoRi", "Bearer s3cr3t-a1b2c3", "${TOKEN}", "-e", "--token",
    "TOKEN=s3cr3t-a1b2c3", "--header", "Authorization: Bearer s3cr3t-a1b2c3", "é€😀", "",
    "https://u:p4ssw0rd@h/x?key=s3cr3t-a1b2c3#f", "{\\\"a\\\": \\\"s3cr3t-a1b2c3\\\"}",
    "a=1;Password=x2;",
  ]
  private static let json = [
    "{", "}", "[", "]", ",", ":", " ", "\n", "\"mcpServers\":", "\"projects\":", "\"s\":",
    "\"command\":", "\"args\":", "\"env\":", "\"API_KEY\":", "\"headers\":", "\"url\":", "1",
    "true",
    "null", "// c\n", "/* c */", "{\"mcpServers\":{\"s\":{\"env\":{\"TOKEN\":", "}}}}",
  ]
  private static let toml = [
    "[mcp_servers.s]\n", "command = ", "args = [", "]", "env = { API_KEY = ", "}", "\n", ",",
    "[[a]]\n",
    "a.b = ", "# c\n", "\"\"\"", "'''", "'", "1979-05-27", "[mcp_servers.s.env]\n", "TOKEN = ",
  ]
  private static let yaml = [
    "extensions:\n", "  s:\n", "    cmd: ", "    envs:\n", "      TOKEN: ", "\n", "- ", "&a ", "*a",
    "<<: *a\n", "|\n", ">-\n", "{", "}", "[", "]", ": ", "---\n", "mcpServers:\n", "  - name: s\n",
    "# c\n",
    "!!str ", "'", "\t",
  ]

  static func text(of format: HostFormat, _ input: inout FuzzInput) -> [UInt8] {
    let pieces =
      switch format {
      case .json, .commentedJSON: json
      case .toml: toml
      case .yaml: yaml
      }
    var text = input.byte() & 15 == 0 ? "\u{FEFF}" : ""
    while !input.bytes.isEmpty {
      let index = Int(input.byte()) % (pieces.count + values.count)
      text += index < pieces.count ? pieces[index] : "\"\(values[index - pieces.count])\""
    }
    return Array(text.utf8)
  }
}
