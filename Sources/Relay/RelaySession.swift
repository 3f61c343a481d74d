internal import Secrets

/// A host, and the generations of one server that it takes for a single one: what comes in, and
/// what is to be done about it. No I/O, no clock, no threads.
///
/// Lines are passed on as they are: nothing is decoded or encoded anew, and the order of each
/// direction is kept. Read are the requests that have no answer yet (their ids), the handshake, and
/// what a swap must route. Every request gets exactly one answer: the server's own, or an
/// ``ErrorAnswer`` when that server is gone. No request is ever sent to two servers, but for
/// `subscriptions/listen`, whose stream goes on from the next one.
///
/// Whoever runs it carries out the actions in their order, calls ``advance(to:_:)`` with the time
/// whenever it wakes, and at ``nextDeadline`` at the latest. Times are milliseconds of a clock that
/// never goes back. Each call takes a closure for the actions.
package struct RelaySession: ~Copyable {
  package typealias Sink = (RelayAction) -> Void
  typealias Bytes = UnsafeBufferPointer<UInt8>

  let settings: RelaySettings
  /// How the server is called in messages.
  let name: String
  /// What our own ids begin with: nobody else's do (S5).
  let namespace: [UInt8]

  var now: Int64
  var host = HostState()
  var open = OpenRequests()
  var asked = ServerRequests()
  var streams: [ListenStream] = []
  /// A handful at most; the ended ones are dropped.
  var servers: [ServerRecord]
  /// The generation that serves.
  var current: Int?
  var lastGeneration: Int
  var swap: Swap?
  var waiting: [(identifier: Int, mode: SwapMode)] = []
  var held = HeldLines()
  /// Lines of the host are held, because no server can take them yet.
  var isHolding = false
  var hasHostEnded = false
  /// A message has come from it.
  package internal(set) var hasHostSpoken = false
  /// When it did.
  var hostEnd: Int64 = 0
  var isStopping = false
  /// What the session ends with, once that is known.
  var exitCode: Int32?
  /// What the last server that served has ended with.
  var lastCode: Int32?
  /// The server that served has died while a new one was being started.
  var hasLostServer = false
  var isOver = false
  var lastNumber: UInt64 = 0
  /// Whether a server has answered any request of the host.
  package internal(set) var hasAnswered = false
  /// What to tell the host of the server whose end is to be told next, in place of its exit code.
  package var endDescription: ServerEnd?

  /// What calls of tools are answered with while the server's login has ended; other requests pass.
  package var toolRefusal: String?

  /// - Parameters:
  ///   - name: of the server, for messages.
  ///   - nonce: a random number, so that our ids are nobody else's.
  ///   - now: the time in milliseconds.
  ///
  /// The server that the session begins with runs already and is generation 1.
  package init(
    server name: String, nonce: UInt64, settings: RelaySettings = RelaySettings(), now: Int64
  ) {
    self.name = printable(name)
    self.settings = settings
    self.now = now
    let digits = String(nonce, radix: 16)
    namespace = Array("mcp-valet:\(digits):".utf8)
    servers = [ServerRecord(generation: 1, phase: .serving, isStarted: true)]
    current = 1
    lastGeneration = 1
  }

  // MARK: What it wishes

  /// Whether lines of the host are wanted. While they are held, one that is read nevertheless is
  /// held as well.
  package var wantsHostInput: Bool {
    // Each line held may have to be answered with an error; see `OpenRequests`.
    !hasHostEnded && !isOver && held.count < settings.maximumHeld
      && held.lineCount < OpenRequests.maximumCount
  }

  /// Bytes of the host that wait for a server.
  package var heldCount: Int { held.count }

  /// When ``advance(to:_:)`` must be called although nothing happens; `nil` for never.
  package var nextDeadline: Int64? {
    var next: Int64?
    for index in servers.indices {
      if let deadline = servers[index].nextDeadline { next = min(next ?? deadline, deadline) }
    }
    return next
  }

  /// The generation that new messages go to; `nil` while there is none.
  package var currentGeneration: Int? { current }

  /// `nil` as long as the host has said nothing that tells.
  package var isStateless: Bool? {
    switch host.era {
    case .unknown: nil
    case .handshake: false
    case .stateless: true
    }
  }

  /// How many requests of the host have no answer yet.
  package var openCount: Int { open.count }

  /// Whether the server has nothing to do: no request of the host but streams that stay open, and no
  /// other server is being started.
  package var isIdle: Bool {
    guard swap == nil, waiting.isEmpty, !isHolding else { return false }
    for index in servers.indices where servers[index].openCount > 0 { return false }
    return true
  }

  // MARK: Tools

  func index(of generation: Int) -> Int? {
    for index in servers.indices where servers[index].generation == generation { return index }
    return nil
  }

  /// The place of the server that messages of the host go to, when it can take them.
  var receiver: Int? {
    guard !isHolding, let current, let index = index(of: current), servers[index].isInputOpen
    else { return nil }
    return index
  }

  func send(_ bytes: [UInt8], to generation: Int, _ act: Sink) {
    bytes.withUnsafeBufferPointer { act(.toServer($0, generation: generation)) }
  }

  func tellHost(_ bytes: [UInt8], _ act: Sink) {
    guard !bytes.isEmpty else { return }
    bytes.withUnsafeBufferPointer { act(.toHost($0)) }
  }

  /// Says on standard error what became of something that was not passed on.
  func remark(_ text: String, _ act: Sink) {
    Array("mcp-valet: \(name): \(text)\n".utf8).withUnsafeBufferPointer {
      act(.toStandardError($0))
    }
  }

  /// Copies with ranges replaced; the edits are in ascending order.
  static func edited(_ line: Bytes, _ edits: [(range: Range<Int>, bytes: [UInt8])]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(line.count + 64)
    var start = 0
    for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      output += line[start..<edit.range.lowerBound]
      output += edit.bytes
      start = edit.range.upperBound
    }
    return output + line[start...]
  }

  /// An id of ours, as it is written. `kind` tells the sorts apart.
  mutating func ownToken(_ kind: Unicode.Scalar) -> [UInt8] {
    lastNumber += 1
    return [UInt8(ascii: "\"")] + namespace + "\(kind)\(lastNumber)\"".utf8
  }
}
