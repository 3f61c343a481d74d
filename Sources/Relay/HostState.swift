internal import JSONText

/// What the host has said that another server must hear as well.
struct HostState {
  /// How host and server speak, as far as is known.
  enum Era: Equatable, Sendable {
    case unknown
    /// Up to 2025-11-25: `initialize` was sent.
    case handshake
    /// From 2026-07-28: requests carry the version in their `_meta`.
    case stateless
  }

  enum Handshake: Equatable {
    case none
    /// `initialize` was sent and not answered.
    case pending
    /// It was answered with a result.
    case answered
    /// `notifications/initialized` was sent as well.
    case complete
  }

  /// 1 MiB: a handshake beyond is not kept, and a swap refused.
  static let maximumLine = 1 << 20
  /// How many resources may be subscribed to, for the subscriptions to be made again.
  static let maximumSubscriptions = 4_096

  private(set) var era = Era.unknown
  private(set) var handshake = Handshake.none
  private(set) var initialize: KeptRequest?
  private(set) var initialized: [UInt8] = []
  /// The version in the server's answer to `initialize`.
  private(set) var protocolVersion: [UInt8] = []
  /// The lists whose changes the server has promised to announce.
  private(set) var announcedLists: [ListKind] = []
  private(set) var logLevel: KeptRequest?
  private(set) var subscriptions: [(uri: [UInt8], request: KeptRequest)] = []
  /// Whether a subscription could not be kept.
  private(set) var hasLostSubscription = false
  /// The members of a request's `_meta` that say how the host speaks, as an object, and the version
  /// in it.
  private(set) var meta: [UInt8] = Array("{}".utf8)
  private(set) var metaVersion: [UInt8] = []
  /// Whether the server has answered the host's own `server/discover` with a result.
  private(set) var hasDiscovered = false

  /// A request goes to the server.
  mutating func note(
    _ method: ProtocolMethod?, _ message: Message, _ line: UnsafeBufferPointer<UInt8>
  ) {
    switch method {
    case .initialize:
      era = .handshake
      handshake = .pending
      initialize = KeptRequest(line, message, limit: Self.maximumLine)
      initialized = []
    case .setLevel: logLevel = KeptRequest(line, message, limit: Self.maximumLine)
    case .subscribe: subscribe(line, message)
    case .unsubscribe:
      guard let uri = MessageMembers.string(at: ["params", "uri"], in: line) else { return }
      subscriptions.removeAll { $0.uri == uri }
    default: if era == .unknown { noteStateless(method, line) }
    }
  }

  private mutating func subscribe(_ line: UnsafeBufferPointer<UInt8>, _ message: Message) {
    guard let uri = MessageMembers.string(at: ["params", "uri"], in: line) else { return }
    subscriptions.removeAll { $0.uri == uri }
    guard subscriptions.count < Self.maximumSubscriptions,
      let request = KeptRequest(line, message, limit: 4 << 10)
    else {
      hasLostSubscription = true
      return
    }
    subscriptions.append((uri, request))
  }

  private mutating func noteStateless(
    _ method: ProtocolMethod?, _ line: UnsafeBufferPointer<UInt8>
  ) {
    let path: [StaticString] = ["params", "_meta"]
    let version = MessageMembers.string(
      at: path + ["io.modelcontextprotocol/protocolVersion"], in: line)
    guard method == .discover || version != nil else { return }
    era = .stateless
    metaVersion = version ?? []
    guard let value = MessageMembers.value(at: path, in: line), value.range.count <= 64 << 10
    else { return }
    meta = Self.ownMeta(line, value.range)
  }

  /// Only what every request needs: neither a progress token nor a log level is ours to use.
  private static func ownMeta(
    _ line: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> [UInt8] {
    let names: [StaticString] = [
      "io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientCapabilities",
      "io.modelcontextprotocol/clientInfo",
    ]
    var meta = Array("{".utf8)
    for member in MessageMembers.members(of: line, in: range)
    where names.contains(where: { MessageMembers.string(at: member.key, in: line, is: $0) }) {
      if meta.count > 1 { meta.append(UInt8(ascii: ",")) }
      meta += line[member.key]
      meta.append(UInt8(ascii: ":"))
      meta += line[member.value.range]
    }
    return meta + "}".utf8
  }

  /// `notifications/initialized` goes to the server.
  mutating func noteInitialized(_ line: UnsafeBufferPointer<UInt8>) {
    guard handshake == .answered || handshake == .pending, line.count <= Self.maximumLine else {
      return
    }
    initialized = withLineEnd(line)
    if handshake == .answered { handshake = .complete }
  }

  /// The server has answered the host's `initialize`.
  mutating func noteInitializeAnswer(_ line: UnsafeBufferPointer<UInt8>, isError: Bool) {
    guard !isError else {
      forgetHandshake()
      return
    }
    protocolVersion = MessageMembers.string(at: ["result", "protocolVersion"], in: line) ?? []
    announcedLists = ListKind.allCases.filter {
      MessageMembers.isTrue(
        at: ["result", "capabilities", $0.capability, "listChanged"], in: line)
    }
    handshake = initialized.isEmpty ? .answered : .complete
  }

  /// The host's `initialize` was answered with an error: it may begin anew.
  mutating func forgetHandshake() {
    era = .unknown
    handshake = .none
    initialize = nil
    initialized = []
  }

  mutating func noteDiscoverAnswer(isError: Bool) {
    if !isError { hasDiscovered = true }
  }
}

/// A request of the host that is sent again under an id of ours.
struct KeptRequest {
  private let line: [UInt8]
  private let id: Range<Int>

  /// `nil` for a line beyond `limit`.
  init?(_ line: UnsafeBufferPointer<UInt8>, _ message: Message, limit: Int) {
    guard line.count <= limit, let id = message.id else { return nil }
    self.line = withLineEnd(line)
    self.id = id
  }

  func bytes(id token: [UInt8]) -> [UInt8] {
    line[..<id.lowerBound] + token + line[id.upperBound...]
  }
  /// As the host sent it.
  var original: [UInt8] { line }
}

/// A copy that ends with a line end.
func withLineEnd(_ line: UnsafeBufferPointer<UInt8>) -> [UInt8] {
  var copy = Array(line)
  if copy.last != UInt8(ascii: "\n") { copy.append(UInt8(ascii: "\n")) }
  return copy
}
