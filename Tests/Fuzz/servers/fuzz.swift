import Secrets
import ValetTesting

@testable import HostConfigs

/// What libFuzzer calls with each input. The first byte chooses: bytes as a file, or the making of a
/// file and an edit of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var input = FuzzInput(data, count)
  if input.byte() & 3 == 0 {
    read(Array(input.bytes))
  } else {
    var writer = FileWriter(input: input)
    let bytes = Array(writer.file().utf8)
    read(bytes)
    if let file = try? ServersFile(parsing: bytes, path: "/f") { edit(file, &writer) }
  }
  return 0
}

private func read(_ bytes: [UInt8]) {
  // The reference recurses, and knows no byte order mark.
  guard bytes.count(where: { $0 == 0x5B || $0 == 0x7B }) < 100, bytes.first != 0xEF else { return }
  let file = try? ServersFile(parsing: bytes, path: "/f")
  guard let file else { return }
  require(file.bytes == bytes, "reading changes the file")
  guard case .object(let members)? = ReferenceJSON.parse(bytes) else {
    return require(false, "what is no object is read")
  }
  let servers = members.first { $0.name.utf8.elementsEqual("mcpServers".utf8) }
  guard case .object(let definitions)? = servers?.value else {
    return require(servers == nil && file.names.isEmpty, "servers out of nothing")
  }
  require(file.names == definitions.map(\.name), "other names")
  for member in definitions {
    guard let definition = try? file.definition(named: member.name) else { continue }
    require(isRead(definition, member.value), "another definition: \(member.raw)")
  }
}

/// Whether a definition says what stands there.
private func isRead(_ definition: ServerDefinition, _ tree: ReferenceJSON.Tree) -> Bool {
  guard case .object(let members) = tree else { return false }
  func value(_ name: String) -> ReferenceJSON.Tree? {
    members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }
  var expected: [ReferenceJSON.Tree] = [.string(definition.command)]
  if value("args") != nil { expected.append(.array(definition.arguments.map { .string($0) })) }
  if value("env") != nil {
    let variables = definition.environment.map {
      ReferenceJSON.Member(name: $0.name, value: .string($0.value))
    }
    expected.append(.object(variables))
  }
  let found = ["command", "args", "env"].compactMap(value)
  guard found == expected else { return false }
  guard case .object(let options)? = value("valet") else { return value("valet") == nil }
  let known = ["exec", "inArgv", "keep", "files", "noRedact", "swap", "drainSeconds"]
  let exec = options.first { $0.name == "exec" }?.value == .boolean(true)
  return options.allSatisfy { known.contains($0.name) } && exec == definition.options.exec
}

private func edit(_ before: ServersFile, _ writer: inout FileWriter) {
  var after = before
  let name = writer.name()
  let isThere = before.names.contains { $0.utf8.elementsEqual(name.utf8) }
  let isRemoval = writer.input.byte() & 1 == 0
  let definition = writer.definition(name)
  let isReplacing = writer.input.byte() & 1 == 0
  do {
    if isRemoval {
      try after.remove(name)
    } else {
      try after.add(definition, replacing: isReplacing)
    }
  } catch {
    require(!isRemoval || !isThere, "cannot be removed: \(error)")
    return require(after.bytes == before.bytes, "an edit that fails changes the file")
  }
  require(isRemoval ? isThere : !isThere || isReplacing, "an edit that may not be made")
  let story =
    "\(String(decoding: before.bytes, as: UTF8.self))\n--\n"
    + String(decoding: after.bytes, as: UTF8.self)
  let again = try? ServersFile(parsing: after.bytes, path: "/f")
  require(again?.names == after.names, "the result cannot be read: \(story)")
  let stays = before.names.filter { !$0.utf8.elementsEqual(name.utf8) }
  require(
    after.names.filter { !$0.utf8.elementsEqual(name.utf8) } == stays, "other names: \(story)")
  // Variables that stay keep their places.
  let found = sorted(try? after.definition(named: name))
  require(
    isRemoval ? found == nil : found == sorted(definition), "not what was asked for: \(story)")
  require(
    raw(before, without: name) == raw(after, without: name), "other bytes are changed: \(story)")
}

