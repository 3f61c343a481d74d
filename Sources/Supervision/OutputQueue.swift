internal import Platform
internal import Secrets

/// What waits to be written to one descriptor: at most one block that lies in a ``LineReader``,
/// and behind it bytes of the queue's own.
///
/// Who reads stops reading while something waits, so that in the usual case nothing is copied, and
/// a stalled reader costs no memory beyond what was read anyway.
struct OutputQueue: ~Copyable {
  private var lent = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private var chunks: [Chunk] = []
  /// Bytes of the queue's own.
  private(set) var ownCount = 0

  var isEmpty: Bool { lent.isEmpty && ownCount == 0 }
  /// Whether a block of a reader waits: that must not be filled again before.
  var hasLent: Bool { !lent.isEmpty }
  var count: Int { lent.count + ownCount }

  /// Takes a block that stays where it is until it is written; copies it when something waits.
  mutating func lend(_ block: UnsafeBufferPointer<UInt8>) {
    if isEmpty { lent = block } else { append(block) }
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    var rest = UnsafeRawBufferPointer(bytes)[...]
    ownCount += bytes.count
    while !rest.isEmpty {
      if chunks.last?.room ?? 0 == 0 { chunks.append(Chunk()) }
      let count = chunks[chunks.count - 1].fill(UnsafeRawBufferPointer(rebasing: rest))
      rest = rest.dropFirst(count)
    }
  }

  /// Copies what waits in a reader, so that it can be filled or freed.
  mutating func detach() {
    guard !lent.isEmpty else { return }
    let block = lent
    lent = UnsafeBufferPointer(start: nil, count: 0)
    // Nothing of its own was written while the block waited: it goes in front.
    let behind = exchange(&chunks, with: [])
    append(block)
    chunks += behind
  }

  /// Writes as much as can be written in one go.
  mutating func drain(_ write: (UnsafeRawBufferPointer) -> Transfer) -> Transfer {
    if !lent.isEmpty {
      let transfer = write(UnsafeRawBufferPointer(lent))
      if case .moved(let count) = transfer {
        lent = UnsafeBufferPointer(rebasing: lent[count...])
      }
      return transfer
    }
    guard let first = chunks.first else { return .blocked }
    let transfer = write(first.bytes)
    if case .moved(let count) = transfer {
      ownCount -= count
      chunks[0].drop(count)
      if chunks[0].bytes.isEmpty { chunks.removeFirst().free() }
    }
    return transfer
  }

  mutating func removeAll() {
    lent = UnsafeBufferPointer(start: nil, count: 0)
    for chunk in chunks { chunk.free() }
    chunks = []
    ownCount = 0
  }

  deinit { for chunk in chunks { chunk.free() } }
}

/// A piece of a queue, in pages of its own: given back to the system when it was written.
private struct Chunk {
  /// Bytes; a pipe takes no more at once.
  private static let length = 64 << 10

  private let base: UnsafeMutableRawPointer?
  private var start = 0
  private var end = 0

  init() {
    let base = mmap(nil, Self.length, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANON), -1, 0)
    self.base = base == MAP_FAILED ? nil : base
    // As `malloc` in Swift: without 64 KiB there is nothing that could still be done.
    precondition(self.base != nil, "out of memory")
    let pages = UnsafeRawBufferPointer(start: self.base, count: Self.length)
    ForkedMemory.exclude(pages)
    excludeFromCoreDumps(pages)
  }

  var room: Int { Self.length - end }
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base.map { $0 + start }, count: end - start)
  }

  mutating func fill(_ source: UnsafeRawBufferPointer) -> Int {
    let count = min(source.count, room)
    if let base, let address = source.baseAddress { memcpy(base + end, address, count) }
    end += count
    return count
  }

  mutating func drop(_ count: Int) { start += count }

  func free() {
    ForkedMemory.forget(UnsafeRawBufferPointer(start: base, count: Self.length))
    munmap(base, Self.length)
  }
}
