internal import Control
internal import Files
internal import Platform
internal import Secrets
internal import Testing
internal import ValetTesting

@Suite struct ConversationTests {
  private static let short = ControlClient.Deadlines(first: 5_000, next: 5_000)

  private func swap(
    _ values: [(String, UInt32?, [UInt8])], issued: UInt64 = ControlClock.issueTime()
  ) throws -> ControlMessage {
    var memory = try SecretBytes(count: values.reduce(0) { $0 + $1.2.count })
    var places: [SecretValues.Place] = []
    var secrets: [HeldSecret] = []
    var offset = 0
    for (reference, version, bytes) in values {
      let reference = try SecretReference(reference)
      memory.withUnsafeMutableBytes {
        UnsafeMutableRawBufferPointer(rebasing: $0[offset...]).copyBytes(from: bytes)
      }
      places.append(.init(reference, offset..<offset + bytes.count))
      secrets.append(HeldSecret(reference, version: version))
      offset += bytes.count
    }
    return try .swap(
      SwapOrder(
        secrets: secrets, values: SecretValues(memory: memory, places: places), issued: issued))
  }

  private func ask(
    _ room: Room, _ relays: [Driver], _ message: ControlMessage,
    deadlines: ControlClient.Deadlines = short
  ) throws -> [ControlClient] {
    try RunningServers(try room.locations).ask(
      relays.map { "\($0.processID).sock" }, message, deadlines: deadlines)
  }

