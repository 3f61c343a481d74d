import HostConfigs
import Testing
import ValetTesting

/// Random files in random layouts, random edits: the result must hold what a plain tree holds
/// after the same edit, and the bytes outside the edited member must be the old ones.
@Suite struct JSONEditPropertyTests {
  @Test(arguments: [JSONDocument.Syntax.strict, .commented], 0..<4)
  func editsLikeATreeAndLeavesTheRest(syntax: JSONDocument.Syntax, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<1500 {
      var writer = LayoutWriter(generator: generator, isCommented: syntax == .commented)
      var tree = writer.randomObject(depth: 3)
      let text = writer.file(tree)
      generator = writer.generator
      var document = try JSONDocument(parsing: Array(text.utf8), syntax: syntax)
      #expect(document.tree == tree, "\(text)")

      for _ in 0..<3 {
        let before = document
        let path = (0...generator.below(2)).map { _ in generator.pick(names) }
        let isRemoval = generator.oneIn(2)
        let value = randomValue(&generator, depth: 2)
        var expected: ReferenceJSON.Tree? = tree
        if isRemoval {
          expected = tree.removing(path)
        } else {
          expected = tree.setting(value, path)
        }
        guard let expected else {
          #expect(throws: JSONDocumentError.self) {
            if isRemoval {
              try document.remove(at: path)
            } else {
              try document.set(value, at: path)
            }
          }
          continue
        }
        if isRemoval { try document.remove(at: path) } else { try document.set(value, at: path) }
        let story =
          "\(isRemoval ? "remove" : "set") \(path) in:\n\(before.text)\n--\n\(document.text)"
        #expect(document.tree == expected, "\(story)")
        if document.tree != expected { return }
        expectSameElsewhere(before, document, path, story)
        #expect(document.bytes.last == before.bytes.last, "\(story)")
        if !before.text.utf8.contains(UInt8(ascii: "\r")), before.text.utf8.contains(10) {
          #expect(!document.text.utf8.contains(UInt8(ascii: "\r")), "\(story)")
        }
        tree = expected
      }
    }
  }

  /// The text of every member beside the path is what it was, and so are the comments, but for
  /// those that a removed member takes with it.
  private func expectSameElsewhere(
    _ before: JSONDocument, _ after: JSONDocument, _ path: [String], _ story: String
  ) {
    var (old, new) = (before.root, after.root)
    for name in path {
      for member in before.members(of: old) {
        guard let key = before.string(of: member.key), key != name else { continue }
        let other = after.member(key, of: new)
        #expect(
          other.map { after.bytes[after.span(of: $0.key)] }
            == before.bytes[before.span(of: member.key)],
          "\(story)")
        #expect(
          other.map { after.bytes[after.span(of: $0.value)] }
            == before.bytes[before.span(of: member.value)], "\(story)")
      }
      guard let nextOld = before.member(name, of: old), let nextNew = after.member(name, of: new)
      else { break }
      (old, new) = (nextOld.value, nextNew.value)
    }
    let commonStart = zip(before.bytes, after.bytes).prefix { $0 == $1 }.count
    #expect(commonStart >= before.span(of: old).lowerBound, "\(story)")
    let commonEnd = zip(before.bytes.reversed(), after.bytes.reversed()).prefix { $0 == $1 }.count
    #expect(commonEnd >= before.bytes.count - before.span(of: old).upperBound, "\(story)")
  }
}

private let names = ["a", "b", "cc", "mcpServers", "é", "x\"y", "e\u{301}"]

private func randomValue(_ generator: inout SeededGenerator, depth: Int) -> JSONValue {
  switch generator.below(depth > 0 ? 6 : 4) {
  case 0: return .null
  case 1: return .boolean(generator.oneIn(2))
  case 2: return .integer(generator.below(100) - 50)
  case 3: return .string(generator.pick(names + ["", "// no", "/* no */", "\n\u{0}\\", "😀"]))
  case 4:
    return .array((0..<generator.below(3)).map { _ in randomValue(&generator, depth: depth - 1) })
  default:
    return .object(
      names.shuffled(using: &generator).prefix(generator.below(3)).map {
        .init($0, randomValue(&generator, depth: depth - 1))
      })
  }
}

/// Writes a tree with random but legal white space, comments and notation.
private struct LayoutWriter {
  var generator: SeededGenerator
  let isCommented: Bool
  var newline = "\n"
  var isMessy = false

  init(generator: SeededGenerator, isCommented: Bool) {
    self.generator = generator
    self.isCommented = isCommented
    newline = self.generator.pick(["\n", "\n", "\r\n"])
    isMessy = self.generator.oneIn(2)
  }

