internal import JSONText

extension LineRedactor {
  /// Appends a message with its strings and numbers redacted.
  ///
  /// - Returns: `false` when the line is not JSON; what was appended means nothing then.
  mutating func redactMessage(
    _ line: UnsafeBufferPointer<UInt8>, _ patterns: borrowing SecretPatterns,
    _ replaced: inout RedactionCounts
  ) -> Bool {
    var reader = JSONReader(line, options: .loneSurrogates)
    var place = MessagePlace()
    var copied = 0
    do throws(JSONTextError) {
      while true {
        let event = try reader.next()
        if event == .end { break }
        if place.isProtected(event, reader, in: line) { continue }
        let isNumber = event == .number
        guard isNumber || event == .string || event == .key else { continue }
        let quotes = isNumber ? 0 : 1
        let content = reader.tokenStart + quotes..<reader.tokenEnd - quotes
        let text = UnsafeBufferPointer(rebasing: line[content])
        scanner.findAll(ScanContext(text, patterns))
        if scanner.found.clusters.isEmpty { continue }
        var characters = JSONCharacters(text)
        scanner.widenFound { characters.enclosing($0.start..<$0.end) }
        output.append(UnsafeBufferPointer(rebasing: line[copied..<content.lowerBound]))
        // A number with a marker in it is a string from now on.
        if isNumber { output.append(UInt8(ascii: "\"")) }
        appendRedacted(text, patterns, &replaced)
        if isNumber { output.append(UInt8(ascii: "\"")) }
        copied = content.upperBound
      }
    } catch {
      return false
    }
    output.append(UnsafeBufferPointer(rebasing: line[copied...]))
    return true
  }
}

/// Where in a message, or in a batch of messages, a reader is.
private struct MessagePlace {
  private enum Member {
    case id, method, other
  }

  /// How deep the members of a message lie: 1, in a batch 2.
  private var memberDepth = 1
  private var isFirst = true
  /// What the next value belongs to.
  private var member = Member.other

  /// Whether a token is to stay as it is.
  mutating func isProtected(
    _ event: JSONReader.Event, _ reader: JSONReader, in line: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    if isFirst {
      isFirst = false
      if event == .arrayStart { memberDepth = 2 }
    }
    guard reader.depth == memberDepth else {
      member = .other
      return false
    }
    if event == .key {
      let name = MessageName.key(reader, in: line)
      member = name == "id" ? .id : name == "method" ? .method : .other
      return name != nil
    }
    defer { member = .other }
    switch member {
    case .id: return true
    case .method: return event == .string && MessageName.method(reader, in: line) != nil
    case .other: return false
    }
  }
}

/// The characters of a JSON string as it is written, none of which may be cut in two.
private struct JSONCharacters {
  private let text: UnsafeBufferPointer<UInt8>
  /// Where a character begins; nothing before is asked for.
  private var floor = 0

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  /// `range`, widened to whole characters and escapes; half a surrogate pair counts as cut too.
  ///
  /// - Parameter range: behind the one of the last call.
  mutating func enclosing(_ range: Range<Int>) -> Range<Int> {
    guard let base = text.baseAddress else { return range }
    let reader = TokenReader(base: base, end: text.count, isFinal: true)
    let view = View(level: 1, isPercentDecoded: false)
    var position = boundary(before: range.lowerBound)
    var start = position
    while position < range.upperBound {
      if position <= range.lowerBound { start = position }
      position +=
        text[position] < 0x80
        ? reader.token(at: position, in: view).length
        : max(UTF8Sequence.length(in: text, at: position), 1)
    }
    floor = position
    return start..<position
  }

  /// A place at or before `offset` where a character begins in any case.
  private func boundary(before offset: Int) -> Int {
    var position = offset
    while position > floor {
      let byte = text[position - 1]
      if byte < 0x80, !View.mayLieWithinToken(byte) { return position }
      position -= 1
    }
    return floor
  }
}
