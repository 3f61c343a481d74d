extension JSONReader {
  mutating func readNumber() throws(JSONTextError) {
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    if position < bytes.count, bytes[position] == UInt8(ascii: "0") {
      position += 1
    } else {
      try readDigits()
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      try readDigits()
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count,
        bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
      {
        position += 1
      }
      try readDigits()
    }
    // `01`, `1x` and `1.2.3` would else be read as two tokens, with a puzzling message.
    if position < bytes.count, Self.continuesNumber(bytes[position]) {
      throw JSONTextError(.invalidNumber, at: tokenStart)
    }
    tokenEnd = position
  }

  private mutating func readDigits() throws(JSONTextError) {
    let start = position
    while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] {
      position += 1
    }
    if position == start { throw JSONTextError(.invalidNumber, at: tokenStart) }
  }

  private static func continuesNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  mutating func readString() throws(JSONTextError) {
    var index = position + 1
    tokenHasEscapes = false
    while true {
      index = skipPlainText(from: index)
      guard index < bytes.count else { throw JSONTextError(.ended(.closingQuote), at: index) }
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        tokenHasEscapes = true
        index += try escapeLength(at: index)
      } else if byte < 0x20 {
        throw JSONTextError(.controlCharacter, at: index)
      } else if byte < 0x80 {
        index += 1
      } else {
        let length = UTF8Sequence.length(in: bytes, at: index)
        if length == 0 { throw JSONTextError(.invalidUTF8, at: index) }
        index += length
      }
    }
    position = index + 1
    tokenEnd = position
  }

  /// Passes over eight bytes at a time while none of them is a quote, a backslash, a control
  /// character or beyond ASCII: most of most messages.
  private func skipPlainText(from start: Int) -> Int {
    guard let base = bytes.baseAddress else { return start }
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var index = start
    while index + 8 <= bytes.count {
      let word = UInt64(
        littleEndian: UnsafeRawPointer(base).loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
      let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
      // In each term the high bit of a byte is set when that byte is zero or below 0x20; a borrow
      // can only set bits above a byte that matched, so the lowest bit is exact.
      let hits = (quote &- ones) | (backslash &- ones) | (word &- (ones &* 0x20)) | word
      if hits & highs != 0 { return index + (hits & highs).trailingZeroBitCount / 8 }
      index += 8
    }
    return index
  }

  private func escapeLength(at index: Int) throws(JSONTextError) -> Int {
    guard index + 1 < bytes.count else { throw JSONTextError(.ended(.closingQuote), at: index) }
    switch bytes[index + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"):
      guard let unit = JSONString.codeUnit(in: bytes, at: index) else {
        throw JSONTextError(.invalidEscape, at: index)
      }
      guard unit & 0xF800 == 0xD800, !options.contains(.loneSurrogates) else { return 6 }
      guard unit < 0xDC00, let low = JSONString.codeUnit(in: bytes, at: index + 6),
        0xDC00...0xDFFF ~= low
      else { throw JSONTextError(.loneSurrogate, at: index) }
      return 12
    default: throw JSONTextError(.invalidEscape, at: index)
    }
  }

  mutating func skipTrivia() throws(JSONTextError) {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        position += 1
      case UInt8(ascii: "/") where options.contains(.comments):
        guard let end = try commentEnd() else { return }
        position = end
      default: return
      }
    }
  }

  /// The end of the comment at the present byte; `nil` when there is none. A line comment ends
  /// before its line break, be it LF, CR or both.
  private func commentEnd() throws(JSONTextError) -> Int? {
    guard position + 1 < bytes.count else { return nil }
    let isBlock = bytes[position + 1] == UInt8(ascii: "*")
    guard isBlock || bytes[position + 1] == UInt8(ascii: "/") else { return nil }
    var index = position + 2
    while index < bytes.count {
      let length = UTF8Sequence.length(in: bytes, at: index)
      if length == 0 { throw JSONTextError(.invalidUTF8, at: index) }
      if isBlock, bytes[index] == UInt8(ascii: "*"), index + 1 < bytes.count,
        bytes[index + 1] == UInt8(ascii: "/")
      {
        return index + 2
      }
      if !isBlock, bytes[index] == UInt8(ascii: "\n") || bytes[index] == UInt8(ascii: "\r") {
        return index
      }
      index += length
    }
    if isBlock { throw JSONTextError(.unterminatedComment, at: position) }
    return index
  }
}
