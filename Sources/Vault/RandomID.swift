/// Sixteen random bytes that name a vault, one write of it, or one value in it.
package struct RandomID: Hashable, Sendable {
  static let byteCount = 16

  private let first: UInt64
  private let second: UInt64

  /// Reads 16 bytes at `offset`.
  package init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    first = bytes.integer(at: offset)
    second = bytes.integer(at: offset + 8)
  }

  package static func random() -> RandomID {
    Sealing.randomBytes(byteCount).withUnsafeBytes { RandomID($0, at: 0) }
  }

  /// Lends the bytes in the order in which they are stored.
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let pair = (first.littleEndian, second.littleEndian)
    return try withUnsafeBytes(of: pair) { (bytes) throws(Failure) -> Result in
      try body(bytes)
    }
  }
}

extension RandomID: CustomStringConvertible {
  private static let digits = Array("0123456789abcdef".utf8)

  /// 32 lower-case hexadecimal digits.
  package var description: String {
    withBytes { bytes in
      String(unsafeUninitializedCapacity: 32) { text in
        for (index, byte) in bytes.enumerated() {
          text[2 * index] = Self.digits[Int(byte >> 4)]
          text[2 * index + 1] = Self.digits[Int(byte & 15)]
        }
        return 32
      }
    }
  }

  /// Parses what ``description`` gives; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in text.utf8 {
      guard let value = Self.digits.firstIndex(of: digit) else { return nil }
      if let earlier = high {
        bytes.append(earlier << 4 | UInt8(value))
        high = nil
      } else {
        high = UInt8(value)
      }
    }
    guard bytes.count == Self.byteCount, high == nil else { return nil }
    self = bytes.withUnsafeBytes { RandomID($0, at: 0) }
  }
}
