internal import Platform
internal import Synchronization

/// Memory that a forked copy of this process must not have.
///
/// The kernel gives a copy empty pages in its place. Where it cannot be told to, the memory is put
/// on a list, and who forks wipes it in the copy.
package enum ForkedMemory {
  private struct Pages: Equatable {
    let start: UInt
    let count: Int
  }

  private static let unprotected = Mutex<[Pages]>([])

  /// Keeps the pages that hold `memory` out of forked copies. Nothing else that a copy needs may
  /// lie in them.
  package static func exclude(_ memory: UnsafeRawBufferPointer) {
    guard let pages = pages(of: memory) else { return }
    if excludeFromForks(UnsafeMutableRawPointer(bitPattern: pages.start), pages.count) { return }
    unprotected.withLock { $0.append(pages) }
  }

  /// To be called before memory is given back that was excluded.
  package static func forget(_ memory: UnsafeRawBufferPointer) {
    guard let pages = pages(of: memory) else { return }
    unprotected.withLock { list in
      if let place = list.lastIndex(of: pages) { list.remove(at: place) }
    }
  }

  /// What a copy must wipe by itself: whole pages.
  package static var listed: [UnsafeMutableRawBufferPointer] {
    unprotected.withLock { list in
      list.map {
        UnsafeMutableRawBufferPointer(
          start: UnsafeMutableRawPointer(bitPattern: $0.start), count: $0.count)
      }
    }
  }

  private static let pageSize = UInt(sysconf(Int32(_SC_PAGESIZE)))

  private static func pages(of memory: UnsafeRawBufferPointer) -> Pages? {
    guard let base = memory.baseAddress, !memory.isEmpty else { return nil }
    let start = UInt(bitPattern: base) & ~(pageSize - 1)
    let end = (UInt(bitPattern: base) + UInt(memory.count) + pageSize - 1) & ~(pageSize - 1)
    return Pages(start: start, count: Int(end - start))
  }
}
