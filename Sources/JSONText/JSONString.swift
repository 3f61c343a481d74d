/// JSON strings (RFC 8259 section 7): writing any text as one, and reading what one stands for.
package enum JSONString {
  /// Appends `text` as a JSON string, quotes included.
  package static func append(_ text: some StringProtocol, to output: inout [UInt8]) {
    let done: Void? = text.utf8.withContiguousStorageIfAvailable { append($0, to: &output) }
    if done == nil { Array(text.utf8).withUnsafeBufferPointer { append($0, to: &output) } }
  }

  /// Appends bytes of any kind as a JSON string, quotes included; what is not UTF-8 becomes
  /// U+FFFD, one for each byte.
  ///
  /// Besides what JSON demands, DEL, the C1 controls, U+2028 and U+2029 are escaped: some readers
  /// take them for line ends, and a message of the stdio transport is one line.
  package static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        appendASCII(byte, to: &output)
        index += 1
        continue
      }
      let length = UTF8Sequence.length(in: bytes, at: index)
      if length == 0 {
        appendEscape(0xFFFD, to: &output)
        index += 1
      } else {
        appendSequence(bytes[index..<index + length], to: &output)
        index += length
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  private static func appendASCII(_ byte: UInt8, to output: inout [UInt8]) {
    let short: UInt8
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): short = byte
    case 0x08: short = UInt8(ascii: "b")
    case 0x09: short = UInt8(ascii: "t")
    case 0x0A: short = UInt8(ascii: "n")
    case 0x0C: short = UInt8(ascii: "f")
    case 0x0D: short = UInt8(ascii: "r")
    case 0x00..<0x20, 0x7F:
      appendEscape(UInt16(byte), to: &output)
      return
    default:
      output.append(byte)
      return
    }
    output.append(UInt8(ascii: "\\"))
    output.append(short)
  }

  /// A well-formed sequence of two to four bytes.
  private static func appendSequence(
    _ sequence: Slice<UnsafeBufferPointer<UInt8>>, to output: inout [UInt8]
  ) {
    let first = sequence.startIndex
    switch (sequence[first], sequence[first + 1]) {
    case (0xC2, 0x80...0x9F):
      appendEscape(UInt16(sequence[first + 1]), to: &output)
    case (0xE2, 0x80) where sequence[first + 2] & 0xFE == 0xA8:
      appendEscape(0x2000 | UInt16(sequence[first + 2] & 0x3F), to: &output)
    default:
      output.append(contentsOf: sequence)
    }
  }

  private static func appendEscape(_ unit: UInt16, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\\"))
    output.append(UInt8(ascii: "u"))
    for shift in [12, 8, 4, 0] as [UInt16] {
      let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
      output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// What a string stands for, in UTF-8.
  ///
  /// - Parameter raw: the bytes between the quotes of a string that ``JSONReader`` accepted. Half
  ///   a surrogate pair, where the reader allowed it, becomes U+FFFD.
  package static func decoded(_ raw: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(raw.count)
    var index = 0
    while index < raw.count {
      let byte = raw[index]
      guard byte == UInt8(ascii: "\\"), index + 1 < raw.count else {
        output.append(byte)
        index += 1
        continue
      }
      if raw[index + 1] == UInt8(ascii: "u") {
        let (scalar, length) = scalar(in: raw, at: index)
        output.append(contentsOf: String(Character(scalar)).utf8)
        index += length
      } else {
        output.append(plainCharacter(ofEscape: raw[index + 1]))
        index += 2
      }
    }
    return output
  }

  private static func plainCharacter(ofEscape letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: letter
    }
  }

  /// The character of `\uXXXX` or of a pair of them at `index`, and its length in raw bytes.
  private static func scalar(
    in raw: UnsafeBufferPointer<UInt8>, at index: Int
  ) -> (Unicode.Scalar, length: Int) {
    let replacement: Unicode.Scalar = "\u{FFFD}"
    guard let unit = codeUnit(in: raw, at: index) else { return (replacement, 2) }
    if let scalar = Unicode.Scalar(unit) { return (scalar, 6) }
    guard unit < 0xDC00, let low = codeUnit(in: raw, at: index + 6), 0xDC00...0xDFFF ~= low else {
      return (replacement, 6)
    }
    let value = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(low & 0x3FF))
    return (Unicode.Scalar(value) ?? replacement, 12)
  }

  /// The four hexadecimal digits of the `\uXXXX` at `index`; `nil` where there is none.
  static func codeUnit(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for offset in 2..<6 {
      let digit: UInt8
      switch bytes[index + offset] {
      case let byte where UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte:
        digit = byte - UInt8(ascii: "0")
      case let byte where UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20:
        digit = (byte | 0x20) - UInt8(ascii: "a") + 10
      default: return nil
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
