internal import JSONText

/// One part of a key.
struct Key {
  var name: String
  var span: Range<Int>
}

extension TOMLReader {
  /// `a`, `a.b`, `"a b".'c'`, and the blanks behind it.
  mutating func readKey() throws(TextError) -> [Key] {
    var keys: [Key] = []
    while true {
      let start = position
      let name: String
      switch peek {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if startsWith("\"\"\"") || startsWith("'''") { throw fail("a key may not span lines") }
        name = try readString()
      default:
        while let byte = peek, byte.isBareKey { position += 1 }
        guard position > start else { throw fail("expected a key") }
        name = String(decoding: bytes[start..<position], as: UTF8.self)
      }
      keys.append(Key(name: name, span: start..<position))
      guard keys.count <= Self.maximumDepth else { throw fail("a key of too many parts") }
      skipBlanks()
      guard peek == UInt8(ascii: ".") else { return keys }
      position += 1
      skipBlanks()
    }
  }

  /// The node is not yet anybody's child.
  mutating func readValue(depth: Int) throws(TextError) -> Int {
    let start = position
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let text = try readString()
      var node = ValueTree.Node(
        kind: .string, span: start..<position, key: start..<start, statement: start..<position)
      node.text = text
      return try insert(node, depth: depth)
    case UInt8(ascii: "["): return try readArray(depth: depth)
    case UInt8(ascii: "{"): return try readInlineTable(depth: depth)
    default:
      try readPlainValue()
      var node = ValueTree.Node(
        kind: .other, span: start..<position, key: start..<start, statement: start..<position)
      node.text = String(decoding: bytes[start..<position], as: UTF8.self)
      return try insert(node, depth: depth)
    }
  }

  private mutating func open(_ kind: ValueTree.Kind, depth: Int) throws(TextError) -> Int {
    let span = position..<position + 1
    let index = try insert(
      ValueTree.Node(kind: kind, span: span, key: span, statement: span), depth: depth)
    position += 1
    return index
  }

  private mutating func close(_ index: Int) -> Int {
    position += 1
    let span = tree[index].span.lowerBound..<position
    tree.nodes[index].span = span
    tree.nodes[index].statement = span
    freeze(index)
    return index
  }

  private mutating func readArray(depth: Int) throws(TextError) -> Int {
    let array = try open(.array, depth: depth)
    while true {
      try skipLines()
      if peek == UInt8(ascii: "]") { return close(array) }
      let element = try readValue(depth: depth + 1)
      tree.nodes[array].children.append(element)
      try skipLines()
      switch peek {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "]"): return close(array)
      default: throw fail("expected ',' or ']'")
      }
    }
  }

  private mutating func readInlineTable(depth: Int) throws(TextError) -> Int {
    let table = try open(.table, depth: depth)
    skipBlanks()
    if peek == UInt8(ascii: "}") { return close(table) }
    while true {
      let start = position
      let keys = try readKey()
      var inner = table
      for key in keys.dropLast() { inner = try enterDotted(key, of: inner, from: start) }
      try readMember(keys, of: inner, from: start)
      skipBlanks()
      switch peek {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "}"): return close(table)
      default: throw fail("expected ',' or '}' on the same line")
      }
      skipBlanks()
    }
  }

  // MARK: Blanks

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  func fail(_ reason: String) -> TextError { TextError(reason, at: min(position, bytes.count)) }

  func startsWith(_ text: StaticString, at offset: Int = 0) -> Bool {
    let start = position + offset
    guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == text.utf8Start[$0] }
  }

  mutating func skipBlanks() {
    while let byte = peek, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
  }

  private mutating func skipComment() {
    guard peek == UInt8(ascii: "#") else { return }
    while let byte = peek, byte != UInt8(ascii: "\n"), !startsWith("\r\n") {
      _ = byte
      position += 1
    }
  }

  /// Blanks, comments and line ends.
  private mutating func skipLines() throws(TextError) {
    while true {
      skipBlanks()
      skipComment()
      guard try skipNewline() else { return }
    }
  }

  private mutating func skipNewline() throws(TextError) -> Bool {
    switch peek {
    case UInt8(ascii: "\n"): position += 1
    case UInt8(ascii: "\r"):
      guard startsWith("\r\n") else { throw fail("a carriage return without a line feed") }
      position += 2
    default: return false
    }
    return true
  }

  /// A comment and the line end, or the end of the file.
  mutating func readLineEnd() throws(TextError) {
    skipComment()
    if peek == nil { return }
    guard try skipNewline() else { throw fail("expected the end of the line") }
  }

  /// UTF-8, and no control characters but those that TOML knows. Once, for strings and comments.
  func checkText() throws(TextError) {
    var failure: TextError?
    bytes.withUnsafeBufferPointer { buffer in
      var index = 0
      while index < buffer.count {
        let byte = buffer[index]
        let length = byte < 0x80 ? 1 : UTF8Sequence.length(in: buffer, at: index)
        if length == 0 {
          failure = TextError("these bytes are not UTF-8", at: index)
          return
        }
        let isLineEnd =
          byte == 0x0A
          || byte == 0x0D && index + 1 < buffer.count && buffer[index + 1] == 0x0A
        if byte < 0x20 && byte != 0x09 && !isLineEnd || byte == 0x7F {
          failure = TextError("a control character", at: index)
          return
        }
        index += length
      }
    }
    if let failure { throw failure }
  }
}

extension UInt8 {
  var isBareKey: Bool {
    switch self {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