private func sorted(_ definition: ServerDefinition?) -> ServerDefinition? {
  var definition = definition
  definition?.environment.sort {
    Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8))
  }
  return definition
}

/// The text of each member of the file and of each server, but for one.
private func raw(_ file: ServersFile, without name: String) -> [String] {
  guard case .object(let members)? = ReferenceJSON.parse(file.bytes) else { return ["none"] }
  var texts: [String] = []
  for member in members {
    guard member.name.utf8.elementsEqual("mcpServers".utf8),
      case .object(let servers) = member.value
    else {
      texts.append(member.raw)
      continue
    }
    texts += servers.filter { !$0.name.utf8.elementsEqual(name.utf8) }.map(\.raw)
  }
  return texts
}

/// Makes files that are nearly always good, in any layout.
private struct FileWriter {
  var input: FuzzInput

  private static let names = ["a", "b", "gíthub", "gi\u{301}thub", "mcpServers", "x\"y", "-x", ""]
  private static let values = [
    "\"v\"", "\"\\u0061\\ud83d\\ude00\"", "true", "false", "null", "1", "-1.5e3", "3600", "[]",
    "{}", "[\"x\",\"y\"]", "[\"x\", 1]", "{\"A\":\"valet://a/b\"}", "{\"A\":1}", "\"overlap\"",
    "\"valet://a\"", "{\"a\":{\"b\":[{}]}}", "\"\"", "\"\\u0000\"",
  ]
  private static let blanks = ["", "", " ", "\n", "\n  ", "\t", "\r\n", "  "]

  mutating func pick<Element>(_ list: [Element]) -> Element {
    list[input.number(below: list.count)]
  }
  mutating func name() -> String { pick(Self.names) }
  private mutating func blank() -> String { pick(Self.blanks) }

  mutating func file() -> String {
    let others = (0..<input.number(below: 3)).map { (name() + "\($0)", pick(Self.values)) }
    let servers = (0..<input.number(below: 4)).map { _ in (name(), server()) }
    var members = others
    if input.byte() & 7 != 0 {
      members.insert(
        ("mcpServers", object(servers)), at: input.number(below: members.count + 1))
    }
    return blank() + object(members) + blank()
  }

  private mutating func server() -> String {
    var members = [("command", "\"c\"")]
    for key in ["args", "env", "valet", "other", "type"] where input.byte() & 1 == 0 {
      members.append((key, key == "valet" ? options() : pick(Self.values)))
    }
    if input.byte() & 15 == 0 { members.removeFirst() }
    return object(members)
  }

  private mutating func options() -> String {
    var members: [(String, String)] = []
    let keys = ["exec", "inArgv", "keep", "files", "noRedact", "swap", "drainSeconds", "more"]
    for key in keys where input.byte() & 3 == 0 { members.append((key, pick(Self.values))) }
    return object(members)
  }

  private mutating func object(_ members: [(String, String)]) -> String {
    var text = "{" + blank()
    for (index, (name, value)) in members.enumerated() {
      text += (index > 0 ? "," + blank() : "") + ReferenceJSON.quote(name) + blank() + ":"
      text += blank() + value + blank()
    }
    return text + "}"
  }

  mutating func definition(_ name: String) -> ServerDefinition {
    let texts = ["", "x", "valet://a", "{{valet://a/b}}", "\u{0}", "\n\"\\", "é"]
    var definition = ServerDefinition(name: name, command: pick(["c", "/bin/x y", ""]))
    definition.arguments = (0..<input.number(below: 3)).map { _ in pick(texts) }
    definition.environment = (0..<input.number(below: 3)).map { _ in
      .init(name: pick(["A", "B", "é", "", "A=B"]), value: pick(texts))
    }
    definition.options.exec = input.byte() & 1 == 0
    definition.options.keep = (0..<input.number(below: 2)).map { _ in pick(["A", "K"]) }
    return definition
  }
}