  mutating func randomObject(depth: Int) -> ReferenceJSON.Tree {
    let chosen = names.shuffled(using: &generator).prefix(generator.below(5))
    return .object(
      chosen.map { name in
        let value =
          depth > 0 && generator.oneIn(2)
          ? randomObject(depth: depth - 1) : randomValue(&generator, depth: 1).tree
        return .init(name: name, value: value)
      })
  }

  mutating func file(_ tree: ReferenceJSON.Tree) -> String {
    let head = generator.pick(["", "", "\u{FEFF}", isCommented ? "// head\(newline)" : ""])
    let tail = generator.pick(["", newline, " ", isCommented ? "// tail" : ""])
    return head + write(tree, margin: "", isSpread: generator.oneIn(2)) + tail
  }

  private mutating func blank() -> String {
    guard isMessy else { return "" }
    var choices = ["", "", " ", "  ", "\t", newline, newline + "  "]
    if isCommented {
      choices += ["/* , } */", " /* x\(newline) */ ", " // , \"a\": {\(newline)", "//\r"]
    }
    return generator.pick(choices)
  }

  private mutating func write(
    _ tree: ReferenceJSON.Tree, margin: String, isSpread: Bool
  ) -> String {
    switch tree {
    case .object(let members):
      return list(members.count, "{", "}", margin, isSpread) { index, inner, writer in
        let key = ReferenceJSON.quote(members[index].name)
        let value = writer.write(members[index].value, margin: inner, isSpread: isSpread)
        return key + writer.blank() + ": " + writer.blank() + value
      }
    case .array(let elements):
      return list(elements.count, "[", "]", margin, isSpread) { index, inner, writer in
        writer.write(elements[index], margin: inner, isSpread: isSpread)
      }
    default: return ReferenceJSON.write(tree)
    }
  }

  private mutating func list(
    _ count: Int, _ opening: String, _ closing: String, _ margin: String, _ isSpread: Bool,
    _ item: (Int, String, inout LayoutWriter) -> String
  ) -> String {
    let inner = isSpread ? margin + "  " : margin
    var text = opening
    for index in 0..<count {
      text += blank() + (isSpread ? newline + inner : "")
      text += item(index, inner, &self) + blank()
      if index < count - 1 || isCommented && generator.oneIn(4) {
        text += "," + blank()
        if isCommented, isSpread, generator.oneIn(4) { text += " // note" + newline }
      }
    }
    return text + (isSpread && count > 0 ? newline + margin : blank()) + closing
  }
}

extension JSONDocument {
  fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
  fileprivate var tree: ReferenceJSON.Tree { tree(of: root) }

  private func tree(of node: Node) -> ReferenceJSON.Tree {
    switch kind(of: node) {
    case .null: .null
    case .true: .boolean(true)
    case .false: .boolean(false)
    case .number: .number(String(decoding: bytes[span(of: node)], as: UTF8.self))
    case .string: .string(string(of: node) ?? "")
    case .array: .array(elements(of: node).map(tree))
    case .object:
      .object(
        members(of: node).map { .init(name: string(of: $0.key) ?? "", value: tree(of: $0.value)) })
    }
  }
}

extension JSONValue {
  fileprivate var tree: ReferenceJSON.Tree {
    switch self {
    case .null: .null
    case .boolean(let flag): .boolean(flag)
    case .integer(let number): .number(String(number))
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(\.tree))
    case .object(let members): .object(members.map { .init(name: $0.name, value: $0.value.tree) })
    }
  }
}

extension ReferenceJSON.Tree {
  /// `nil` where the path leads through what is no object.
  fileprivate func setting(_ value: JSONValue, _ path: [String]) -> Self? {
    guard let name = path.first else { return value.tree }
    guard case .object(var members) = self else { return nil }
    let rest = Array(path.dropFirst())
    if let index = members.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
      guard let changed = members[index].value.setting(value, rest) else { return nil }
      members[index].value = changed
    } else {
      let made = rest.reversed().reduce(value) { .object([.init($1, $0)]) }
      members.append(.init(name: name, value: made.tree))
    }
    return .object(members)
  }

  fileprivate func removing(_ path: [String]) -> Self? {
    guard case .object(var members) = self else { return nil }
    guard let index = members.firstIndex(where: { $0.name.utf8.elementsEqual(path[0].utf8) })
    else { return self }
    if path.count == 1 {
      members.remove(at: index)
    } else {
      guard let changed = members[index].value.removing(Array(path.dropFirst())) else { return nil }
      members[index].value = changed
    }
    return .object(members)
  }
}
