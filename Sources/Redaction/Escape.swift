/// The escapes of JSON strings (RFC 8259 section 7).
enum Escape {
  /// What `\` and `letter` stand for; 0 when it is none of the short escapes.
  @inline(__always)
  static func character(for letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: 0
    }
  }

  /// The value of four hexadecimal digits; over 0xFFFF when one of them is none.
  @inline(__always)
  static func codeUnit(at digits: UnsafePointer<UInt8>) -> UInt32 {
    digit(digits[0]) << 12 | digit(digits[1]) << 8 | digit(digits[2]) << 4 | digit(digits[3])
  }

  /// The value of two hexadecimal digits; over 0xFF when one of them is none.
  @inline(__always)
  static func byte(at digits: UnsafePointer<UInt8>) -> UInt32 {
    digit(digits[0]) << 4 | digit(digits[1])
  }

  /// Without a branch that a mix of digits and letters would mislead.
  @inline(__always)
  private static func digit(_ byte: UInt8) -> UInt32 {
    let number = UInt32(byte) &- UInt32(UInt8(ascii: "0"))
    let letter = (UInt32(byte) | 0x20) &- UInt32(UInt8(ascii: "a"))
    return number < 10 ? number : letter < 6 ? letter + 10 : 0x1_0000
  }
}

extension TokenReader {
  /// No escape that ``shortToken(at:in:)`` knows is longer.
  private static let room = 8

  /// The token of the backslash or percent sign at `position` where that is simple: a fast way to
  /// what ``token(at:in:)`` would say; `nil` for all else.
  @inline(__always)
  func shortToken(at position: Int, in view: View) -> Token? {
    guard position + Self.room <= end else { return nil }
    if view.isPercentDecoded, base[position] == UInt8(ascii: "%") {
      let byte = Escape.byte(at: base + position + 1)
      return byte <= 0xFF ? Token(byte: UInt8(byte), length: 3) : nil
    }
    let token = shortEscape(at: position, level: view.level)
    // An escape for a percent sign may be the beginning of another.
    return view.isPercentDecoded && token?.bytes == UInt32(UInt8(ascii: "%")) ? nil : token
  }

  /// - Parameter level: 1 or 2.
  @inline(__always)
  private func shortEscape(at position: Int, level: Int) -> Token? {
    let text = base + position
    if level == 1 || text[1] != UInt8(ascii: "\\") {
      let token = shortEscape(text + 1, length: 1)
      // An escape for a backslash may be the beginning of another.
      return level == 2 && token?.bytes == UInt32(UInt8(ascii: "\\")) ? nil : token
    }
    // `\\` is a backslash in the inner string.
    switch text[2] {
    case UInt8(ascii: "\\"):
      switch text[3] {
      case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "/"):
        return Token(byte: text[3], length: 4)
      default: return nil
      }
    case UInt8(ascii: "\""): return Token(byte: UInt8(ascii: "\\"), length: 2)
    default: return shortEscape(text + 2, length: 2)
    }
  }

  /// - Parameters:
  ///   - letter: what follows the backslash.
  ///   - length: of the backslash.
  @inline(__always)
  private func shortEscape(_ letter: UnsafePointer<UInt8>, length: Int) -> Token? {
    if letter[0] == UInt8(ascii: "u") {
      let unit = Escape.codeUnit(at: letter + 1)
      // Half a surrogate pair needs a closer look.
      guard unit < 0xD800 || 0xE000...0xFFFF ~= unit else { return nil }
      return Token(scalar: unit, length: length + 5)
    }
    let character = Escape.character(for: letter[0])
    return character == 0 ? nil : Token(byte: character, length: length + 1)
  }
}
