/// Eight bytes at a time in one register.
enum SWAR {
  @inline(__always)
  static func repeating(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

  /// The high bit of each byte of `word` that is zero; exact, no borrow runs into the next byte.
  @inline(__always)
  static func zeroBytes(_ word: UInt64) -> UInt64 {
    let low = repeating(0x7F)
    return ~(((word & low) &+ low) | word | low)
  }

  /// The high bit of each byte that is `byte`.
  @inline(__always)
  static func matches(_ byte: UInt8, in word: UInt64) -> UInt64 {
    zeroBytes(word ^ repeating(byte))
  }

  /// With a space in place of each `+`.
  @inline(__always)
  static func replacingPlus(_ word: UInt64) -> UInt64 {
    let difference = UInt64(UInt8(ascii: "+") ^ UInt8(ascii: " "))
    return word ^ ((matches(UInt8(ascii: "+"), in: word) >> 7) &* difference)
  }
}
