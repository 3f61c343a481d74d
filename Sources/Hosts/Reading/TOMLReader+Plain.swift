extension TOMLReader {
  /// A boolean, number, date or time. Checked and kept as text: nothing here reckons with them.
  mutating func readPlainValue() throws(TextError) {
    let start = position
    takeWord()
    // A date and a time may have one space between them.
    if position - start == 10, bytes[start + 4] == UInt8(ascii: "-"), startsWith(" "),
      position + 1 < bytes.count, bytes[position + 1].isDigit
    {
      position += 1
      takeWord()
    }
    let word = bytes[start..<position]
    guard !word.isEmpty else { throw fail("expected a value") }
    let known = ["true", "false", "inf", "+inf", "-inf", "nan", "+nan", "-nan"]
    if known.contains(where: { word.elementsEqual($0.utf8) }) { return }
    var checker = PlainValue(word)
    guard checker.isNumber() || checker.isTime() else {
      throw TextError("this is no value; texts need quotes", at: start)
    }
  }

  private mutating func takeWord() {
    while let byte = peek,
      byte.isBareKey || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ":")
        || byte == UInt8(ascii: ".")
    {
      position += 1
    }
  }
}

extension UInt8 {
  var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}

/// The grammar of numbers and times.
private struct PlainValue {
  private let word: [UInt8]
  private var index = 0

  init(_ word: ArraySlice<UInt8>) { self.word = Array(word) }

  private var peek: UInt8? { index < word.count ? word[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: scalar) else { return false }
    index += 1
    return true
  }

  /// Digits with single underscores between them.
  private mutating func takeDigits(_ isDigit: (UInt8) -> Bool) -> Bool {
    guard let first = peek, isDigit(first) else { return false }
    index += 1
    while let byte = peek {
      if isDigit(byte) {
        index += 1
      } else if byte == UInt8(ascii: "_"), index + 1 < word.count, isDigit(word[index + 1]) {
        index += 2
      } else {
        break
      }
    }
    return true
  }

  mutating func isNumber() -> Bool {
    index = 0
    if word.count > 2, word[0] == UInt8(ascii: "0") {
      let digits: ((UInt8) -> Bool)? =
        switch word[1] {
        case UInt8(ascii: "x"): { $0 < 0x80 && Character(Unicode.Scalar($0)).isHexDigit }
        case UInt8(ascii: "o"): { UInt8(ascii: "0")...UInt8(ascii: "7") ~= $0 }
        case UInt8(ascii: "b"): { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") }
        default: nil
        }
      if let digits {
        index = 2
        return takeDigits(digits) && peek == nil
      }
    }
    if !take("+") { _ = take("-") }
    let start = index
    guard takeDigits(\.isDigit) else { return false }
    if word[start] == UInt8(ascii: "0"), index > start + 1 { return false }
    if take("."), !takeDigits(\.isDigit) { return false }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      guard takeDigits(\.isDigit) else { return false }
    }
    return peek == nil
  }

  private mutating func number(_ count: Int) -> Int? {
    guard index + count <= word.count else { return nil }
    var value = 0
    for byte in word[index..<index + count] {
      guard byte.isDigit else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    index += count
    return value
  }

  /// A date, a time, or both with or without an offset (RFC 3339 section 5.6).
  mutating func isTime() -> Bool {
    index = 0
    if word.count > 2, word[2] == UInt8(ascii: ":") { return takeTime() && peek == nil }
    guard takeDate() else { return false }
    if peek == nil { return true }
    guard take("T") || take("t") || take(" ") else { return false }
    guard takeTime() else { return false }
    if peek == nil || take("Z") || take("z") { return peek == nil }
    guard take("+") || take("-"), let hours = number(2), take(":"), let minutes = number(2) else {
      return false
    }
    return hours < 24 && minutes < 60 && peek == nil
  }

  private mutating func takeDate() -> Bool {
    guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2)
    else { return false }
    guard year > 0, 1...12 ~= month else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return 1...days[month - 1] ~= day
  }

  private mutating func takeTime() -> Bool {
    guard let hours = number(2), take(":"), let minutes = number(2), take(":"),
      let seconds = number(2), hours < 24, minutes < 60, seconds < 60
    else { return false }
    if take(".") {
      let start = index
      while let byte = peek, byte.isDigit { index += 1 }
      return index > start
    }
    return true
  }
}
