internal import Redaction

/// Which of the values that were replaced are still looked for.
///
/// One that a server which still runs was started with is, and one that a server may yet be given.
/// Of all others the newest ones: a server that reads its file again may print what was in it before,
/// and one may print what another left in a cache. A relay runs for weeks, in which a token of five
/// minutes is replaced thousands of times, and the memory for all of them would run out.
enum PastValues {
  /// A day of tokens that live for twenty minutes; those that are older have ended.
  static let maximumCount = 64
  /// 256 KiB, in bytes, of an `RLIMIT_MEMLOCK` that is often 8 MiB; 64 tokens of 4 KiB.
  static let maximumLength = 256 << 10

  /// - Parameters:
  ///   - values: oldest first.
  ///   - isHeld: whether a server has one, or may be given it.
  /// - Returns: the numbers of those that are to be forgotten.
  static func dropped(from values: [SearchedValues.Entry], isHeld: (Int) -> Bool) -> [Int] {
    var dropped: [Int] = []
    var (count, length) = (0, 0)
    for value in values.reversed() where !isHeld(value.number) {
      count += 1
      length += value.byteCount
      if count > maximumCount || length > maximumLength { dropped.append(value.number) }
    }
    return dropped
  }
}
