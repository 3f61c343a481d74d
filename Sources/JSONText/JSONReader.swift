/// Reads a JSON text (RFC 8259) from bytes, one event at a time, in place.
///
/// Nothing is copied or decoded, nothing recurses, and the time is linear in the length. Every
/// byte is checked by the time ``next()`` answers ``Event/end``.
package struct JSONReader {
  package enum Event: Sendable {
    case objectStart, objectEnd, arrayStart, arrayEnd
    /// The key of a member; its value comes next.
    case key
    case string, number, `true`, `false`, null
    /// The text is complete; comes again however often it is asked for.
    case end
  }

  /// What is allowed beyond RFC 8259, or by it and yet not wanted everywhere.
  package struct Options: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// `// …` to the end of the line, and `/* … */`.
    package static let comments = Options(rawValue: 1)
    /// A comma behind the last member or element.
    package static let trailingCommas = Options(rawValue: 2)
    /// `"\ud800"` on its own: grammatical, and what JavaScript writes for a broken string.
    package static let loneSurrogates = Options(rawValue: 4)
  }

  private enum State {
    case value, firstElement, element, firstKey, key, separator, done
  }

  let bytes: UnsafeBufferPointer<UInt8>
  let options: Options
  private let maximumDepth: Int
  var position: Int
  private var state = State.value
  private var containers = ContainerStack()
  private var lastComma = 0

  /// Where the last event's token lies, in bytes; a string or key with its quotes.
  package internal(set) var tokenStart = 0
  package internal(set) var tokenEnd = 0
  /// Whether the last string or key holds a `\`.
  package internal(set) var tokenHasEscapes = false
  /// How many objects and arrays are open.
  package var depth: Int { containers.count }

  /// - Parameters:
  ///   - bytes: must outlive the reader.
  ///   - start: offset in bytes of the text, such as the length of a byte order mark.
  ///   - maximumDepth: how many objects and arrays may be open at once; each takes one bit.
  package init(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0, options: Options = [],
    maximumDepth: Int = .max
  ) {
    self.bytes = bytes
    self.options = options
    self.maximumDepth = maximumDepth
    position = start
  }

  /// Not to be called again after it threw.
  package mutating func next() throws(JSONTextError) -> Event {
    while true {
      try skipTrivia()
      tokenStart = position
      guard position < bytes.count else { return try finish() }
      let byte = bytes[position]
      switch state {
      case .value: return try readValue(byte)
      case .firstElement:
        if byte == UInt8(ascii: "]") { return close(.arrayEnd) }
        return try readValue(byte)
      case .element:
        if byte == UInt8(ascii: "]") {
          try checkTrailingComma()
          return close(.arrayEnd)
        }
        return try readValue(byte)
      case .firstKey:
        if byte == UInt8(ascii: "}") { return close(.objectEnd) }
        return try readKey(byte)
      case .key:
        if byte == UInt8(ascii: "}") {
          try checkTrailingComma()
          return close(.objectEnd)
        }
        return try readKey(byte)
      case .separator:
        if let event = try readSeparator(byte) { return event }
      case .done: throw unexpected(.trailingContent)
      }
    }
  }

  private func finish() throws(JSONTextError) -> Event {
    if state == .done { return .end }
    let expected: JSONTextError.Expectation =
      switch state {
      case .value, .firstElement, .element, .done: .value
      case .firstKey, .key: .key
      case .separator: containers.topIsObject ? .commaOrBrace : .commaOrBracket
      }
    throw JSONTextError(.ended(expected), at: position)
  }

  private func checkTrailingComma() throws(JSONTextError) {
    guard options.contains(.trailingCommas) else {
      throw JSONTextError(.trailingComma, at: lastComma)
    }
  }

  /// `nil` for a comma, behind which the next element or key is read.
  private mutating func readSeparator(_ byte: UInt8) throws(JSONTextError) -> Event? {
    let inObject = containers.topIsObject
    switch byte {
    case UInt8(ascii: ","):
      lastComma = position
      position += 1
      state = inObject ? .key : .element
      return nil
    case UInt8(ascii: "}") where inObject: return close(.objectEnd)
    case UInt8(ascii: "]") where !inObject: return close(.arrayEnd)
    default: throw unexpected(.expected(inObject ? .commaOrBrace : .commaOrBracket))
    }
  }

  private mutating func close(_ event: Event) -> Event {
    position += 1
    tokenEnd = position
    containers.pop()
    state = containers.count == 0 ? .done : .separator
    return event
  }

  private mutating func open(_ event: Event) throws(JSONTextError) -> Event {
    guard containers.count < maximumDepth else {
      throw JSONTextError(.tooDeep(limit: maximumDepth), at: position)
    }
    position += 1
    tokenEnd = position
    containers.push(isObject: event == .objectStart)
    state = event == .objectStart ? .firstKey : .firstElement
    return event
  }

  private mutating func readKey(_ byte: UInt8) throws(JSONTextError) -> Event {
    guard byte == UInt8(ascii: "\"") else { throw unexpected(.expected(.key)) }
    try readString()
    let (start, end) = (tokenStart, tokenEnd)
    try skipTrivia()
    guard position < bytes.count else { throw JSONTextError(.ended(.colon), at: position) }
    guard bytes[position] == UInt8(ascii: ":") else { throw unexpected(.expected(.colon)) }
    position += 1
    (tokenStart, tokenEnd) = (start, end)
    state = .value
    return .key
  }

  private mutating func readValue(_ byte: UInt8) throws(JSONTextError) -> Event {
    let event: Event
    switch byte {
    case UInt8(ascii: "{"): return try open(.objectStart)
    case UInt8(ascii: "["): return try open(.arrayStart)
    case UInt8(ascii: "\""):
      try readString()
      event = .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try readNumber()
      event = .number
    case UInt8(ascii: "t"): event = try readWord("true", .true)
    case UInt8(ascii: "f"): event = try readWord("false", .false)
    case UInt8(ascii: "n"): event = try readWord("null", .null)
    default: throw unexpected(.expected(.value))
    }
    state = containers.count == 0 ? .done : .separator
    return event
  }

  private mutating func readWord(
    _ word: StaticString, _ event: Event
  ) throws(JSONTextError) -> Event {
    let length = word.utf8CodeUnitCount
    guard position + length <= bytes.count else { throw unexpected(.expected(.value)) }
    for index in 0..<length where bytes[position + index] != word.utf8Start[index] {
      throw unexpected(.expected(.value))
    }
    position += length
    tokenEnd = position
    return event
  }

  /// `reason` at the present byte, unless that byte does not even begin a character.
  private func unexpected(_ reason: JSONTextError.Reason) -> JSONTextError {
    let byte = bytes[position]
    if byte >= 0x80, UTF8Sequence.length(in: bytes, at: position) == 0 {
      return JSONTextError(.invalidUTF8, at: position)
    }
    if byte == UInt8(ascii: "/"), position + 1 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "/") || bytes[position + 1] == UInt8(ascii: "*")
    {
      return JSONTextError(.comment, at: position)
    }
    return JSONTextError(reason, at: position)
  }
}
