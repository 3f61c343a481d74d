/// What stands at one place of a text in one view: a byte as it is, or an escape.
struct Token {
  /// What it stands for, the first byte in the lowest eight bits.
  let bytes: UInt32
  /// How many bytes it stands for: 1 to 4.
  let count: Int
  /// How many bytes of the text it takes; 0 for ``unfinished``.
  let length: Int

  /// The text ends where it could still become a longer token.
  static let unfinished = Token(bytes: 0, count: 0, length: 0)

  init(bytes: UInt32, count: Int, length: Int) {
    self.bytes = bytes
    self.count = count
    self.length = length
  }

  init(byte: UInt8, length: Int) {
    self.init(bytes: UInt32(byte), count: 1, length: length)
  }

  /// `scalar` in UTF-8.
  init(scalar: UInt32, length: Int) {
    func continuation(_ shift: UInt32) -> UInt32 { 0x80 | scalar >> shift & 0x3F }
    switch scalar {
    case 0..<0x80:
      self.init(bytes: scalar, count: 1, length: length)
    case 0x80..<0x800:
      self.init(bytes: 0xC0 | scalar >> 6 | continuation(0) << 8, count: 2, length: length)
    case 0x800..<0x1_0000:
      self.init(
        bytes: 0xE0 | scalar >> 12 | continuation(6) << 8 | continuation(0) << 16, count: 3,
        length: length)
    default:
      self.init(
        bytes: 0xF0 | scalar >> 18 | continuation(12) << 8 | continuation(6) << 16
          | continuation(0) << 24, count: 4, length: length)
    }
  }

  func isByte(_ byte: UInt8) -> Bool { count == 1 && bytes == UInt32(byte) }

  /// The value of a hexadecimal digit.
  var hexadecimalValue: UInt32? { count == 1 ? Hexadecimal.value(of: UInt8(bytes)) : nil }
}

enum Hexadecimal {
  static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(digit - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(digit - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