  @Test func tellsItsStatus() throws {
    let room = try Room()
    let relay = try room.play(["--name", "github", "valet://github/token=3", "keyring://other"])
    let servers = try RunningServers(try room.locations).list()
    #expect(servers.count == 1)
    let server = try #require(servers.first)
    let status = try #require(server.status)
    #expect(server.processID == relay.processID)
    #expect(status.serverName == "github")
    #expect(status.brokerProcessID == relay.processID)
    #expect(status.hostProcessID == getpid())
    #expect(status.era == .handshake)
    #expect(status.memoryBytes > 0)
    #expect(
      status.secrets == [
        HeldSecret(try SecretReference("valet://github/token"), version: 3),
        HeldSecret(try SecretReference("keyring://other"), version: nil),
      ])
  }

  @Test func handsValuesOver() throws {
    let room = try Room()
    let relay = try room.play(["valet://a=1", "valet://b=1"])
    let message = try swap([
      ("valet://a", 2, Array("new-a".utf8)), ("valet://c", 1, Array("new-c".utf8)),
    ])
    let clients = try ask(room, [relay], message)
    #expect(
      clients[0].answers == [.accepted, .switched, .finished(abandoned: 0, announced: true)])
    #expect(clients[0].outcome == .answered(.finished(abandoned: 0, announced: true)))
    try relay.expect("value valet://a 2 5 new-a\n")
    #expect(!relay.text.contains("new-c"))
  }

  @Test func handsConnectionsOver() throws {
    let room = try Room()
    let relay = try room.play(["oauth://work=7", "valet://a=1"])
    let reference = try SecretReference("oauth://work")
    var memory = try SecretBytes(count: 5)
    memory.withUnsafeMutableBytes { $0.copyBytes(from: "token".utf8) }
    let id = (0..<16).map { UInt8($0) }
    var key = try SecretBytes(count: 32)
    key.withUnsafeMutableBytes { $0.copyBytes(from: 100..<132) }
    let message = try ControlMessage.swap(
      SwapOrder(
        secrets: [HeldSecret(reference, version: 1)],
        values: SecretValues(memory: memory, places: [.init(reference, 0..<5)]),
        issued: ControlClock.issueTime(),
        connections: [ConnectionHandover(reference, connectionID: id, key: key)]))
    let clients = try ask(room, [relay], message)
    #expect(clients[0].outcome == .answered(.finished(abandoned: 0, announced: true)))
    try relay.expect("value oauth://work 1 5 token\n")
    let list = { (bytes: [UInt8]) in bytes.map { "\($0)" }.joined(separator: ",") }
    try relay.expect(
      "connection oauth://work \(list(id)) \(list((100..<132).map { UInt8($0) }))\n")
  }

  @Test func handsValuesOfTheLargestSizeOver() throws {
    let room = try Room()
    let relay = try room.play(["valet://a", "valet://b", "valet://c"])
    let large = [UInt8](repeating: UInt8(ascii: "x"), count: SecretLimits.maximumValueLength)
    let message = try swap(
      ["a", "b", "c"].map { ("valet://\($0)", 2, large) })
    let clients = try ask(room, [relay], message)
    #expect(clients[0].outcome == .answered(.finished(abandoned: 0, announced: true)))
    try relay.expect("value valet://c 2 1048576 xxxx")
    #expect(throws: ControlError.self) {
      _ = try swap(["a", "b", "c", "d"].map { ("valet://\($0)", 2, large) })
    }
  }

  @Test func tellsAServerThatIsNotAffected() throws {
    let room = try Room()
    let relay = try room.play(["valet://a"])
    let clients = try ask(room, [relay], try swap([("valet://z", 2, [1])]))
    #expect(clients[0].outcome == .answered(.notAffected))
  }

  @Test func tellsWhyASwapFailed() throws {
    let room = try Room()
    let relay = try room.play(["--fail", "valet://a"])
    let clients = try ask(room, [relay], try swap([("valet://a", 2, [1])]))
    guard case .answered(.failed(let failure)) = clients[0].outcome else {
      Issue.record("\(String(describing: clients[0].outcome))")
      return
    }
    #expect(failure.message == "the new server ended with exit code 3")
    #expect(failure.hint == "check the new value")
    #expect(failure.exitCode == .storeUnavailable)
  }

  @Test func stopsAServer() throws {
    let room = try Room()
    let relay = try room.play(["--slow", "100", "valet://a"])
    let clients = try ask(room, [relay], try .stop(graceMilliseconds: 1234))
    #expect(clients[0].answers == [.stopping])
    #expect(clients[0].outcome == .stopped)
    try relay.expect("stop 1234\n")
    #expect(room.names.isEmpty)
  }

  @Test func reachesAServerThatIsStillStarting() throws {
    let room = try Room()
    let relay = try room.play(["--late", "700", "valet://a=1"])
    let clients = try ask(room, [relay], try swap([("valet://a", 2, Array("early".utf8))]))
    #expect(clients[0].outcome == .answered(.finished(abandoned: 0, announced: true)))
    try relay.expect("value valet://a 2 5 early\n")
  }

  @Test func aValueSentBeforeItsSenderLeftStillArrives() throws {
    let room = try Room()
    let relay = try room.play(["--late", "800", "valet://a=1"])
    let message = try swap([("valet://a", 2, Array("left".utf8))])
    let clients = try ask(
      room, [relay], message, deadlines: .init(first: 100, next: 100))
    #expect(clients[0].outcome == .failed(.silent(milliseconds: 100)))
    try relay.expect("value valet://a 2 4 left\n")
  }

  @Test func anOlderValueThatArrivesLateIsNotTaken() throws {
    let room = try Room()
    let relay = try room.play(["valet://a=1", "valet://b=1"])
    let early = ControlClock.issueTime()
    _ = try ask(room, [relay], try swap([("valet://a", 3, Array("newest".utf8))]))
    let late = try ask(
      room, [relay], try swap([("valet://a", 2, Array("older".utf8))], issued: early))
    guard case .answered(.failed) = late[0].outcome else {
      Issue.record("\(String(describing: late[0].outcome))")
      return
    }
    let mixed = try ask(
      room, [relay],
      try swap(
        [("valet://a", 2, Array("older".utf8)), ("valet://b", 2, Array("fresh".utf8))],
        issued: early))
    #expect(mixed[0].outcome == .answered(.finished(abandoned: 0, announced: true)))
    try relay.expect("value valet://b 2 5 fresh\n")
    #expect(!relay.text.contains("older"))
  }

  @Test func oneThatHangsDoesNotHoldUpTheOthers() throws {
    let room = try Room()
    let hanging = try room.play(["valet://a=1"])
    let well = try room.play(["valet://a=1"])
    hanging.send(SIGSTOP)
    let start = ContinuousClock.now
    let clients = try ask(
      room, [hanging, well], try swap([("valet://a", 2, [65])]),
      deadlines: .init(first: 600, next: 600))
    #expect(clients[0].outcome == .failed(.silent(milliseconds: 600)))
    #expect(clients[0].processID == hanging.processID)
    #expect(clients[1].outcome == .answered(.finished(abandoned: 0, announced: true)))
    #expect(ContinuousClock.now - start < .seconds(4))
  }

  @Test func aKilledServerIsGoneAndItsSocketIsRemoved() throws {
    let room = try Room()
    let killed = try room.play(["valet://a"])
    let well = try room.play(["valet://a"])
    killed.end()
    #expect(room.names.count == 2)
    let clients = try ask(room, [killed], try swap([("valet://a", 2, [65])]))
    #expect(clients[0].outcome == .failed(.gone))
    let servers = try RunningServers(try room.locations).list()
    #expect(servers.map(\.processID) == [well.processID])
    #expect(room.names == ["\(well.processID).sock"])
  }

  @Test func aServerThatDiesMeanwhileIsReported() throws {
    let room = try Room()
    let relay = try room.play(["--slow", "60000", "valet://a"])
    var ended = false
    let clients = try RunningServers(try room.locations).ask(
      ["\(relay.processID).sock"], try swap([("valet://a", 2, [65])]), deadlines: Self.short
    ) { _, answer in
      if answer == .accepted, !ended {
        relay.end()
        ended = true
      }
    }
    #expect(clients[0].outcome == .failed(.closed))
  }

  @Test func listsNothingWithoutAFolder() throws {
    let room = try Room()
    #expect(try RunningServers(try room.locations).list().isEmpty)
    #expect(!TemporaryFolder.exists(room.run))
  }
}
