internal import Platform
internal import Secrets

/// A buffer that grows as needed and leaves nothing behind.
struct WipedBuffer: ~Copyable {
  /// What is kept allocated between two lines: 64 KiB, a pipe's worth.
  private static let idleCapacity = 64 << 10

  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private(set) var count = 0

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

  private mutating func grow(to needed: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(needed, memory.count * 2, 4096), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
    release()
    memory = larger
  }

  /// Forgets what lies behind the first `count` bytes, and the memory for it.
  mutating func truncate(to count: Int) {
    guard count < self.count else { return }
    let smaller = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 16)
    smaller.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
    release()
    memory = smaller
    self.count = count
  }

  /// Forgets all but the last `count` bytes.
  mutating func keepLast(_ count: Int) {
    guard count < self.count else { return }
    let rest = UnsafeRawBufferPointer(rebasing: memory[(self.count - count)..<self.count])
    UnsafeMutableRawBufferPointer(rebasing: memory[..<count]).copyMemory(from: rest)
    wipe(UnsafeMutableRawBufferPointer(rebasing: memory[count..<self.count]))
    self.count = count
  }

  mutating func clear() {
    if memory.count > Self.idleCapacity {
      release()
      memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    } else {
      wipe(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    }
    count = 0
  }

  /// `count` still says how much of it was used.
  private func release() {
    wipe(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    memory.deallocate()
  }

  deinit { release() }
}
