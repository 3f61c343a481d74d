internal import Platform

/// What one scan reads: a text, the tables, and how it is looked at.
struct ScanContext {
  let reader: TokenReader
  let index: PatternIndex
  /// Whether the first match ends the scan.
  let stopsAtFirst: Bool
  var view = View.plain

  init(
    _ text: UnsafeBufferPointer<UInt8>, _ patterns: borrowing SecretPatterns, isFinal: Bool = true,
    stopsAtFirst: Bool = false
  ) {
    // An empty text may have no address; nothing is read from this one then.
    let index = patterns.index
    reader = TokenReader(base: text.baseAddress ?? index.base, end: text.count, isFinal: isFinal)
    self.index = index
    self.stopsAtFirst = stopsAtFirst
  }

  func contains(_ byte: UInt8) -> Bool {
    memchr(reader.base, Int32(byte), reader.end) != nil
  }

  /// Whether there is a `%` that two hexadecimal digits may follow, escaped or not.
  func mayHoldPercentEscape() -> Bool {
    var position = 0
    while position < reader.end,
      let found = memchr(reader.base + position, Int32(UInt8(ascii: "%")), reader.end - position)
    {
      position = UnsafeRawPointer(found) - UnsafeRawPointer(reader.base) + 1
      guard let first = afterDigit(position) else { continue }
      if afterDigit(first) != nil { return true }
    }
    return false
  }

  /// The place behind what may be a digit at `position`; in or behind an escape for one, `position`
  /// itself, since its length is not known here. At the end of an unfinished text anything may be
  /// one.
  private func afterDigit(_ position: Int) -> Int? {
    guard position < reader.end else { return reader.isFinal ? nil : position }
    if Hexadecimal.value(of: reader.base[position]) != nil { return position + 1 }
    var letter = position
    while letter < reader.end, reader.base[letter] == UInt8(ascii: "\\") { letter += 1 }
    if letter == reader.end { return reader.isFinal ? nil : position }
    return letter > position && reader.base[letter] == UInt8(ascii: "u") ? position : nil
  }
}
