/// The requests of the host that have not been answered, and which generation of the server has
/// them. Bounded in number and bytes.
struct OpenRequests {
  /// What a request asks for, as far as a swap must know.
  enum Kind {
    case plain, initialize, discover
    /// `subscriptions/listen`: its answer comes when the stream ends, if ever.
    case listen
  }

  struct Entry {
    let id: RequestID
    /// The id as the host wrote it, where that is not what `id` would write.
    let token: [UInt8]?
    let kind: Kind
    /// Of the server that is to answer.
    fileprivate(set) var generation: Int
    /// The host does not wait for the answer any more.
    fileprivate(set) var isCancelled = false
    /// Grows from request to request.
    let sequence: UInt64
    /// The next entry of the same id: one that a careless host used twice at a time.
    fileprivate var next = -1
    /// Of the first entry of an id: the last one.
    fileprivate var last: Int
  }

  /// 65,536 requests, above what any host has open; what comes beyond is refused.
  static let maximumCount = 65_536
  /// 16 MiB of ids.
  static let maximumSize = 16 << 20
  /// How many cancelled requests are remembered, so that a late answer is known for one.
  static let maximumCancelled = 1_024

  private var entries: [Entry?] = []
  private var free: [Int] = []
  private var first: [RequestID: Int] = [:]
  private var sequence: UInt64 = 0
  private var size = 0
  /// Cancelled requests in the order of their cancellation, by place and sequence.
  private var cancelled: [(slot: Int, sequence: UInt64)] = []

  var count: Int { entries.count - free.count }
  var isFull: Bool { count >= Self.maximumCount || size >= Self.maximumSize }

  subscript(slot: Int) -> Entry? { entries[slot] }

  /// - Returns: its slot, which stays the same until it is removed.
  mutating func insert(
    _ id: RequestID, token: [UInt8]?, kind: Kind, generation: Int
  ) -> Int {
    sequence += 1
    size += id.extraSize + (token?.count ?? 0)
    let slot = free.popLast() ?? entries.count
    let entry = Entry(
      id: id, token: token, kind: kind, generation: generation, sequence: sequence, last: slot)
    if slot == entries.count { entries.append(entry) } else { entries[slot] = entry }
    guard let head = first[id], let last = entries[head]?.last else {
      first[id] = slot
      return slot
    }
    entries[last]?.next = slot
    entries[head]?.last = slot
    return slot
  }

  /// The oldest open request of this id, of this generation if one is given; a cancelled one only
  /// when there is no other. An answer may write an integer as a string and the other way round.
  func find(_ id: RequestID, generation: Int? = nil) -> Int? {
    if let slot = findExactly(id, generation) { return slot }
    guard let other = id.alternate else { return nil }
    return findExactly(other, generation)
  }

  private func findExactly(_ id: RequestID, _ generation: Int?) -> Int? {
    guard var slot = first[id] else { return nil }
    var cancelled: Int?
    while slot >= 0, let entry = entries[slot] {
      if generation == nil || entry.generation == generation {
        if !entry.isCancelled { return slot }
        cancelled = cancelled ?? slot
      }
      slot = entry.next
    }
    return cancelled
  }

  mutating func remove(_ slot: Int) {
    guard let entry = entries[slot], let head = first[entry.id] else { return }
    size -= entry.id.extraSize + (entry.token?.count ?? 0)
    if head == slot {
      first[entry.id] = entry.next >= 0 ? entry.next : nil
      if entry.next >= 0 { entries[entry.next]?.last = entry.last }
    } else {
      var before = head
      while let next = entries[before]?.next, next >= 0, next != slot { before = next }
      entries[before]?.next = entry.next
      if entries[head]?.last == slot { entries[head]?.last = before }
    }
    entries[slot] = nil
    free.append(slot)
  }

  mutating func move(_ slot: Int, to generation: Int) { entries[slot]?.generation = generation }

  /// The host does not want the answer any more. Of many such, the oldest is forgotten.
  mutating func cancel(_ slot: Int) {
    guard let entry = entries[slot], !entry.isCancelled else { return }
    entries[slot]?.isCancelled = true
    cancelled.append((slot, entry.sequence))
    guard cancelled.count >= 2 * Self.maximumCancelled else { return }
    for (slot, sequence) in cancelled.prefix(Self.maximumCancelled)
    where entries[slot]?.sequence == sequence { remove(slot) }
    cancelled.removeFirst(Self.maximumCancelled)
  }

  /// The slots of one generation in the order the requests came.
  func slots(of generation: Int) -> [Int] {
    entries.indices
      .filter { entries[$0]?.generation == generation }
      .sorted { (entries[$0]?.sequence ?? 0) < (entries[$1]?.sequence ?? 0) }
  }

  /// Appends the id of a request as the host wrote it.
  func appendToken(of slot: Int, to output: inout [UInt8]) {
    guard let entry = entries[slot] else { return }
    if let token = entry.token { output += token } else { entry.id.appendToken(to: &output) }
  }
}
