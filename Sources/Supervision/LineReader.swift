internal import Platform
internal import Relay
internal import Secrets

/// Reads a stream and cuts it into lines that lie where they were read to, side by side.
///
/// As `LineFramer`, which copies the pieces of a line together and so cannot lend many lines as
/// one block, nor a long one without a second copy of it. The lines that ``next()`` has lent stay
/// where they are until ``fill(_:)`` is called again.
struct LineReader: ~Copyable {
  enum Event {
    /// A complete line with its line end.
    case line(UnsafeBufferPointer<UInt8>)
    /// What was there behind the last line end when the stream ended; never empty.
    case partial(UnsafeBufferPointer<UInt8>)
    /// A line was over the limit. It comes once, at the end of the line, with what was kept of it.
    case tooLong(CutLine)
  }

  /// Bytes: as much as a pipe of Linux holds.
  static let readLength = 64 << 10
  /// Bytes that are usable at first: two reads.
  private static let idleLength = 2 * readLength
  /// Bytes that are kept from line to line: 1.25 MiB, so that lines of a megabyte do not cost a page
  /// fault for every page of them.
  private static let keptLength = 20 * readLength
  /// Bytes by which the memory grows at least.
  private static let growth = 4 * readLength
  /// Bytes that are moved to the front rather than left in between: less than a page.
  private static let cheapMove = 4 << 10

  /// In bytes, without the LF.
  private let limit: Int
  private var memory: PageMemory
  /// Where the line begins that is to be lent next.
  private var start = 0
  /// Up to where no LF was found.
  private var scanned = 0
  private var end = 0
  /// Up to where what was lent is wiped.
  private var wiped = 0
  /// Behind it nothing was ever read to, or it is wiped.
  private var used = 0
  private var isDropping = false

  init(limit: Int = LineFramer.defaultMaximumLength) throws(SecretMemoryError) {
    self.limit = limit
    memory = try PageMemory(Self.idleLength, capacity: limit + Self.idleLength)
  }

  /// Bytes that were read and not lent.
  var rest: UnsafeBufferPointer<UInt8> { bytes(start..<end) }

  /// Whether bytes lie in the memory of this reader.
  func holds(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let address = bytes.baseAddress else { return false }
    let offset = UnsafeRawPointer(address) - UnsafeRawPointer(memory.base)
    return offset >= 0 && offset < memory.count
  }

  /// Lends room for the next piece of the stream, at least ``readLength`` bytes of it. What was
  /// lent by ``next()`` is invalid then.
  mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> Transfer) -> Transfer {
    makeRoom()
    let room = UnsafeMutableRawBufferPointer(
      start: memory.base + end, count: min(memory.count - end, Self.readLength))
    let transfer = room.isEmpty ? .blocked : read(room)
    if case .moved(let count) = transfer {
      end += count
      used = max(used, end)
    }
    return transfer
  }

  /// Overwrites what was lent: traffic may hold secrets, and the next piece of the stream, which
  /// would take its place, may be hours away. What was lent is invalid then.
  mutating func wipe() {
    if wiped < start {
      memset(memory.base + wiped, 0, start - wiped)
      wiped = start
    }
    if end < used {
      memset(memory.base + end, 0, used - end)
      used = end
    }
  }

  private mutating func makeRoom() {
    let isTight = memory.count - end < Self.readLength
    if start > 0, isTight || end - start <= Self.cheapMove {
      memmove(memory.base, memory.base + start, end - start)
      end -= start
      scanned -= start
      start = 0
      wiped = 0
    }
    if memory.count - end < Self.readLength {
      let wanted = memory.count + max(memory.count / 4, Self.growth)
      // Where memory is short, the room that is left may still do.
      if !memory.grow(to: min(wanted, memory.capacity)) {
        _ = memory.grow(to: min(end + Self.readLength, memory.capacity))
      }
    } else if memory.count > Self.keptLength, end <= Self.cheapMove {
      memory.shrink(to: Self.idleLength)
      used = min(used, memory.count)
    }
  }

  /// The next complete line; `nil` when more has to be read for it.
  mutating func next() -> Event? {
    guard let lineEnd = lineFeed() else {
      if isDropping || end - start > limit { drop() }
      scanned = end
      return nil
    }
    let line = start..<lineEnd
    start = lineEnd + 1
    scanned = start
    if isDropping || line.count > limit {
      isDropping = false
      return .tooLong(CutLine(whole: bytes(line)))
    }
    return .line(bytes(line.lowerBound..<start))
  }

  /// Takes what is not to be kept out of the middle of a line that is over the limit.
  private mutating func drop() {
    isDropping = true
    let middle = start + CutLine.headLength
    let surplus = end - middle - CutLine.tailLength
    guard surplus > 0 else { return }
    memmove(memory.base + middle, memory.base + middle + surplus, CutLine.tailLength)
    end -= surplus
  }

  /// The stream has ended and ``next()`` gives nothing more: what is left.
  mutating func finish() -> Event? {
    defer {
      start = end
      scanned = end
      isDropping = false
    }
    if isDropping { return .tooLong(CutLine(whole: bytes(start..<end))) }
    return start < end ? .partial(bytes(start..<end)) : nil
  }

  private func lineFeed() -> Int? {
    guard scanned < end,
      let found = memchr(memory.base + scanned, Int32(UInt8(ascii: "\n")), end - scanned)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(memory.base)
  }

  private func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: (memory.base + range.lowerBound).assumingMemoryBound(to: UInt8.self),
      count: range.count)
  }
}
