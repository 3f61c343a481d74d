internal import Platform
internal import Secrets

/// A range of addresses of which as much is memory as is needed: it grows without being copied or
/// moved, and what is given back is gone. Forked copies of the process do not have it, and core
/// dumps neither: traffic may hold secrets.
struct PageMemory: ~Copyable {
  let base: UnsafeMutableRawPointer
  /// How far it can grow, in bytes.
  let capacity: Int
  /// How much of it can be used, in bytes.
  private(set) var count: Int

  /// - Parameters:
  ///   - count: of what can be used at once.
  ///   - capacity: in bytes; only addresses are taken, which cost nothing.
  init(_ count: Int, capacity: Int) throws(SecretMemoryError) {
    let flags = MAP_PRIVATE | Int32(MAP_ANON)
    guard let base = mmap(nil, capacity, PROT_NONE, flags, -1, 0), base != MAP_FAILED else {
      throw .outOfMemory(byteCount: capacity)
    }
    guard mprotect(base, count, PROT_READ | PROT_WRITE) == 0 else {
      munmap(base, capacity)
      throw .outOfMemory(byteCount: count)
    }
    self.base = base
    self.capacity = capacity
    self.count = count
    let whole = UnsafeRawBufferPointer(start: base, count: capacity)
    ForkedMemory.exclude(whole)
    excludeFromCoreDumps(whole)
  }

  /// `false` when there is no memory to be had; never beyond ``capacity``.
  mutating func grow(to wanted: Int) -> Bool {
    guard wanted > count else { return true }
    guard wanted <= capacity, mprotect(base, wanted, PROT_READ | PROT_WRITE) == 0 else {
      return false
    }
    count = wanted
    return true
  }

  /// Gives back what lies behind the first `wanted` bytes, a multiple of a page.
  mutating func shrink(to wanted: Int) {
    guard wanted < count else { return }
    madvise(base + wanted, count - wanted, Int32(MADV_DONTNEED))
    if mprotect(base + wanted, count - wanted, PROT_NONE) == 0 { count = wanted }
  }

  // The kernel clears pages before it gives them to anybody.
  deinit {
    ForkedMemory.forget(UnsafeRawBufferPointer(start: base, count: capacity))
    munmap(base, capacity)
  }
}
