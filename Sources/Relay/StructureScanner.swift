internal import JSONText
internal import Platform

/// Reads a message as fast as one can that must be checked to its last byte: every line goes
/// through here.
///
/// It knows objects without escapes in their own keys, at most 64 containers deep, and answers only
/// for what it has checked against RFC 8259 as ``JSONReader`` does. Of everything else, wrong or
/// unusual, the reader itself has to say what it is.
struct StructureScanner {
  private let base: UnsafePointer<UInt8>?
  private let count: Int

  /// The offset that stands for "not for me".
  private static let failed = -1

  init(_ line: UnsafeBufferPointer<UInt8>) {
    base = line.baseAddress
    count = line.count
  }

  /// `nil` for what it does not know.
  func members() -> TopLevelMembers? {
    guard let base else { return nil }
    var members = TopLevelMembers()
    var index = skipWhite(base, 0)
    guard index < count, base[index] == UInt8(ascii: "{") else { return nil }
    index = skipWhite(base, index + 1)
    guard index < count else { return nil }
    if base[index] == UInt8(ascii: "}") { return isEnd(base, index + 1) ? members : nil }
    while true {
      index = readMember(base, index, &members)
      guard index >= 0 else { return nil }
      index = skipWhite(base, index)
      guard index < count else { return nil }
      if base[index] == UInt8(ascii: "}") { return isEnd(base, index + 1) ? members : nil }
      guard base[index] == UInt8(ascii: ",") else { return nil }
      index = skipWhite(base, index + 1)
    }
  }

  private func isEnd(_ base: UnsafePointer<UInt8>, _ index: Int) -> Bool {
    skipWhite(base, index) == count
  }

  /// - Returns: where it ends.
  private func readMember(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ members: inout TopLevelMembers
  ) -> Int {
    guard start < count, base[start] == UInt8(ascii: "\"") else { return Self.failed }
    let keyEnd = skipString(base, start)
    guard keyEnd >= 0 else { return Self.failed }
    let key = UnsafeBufferPointer(start: base + start + 1, count: keyEnd - start - 2)
    let valueStart = skipColon(base, keyEnd)
    guard valueStart >= 0 else { return Self.failed }
    let (end, event) = skipValue(base, valueStart)
    guard end >= 0 else { return Self.failed }
    // Long keys are none of ours, escaped or not; see `TopLevelMembers`.
    guard key.count <= 42 else { return end }
    if key.contains(UInt8(ascii: "\\")) { return Self.failed }
    if let name = TopLevelMembers.name(of: key) {
      members.set(name, TopLevelMembers.Member(event: event, range: valueStart..<end))
    }
    return end
  }

  private func skipValue(
    _ base: UnsafePointer<UInt8>, _ index: Int
  ) -> (end: Int, JSONReader.Event) {
    switch base[index] {
    case UInt8(ascii: "\""): (skipString(base, index), .string)
    case UInt8(ascii: "{"): (skipContainer(base, index), .objectStart)
    case UInt8(ascii: "["): (skipContainer(base, index), .arrayStart)
    case UInt8(ascii: "t"): (skipWord(base, index, "true"), .true)
    case UInt8(ascii: "f"): (skipWord(base, index, "false"), .false)
    case UInt8(ascii: "n"): (skipWord(base, index, "null"), .null)
    default: (skipNumber(base, index), .number)
    }
  }

