internal import Platform
internal import Secrets

/// All that is searched for, in one piece of locked memory that grows at its end: an offset stays
/// valid for good. What is to be forgotten is left out of a copy.
struct NeedleStore: ~Copyable {
  /// A value that was added with all its parts, which lie side by side.
  struct Value {
    /// As in ``SearchedValues/number(of:)``.
    let number: Int
    /// Where it lies itself.
    let whole: Range<Int>
    /// Where it and its parts lie.
    let memory: Range<Int>
    /// In ``NeedleStore/needles``.
    let needles: Range<Int>
  }

  private static let leastRoom = 4096
  private var memory: PinnedMemory
  /// In bytes.
  private(set) var count = 0
  private(set) var needles: [Needle] = []
  /// In the order in which they were added.
  private(set) var values: [Value] = []
  private var lastNumber = 0

  init() throws(SecretMemoryError) { memory = try PinnedMemory(count: Self.leastRoom) }

  /// A copy in memory of its own, without some of the values; the others keep their numbers.
  init(
    copying other: borrowing NeedleStore, without isDropped: (Int) -> Bool
  ) throws(SecretMemoryError) {
    var kept: [Value] = []
    for value in other.values where !isDropped(value.number) { kept.append(value) }
    let length = kept.reduce(0) { $0 + $1.memory.count }
    memory = try PinnedMemory(count: max(length, Self.leastRoom))
    for value in kept {
      let shift = count - value.memory.lowerBound
      (memory.base + count).copyMemory(
        from: other.base + value.memory.lowerBound, byteCount: value.memory.count)
      count += value.memory.count
      let firstNeedle = needles.count
      for needle in other.needles[value.needles] { needles.append(needle.moved(by: shift)) }
      values.append(
        Value(
          number: value.number,
          whole: value.whole.lowerBound + shift..<value.whole.upperBound + shift,
          memory: count - value.memory.count..<count, needles: firstNeedle..<needles.count))
    }
    lastNumber = other.lastNumber
  }

  /// Marks all that `body` adds as one value. When it throws, nothing of it is left.
  mutating func addValue(
    _ value: UnsafeRawBufferPointer, name: Int,
    _ body: (inout NeedleStore, Range<Int>) throws(SecretMemoryError) -> LeftOut
  ) throws(SecretMemoryError) -> LeftOut {
    let (start, firstNeedle) = (count, needles.count)
    do throws(SecretMemoryError) {
      let range = try append(value)
      add(range, name: name)
      let leftOut = try body(&self, range)
      lastNumber += 1
      values.append(
        Value(
          number: lastNumber, whole: range, memory: start..<count,
          needles: firstNeedle..<needles.count))
      return leftOut
    } catch {
      needles.removeSubrange(firstNeedle...)
      (memory.base + start).initializeMemory(as: UInt8.self, repeating: 0, count: count - start)
      count = start
      throw error
    }
  }

  /// Valid until the next ``append(_:)``.
  var base: UnsafePointer<UInt8> { UnsafePointer(memory.pointer(at: 0, to: UInt8.self)) }

  /// Where the copy lies.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SecretMemoryError) -> Range<Int> {
    let range = try reserve(bytes.count)
    if let source = bytes.baseAddress {
      (memory.base + range.lowerBound).copyMemory(from: source, byteCount: bytes.count)
    }
    return range
  }

  /// Appends what the text in `range` stands for in `view`.
  mutating func append(
    decoding range: Range<Int>, in view: View
  ) throws(SecretMemoryError) -> Range<Int> {
    // No token stands for more bytes than it takes.
    let room = try reserve(range.count)
    let reader = TokenReader(base: base + range.lowerBound, end: range.count, isFinal: true)
    let target = memory.pointer(at: 0, to: UInt8.self)
    var position = 0
    var end = room.lowerBound
    while position < range.count {
      let token = reader.token(at: position, in: view)
      for index in 0..<token.count {
        target[end] = UInt8(truncatingIfNeeded: token.bytes >> UInt32(8 * index))
        end += 1
      }
      position += token.length
    }
    count = end
    return room.lowerBound..<end
  }

  private mutating func reserve(_ length: Int) throws(SecretMemoryError) -> Range<Int> {
    if count + length > memory.count {
      let larger = try PinnedMemory(count: max(count + length, memory.count * 2))
      larger.base.copyMemory(from: memory.base, byteCount: count)
      memory = larger
    }
    defer { count += length }
    return count..<count + length
  }

  /// The bytes in `range`.
  func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  /// Too short a one is left out.
  mutating func add(_ range: Range<Int>, name: Int) {
    guard range.count >= SecretPatterns.minimumLength else { return }
    needles.append(Needle(offset: range.lowerBound, count: range.count, name: name))
  }

  /// Of the value with these very bytes; `nil` when there is none.
  func number(of value: UnsafeRawBufferPointer) -> Int? {
    guard let address = value.baseAddress else { return nil }
    for held in values where held.whole.count == value.count {
      if memcmp(base + held.whole.lowerBound, address, value.count) == 0 { return held.number }
    }
    return nil
  }
}
