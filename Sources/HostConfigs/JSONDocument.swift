package import JSONText

/// A JSON file in memory: its bytes, and where in them each value lies.
///
/// Strict RFC 8259 in UTF-8; a byte order mark in front is tolerated and kept. Beyond the RFC, an
/// object with the same key twice is refused: readers disagree about which one counts. At most
/// ``maximumLength`` bytes and ``maximumDepth`` objects and arrays inside one another.
///
/// A larger file is read for some of its parts only, see ``init(parsing:syntax:keeping:)``.
///
/// Edits (``set(_:at:)``, ``remove(at:)``) change only the bytes that must change.
package struct JSONDocument: Sendable {
  /// 4 MiB: a hundred times the largest host configuration seen; offsets fit in 32 bits.
  package static let maximumLength = 4 << 20
  /// 128: configurations nest less than ten deep.
  package static let maximumDepth = 128
  /// 256 MiB: Claude Code keeps the history of all projects beside its servers, and people report
  /// 65 MB of it and more (anthropics/claude-code#6394), hundreds in the end (#5024).
  package static let maximumPartialLength = 256 << 20
  /// Values that are kept of a larger file: as many as a file of ``maximumLength`` can have.
  static let maximumKeptCount = maximumLength / 2

  /// The way from the root to values that are kept; `nil` stands for every name.
  package typealias Way = [String?]

  package enum Syntax: Sendable {
    /// RFC 8259.
    case strict
    /// With `//` and `/* */` comments and trailing commas, as VS Code and Zed write it.
    case commented

    var readerOptions: JSONReader.Options {
      switch self {
      case .strict: []
      case .commented: [.comments, .trailingCommas]
      }
    }
  }

  package enum Kind: UInt8, Sendable {
    case object, array, string, number, `true`, `false`, null
  }

  /// A value or a key of one document; means nothing to another one, or after an edit.
  package struct Node: Hashable, Sendable {
    let index: Int
  }

  struct Entry: Equatable, Sendable {
    var kind: Kind
    /// Of a string: whether it holds a `\`.
    var hasEscapes: Bool
    /// Of an object or array: whether what is in it was only checked.
    var isOpaque = false
    /// Span in bytes, quotes and brackets included.
    var start: Int32
    var end: Int32
    /// Index of the first entry that is not inside this one.
    var next: Int32
  }

  package let bytes: [UInt8]
  package let syntax: Syntax
  /// Every value in the order of the file; a member is two entries, key and value.
  let entries: [Entry]
  /// Of a file that is kept in parts: which.
  let ways: [Way]?

  /// - Throws: ``JSONDocumentError``.
  package init(parsing bytes: [UInt8], syntax: Syntax = .strict) throws(JSONDocumentError) {
    guard bytes.count <= Self.maximumLength else { throw .tooLarge(limit: Self.maximumLength) }
    try self.init(bytes, syntax, ways: nil)
  }

  /// Reads a file of up to ``maximumPartialLength`` bytes and keeps the values at some ways, with
  /// all that is in them, and the names and single values beside them. The rest is checked for
  /// being JSON and takes no memory: objects there have no members, and may have a key twice.
  ///
  /// - Throws: ``JSONDocumentError``.
  package init(
    parsing bytes: [UInt8], syntax: Syntax = .strict, keeping ways: [Way]
  ) throws(JSONDocumentError) {
    guard bytes.count <= Self.maximumPartialLength else {
      throw .tooLarge(limit: Self.maximumPartialLength)
    }
    try self.init(bytes, syntax, ways: ways)
  }

  private init(
    _ bytes: [UInt8], _ syntax: Syntax, ways: [Way]?
  ) throws(JSONDocumentError) {
    self.bytes = bytes
    self.syntax = syntax
    self.ways = ways
    let parsed = bytes.withUnsafeBufferPointer { Self.parse($0, syntax: syntax, keeping: ways) }
    entries = try parsed.get()
  }

  /// The same file after edits: all is as it was but for one value, which has other entries now.
  init(_ document: JSONDocument, _ bytes: [UInt8], _ entries: [Entry]) {
    self.bytes = bytes
    self.entries = entries
    syntax = document.syntax
    ways = document.ways
  }

  package var root: Node { Node(index: 0) }

  package func kind(of node: Node) -> Kind { entries[node.index].kind }

  /// Whether a value was only checked: nobody knows what is in it.
  package func isOpaque(_ node: Node) -> Bool { entries[node.index].isOpaque }

  /// Where the value lies, in bytes of the file.
  package func span(of node: Node) -> Range<Int> {
    Int(entries[node.index].start)..<Int(entries[node.index].end)
  }

  /// Where the value begins. Reads the file up to there: for messages, not for loops.
  package func position(of node: Node) -> TextPosition { position(of: span(of: node).lowerBound) }

  func position(of offset: Int) -> TextPosition {
    bytes.withUnsafeBufferPointer { TextPosition(of: offset, in: $0) }
  }

  /// What a string or a key stands for; `nil` for other kinds.
  package func string(of node: Node) -> String? {
    let entry = entries[node.index]
    guard entry.kind == .string else { return nil }
    return withRawText(of: node) { raw in
      entry.hasEscapes
        ? String(decoding: JSONString.decoded(raw), as: UTF8.self)
        : String(decoding: raw, as: UTF8.self)
    }
  }

  /// Whether a string or a key stands for exactly these characters. (`==` on `String` would also
  /// take canonically equivalent ones.)
  func string(of node: Node, equals text: String) -> Bool {
    let entry = entries[node.index]
    guard entry.kind == .string else { return false }
    return withRawText(of: node) { raw in
      entry.hasEscapes
        ? JSONString.decoded(raw).elementsEqual(text.utf8) : raw.elementsEqual(text.utf8)
    }
  }

  /// The bytes between the quotes.
  private func withRawText<Result>(
    of node: Node, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let span = span(of: node)
    return bytes.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[span.lowerBound + 1..<span.upperBound - 1]))
    }
  }

  package struct Member: Hashable, Sendable {
    package let key: Node
    package let value: Node
  }

  /// The members of an object in the order of the file; none for other kinds.
  package func members(of node: Node) -> [Member] {
    guard kind(of: node) == .object else { return [] }
    let children = children(of: node)
    return stride(from: 0, to: children.count, by: 2).map {
      Member(key: children[$0], value: children[$0 + 1])
    }
  }

  /// The elements of an array in order; none for other kinds.
  package func elements(of node: Node) -> [Node] {
    kind(of: node) == .array ? children(of: node) : []
  }

  private func children(of node: Node) -> [Node] {
    var children: [Node] = []
    var index = node.index + 1
    let end = Int(entries[node.index].next)
    while index < end {
      children.append(Node(index: index))
      index = Int(entries[index].next)
    }
    return children
  }

  /// The member of that name; `nil` where there is none or the node is no object.
  package func member(_ name: String, of node: Node) -> Member? {
    guard kind(of: node) == .object else { return nil }
    var index = node.index + 1
    let end = Int(entries[node.index].next)
    while index < end {
      let value = index + 1
      if string(of: Node(index: index), equals: name) {
        return Member(key: Node(index: index), value: Node(index: value))
      }
      index = Int(entries[value].next)
    }
    return nil
  }

  /// The value at a path of member names; `nil` where there is none.
  package func value(at path: [String]) -> Node? {
    var node = root
    for name in path {
      guard let member = member(name, of: node) else { return nil }
      node = member.value
    }
    return node
  }
}
