internal import Relay
import ValetTesting

/// A session among a simulated host and simulated servers that do everything in any order: swaps
/// in all modes, deaths, refusals, silence, cancellations, late answers. After every action what
/// must always hold is checked, and after the last one that nothing was lost.
package final class RelayModel {
  private enum Done {
    case toHost([UInt8])
    case toServer([UInt8], Int)
    case toStandardError([UInt8])
    case start(Int)
    case closeInput(Int)
    case terminate(Int, RelayAction.Force)
    case report(Int, SwapEvent)
    case end
  }

  private var session: RelaySession
  private var generator: SeededGenerator
  private var host: ModelHost
  private var servers: [ModelServer]
  private var now: Int64 = 0
  private var swaps: [(switched: Bool, closed: Bool)] = []
  private var isStopFirst: [Bool] = []
  private let isBenign: Bool
  private var hasHostEnded = false
  /// When the host has left, and the time that a server may go on behind that.
  private var hostEnd: Int64 = 0
  private static let longestEnd: Int64 = 30_000 + 1_400 + 1_400
  private var isOver = false
  private var deliveredNotes = 0
  private var lastNote = 0
  private var droppedLines = 0
  private var violation: String?
  /// What happened, for a person; empty unless asked for.
  package private(set) var history: [String] = []
  private let keepsHistory: Bool

  package init(seed: UInt64, keepsHistory: Bool = false) {
    generator = SeededGenerator(seed: seed)
    let isBenign = seed % 3 == 0
    self.isBenign = isBenign
    host = ModelHost(
      era: generator.pick([.handshake, .handshake, .stateless, .none]), isBenign: isBenign)
    servers = [
      ModelServer(
        generation: 1, refuses: false, isSilent: isBenign ? false : generator.oneIn(8),
        finishesAtEnd: generator.oneIn(2))
    ]
    servers[0].staysAtEnd = generator.oneIn(4)
    servers[0].isStarted = true
    self.keepsHistory = keepsHistory
    session = RelaySession(server: "srv", nonce: 1, now: 0)
  }

  /// - Returns: what went wrong; `nil` if nothing did.
  package func run(steps: Int = 60) -> String? {
    for _ in 0..<steps where violation == nil && !isOver { step() }
    finish()
    if violation == nil, !isOver { violation = "the session does not end" }
    host.close()
    if violation == nil { violation = host.violation ?? openEnds }
    return violation
  }

  private var openEnds: String? {
    if let open = swaps.firstIndex(where: { !$0.closed }) { return "swap \(open) has no outcome" }
    if session.heldCount > 0 { return "lines are held at the end" }
    if deliveredNotes + droppedLines < host.noteCount { return "a notification was lost" }
    return nil
  }

  // MARK: Steps

  private func step() {
    switch generator.below(100) {
    case 0..<14: say { $0.isReady ? $0.request() : $0.open() }
    case 14..<20: say { $0.isReady ? $0.note() : $0.open() }
    case 20..<23:
      let choice = generator.below(100)
      say { $0.cancel(choice) }
    case 23..<29:
      let choice = generator.below(100)
      say { $0.answer(choice) }
    case 29..<31:
      say { $0.isReady && $0.era == .stateless ? $0.request(isStream: true) : nil }
    case 31..<50: withServer { server, _ in server.step() }
    case 50..<58: withServer { server, generator in server.answer(generator.below(100)) }
    case 58..<63: withServer { server, _ in server.note() }
    case 63..<67:
      if host.era == .handshake { withServer { server, _ in server.ask() } }
    case 67: withServer { server, _ in server.cancelQuestion() }
    case 68..<84: deliver(generator.below(servers.count))
    case 84..<88: requestSwap()
    case 88..<93: start()
    case 93 where !isBenign:
      withServer { server, generator in server.die(code: Int32(generator.below(3))) }
    case 94..<97: reportEnd(generator.below(servers.count))
    default:
      let times: [Int64] = isBenign ? [0, 1] : [1, 100, 1_500, 6_000, 31_000, 61_000]
      wait(generator.pick(times))
    }
  }

  private func say(_ body: (inout ModelHost) -> [UInt8]?) {
    guard !hasHostEnded, session.wantsHostInput, let line = body(&host) else { return }
    sendFromHost(line)
  }

  private func sendFromHost(_ line: [UInt8]) {
    log("host says", line)
    perform { session, act in line.withUnsafeBufferPointer { session.receiveFromHost($0, act) } }
  }

  private func withServer(_ body: (inout ModelServer, inout SeededGenerator) -> Void) {
    let place = generator.below(servers.count)
    guard servers[place].isStarted, servers[place].isAlive else { return }
    body(&servers[place], &generator)
    violation = violation ?? servers[place].violation
  }

  private func deliver(_ place: Int) {
    let generation = place + 1
    guard servers[place].isStarted, !servers[place].outbox.isEmpty, !isOver else { return }
    let line = servers[place].outbox.removeFirst()
    log("\(generation) says", line)
    perform { session, act in
      line.withUnsafeBufferPointer {
        session.receive($0, fromServer: generation, redacting: { _, _ in .unchanged }, act)
      }
    }
  }

  private func requestSwap() {
    let identifier = swaps.count
    swaps.append((false, false))
    let mode: SwapMode = generator.pick([.overlap, .overlap, .stopFirst, .never])
    log("swap \(identifier) \(mode)")
    perform { $0.requestSwap(identifier, mode: mode, $1) }
  }

  private func start() {
    guard let place = servers.firstIndex(where: { !$0.isStarted && $0.isAlive }), !isOver
    else { return }
    let generation = place + 1
    if !hasHostEnded, !isBenign, generator.oneIn(6) {
      servers[place].isAlive = false
      servers[place].hasReportedExit = true
      servers[place].hasReportedEnd = true
      log("\(generation) does not start")
      perform { $0.serverNotStarted(generation, exitCode: 127, $1) }
    } else {
      servers[place].isStarted = true
      log("\(generation) starts")
      perform { $0.serverStarted(generation, $1) }
    }
  }

  private func reportEnd(_ place: Int) {
    guard servers[place].isStarted, !servers[place].isAlive, !isOver else { return }
    let generation = place + 1
    if !servers[place].hasReportedExit {
      servers[place].hasReportedExit = true
      let code = servers[place].exitCode
      log("\(generation) exits \(code)")
      perform { $0.serverExited(generation, exitCode: code, $1) }
    } else if servers[place].outbox.isEmpty, !servers[place].hasReportedEnd {
      servers[place].hasReportedEnd = true
      log("\(generation) output ends")
      perform { $0.serverOutputEnded(generation, $1) }
    }
  }

  private func wait(_ milliseconds: Int64) {
    now += milliseconds
    let time = now
    log("wait \(milliseconds)")
    perform { $0.advance(to: time, $1) }
  }

  /// Everything goes well from here on, until the host leaves.
  private func finish() {
    for round in 0..<400 where violation == nil && !isOver {
      if round == 200 || (round > 4 && swaps.allSatisfy(\.closed)), !hasHostEnded {
        hasHostEnded = true
        hostEnd = now
        log("host leaves")
        perform { $0.endOfHost($1) }
      }
      start()
      for place in servers.indices {
        for _ in 0..<8 where servers[place].isStarted && servers[place].isAlive {
          servers[place].step()
          let isSlow = hasHostEnded && servers[place].staysAtEnd
          if !isSlow || round % 10 == 9 { servers[place].answer(0) }
        }
        violation = violation ?? servers[place].violation
        while !servers[place].outbox.isEmpty, servers[place].isStarted, !isOver { deliver(place) }
        reportEnd(place)
        reportEnd(place)
      }
      checkEnd()
      wait(hasHostEnded ? 300 : round % 10 == 9 && !isBenign ? 61_000 : 100)
    }
  }

  /// Behind the end of the host, no server may be left that was not told to end: soon when it has
  /// answered everything, in bounded time when not. And none may be told while it still answers.
  private func checkEnd() {
    guard hasHostEnded, !isOver else { return }
    for server in servers where server.isStarted && server.isAlive {
      if now > hostEnd + Self.longestEnd {
        violation = violation ?? "\(server.generation) outlives the host"
      }
    }
  }

  private func checkTermination(_ server: ModelServer, _ force: RelayAction.Force) {
    guard hasHostEnded, isBenign, force == .politely, server.isStarted, server.isAlive
    else { return }
    // A server that was replaced before may have less time than the whole of its 30 s.
    if server.isAnswering, now < hostEnd + 5_000 {
      violation = violation ?? "\(server.generation) was ended before it had answered"
    }
  }

  // MARK: Actions

  private func perform(
    _ body: (inout RelaySession, RelaySession.Sink) -> Void
  ) {
    var done: [Done] = []
    body(&session) {
      switch $0 {
      case .toHost(let bytes): done.append(.toHost(Array(bytes)))
      case .toServer(let bytes, let generation): done.append(.toServer(Array(bytes), generation))
      case .toStandardError(let bytes): done.append(.toStandardError(Array(bytes)))
      case .start(let generation): done.append(.start(generation))
      case .closeInput(let generation): done.append(.closeInput(generation))
      case .terminate(let generation, let force): done.append(.terminate(generation, force))
      case .report(let identifier, let event): done.append(.report(identifier, event))
      case .end: done.append(.end)
      }
    }
    for action in done { carryOut(action) }
  }

  private func carryOut(_ action: Done) {
    if isOver { violation = violation ?? "something is wanted after the end" }
    switch action {
    case .toHost(let bytes): tellHost(bytes)
    case .toServer(let bytes, let generation): tellServer(bytes, generation)
    case .toStandardError(let bytes):
      log("err", bytes)
      droppedLines += 1
    case .start(let generation): prepare(generation)
    case .closeInput(let generation):
      log("close \(generation)")
      servers[generation - 1].isInputOpen = false
    case .terminate(let generation, let force):
      log("terminate \(generation)")
      let place = generation - 1
      checkTermination(servers[place], force)
      if !servers[place].isStarted { violation = violation ?? "a server was ended before it ran" }
      if servers[place].isAlive, force == .atOnce || !servers[place].isSilent {
        servers[place].die(code: 15)
      }
    case .report(let identifier, let event): note(event, of: identifier)
    case .end:
      log("end")
      isOver = true
      if servers.contains(where: { $0.isStarted && !$0.hasEnded }) {
        violation = violation ?? "the session ended before its servers"
      }
    }
  }

  private func tellHost(_ bytes: [UInt8]) {
    log("host hears", bytes)
    let reply = host.hear(
      ModelLine(bytes), forgets: !generator.oneIn(3), isEnding: hasHostEnded)
    violation = violation ?? host.violation
    if let reply, !hasHostEnded { sendFromHost(reply) }
  }

  private func tellServer(_ bytes: [UInt8], _ generation: Int) {
    log("\(generation) hears", bytes)
    let place = generation - 1
    guard servers[place].isStarted, servers[place].isInputOpen else {
      violation = violation ?? "\(generation) was written to although it cannot read"
      return
    }
    let line = ModelLine(bytes)
    if !line.isOurs { host.noteSent(line, to: generation) }
    if line.isMethod("note"), let number = line.number("\"n\":") {
      if number <= lastNote { violation = violation ?? "note \(number) came behind \(lastNote)" }
      lastNote = number
      deliveredNotes += 1
    }
    violation = violation ?? host.violation
    if servers[place].isAlive { servers[place].inbox.append(bytes) }
  }

  private func prepare(_ generation: Int) {
    log("start \(generation)")
    if generation != servers.count + 1 { violation = violation ?? "generation \(generation)" }
    servers.append(
      ModelServer(
        generation: generation, refuses: !hasHostEnded && !isBenign && generator.oneIn(6),
        isSilent: !isBenign && generator.oneIn(8), finishesAtEnd: generator.oneIn(2)))
    servers[servers.count - 1].staysAtEnd = generator.oneIn(4)
    let running = servers.count(where: { !$0.hasEnded })
    if running > 4 { violation = violation ?? "\(running) servers run at once" }
  }

  private func note(_ event: SwapEvent, of identifier: Int) {
    log("swap \(identifier) \(event)")
    if swaps[identifier].closed { violation = violation ?? "swap \(identifier) has two outcomes" }
    switch event {
    case .switched:
      if swaps[identifier].switched { violation = violation ?? "swap \(identifier) twice" }
      swaps[identifier].switched = true
    case .finished(let abandoned, _):
      if isBenign, !hasHostEnded, abandoned > 0 {
        violation = violation ?? "swap \(identifier) left requests unanswered"
      }
      if !swaps[identifier].switched { violation = violation ?? "swap \(identifier) too early" }
      swaps[identifier].closed = true
    case .failed(let failure):
      swaps[identifier].closed = true
      if isBenign, !hasHostEnded, failure != .refused, failure != .tooMany {
        violation = violation ?? "swap \(identifier) failed although nothing went wrong"
      }
    }
  }

  private func log(_ what: String, _ bytes: [UInt8] = []) {
    guard keepsHistory else { return }
    history.append(what + " " + String(decoding: bytes.dropLast(), as: UTF8.self))
  }
}
