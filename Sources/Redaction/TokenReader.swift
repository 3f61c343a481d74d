/// Reads the tokens of a text in any view, wherever one begins.
///
/// Nothing is an error: a backslash or percent sign that begins no escape stands for itself, since
/// text on standard error is of any kind.
struct TokenReader {
  let base: UnsafePointer<UInt8>
  /// Length of the text in bytes.
  let end: Int
  /// Whether the text is complete. When it is not, a token that its end may have cut is
  /// ``Token/unfinished``.
  let isFinal: Bool

  /// - Parameter position: below ``end``.
  func token(at position: Int, in view: View) -> Token {
    let token = token(at: position, level: view.level)
    guard view.isPercentDecoded, token.isByte(UInt8(ascii: "%")) else { return token }
    return percentEscape(token, at: position, level: view.level)
  }

  private func percentEscape(_ percent: Token, at start: Int, level: Int) -> Token {
    var position = start + percent.length
    guard let high = hexadecimalDigit(at: &position, level: level) else {
      return isCut(at: position, level: level) ? .unfinished : percent
    }
    guard let low = hexadecimalDigit(at: &position, level: level) else {
      return isCut(at: position, level: level) ? .unfinished : percent
    }
    return Token(bytes: high << 4 | low, count: 1, length: position - start)
  }

  private func token(at position: Int, level: Int) -> Token {
    let byte = base[position]
    // Every escape of every level begins with a backslash of the text.
    guard level > 0, byte == UInt8(ascii: "\\") else { return Token(byte: byte, length: 1) }
    if level == 1 { return escape(Token(byte: byte, length: 1), at: position, level: 1) }
    let inner = token(at: position, level: level - 1)
    guard inner.isByte(UInt8(ascii: "\\")) else { return inner }
    return escape(inner, at: position, level: level)
  }

  /// - Parameter backslash: the token of the level below, at `start`.
  private func escape(_ backslash: Token, at start: Int, level: Int) -> Token {
    let position = start + backslash.length
    guard position < end else { return isFinal ? backslash : .unfinished }
    let letter = token(at: position, level: level - 1)
    if letter.length == 0 { return .unfinished }
    guard letter.count == 1 else { return backslash }
    // A quote that is not itself escaped ends the outer string: an inner escape cannot hold it.
    if level == 2, letter.length == 1, letter.bytes == UInt32(UInt8(ascii: "\"")) {
      return backslash
    }
    if letter.bytes == UInt32(UInt8(ascii: "u")) {
      return unicodeEscape(backslash, at: start, digits: position + letter.length, level: level)
    }
    let byte = Escape.character(for: UInt8(letter.bytes))
    return byte == 0 ? backslash : Token(byte: byte, length: position + letter.length - start)
  }

  private func unicodeEscape(
    _ backslash: Token, at start: Int, digits: Int, level: Int
  ) -> Token {
    var position = digits
    guard let unit = codeUnit(at: &position, level: level) else {
      return isCut(at: position, level: level - 1) ? .unfinished : backslash
    }
    let length = position - start
    switch unit {
    case 0xD800..<0xDC00:
      return surrogatePair(high: unit, at: start, next: position, level: level)
    case 0xDC80...0xDCFF:
      // Python's `surrogateescape`: a byte that was not UTF-8.
      return Token(bytes: unit & 0xFF, count: 1, length: length)
    case 0xDC00...0xDFFF: return Token(scalar: 0xFFFD, length: length)
    default: return Token(scalar: unit, length: length)
    }
  }

  private func surrogatePair(high: UInt32, at start: Int, next: Int, level: Int) -> Token {
    let lone = Token(scalar: 0xFFFD, length: next - start)
    var position = next
    guard skip(UInt8(ascii: "\\"), at: &position, level: level - 1),
      skip(UInt8(ascii: "u"), at: &position, level: level - 1),
      let low = codeUnit(at: &position, level: level)
    else { return isCut(at: position, level: level - 1) ? .unfinished : lone }
    guard 0xDC00...0xDFFF ~= low else { return lone }
    let scalar = 0x1_0000 + (high & 0x3FF) << 10 + (low & 0x3FF)
    return Token(scalar: scalar, length: position - start)
  }

  private func skip(_ byte: UInt8, at position: inout Int, level: Int) -> Bool {
    guard position < end else { return false }
    let token = token(at: position, level: level)
    guard token.isByte(byte) else { return false }
    position += token.length
    return true
  }

  /// Four hexadecimal digits of the level below `level`.
  private func codeUnit(at position: inout Int, level: Int) -> UInt32? {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = hexadecimalDigit(at: &position, level: level - 1) else { return nil }
      unit = unit << 4 | digit
    }
    return unit
  }

  private func hexadecimalDigit(at position: inout Int, level: Int) -> UInt32? {
    guard position < end else { return nil }
    let token = token(at: position, level: level)
    guard token.length > 0, let value = token.hexadecimalValue else { return nil }
    position += token.length
    return value
  }

  /// Whether more text could change what stands at `position`.
  private func isCut(at position: Int, level: Int) -> Bool {
    if isFinal { return false }
    return position >= end || token(at: position, level: level).length == 0
  }
}
