package import Control
package import Launch
internal import Platform
internal import Redaction
package import Refreshing
package import Relay
package import Secrets

/// A running relay: one host, one server in up to four generations, and the loop that moves bytes
/// between them as a `RelaySession` says.
///
/// | file | what it does |
/// |---|---|
/// | `Supervisor+Loop` | waits, and serves what is ready |
/// | `Supervisor+Host`, `+Servers`, `+Errors` | reading and writing, one side each |
/// | `Supervisor+Actions` | what the session wants done |
/// | `Supervisor+Starts`, `+Swaps` | servers that come and go |
/// | `Supervisor+Connections` | tokens that end |
/// | `Supervisor+Control` | commands that ask over the socket |
/// | `Supervisor+End` | what is still delivered, and what a host is told when its server never answered |
///
/// The rule for memory: a side is read only when what was read before is delivered. So a relay holds
/// a line in each direction and little else, however long a reader stalls.
///
/// Everything happens in the thread that calls ``run()``. Properties that every line touches are not
/// checked for overlapping accesses at run time, which costs as much as routing a small line does;
/// none of them is lent to a call that could come back to it. `session` is checked: its actions are
/// carried out while it is being changed, and must not touch it.
package final class Supervisor {
  let name: String
  let source: LaunchSource
  let settings: Settings
  let signals: ForwardedSignals

  var session: RelaySession
  /// The generation that messages of the host go to, as of the last call of the session.
  var current: Int? = 1
  /// By age; ended ones are dropped when nothing refers to them.
  var links: [ServerLink] = []

  // The host.
  var hostInput = HostDescriptor(STDIN_FILENO, .reading)
  var hostOutput = HostDescriptor(STDOUT_FILENO, .writing)
  var hostReader: LineReader
  @exclusivity(unchecked) var hostQueue = OutputQueue()
  /// The host will send no more, …
  var hasHostInputEnded = false
  /// … and the session was told.
  var isHostEndTold = false
  /// When the host last took something, in milliseconds.
  var lastDelivery: Int64 = 0

  var errors = ErrorOutput()

  // Redaction.
  @exclusivity(unchecked) var patterns: SecretPatterns
  @exclusivity(unchecked) var redactor: LineRedactor
  /// Whether there is anything to look for.
  @exclusivity(unchecked) var isRedacting = false
  /// Whether the values of a reference are to be looked for, also those that come later.
  let isSearched: (SecretReference) -> Bool
  /// In the standard error of servers that are gone, by the index of the name.
  var pastRedactions: [Int] = []

  // What a call of the session has asked for.

  /// Lines for the host that lie side by side in the reader of a server, not yet written.
  @exclusivity(unchecked) var hostRun = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// The same in the other direction, and for whom.
  @exclusivity(unchecked) var serverRun = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  @exclusivity(unchecked) var serverRunLink: ServerLink?
  /// Whose lines are being handled; `nil` while it is the host's, or nobody's.
  @exclusivity(unchecked) var readingLink: ServerLink?
  @exclusivity(unchecked) var wantedStarts: [Int] = []
  @exclusivity(unchecked) var reports: [(swap: Int, event: SwapEvent)] = []
  var exitCode: Int32?

  // Swaps.
  var lastSwap = 0
  var swapCount = 0
  var swapHandlers: [(swap: Int, handler: SwapHandler)] = []

  /// What allowed the server its values was taken back: it gets no others.
  var isWithdrawn = false

  // OAuth connections.

  /// Those whose tokens the server has; empty for most.
  @exclusivity(unchecked) var keepers: [TokenKeeper] = []
  /// Tokens that are still to be given to the server.
  var renewals: [Renewal] = []
  /// Connections that need a login, and what to tell of it.
  var ended: [(name: ConnectionName, reason: String)] = []
  var wallTimer: WallTimer?
  /// Milliseconds; until then the host's lines wait for a token. 0 when they wait for none.
  var hostHoldEnd: Int64 = 0

  // The end.

  /// When all must be over once the server has ended, because SIGTERM was passed on.
  var terminationTime: Int64?
  /// SIGTERM, SIGINT, SIGHUP or SIGQUIT came: the host wants no explanations.
  var wasInterrupted = false

  /// Those who ask us; `nil` without a socket.
  var desk: ControlDesk?

  /// Records what servers are started and have ended; one is not started when it throws.
  let record: ((SupervisionEvent) throws(LaunchError) -> Void)?

  // For status.
  let started: Int64
  @exclusivity(unchecked) var hostLineCount = 0
  @exclusivity(unchecked) var messageCount = 0

  var now: Int64

  /// How a relay behaves where it is not the usual way.
  package struct Settings {
    package var relay = RelaySettings()
    /// How swaps are done that do not say.
    package var swapMode = SwapMode.overlap
    package init() {}
  }

  /// Starts the server and waits until it is executed.
  ///
  /// - Parameters:
  ///   - name: of the server, for messages.
  ///   - signals: made before, so that none is lost.
  ///   - listener: opened before the values were resolved; `nil` for a relay that nobody can ask.
  ///   - record: called before each server that replaces the first one is started, and when one has
  ///     ended; the first one is recorded by whoever calls this.
  ///   - whileStarting: called when the server was told to start, before anything is read of it: what
  ///     takes a moment is done while it sets itself up. What it throws ends the server.
  ///   - keepers: of the connections whose tokens the server is given.
  ///   - isSearched: whether the values of a reference are to be looked for in what servers print.
  /// - Throws: `LaunchError`; nothing is left running then.
  package init(
    _ name: String, _ source: LaunchSource, signals: consuming ForwardedSignals,
    listener: consuming ControlListener? = nil,
    recording record: ((SupervisionEvent) throws(LaunchError) -> Void)? = nil,
    whileStarting: () throws(LaunchError) -> Void = {}, keeping keepers: [TokenKeeper] = [],
    redacting isSearched: @escaping (SecretReference) -> Bool, settings: Settings = Settings()
  ) throws(LaunchError) {
    // The server first: what is set up here is done while it starts by itself.
    let server = try source.start()
    try whileStarting()
    do throws(SecretMemoryError) {
      let link = try ServerLink(1, server)
      hostReader = try LineReader()
      patterns = try SecretPatterns()
      redactor = try LineRedactor()
      links = [link]
    } catch {
      throw .memory(error)
    }
    self.name = name
    self.source = source
    self.settings = settings
    self.signals = signals
    self.isSearched = isSearched
    self.record = record
    now = Self.clock()
    started = Int64(time(nil))
    session = RelaySession(
      server: name, nonce: UInt64.random(in: .min ... .max), settings: settings.relay, now: now)
    keep(keepers)
    if let listener { desk = ControlDesk(listener, now: now) }
    var searched: [SearchedReference] = []
    for reference in source.plan.references where isSearched(reference) {
      searched.append(SearchedReference(reference))
    }
    try search(for: searched)
    links[0].values = valuesInForce
    links[0].isStarted = true
    try links[0].server.waitForStart()
  }

  /// Milliseconds since some fixed moment.
  static func clock() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  func link(_ generation: Int) -> ServerLink? {
    for link in links where link.generation == generation { return link }
    return nil
  }

  /// The server that messages of the host go to.
  var currentLink: ServerLink? { current.flatMap { link($0) } }

  /// Says something on standard error.
  func remark(_ text: String) { errors.say("mcp-valet: \(printable(name)): \(text)\n") }
}
