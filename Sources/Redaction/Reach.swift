internal import Platform
internal import Secrets

/// How far the last comparisons with needles got, so that no part of a text is compared with the
/// same needle again and again.
///
/// A needle such as `aaaaaaaa…` begins at every byte of a text such as `aaaaaaaa…`. Where two
/// attempts overlap, what the first one has seen is a part of the needle: how far the needle agrees
/// with itself there (its Z function) says how far the text does. So the end of what was compared
/// only moves forward, and the time for each needle is linear in the text.
struct ReachCache: ~Copyable {
  struct Reach {
    /// Of the needle; `UInt32.max` in an unused slot.
    var encoding = UInt32.max
    /// Where the core was tried, counted in bytes of the view.
    var start = 0
    /// How many symbols of the core agreed.
    var count = 0
    /// Where in the text the next one stands.
    var position = 0
    /// Symbols that were compared although an earlier attempt had seen them.
    var repeated = 0
    /// Of the needle, once it is known and can be used in this view.
    var overlap: SelfOverlap.Lengths?
  }

  /// From this many symbols on an attempt is worth remembering; below, comparing is cheaper.
  static let minimumCount = 32
  /// A power of two: more self-similar needles than this at once are slow, not wrong.
  private static let slotCount = 64

  private var slots = [Reach](repeating: Reach(), count: slotCount)
  /// By encoding; kept, so that the pointers in slots stay valid.
  private var overlaps: [UInt32: SelfOverlap] = [:]
  private var isUsed = false
  /// See ``mayBreakLines(_:_:)``; by encoding.
  private var breaking: [UInt32: Bool] = [:]

  /// Positions refer to one text in one view: to be forgotten before the next.
  mutating func clear() {
    guard isUsed else { return }
    for index in slots.indices { slots[index].encoding = .max }
    isUsed = false
  }

  /// Whether line breaks are passed over in a needle: where its first eight symbols come only once.
  /// Then two attempts never overlap in what they have seen, and need no reach to be linear, which
  /// line breaks would make wrong.
  mutating func mayBreakLines(_ encoded: EncodedNeedle, _ encoding: UInt32) -> Bool {
    if let known = breaking[encoding] { return known }
    let prefix = encoded.prefix
    var word = prefix
    var comesAgain = false
    for index in 8..<encoded.coreCount where !comesAgain {
      word = word >> 8 | UInt64(encoded.symbol(index)) << 56
      comesAgain = word == prefix
    }
    breaking[encoding] = !comesAgain
    return !comesAgain
  }

  mutating func note(_ encoding: UInt32, start: Int, count: Int, position: Int) {
    isUsed = true
    let slot = Int(encoding) % Self.slotCount
    if slots[slot].encoding != encoding { slots[slot] = Reach(encoding: encoding) }
    // The one that reaches farthest is the most useful.
    guard start + count >= slots[slot].start + slots[slot].count else { return }
    slots[slot].start = start
    slots[slot].count = count
    slots[slot].position = position
  }

  /// Where to begin with a comparison whose core starts at `start`.
  enum Beginning {
    case anew
    /// The first `count` symbols agree; the next stands at `position`.
    case at(count: Int, position: Int)
    case mismatch
  }

  mutating func beginning(
    of encoded: EncodedNeedle, _ encoding: UInt32, start: Int, in view: View
  ) -> Beginning {
    guard isUsed else { return .anew }
    let slot = Int(encoding) % Self.slotCount
    let reach = slots[slot]
    let distance = start - reach.start
    guard reach.encoding == encoding, distance > 0, distance < reach.count else { return .anew }
    let seen = reach.count - distance
    if let overlap = reach.overlap {
      return Int(overlap[distance]) < seen ? .mismatch : .at(count: seen, position: reach.position)
    }
    // The table is as large as the needle: only where it saves more than it costs.
    slots[slot].repeated += seen
    if slots[slot].repeated > 4 * encoded.coreCount {
      slots[slot].repeated = 0
      slots[slot].overlap = overlap(encoded, encoding, in: view)
    }
    return .anew
  }

  private mutating func overlap(
    _ encoded: EncodedNeedle, _ encoding: UInt32, in view: View
  ) -> SelfOverlap.Lengths? {
    if overlaps[encoding] == nil { overlaps[encoding] = try? SelfOverlap(encoded) }
    return overlaps[encoding]?.lengths(for: view)
  }
}

/// The Z function of an encoded needle: for each place in its core how many symbols from there on
/// are those at its beginning.
final class SelfOverlap {
  /// By distance from the beginning, 1..<core count.
  typealias Lengths = UnsafePointer<UInt32>

  private let memory: PinnedMemory
  /// In views where `+` stands for a space as well as for itself, "agrees with" does not carry over
  /// from one comparison to the next.
  private let mixesSpaceAndPlus: Bool

  init(_ encoded: EncodedNeedle) throws(SecretMemoryError) {
    memory = try PinnedMemory(count: encoded.coreCount * MemoryLayout<UInt32>.stride)
    mixesSpaceAndPlus =
      encoded.form == .raw && memchr(encoded.bytes, 0x20, encoded.byteCount) != nil
      && memchr(encoded.bytes, Int32(UInt8(ascii: "+")), encoded.byteCount) != nil
    fill(encoded)
  }

  private func fill(_ encoded: EncodedNeedle) {
    let lengths = memory.pointer(at: 0, to: UInt32.self)
    let count = encoded.coreCount
    var window = 0..<0
    for index in 1..<count {
      var length = 0
      if index < window.upperBound {
        length = min(window.upperBound - index, Int(lengths[index - window.lowerBound]))
      }
      while index + length < count, encoded.symbol(length) == encoded.symbol(index + length) {
        length += 1
      }
      if index + length > window.upperBound { window = index..<index + length }
      lengths[index] = UInt32(length)
    }
  }

  /// Valid as long as this object; `nil` in views where they say nothing.
  func lengths(for view: View) -> Lengths? {
    if view.isPercentDecoded, mixesSpaceAndPlus { return nil }
    return UnsafePointer(memory.pointer(at: 0, to: UInt32.self))
  }
}
