internal import Secrets

/// Bytes on their way from one descriptor to another, at most ``capacity`` of them.
package struct ByteQueue: ~Copyable {
  /// Bytes. As much as a pipe of Linux holds: one read empties it, and what a slow reader costs
  /// is bounded.
  package static let capacity = 64 * 1024

  private let memory: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0

  package init() {
    memory = .allocate(byteCount: Self.capacity, alignment: 16)
  }

  // Traffic may carry secrets.
  deinit {
    wipe(memory)
    memory.deallocate()
  }

  package var count: Int { end - start }
  package var isEmpty: Bool { start == end }
  package var freeCount: Int { Self.capacity - count }

  /// Lends the free space; `body` says how much of it it has filled.
  package mutating func fill(_ body: (UnsafeMutableRawBufferPointer) -> Transfer) -> Transfer {
    // With room behind them, moving the bytes would cost more than a shorter read.
    if start > 0, isEmpty || Self.capacity - end < Self.capacity / 4 {
      memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
      end -= start
      start = 0
    }
    let transfer = body(UnsafeMutableRawBufferPointer(rebasing: memory[end...]))
    if case .moved(let count) = transfer { end += count }
    return transfer
  }

  /// Lends the bytes, oldest first; `body` says how many of them it has taken.
  package mutating func drain(_ body: (UnsafeRawBufferPointer) -> Transfer) -> Transfer {
    let transfer = body(UnsafeRawBufferPointer(rebasing: memory[start..<end]))
    if case .moved(let count) = transfer { start += count }
    return transfer
  }

  package mutating func removeAll() {
    start = 0
    end = 0
  }
}

/// What came of an attempt to read or write.
package enum Transfer: Equatable, Sendable {
  /// A number of bytes, at least one.
  case moved(Int)
  /// Nothing just now.
  case blocked
  /// End of file, or nobody reads any more.
  case ended
}
