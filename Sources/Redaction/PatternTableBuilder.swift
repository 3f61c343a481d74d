internal import Platform

/// Fills the memory of a ``PatternTable``.
struct PatternTableBuilder {
  let anchors: UnsafeMutablePointer<PatternTable.Anchor>
  let entries: UnsafeMutablePointer<PatternTable.Entry>
  let heads: UnsafeMutablePointer<UInt32>
  let bitmap: UnsafeMutablePointer<UInt32>
  let headShift: UInt32
  let bitmapShift: UInt32
  private(set) var anchorCount = 0
  private var entryCount: UInt32 = 0

  init(
    anchors: UnsafeMutablePointer<PatternTable.Anchor>,
    entries: UnsafeMutablePointer<PatternTable.Entry>, heads: UnsafeMutablePointer<UInt32>,
    bitmap: UnsafeMutablePointer<UInt32>, headShift: UInt32, bitmapShift: UInt32
  ) {
    self.anchors = anchors
    self.entries = entries
    self.heads = heads
    self.bitmap = bitmap
    self.headShift = headShift
    self.bitmapShift = bitmapShift
  }

  mutating func insert(_ store: borrowing NeedleStore) {
    for (index, needle) in store.needles.enumerated() {
      let raw = EncodedNeedle(needle, .raw, in: store.base)
      if isRepeated(raw, prefix: raw.prefix, store) { continue }
      for form in 0..<Form.count {
        let encoded = EncodedNeedle(needle, Form(rawValue: form), in: store.base)
        guard encoded.isDistinct else { continue }
        insert(encoded, number: UInt32(index) << 4 | form)
      }
    }
  }

  /// Whether the same bytes are in the table, such as a line that two values share; the name that
  /// came first stands for both.
  private func isRepeated(
    _ raw: EncodedNeedle, prefix: UInt64, _ store: borrowing NeedleStore
  ) -> Bool {
    let hash = PatternIndex.hash(UInt32(truncatingIfNeeded: prefix))
    var next = heads[Int(hash >> headShift)]
    // Lines that all begin alike would make this quadratic; a repeated needle costs time only.
    var patience = 64
    while next > 0, patience > 0 {
      let entry = entries[Int(next - 1)]
      let anchor = anchors[Int(entry.anchorAndOffset >> 2)]
      if entry.anchorAndOffset & 3 == 0, anchor.prefix == prefix, anchor.encoding & 15 == 0 {
        let other = store.needles[Int(anchor.encoding >> 4)]
        if other.count == raw.byteCount,
          memcmp(store.base + other.offset, raw.bytes, raw.byteCount) == 0
        {
          return true
        }
      }
      next = entry.next
      patience -= 1
    }
    return false
  }

  private mutating func insert(_ encoded: EncodedNeedle, number: UInt32) {
    let prefix = encoded.prefix
    insert(PatternTable.Anchor(prefix: prefix, encoding: number, hasLead: encoded.hasLead))
    if encoded.prefixHoldsPlus {
      // In percent-decoded views every `+` is shown as a space.
      insert(
        PatternTable.Anchor(
          prefix: SWAR.replacingPlus(prefix), encoding: number, hasLead: encoded.hasLead))
    }
  }

  private mutating func insert(_ anchor: PatternTable.Anchor) {
    anchors[anchorCount] = anchor
    for offset in 0..<UInt32(4) {
      let word = UInt32(truncatingIfNeeded: anchor.prefix >> UInt64(8 * offset))
      let hash = PatternIndex.hash(word)
      let bit = hash >> bitmapShift
      bitmap[Int(bit >> 5)] |= 1 << (bit & 31)
      let head = Int(hash >> headShift)
      entries[Int(entryCount)] = PatternTable.Entry(
        next: heads[head], anchorAndOffset: UInt32(anchorCount) << 2 | offset)
      entryCount += 1
      heads[head] = entryCount
    }
    anchorCount += 1
  }
}
