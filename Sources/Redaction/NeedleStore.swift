internal import Platform
internal import Secrets

/// All that is searched for, in one piece of locked memory that grows at its end: an offset stays
/// valid for good.
struct NeedleStore: ~Copyable {
  private var memory: PinnedMemory
  /// In bytes.
  private(set) var count = 0
  private(set) var needles: [Needle] = []

  init() throws(SecretMemoryError) { memory = try PinnedMemory(count: 4096) }

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
  mutating func add(_ range: Range<Int>, name: Int, isWhole: Bool = false) {
    guard range.count >= SecretPatterns.minimumLength else { return }
    needles.append(
      Needle(offset: range.lowerBound, count: range.count, name: name, isWhole: isWhole))
  }

  /// Whether these bytes were added as a whole value before.
  func holds(_ value: UnsafeRawBufferPointer) -> Bool {
    guard let address = value.baseAddress else { return false }
    return needles.contains {
      $0.isWhole && $0.count == value.count && memcmp(base + $0.offset, address, $0.count) == 0
    }
  }
}
