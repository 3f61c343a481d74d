internal import JSONText

/// How a file is laid out, so that what is added looks as if it had always been there.
struct JSONLayout {
  /// LF or CRLF.
  var newline = Array("\n".utf8)
  /// One level of indentation.
  var indentation = Array("  ".utf8)
  /// Between a name and its value.
  var colon = Array(": ".utf8)
  /// Between two members or elements on one line.
  var comma = Array(", ".utf8)
  /// Whether an array of plain values has a line for each.
  var spreadsArrays = false

  init() {}

  /// The layout of what is there; the default for what is not.
  init(of document: JSONDocument) {
    if let lineFeed = document.bytes.firstIndex(of: UInt8(ascii: "\n")), lineFeed > 0,
      document.bytes[lineFeed - 1] == UInt8(ascii: "\r")
    {
      newline = Array("\r\n".utf8)
    }
    var seen = Seen()
    for index in document.entries.indices where !seen.isComplete {
      examine(JSONDocument.Node(index: index), of: document, &seen)
    }
    // `{"a":1}` has no pair to learn from; who leaves no space here leaves none there.
    if seen.colon, !seen.comma, colon == Array(":".utf8) { comma = Array(",".utf8) }
  }

  private struct Seen {
    var indentation = false
    var colon = false
    var comma = false
    var array = false
    var isComplete: Bool { indentation && colon && comma && array }
  }

  private mutating func examine(
    _ node: JSONDocument.Node, of document: JSONDocument, _ seen: inout Seen
  ) {
    let kind = document.kind(of: node)
    guard kind == .object || kind == .array else { return }
    let span = document.span(of: node)
    let children = document.members(of: node).map(\.key) + document.elements(of: node)
    guard let first = children.first else { return }
    let start = document.span(of: first).lowerBound

    if !seen.indentation, let inner = document.indentation(ofLineAt: start),
      let level = Self.level(of: inner, inside: document.leadingSpace(ofLineAt: span.lowerBound))
    {
      indentation = level
      seen.indentation = true
    }
    if !seen.colon, let member = document.members(of: node).first {
      let between = document.bytes[
        document.span(of: member.key).upperBound..<document.span(of: member.value).lowerBound]
      if Self.isPlain(between) {
        colon = Array(between)
        seen.colon = true
      }
    }
    if !seen.comma, children.count > 1 {
      let end = document.members(of: node).first?.value ?? first
      let between = document.bytes[
        document.span(of: end).upperBound..<document.span(of: children[1]).lowerBound]
      if Self.isPlain(between) {
        comma = Array(between)
        seen.comma = true
      }
    }
    let firstKind = document.kind(of: first)
    if !seen.array, kind == .array, firstKind != .object, firstKind != .array {
      spreadsArrays = document.indentation(ofLineAt: start) != nil
      seen.array = true
    }
  }

  /// What `inner` has more than `outer`.
  private static func level(
    of inner: ArraySlice<UInt8>, inside outer: ArraySlice<UInt8>
  ) -> [UInt8]? {
    guard inner.count > outer.count, inner.starts(with: outer) else { return nil }
    return Array(inner.dropFirst(outer.count))
  }

  /// A `:` or `,` with nothing but spaces around it.
  private static func isPlain(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count <= 8
      && bytes.allSatisfy {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ",")
      }
  }
}

// MARK: - Writing

extension JSONLayout {
  /// - Parameter margin: the indentation of the line on which the value begins; `nil` writes it
  ///   on one line.
  func append(_ value: JSONValue, margin: [UInt8]?, to output: inout [UInt8]) {
    switch value {
    case .null: output += "null".utf8
    case .boolean(let flag): output += (flag ? "true" : "false").utf8
    case .integer(let number): output += String(number).utf8
    case .string(let text): JSONString.append(text, to: &output)
    case .array(let elements):
      let isSpread = spreadsArrays || elements.contains(where: \.isContainer)
      appendList(elements, "[", "]", margin: isSpread ? margin : nil, to: &output) {
        append($0, margin: $1, to: &$2)
      }
    case .object(let members):
      appendList(members, "{", "}", margin: margin, to: &output) {
        append($0, margin: $1, to: &$2)
      }
    }
  }

  func append(_ member: JSONValue.Member, margin: [UInt8]?, to output: inout [UInt8]) {
    JSONString.append(member.name, to: &output)
    output += colon
    append(member.value, margin: margin, to: &output)
  }

  private func appendList<Item>(
    _ items: [Item], _ opening: Unicode.Scalar, _ closing: Unicode.Scalar, margin: [UInt8]?,
    to output: inout [UInt8], _ appendItem: (Item, [UInt8]?, inout [UInt8]) -> Void
  ) {
    output.append(UInt8(ascii: opening))
    let inner = margin.map { $0 + indentation }
    for (index, item) in items.enumerated() {
      if let inner {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        output += newline + inner
      } else if index > 0 {
        output += comma
      }
      appendItem(item, inner, &output)
    }
    if let margin, !items.isEmpty { output += newline + margin }
    output.append(UInt8(ascii: closing))
  }
}

// MARK: - Lines

extension JSONDocument {
  /// The blanks before `offset`, when there is nothing else before it on its line.
  func indentation(ofLineAt offset: Int) -> ArraySlice<UInt8>? {
    var start = offset
    while start > textStart, isBlank(bytes[start - 1]) { start -= 1 }
    let beginsLine = start == textStart || bytes[start - 1] == UInt8(ascii: "\n")
    return beginsLine ? bytes[start..<offset] : nil
  }

  /// The blanks with which the line of `offset` begins.
  func leadingSpace(ofLineAt offset: Int) -> ArraySlice<UInt8> {
    let start = lineStart(before: offset)
    return bytes[start..<offset].prefix(while: isBlank)
  }

  private func lineStart(before offset: Int) -> Int {
    bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? textStart
  }

  /// Behind the byte order mark, if there is one.
  private var textStart: Int { bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0 }
}

func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