  /// An object or array with all that is in it.
  private func skipContainer(_ base: UnsafePointer<UInt8>, _ start: Int) -> Int {
    // One bit for each open container, the innermost lowest: whether it is an object.
    var stack: UInt64 = base[start] == UInt8(ascii: "{") ? 1 : 0
    var depth = 1
    var isFirst = true
    var index = start + 1
    while true {
      index = skipWhite(base, index)
      guard index < count else { return Self.failed }
      let isEmpty =
        isFirst && base[index] == (stack & 1 == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]"))
      if !isEmpty {
        if stack & 1 == 1 {
          guard base[index] == UInt8(ascii: "\"") else { return Self.failed }
          index = skipString(base, index)
          guard index >= 0 else { return Self.failed }
          index = skipColon(base, index)
          guard index >= 0 else { return Self.failed }
        }
        let byte = base[index]
        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
          guard depth < 64 else { return Self.failed }
          stack = stack << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
          depth += 1
          isFirst = true
          index += 1
          continue
        }
        index = skipScalar(base, index)
        guard index >= 0 else { return Self.failed }
      }
      index = closeContainers(base, index, &stack, &depth)
      if index < 0 || depth == 0 { return index }
      isFirst = false
    }
  }

  private func skipScalar(_ base: UnsafePointer<UInt8>, _ index: Int) -> Int {
    switch base[index] {
    case UInt8(ascii: "\""): skipString(base, index)
    case UInt8(ascii: "t"): skipWord(base, index, "true")
    case UInt8(ascii: "f"): skipWord(base, index, "false")
    case UInt8(ascii: "n"): skipWord(base, index, "null")
    default: skipNumber(base, index)
    }
  }

  /// Behind a value: what ends, up to the next comma, or to the end of the outermost container.
  private func closeContainers(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ stack: inout UInt64, _ depth: inout Int
  ) -> Int {
    var index = start
    while true {
      index = skipWhite(base, index)
      guard index < count else { return Self.failed }
      let byte = base[index]
      index += 1
      if byte == UInt8(ascii: ",") { return index }
      guard byte == (stack & 1 == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
        return Self.failed
      }
      stack >>= 1
      depth -= 1
      if depth == 0 { return index }
    }
  }

  // MARK: Tokens

  @inline(__always)
  private func skipWhite(_ base: UnsafePointer<UInt8>, _ start: Int) -> Int {
    var index = start
    while index < count {
      let byte = base[index]
      if byte > 0x20 { return index }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return index }
      index &+= 1
    }
    return index
  }

  /// - Returns: where the value behind the colon begins, which is within the line.
  @inline(__always)
  private func skipColon(_ base: UnsafePointer<UInt8>, _ start: Int) -> Int {
    let colon = skipWhite(base, start)
    guard colon < count, base[colon] == UInt8(ascii: ":") else { return Self.failed }
    let index = skipWhite(base, colon + 1)
    return index < count ? index : Self.failed
  }

  private func skipWord(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ word: StaticString
  ) -> Int {
    let length = word.utf8CodeUnitCount
    guard start + length <= count, memcmp(base + start, word.utf8Start, length) == 0 else {
      return Self.failed
    }
    return start + length
  }

  private func skipNumber(_ base: UnsafePointer<UInt8>, _ start: Int) -> Int {
    var index = start
    if base[index] == UInt8(ascii: "-") { index += 1 }
    guard index < count else { return Self.failed }
    if base[index] == UInt8(ascii: "0") {
      index += 1
    } else {
      index = skipDigits(base, index)
      guard index >= 0 else { return Self.failed }
    }
    if index < count, base[index] == UInt8(ascii: ".") {
      index = skipDigits(base, index + 1)
      guard index >= 0 else { return Self.failed }
    }
    if index < count, base[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < count, base[index] == UInt8(ascii: "+") || base[index] == UInt8(ascii: "-") {
        index += 1
      }
      index = skipDigits(base, index)
    }
    return index
  }

  private func skipDigits(_ base: UnsafePointer<UInt8>, _ start: Int) -> Int {
    var index = start
    while index < count, base[index] &- UInt8(ascii: "0") < 10 { index &+= 1 }
    return index > start ? index : Self.failed
  }

  private func skipString(_ base: UnsafePointer<UInt8>, _ start: Int) -> Int {
    var index = start + 1
    while index < count {
      while index &+ 32 <= count, Self.arePlain(base + index) { index &+= 32 }
      if index &+ 8 <= count {
        let plain = Self.plainLength(of: base + index)
        index &+= plain
        if plain == 8 { continue }
      }
      let byte = base[index]
      if byte == UInt8(ascii: "\"") { return index + 1 }
      if byte == UInt8(ascii: "\\") {
        let length = escapeLength(base, index)
        guard length > 0 else { return Self.failed }
        index &+= length
      } else if byte < 0x20 {
        return Self.failed
      } else if byte < 0x80 {
        index &+= 1
      } else {
        let length = UTF8Sequence.length(
          in: UnsafeBufferPointer(start: base, count: count), at: index)
        guard length > 0 else { return Self.failed }
        index &+= length
      }
    }
    return Self.failed
  }

  /// How many of the next eight bytes are before the first quote, backslash, control character or
  /// non-ASCII byte.
  @inline(__always)
  private static func plainLength(of bytes: UnsafePointer<UInt8>) -> Int {
    let hits = specials(in: bytes)
    return hits == 0 ? 8 : hits.trailingZeroBitCount / 8
  }

  /// Whether none of those is among the next 32 bytes. Text is long: four words at once keep the
  /// processor busier than one after the other.
  @inline(__always)
  private static func arePlain(_ bytes: UnsafePointer<UInt8>) -> Bool {
    (specials(in: bytes) | specials(in: bytes + 8) | specials(in: bytes + 16)
      | specials(in: bytes + 24)) == 0
  }

  /// Not zero when one of those is among the next eight bytes; the lowest bit is in the first.
  @inline(__always)
  private static func specials(in bytes: UnsafePointer<UInt8>) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let word = UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
    let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
    let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
    // In each term the high bit of a byte is set when that byte is zero or below 0x20; a borrow can
    // only set bits above a byte that matched, so the lowest bit is exact.
    return ((quote &- ones) | (backslash &- ones) | (word &- (ones &* 0x20)) | word)
      & (ones &* 0x80)
  }

  private func escapeLength(_ base: UnsafePointer<UInt8>, _ index: Int) -> Int {
    guard index + 1 < count else { return 0 }
    switch base[index + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"):
      guard index + 6 <= count else { return 0 }
      for offset in 2..<6 {
        let byte = base[index + offset]
        guard byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 6 else {
          return 0
        }
      }
      return 6
    default: return 0
    }
  }
}
