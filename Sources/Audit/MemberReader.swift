internal import JSONText

/// Goes through the members of a record.
struct MemberReader {
  /// The text is not what a record may be.
  struct Mismatch: Error {}

  private let bytes: UnsafeBufferPointer<UInt8>
  private var reader: JSONReader

  /// No record is deeper than the objects in its list of secrets; one of a later version may be.
  private static let maximumDepth = 8

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    reader = JSONReader(bytes, maximumDepth: Self.maximumDepth)
  }

  mutating func beginObject() throws {
    guard try reader.next() == .objectStart else { throw Mismatch() }
  }

  mutating func beginArray() throws {
    guard try reader.next() == .arrayStart else { throw Mismatch() }
  }

  /// The name of the next member; `nil` at the end of the object.
  mutating func nextName() throws -> String? {
    switch try reader.next() {
    case .key: return token()
    case .objectEnd: return nil
    default: throw Mismatch()
    }
  }

  /// Goes into the next object of an array; `false` at its end.
  mutating func nextObject() throws -> Bool {
    switch try reader.next() {
    case .objectStart: return true
    case .arrayEnd: return false
    default: throw Mismatch()
    }
  }

  mutating func end() throws {
    guard try reader.next() == .end else { throw Mismatch() }
  }

  mutating func text() throws -> String {
    guard try reader.next() == .string else { throw Mismatch() }
    return token()
  }

  /// A number of decimal digits only, below 2^62.
  mutating func number() throws -> UInt64 {
    guard try reader.next() == .number, reader.tokenEnd - reader.tokenStart <= 19 else {
      throw Mismatch()
    }
    var number: UInt64 = 0
    for byte in bytes[reader.tokenStart..<reader.tokenEnd] {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { throw Mismatch() }
      number = number * 10 + UInt64(byte - UInt8(ascii: "0"))
    }
    guard number < 1 << 62 else { throw Mismatch() }
    return number
  }

  mutating func hex(byteCount: Int) throws -> [UInt8] {
    guard try reader.next() == .string else { throw Mismatch() }
    let digits = bytes[reader.tokenStart + 1..<reader.tokenEnd - 1]
    guard digits.count == 2 * byteCount else { throw Mismatch() }
    var result: [UInt8] = []
    result.reserveCapacity(byteCount)
    var high: UInt8?
    for digit in digits {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: throw Mismatch()
      }
      if let first = high {
        result.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return result
  }

  /// Skips one value of whatever kind.
  mutating func skip() throws {
    let depth = reader.depth
    repeat {
      if try reader.next() == .end { throw Mismatch() }
    } while reader.depth > depth
  }

  private func token() -> String {
    let raw = UnsafeBufferPointer(rebasing: bytes[reader.tokenStart + 1..<reader.tokenEnd - 1])
    return String(decoding: JSONString.decoded(raw), as: UTF8.self)
  }
}
