internal import Platform
internal import Secrets

/// Finds where in a text a needle may begin, fast.
///
/// A text is looked at four bytes at a time, without overlap. Wherever an encoded needle lies, one
/// such *word* lies within its first seven core bytes: so the four words that may be that one go
/// into a table, for every needle in every form. A bitmap tells for nearly every word of a text
/// that it is none of them, with steps that do not depend on one another.
struct PatternTable: ~Copyable {
  /// The beginning of an encoded needle.
  struct Anchor {
    /// The first eight bytes of the core, the first in the lowest bits.
    let prefix: UInt64
    /// Needle index × 16 + form.
    let encoding: UInt32
    let hasLead: Bool
  }

  /// A word of an anchor, in a list of those whose hash is the same.
  struct Entry {
    /// Index + 1 of the next entry; 0 at the end.
    let next: UInt32
    /// Anchor index × 4 + offset of the word in the prefix.
    let anchorAndOffset: UInt32
  }

  private let memory: PinnedMemory
  private let index: PatternIndex

  init(_ store: borrowing NeedleStore) throws(SecretMemoryError) {
    let layout = Layout(anchorLimit: Self.anchorLimit(store), needleCount: store.needles.count)
    memory = try PinnedMemory(count: layout.count)
    let needles = memory.pointer(at: layout.needles, to: Needle.self)
    for (index, needle) in store.needles.enumerated() { needles[index] = needle }
    var builder = PatternTableBuilder(
      anchors: memory.pointer(at: 0, to: Anchor.self),
      entries: memory.pointer(at: layout.entries, to: Entry.self),
      heads: memory.pointer(at: layout.heads, to: UInt32.self),
      bitmap: memory.pointer(at: layout.bitmap, to: UInt32.self),
      headShift: UInt32(32 - layout.headBits), bitmapShift: UInt32(32 - layout.bitmapBits))
    builder.insert(store)
    index = PatternIndex(
      bitmap: UnsafePointer(builder.bitmap), bitmapShift: builder.bitmapShift,
      heads: UnsafePointer(builder.heads), headShift: builder.headShift,
      entries: UnsafePointer(builder.entries), anchors: UnsafePointer(builder.anchors),
      anchorCount: builder.anchorCount, needles: UnsafePointer(needles), base: store.base,
      anyHasSpace: store.needles.contains {
        memchr(store.base + $0.offset, Int32(UInt8(ascii: " ")), $0.count) != nil
      })
  }

  /// The tables, for needles that lie at `base` now; valid until either is changed.
  func index(over base: UnsafePointer<UInt8>) -> PatternIndex {
    var index = index
    index.base = base
    return index
  }

  /// How many anchors there are at most: those with a `+` come twice.
  private static func anchorLimit(_ store: borrowing NeedleStore) -> Int {
    var limit = 0
    for needle in store.needles {
      for form in 0..<Form.count {
        let encoded = EncodedNeedle(needle, Form(rawValue: form), in: store.base)
        if encoded.isDistinct { limit += encoded.prefixHoldsPlus ? 2 : 1 }
      }
    }
    return limit
  }

  /// Offsets in bytes of the tables in one piece of memory, and their sizes.
  private struct Layout {
    let bitmapBits: Int
    let headBits: Int
    let needles: Int
    let entries: Int
    let heads: Int
    let bitmap: Int
    let count: Int

    init(anchorLimit: Int, needleCount: Int) {
      let entryCount = anchorLimit * 4
      headBits = Self.bits(for: entryCount, within: 8...20)
      // 64 bits an entry: one word in 64 of a text is looked at more closely for nothing. 8 KiB,
      // the size for twenty API keys, leaves most of a first-level cache to the text; 1 MiB is the
      // most that a second-level cache serves well.
      bitmapBits = Self.bits(for: entryCount * 64, within: 16...23)
      needles = anchorLimit * MemoryLayout<Anchor>.stride
      entries = needles + needleCount * MemoryLayout<Needle>.stride
      heads = entries + entryCount * MemoryLayout<Entry>.stride
      bitmap = heads + (4 << headBits)
      count = bitmap + (1 << (bitmapBits - 3))
    }

    private static func bits(for count: Int, within range: ClosedRange<Int>) -> Int {
      let needed = Int.bitWidth - max(count - 1, 0).leadingZeroBitCount
      return min(max(needed, range.lowerBound), range.upperBound)
    }
  }
}

extension EncodedNeedle {
  init(_ needle: Needle, _ form: Form, in base: UnsafePointer<UInt8>) {
    self.init(bytes: base + needle.offset, byteCount: needle.count, form: form)
  }

  /// The first eight bytes of the core; every form has as many.
  var prefix: UInt64 {
    var prefix: UInt64 = 0
    for index in 0..<8 { prefix |= UInt64(symbol(index)) << UInt64(8 * index) }
    return prefix
  }

  var prefixHoldsPlus: Bool { (0..<8).contains { symbol($0) == UInt8(ascii: "+") } }
}
