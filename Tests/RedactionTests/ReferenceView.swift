/// What a text shows when it is read in one way: each byte with the place it comes from.
struct ReferenceView {
  /// One or more bytes that belong together, such as an escape stands for.
  private struct Unit {
    let bytes: [UInt8]
    let range: Range<Int>

    /// When it stands for a single byte.
    var byte: UInt8? { bytes.count == 1 ? bytes[0] : nil }
    var isBareQuote: Bool { byte == 0x22 && range.count == 1 }
  }

  let bytes: [UInt8]
  /// Where in the text the byte begins, when a unit begins with it.
  private let starts: [Int?]
  private let ends: [Int?]
  private let isPercentDecoded: Bool

  /// Levels 0, 1 and 2 of JSON escapes; then the same three percent-decoded.
  static func all(of text: [UInt8]) -> [ReferenceView] {
    let plain = text.indices.map { Unit(bytes: [text[$0]], range: $0..<$0 + 1) }
    let once = unescaped(plain, isInner: false)
    let twice = unescaped(once, isInner: true)
    return [plain, once, twice].map { ReferenceView($0, isPercentDecoded: false) }
      + [plain, once, twice].map { ReferenceView(percentDecoded($0), isPercentDecoded: true) }
  }

  private init(_ units: [Unit], isPercentDecoded: Bool) {
    bytes = units.flatMap(\.bytes)
    starts = units.flatMap { unit in
      [unit.range.lowerBound] + [Int?](repeating: nil, count: unit.bytes.count - 1)
    }
    ends = units.flatMap { unit in
      [Int?](repeating: nil, count: unit.bytes.count - 1) + [unit.range.upperBound]
    }
    self.isPercentDecoded = isPercentDecoded
  }

  private static func percentDecoded(_ units: [Unit]) -> [Unit] {
    var output: [Unit] = []
    var index = 0
    while index < units.count {
      if units[index].byte == UInt8(ascii: "%"), let value = hexadecimal(units, index + 1, 2) {
        let range = units[index].range.lowerBound..<units[index + 2].range.upperBound
        output.append(Unit(bytes: [UInt8(value)], range: range))
        index += 3
      } else {
        output.append(units[index])
        index += 1
      }
    }
    return output
  }

  private static func unescaped(_ units: [Unit], isInner: Bool) -> [Unit] {
    var output: [Unit] = []
    var index = 0
    while index < units.count {
      var bytes = units[index].bytes
      var length = 1
      if bytes == [0x5C], index + 1 < units.count, let letter = units[index + 1].byte,
        !(isInner && units[index + 1].isBareQuote)
      {
        if let short = short[letter] {
          (bytes, length) = ([short], 2)
        } else if letter == UInt8(ascii: "u"), let (scalar, count) = unicode(units, index) {
          (bytes, length) = (scalar, count)
        }
      }
      let range = units[index].range.lowerBound..<units[index + length - 1].range.upperBound
      output.append(Unit(bytes: bytes, range: range))
      index += length
    }
    return output
  }

  private static let short: [UInt8: UInt8] = [
    0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9,
  ]

  private static func unicode(_ units: [Unit], _ index: Int) -> ([UInt8], Int)? {
    guard let unit = hexadecimal(units, index + 2, 4) else { return nil }
    if 0xDC80...0xDCFF ~= unit { return ([UInt8(unit & 0xFF)], 6) }
    if 0xD800..<0xDC00 ~= unit, index + 7 < units.count, units[index + 6].byte == 0x5C,
      units[index + 7].byte == UInt8(ascii: "u"), let low = hexadecimal(units, index + 8, 4),
      0xDC00...0xDFFF ~= low
    {
      let pair = String(decoding: [UInt16(unit), UInt16(low)], as: UTF16.self)
      return (Array(pair.utf8), 12)
    }
    let scalar = Unicode.Scalar(UInt32(unit)) ?? "\u{FFFD}"
    return (Array(String(scalar).utf8), 6)
  }

  private static func hexadecimal(_ units: [Unit], _ index: Int, _ count: Int) -> Int? {
    guard index + count <= units.count else { return nil }
    let digits = units[index..<index + count].compactMap(\.byte)
    guard digits.count == count, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
    else { return nil }
    return Int(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  /// Where in the text a needle lies, when it begins with byte `start`.
  func match(_ form: ReferenceForm, at start: Int) -> Range<Int>? {
    let count = form.symbols.count
    var place = start
    for index in 0..<count {
      if let first = form.firstBreak, index >= first {
        for _ in 0..<2 where place < bytes.count && [0x0A, 0x0D].contains(bytes[place]) {
          place += 1
        }
      }
      guard place < bytes.count else { return nil }
      let byte = bytes[place]
      place += 1
      let isSpace = isPercentDecoded && form.isRaw && byte == 0x2B
      guard form.symbols[index].contains(byte) || isSpace && form.symbols[index].contains(0x20)
      else { return nil }
    }
    guard let first = starts[start], let last = ends[place - 1] else { return nil }
    return first..<last
  }
}
