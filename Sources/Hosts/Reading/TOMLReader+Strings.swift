extension TOMLReader {
  /// One of the four kinds of string, from its opening quotes.
  mutating func readString() throws(TextError) -> String {
    let quote = bytes[position]
    let isLiteral = quote == UInt8(ascii: "'")
    let isLong = startsWith("\"\"\"") || startsWith("'''")
    position += isLong ? 3 : 1
    if isLong {
      if startsWith("\n") { position += 1 } else if startsWith("\r\n") { position += 2 }
    }
    var text: [UInt8] = []
    while let byte = peek {
      if byte == quote {
        guard isLong else {
          position += 1
          return String(decoding: text, as: UTF8.self)
        }
        if let extra = closingQuotes(quote) {
          text += Array(repeating: quote, count: extra)
          position += 3 + extra
          return String(decoding: text, as: UTF8.self)
        }
      }
      if byte == UInt8(ascii: "\\"), !isLiteral {
        try readEscape(isLong: isLong, to: &text)
        continue
      }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        guard isLong else { throw fail("a string has no closing quote on its line") }
        // Every line end counts as LF, whatever the file has.
        if byte == UInt8(ascii: "\r") { position += 1 }
        text.append(UInt8(ascii: "\n"))
        position += 1
        continue
      }
      text.append(byte)
      position += 1
    }
    throw fail("a string has no closing quotes")
  }

  /// How many of the quotes here belong to the text, when the string ends here: up to two may stand
  /// before the three that close it.
  private func closingQuotes(_ quote: UInt8) -> Int? {
    var count = 0
    while count < 5, position + count < bytes.count, bytes[position + count] == quote { count += 1 }
    return count >= 3 ? count - 3 : nil
  }

  private mutating func readEscape(isLong: Bool, to text: inout [UInt8]) throws(TextError) {
    let start = position
    position += 1
    guard let letter = peek else { throw fail("a string has no closing quotes") }
    position += 1
    switch letter {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(letter)
    case UInt8(ascii: "u"): text += try readScalar(digits: 4).utf8
    case UInt8(ascii: "U"): text += try readScalar(digits: 8).utf8
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      guard isLong, skipLineEnding(from: start + 1) else { fallthrough }
    default: throw TextError("a string holds an invalid escape", at: start)
    }
  }

  /// A `\` at the end of a line takes the line end and all blanks behind it.
  private mutating func skipLineEnding(from start: Int) -> Bool {
    position = start
    skipBlanks()
    guard startsWith("\n") || startsWith("\r\n") else { return false }
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      position += 1
    }
    return true
  }

  private mutating func readScalar(digits: Int) throws(TextError) -> String {
    let start = position - 2
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = peek.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }),
        let byte = peek, byte < 0x80
      else { throw TextError("a string holds an invalid escape", at: start) }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw TextError("a string holds half of a surrogate pair, or no character", at: start)
    }
    return String(Character(scalar))
  }
}
