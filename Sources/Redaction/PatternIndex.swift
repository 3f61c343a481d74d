/// The tables of a ``PatternTable`` as a scan reads them.
struct PatternIndex {
  let bitmap: UnsafePointer<UInt32>
  /// 32 - log2 of the number of bits.
  let bitmapShift: UInt32
  /// Index + 1 of the first entry for each hash; 0 for none.
  let heads: UnsafePointer<UInt32>
  /// 32 - log2 of the number of heads.
  let headShift: UInt32
  let entries: UnsafePointer<PatternTable.Entry>
  let anchors: UnsafePointer<PatternTable.Anchor>
  let anchorCount: Int
  let needles: UnsafePointer<Needle>
  /// What the offsets of needles refer to.
  var base: UnsafePointer<UInt8>
  /// Whether a `+` of a URL can stand for a byte of a needle.
  let anyHasSpace: Bool

  /// Multiplicative hashing: 2³² divided by the golden ratio.
  @inline(__always)
  static func hash(_ word: UInt32) -> UInt32 { word &* 0x9E37_79B1 }

  /// 1 in the lowest bit when a needle may lie around the four bytes at `address`; the other bits
  /// have no meaning.
  @inline(__always)
  func mayMatch(_ address: UnsafePointer<UInt8>) -> UInt32 {
    let word = UnsafeRawPointer(address).loadUnaligned(as: UInt32.self)
    let bit = Self.hash(UInt32(littleEndian: word)) >> bitmapShift
    return bitmap[Int(bit >> 5)] >> (bit & 31)
  }

  func needle(of encoding: UInt32) -> Needle { needles[Int(encoding >> 4)] }

  func encoded(_ encoding: UInt32) -> EncodedNeedle {
    EncodedNeedle(needle(of: encoding), Form(rawValue: encoding & 15), in: base)
  }
}
