import Relay
import Testing

/// A session and what it wanted done, as lines of text:
///
///     host LINE | G LINE | err LINE | start G | close G | term G | kill G
///     report ID switched | report ID finished ABANDONED ANNOUNCED | report ID failed FAILURE
///     end CODE
struct RelayRig: ~Copyable {
  private var session: RelaySession
  private(set) var now: Int64 = 0
  var redact: (String) -> String? = { _ in nil }

  init(_ settings: RelaySettings = RelaySettings()) {
    session = RelaySession(server: "srv", nonce: 0xABC, settings: settings, now: 0)
  }

  var openCount: Int { session.openCount }
  var heldCount: Int { session.heldCount }
  var wantsHostInput: Bool { session.wantsHostInput }
  var nextDeadline: Int64? { session.nextDeadline }
  var currentGeneration: Int? { session.currentGeneration }
  var isStateless: Bool? { session.isStateless }
  var isIdle: Bool { session.isIdle }
  var toolRefusal: String? {
    get { session.toolRefusal }
    set { session.toolRefusal = newValue }
  }

  private mutating func collect(
    _ body: (inout RelaySession, (RelayAction) -> Void) -> Void
  ) -> [String] {
    var done: [String] = []
    body(&session) { done.append(Self.text($0)) }
    return done
  }

  static func text(_ action: RelayAction) -> String {
    func line(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
      guard bytes.last == UInt8(ascii: "\n") else {
        return String(decoding: bytes, as: UTF8.self) + "<no line end>"
      }
      return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
    switch action {
    case .toHost(let bytes): return "host " + line(bytes)
    case .toServer(let bytes, let generation): return "\(generation) " + line(bytes)
    case .toStandardError(let bytes): return "err " + line(bytes)
    case .start(let generation): return "start \(generation)"
    case .closeInput(let generation): return "close \(generation)"
    case .terminate(let generation, .politely): return "term \(generation)"
    case .terminate(let generation, .atOnce): return "kill \(generation)"
    case .report(let id, .switched): return "report \(id) switched"
    case .report(let id, .finished(let abandoned, let announced)):
      return "report \(id) finished \(abandoned) \(announced)"
    case .report(let id, .failed(.notStarted(let code, nil))):
      return "report \(id) failed notStarted(exitCode: \(code))"
    case .report(let id, .failed(.ended(let code, nil))):
      return "report \(id) failed ended(exitCode: \(code))"
    case .report(let id, .failed(let failure)): return "report \(id) failed \(failure)"
    case .end(let code): return "end \(code)"
    }
  }

  static func lend<Result>(
    _ text: String, lineEnd: String = "\n", _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    Array((text + lineEnd).utf8).withUnsafeBufferPointer(body)
  }

  @discardableResult
  mutating func host(_ text: String, lineEnd: String = "\n") -> [String] {
    collect { session, act in
      Self.lend(text, lineEnd: lineEnd) { session.receiveFromHost($0, act) }
    }
  }

  @discardableResult
  mutating func server(_ generation: Int, _ text: String, lineEnd: String = "\n") -> [String] {
    server(generation, bytes: Array((text + lineEnd).utf8))
  }

  mutating func server(_ generation: Int, bytes: [UInt8]) -> [String] {
    let redact = redact
    return collect { session, act in
      bytes.withUnsafeBufferPointer {
        session.receive(
          $0, fromServer: generation,
          redacting: { line, _ in
            redact(String(decoding: line, as: UTF8.self)).map { .replaced(Array($0.utf8)) }
              ?? .unchanged
          }, act)
      }
    }
  }

  mutating func hostTooLong(_ text: String, end: String = "") -> [String] {
    collect { session, act in
      Self.lend(text, end) { session.receiveTooLongFromHost($0, act) }
    }
  }

  mutating func serverTooLong(
    _ generation: Int, _ text: String, end: String = ""
  ) -> [String] {
    collect { session, act in
      Self.lend(text, end) { session.receiveTooLong($0, fromServer: generation, act) }
    }
  }

  private static func lend(_ beginning: String, _ end: String, _ body: (CutLine) -> Void) {
    lend(beginning, lineEnd: "") { beginning in
      lend(end, lineEnd: "") { body(CutLine(beginning: beginning, end: $0)) }
    }
  }

  @discardableResult
  mutating func endHost() -> [String] { collect { $0.endOfHost($1) } }
  @discardableResult
  mutating func stop() -> [String] { collect { $0.stop($1) } }
  @discardableResult
  mutating func swap(_ id: Int, _ mode: SwapMode = .overlap) -> [String] {
    collect { $0.requestSwap(id, mode: mode, $1) }
  }
  @discardableResult
  mutating func started(_ generation: Int) -> [String] {
    collect { $0.serverStarted(generation, $1) }
  }
  @discardableResult
  mutating func notStarted(_ generation: Int, code: Int32) -> [String] {
    collect { $0.serverNotStarted(generation, exitCode: code, $1) }
  }
  @discardableResult
  mutating func outputEnded(_ generation: Int) -> [String] {
    collect { $0.serverOutputEnded(generation, $1) }
  }
  @discardableResult
  mutating func exited(_ generation: Int, code: Int32 = 0) -> [String] {
    collect { $0.serverExited(generation, exitCode: code, $1) }
  }
  /// It exits and its output ends.
  @discardableResult
  mutating func ended(_ generation: Int, code: Int32 = 0) -> [String] {
    exited(generation, code: code) + outputEnded(generation)
  }
  @discardableResult
  mutating func inputBroken(_ generation: Int) -> [String] {
    collect { $0.serverInputBroken(generation, $1) }
  }
  @discardableResult
  mutating func wait(_ milliseconds: Int64) -> [String] {
    now += milliseconds
    let time = now
    return collect { $0.advance(to: time, $1) }
  }

  // MARK: Conversations

  static let initialize = #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}"#
  static let initialized = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#

  static func initializeResult(
    id: String = "0", version: String = "2025-11-25", capabilities: String = "{}"
  ) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"result":{"protocolVersion":"\#(version)","capabilities":\#(capabilities)}}"#
  }

  /// A session of the handshake era that is ready.
  static func handshake(
    capabilities: String = "{}", settings: RelaySettings = RelaySettings()
  ) -> RelayRig {
    var rig = RelayRig(settings)
    rig.host(initialize)
    rig.server(1, initializeResult(capabilities: capabilities))
    rig.host(initialized)
    return rig
  }

  static let meta =
    #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

  /// A session of the stateless era that has asked `server/discover`.
  static func stateless() -> RelayRig {
    var rig = RelayRig()
    rig.host(#"{"jsonrpc":"2.0","id":0,"method":"server/discover","params":{\#(meta)}}"#)
    rig.server(1, discovered(id: "0"))
    return rig
  }

  static func discovered(id: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{}}}"#
  }

  static func request(_ id: String, _ method: String = "tools/call") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{}}"#
  }

  static func result(_ id: String) -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"# }

  /// The id of the request of ours in a line that goes to a server.
  static func ownID(_ line: String?) -> String {
    guard let line, let start = line.firstRange(of: #""mcp-valet:"#)?.lowerBound else {
      return "none"
    }
    let rest = line[line.index(after: start)...]
    return "\"" + rest.prefix { $0 != "\"" } + "\""
  }
}
