/// The requests of servers that the host has not answered (they exist in the handshake era only),
/// and which generation wants the answer.
///
/// Two generations choose their ids without knowing of each other, and the host must be able to
/// tell them apart: where an id is taken by another generation, the host sees another one. A
/// request stays here when its server is gone, since the host may answer it nevertheless, and that
/// answer must not reach the next server.
struct ServerRequests {
  struct Progress {
    /// The progress token that the host sees.
    let shown: RequestID
    /// As the server wrote its own.
    let token: [UInt8]
    let isRewritten: Bool
  }

  struct Entry {
    /// The id that the host sees.
    let shown: RequestID
    /// The id that the server chose, and as it wrote it.
    let id: RequestID
    let token: [UInt8]
    let generation: Int
    let sequence: UInt64
    let progress: Progress?
    /// No answer is wanted any more: the server cancelled it or is gone.
    fileprivate(set) var isClosed = false
  }

  /// 4,096: a server with more questions than that open is answered with an error.
  static let maximumCount = 4_096
  /// 1 MiB of ids and tokens.
  static let maximumSize = 1 << 20

  private var entries: [Entry] = []
  private var sequence: UInt64 = 0
  private var size = 0

  var isEmpty: Bool { entries.isEmpty }

  /// Forgets the oldest closed requests as far as room is needed.
  ///
  /// - Returns: whether there is room for one more.
  mutating func makeRoom() -> Bool {
    while entries.count >= Self.maximumCount || size >= Self.maximumSize {
      guard let oldest = entries.firstIndex(where: \.isClosed) else { return false }
      remove(oldest)
    }
    return true
  }

  /// Whether another generation has shown the host this id, or one that is taken for it.
  func isTaken(_ id: RequestID, besides generation: Int) -> Bool {
    let alternate = id.alternate
    return entries.contains {
      $0.generation != generation && ($0.shown == id || $0.shown == alternate)
    }
  }

  func isTokenTaken(_ token: RequestID, besides generation: Int) -> Bool {
    let alternate = token.alternate
    return entries.contains {
      $0.generation != generation
        && ($0.progress?.shown == token || alternate != nil && $0.progress?.shown == alternate)
    }
  }

  mutating func insert(
    shown: RequestID, id: RequestID, token: [UInt8], generation: Int,
    progress: Progress?
  ) {
    sequence += 1
    size += Self.size(token, progress)
    entries.append(
      Entry(
        shown: shown, id: id, token: token, generation: generation, sequence: sequence,
        progress: progress))
  }

  /// The request that an answer of the host belongs to.
  func find(shown id: RequestID) -> Int? {
    if let index = entries.firstIndex(where: { $0.shown == id }) { return index }
    guard let other = id.alternate else { return nil }
    return entries.firstIndex { $0.shown == other }
  }

  /// The request that a server speaks of by its own id.
  func find(_ id: RequestID, of generation: Int) -> Int? {
    entries.firstIndex { $0.generation == generation && !$0.isClosed && $0.id == id }
  }

  /// The open request that a progress notification of the host belongs to.
  func find(progress token: RequestID) -> Int? {
    let alternate = token.alternate
    return entries.firstIndex {
      $0.progress?.shown == token || alternate != nil && $0.progress?.shown == alternate
    }
  }

  subscript(index: Int) -> Entry { entries[index] }

  mutating func remove(_ index: Int) {
    let entry = entries.remove(at: index)
    size -= Self.size(entry.token, entry.progress)
  }

  mutating func close(_ index: Int) { entries[index].isClosed = true }

  /// Closes all requests of a server that is gone, and returns what the host saw of them.
  mutating func closeAll(of generation: Int) -> [RequestID] {
    var closed: [RequestID] = []
    for index in entries.indices
    where entries[index].generation == generation && !entries[index].isClosed {
      entries[index].isClosed = true
      closed.append(entries[index].shown)
    }
    return closed
  }

  private static func size(_ token: [UInt8], _ progress: Progress?) -> Int {
    2 * (token.count + (progress?.token.count ?? 0))
  }
}
