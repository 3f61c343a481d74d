internal import JSONText
internal import Platform
internal import Secrets

/// Which parts of a value are secret in themselves.
extension NeedleStore {
  /// A line of a value shorter than this, in bytes, is no secret of its own: the last line of a
  /// PEM block may hold two characters.
  private static let minimumLineLength = 16

  /// Adds a value with all its parts.
  ///
  /// - Returns: what was too short to be searched for.
  mutating func addValue(
    _ value: UnsafeRawBufferPointer, name: Int
  ) throws(SecretMemoryError) -> LeftOut {
    if value.count < SecretPatterns.minimumLength { return .value }
    // A value that comes back, as after a rotation and a rollback, is searched for already.
    if number(of: value) != nil { return [] }
    return try addValue(value, name: name) { (store, range) throws(SecretMemoryError) in
      try store.addParts(of: range, name: name).union(store.addLeaves(of: range, name: name))
    }
  }

  private mutating func addParts(
    of range: Range<Int>, name: Int
  ) throws(SecretMemoryError) -> LeftOut {
    // A value read from a file ends with a line feed that no server prints.
    let trimmed = trimmed(range)
    if trimmed != range { add(trimmed, name: name) }
    addLines(of: trimmed, name: name)
    try addPercentDecoded(trimmed, name: name)
    guard let password = password(inURL: trimmed) else { return [] }
    if password.count < SecretPatterns.minimumLength { return .urlPassword }
    add(password, name: name)
    try addPercentDecoded(password, name: name)
    return []
  }

  private mutating func addPercentDecoded(
    _ range: Range<Int>, name: Int
  ) throws(SecretMemoryError) {
    guard bytes(range).contains(UInt8(ascii: "%")) else { return }
    let decoded = try append(decoding: range, in: View(level: 0, isPercentDecoded: true))
    if decoded.count < range.count { add(decoded, name: name) }
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, Self.isSpace(base[start]) { start += 1 }
    while end > start, Self.isSpace(base[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

  /// Lines end with LF or CR, or with `\n` or `\r` in letters, as PEM keys are often put into one
  /// environment variable.
  private mutating func addLines(of range: Range<Int>, name: Int) {
    var start = range.lowerBound
    var index = start
    func isSpelledLineEnd(_ index: Int) -> Bool {
      base[index] == UInt8(ascii: "\\") && index + 1 < range.upperBound
        && (base[index + 1] == UInt8(ascii: "n") || base[index + 1] == UInt8(ascii: "r"))
    }
    while index <= range.upperBound {
      let atEnd = index == range.upperBound
      let isSpelled = !atEnd && isSpelledLineEnd(index)
      if atEnd || isSpelled || base[index] == 0x0A || base[index] == 0x0D {
        let line = trimmed(start..<index)
        if line.count >= Self.minimumLineLength, line != range { add(line, name: name) }
        if isSpelled { index += 1 }
        start = index + 1
      }
      index += 1
    }
  }

  /// The password of `scheme://user:password@host`, percent-encoded as it is.
  private func password(inURL range: Range<Int>) -> Range<Int>? {
    let text = bytes(range)
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 0,
      text[colon...].starts(with: "://".utf8)
    else { return nil }
    let start = colon + 3
    let authorityEnd =
      text[start...].firstIndex { "/?#".utf8.contains($0) } ?? text.count
    // A password with an unescaped `/` is an error that many drivers forgive.
    guard
      let at = text[start..<authorityEnd].lastIndex(of: UInt8(ascii: "@"))
        ?? text[start...].lastIndex(of: UInt8(ascii: "@")),
      let separator = text[start..<at].firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    return range.lowerBound + separator + 1..<range.lowerBound + at
  }

  /// Adds the strings of a value that is a JSON object, array or string; keys are no secrets.
  private mutating func addLeaves(
    of range: Range<Int>, name: Int
  ) throws(SecretMemoryError) -> LeftOut {
    guard let first = bytes(range).first(where: { !Self.isSpace($0) }),
      first == UInt8(ascii: "{") || first == UInt8(ascii: "[") || first == UInt8(ascii: "\"")
    else { return [] }
    var leftOut: LeftOut = []
    for leaf in leaves(of: range) {
      if leaf.count < SecretPatterns.minimumLength {
        leftOut.insert(.leaf)
        continue
      }
      let decoded = try append(decoding: leaf, in: View(level: 1, isPercentDecoded: false))
      add(decoded, name: name)
      leftOut.formUnion(try addParts(of: decoded, name: name))
    }
    return leftOut
  }

  /// Where the strings lie, without their quotes; none when the value is not JSON.
  private func leaves(of range: Range<Int>) -> [Range<Int>] {
    var leaves: [Range<Int>] = []
    var reader = JSONReader(bytes(range), options: .loneSurrogates)
    do throws(JSONTextError) {
      while true {
        let event = try reader.next()
        if event == .end { return leaves }
        guard event == .string else { continue }
        let start = range.lowerBound + reader.tokenStart + 1
        leaves.append(start..<range.lowerBound + reader.tokenEnd - 1)
      }
    } catch {
      return []
    }
  }
}
