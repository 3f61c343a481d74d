internal import Secrets

/// Bytes that are gathered and then lent: it grows as needed, is used again, and is wiped when its
/// memory is given back.
struct OutputBuffer: ~Copyable {
  /// What is kept between two uses: 64 KiB, a pipe's worth.
  private static let idleCapacity = 64 << 10

  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private(set) var count = 0

  /// Valid until the next change.
  var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: memory.baseAddress.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) },
      count: count)
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    if count + bytes.count > memory.count { grow(to: count + bytes.count) }
    UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(
      from: UnsafeRawBufferPointer(bytes))
    count += bytes.count
  }

  mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { append($0) } }

  mutating func append(_ byte: UInt8) {
    if count == memory.count { grow(to: count + 1) }
    memory[count] = byte
    count += 1
  }

  /// Drops the first `length` bytes.
  mutating func removeFirst(_ length: Int) {
    guard length > 0, let base = memory.baseAddress else { return }
    let rest = count - length
    if rest > 0 { base.copyMemory(from: base + length, byteCount: rest) }
    wipe(UnsafeMutableRawBufferPointer(rebasing: memory[rest..<count]))
    count = rest
    if count == 0 { clear() }
  }

  mutating func clear() {
    wipe(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    count = 0
    if memory.count > Self.idleCapacity {
      memory.deallocate()
      memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }
  }

  private mutating func grow(to needed: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(needed, memory.count * 2, 4096), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
    wipe(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    memory.deallocate()
    memory = larger
  }

  deinit {
    wipe(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    memory.deallocate()
  }
}
