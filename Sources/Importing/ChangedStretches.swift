/// Where two texts differ, found from the texts alone: whatever made the one of the other.
///
/// Between the stretches both texts are the same, byte for byte; so they never leave out a change,
/// however badly the two are aligned. Works line by line, and in long lines from comma to comma and
/// bracket to bracket.
enum ChangedStretches {
  /// In bytes of the one text and of the other.
  typealias Stretch = (old: Range<Int>, new: Range<Int>)

  /// Longer lines are looked at in parts: files on a single line exist.
  private static let longLine = 200
  /// How many parts ahead a common one is looked for; the rest is one stretch where there is none.
  private static let lookahead = 400

  static func between(_ old: [UInt8], _ new: [UInt8]) -> [Stretch] {
    let (oldParts, newParts) = (parts(of: old), parts(of: new))
    let oldHashes = oldParts.map { hash(old[$0]) }
    let newHashes = newParts.map { hash(new[$0]) }
    func isSame(_ one: Int, _ other: Int) -> Bool {
      oldHashes[one] == newHashes[other]
        && old[oldParts[one]].elementsEqual(new[newParts[other]])
    }
    var stretches: [Stretch] = []
    var (one, other) = (0, 0)
    while one < oldParts.count || other < newParts.count {
      if one < oldParts.count, other < newParts.count, isSame(one, other) {
        (one, other) = (one + 1, other + 1)
        continue
      }
      let next = nextCommon(one, other, oldParts.count, newParts.count, isSame)
      let stretch = trimmed(
        (
          offset(one, oldParts, old)..<offset(next.old, oldParts, old),
          offset(other, newParts, new)..<offset(next.new, newParts, new)
        ), old, new)
      if !stretch.old.isEmpty || !stretch.new.isEmpty { stretches.append(stretch) }
      (one, other) = next
    }
    return stretches
  }

  private static func offset(_ part: Int, _ parts: [Range<Int>], _ bytes: [UInt8]) -> Int {
    part < parts.count ? parts[part].lowerBound : bytes.count
  }

  private static func hash(_ bytes: ArraySlice<UInt8>) -> Int {
    var hasher = Hasher()
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }

  /// Whole lines; of long ones, up to each comma and bracket.
  private static func parts(of bytes: [UInt8]) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
      if end - start > longLine {
        for index in start..<end - 1 where bytes[index].endsPart {
          parts.append(start..<index + 1)
          start = index + 1
        }
      }
      parts.append(start..<end)
      start = end
    }
    return parts
  }

  /// The nearest parts from which on both go on alike; the ends where there are none near.
  private static func nextCommon(
    _ one: Int, _ other: Int, _ oldCount: Int, _ newCount: Int, _ isSame: (Int, Int) -> Bool
  ) -> (old: Int, new: Int) {
    // Not a lone bracket: two alike in a row, or the last.
    func isCommon(_ one: Int, _ other: Int) -> Bool {
      guard isSame(one, other) else { return false }
      let (isLast, isOtherLast) = (one + 1 == oldCount, other + 1 == newCount)
      if isLast || isOtherLast { return isLast && isOtherLast }
      return isSame(one + 1, other + 1)
    }
    for distance in 1...lookahead {
      for skipped in 0...distance {
        let (old, new) = (one + skipped, other + distance - skipped)
        if old < oldCount, new < newCount, isCommon(old, new) { return (old, new) }
      }
    }
    return (oldCount, newCount)
  }

  /// Without what both have at their ends.
  private static func trimmed(_ stretch: Stretch, _ old: [UInt8], _ new: [UInt8]) -> Stretch {
    var (one, other) = stretch
    while let first = old[one].first, first == new[other].first {
      one = one.dropFirst()
      other = other.dropFirst()
    }
    while let last = old[one].last, last == new[other].last {
      one = one.dropLast()
      other = other.dropLast()
    }
    return (one, other)
  }
}

extension UInt8 {
  fileprivate var endsPart: Bool {
    switch self {
    case UInt8(ascii: ","), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["),
      UInt8(ascii: "]"):
      true
    default: false
    }
  }
}
