import Relay
import Testing

private typealias Rig = RelayRig

/// Swaps in the handshake era.
@Suite struct RelaySwapTests {
  /// A swap up to where the new server has been sent the host's handshake.
  private func replaying(_ rig: inout Rig, _ id: Int = 1, as generation: Int = 2) -> String {
    #expect(rig.swap(id).contains("start \(generation)"))
    let sent = rig.started(generation)
    #expect(sent.count == 1)
    return Rig.ownID(sent.first)
  }

  @Test func replaysTheHandshakeAndSwitches() {
    var rig = Rig.handshake()
    #expect(rig.swap(1) == ["start 2"])
    let sent = rig.started(2)
    let own = Rig.ownID(sent.first)
    #expect(own.hasPrefix(#""mcp-valet:abc:r"#))
    #expect(sent == ["2 " + #"{"jsonrpc":"2.0","id":\#(own),"method":"initialize","params":{}}"#])
    // Requests still go to the old server: nothing is held.
    #expect(rig.host(Rig.request("5")) == ["1 " + Rig.request("5")])
    #expect(
      rig.server(2, Rig.initializeResult(id: own)) == [
        "2 " + Rig.initialized, "report 1 switched",
      ])
    #expect(rig.host(Rig.request("6")) == ["2 " + Rig.request("6")])
    // Answers in any order; the old server's last one ends it.
    #expect(rig.server(2, Rig.result("6")) == ["host " + Rig.result("6")])
    #expect(rig.server(1, Rig.result("5")) == ["host " + Rig.result("5"), "close 1"])
    #expect(rig.ended(1) == ["report 1 finished 0 false"])
    #expect(rig.nextDeadline == nil)
  }

  @Test func restoresLogLevelAndSubscriptions() {
    var rig = Rig.handshake()
    rig.host(#"{"id":1,"method":"logging/setLevel","params":{"level":"debug"}}"#)
    rig.host(#"{"id":2,"method":"logging/setLevel","params":{"level":"error"}}"#)
    for (id, uri) in [(3, "a"), (4, "b"), (5, "c")] {
      rig.host(#"{"id":\#(id),"method":"resources/subscribe","params":{"uri":"\#(uri)"}}"#)
    }
    rig.host(#"{"id":6,"method":"resources/unsubscribe","params":{"uri":"\u0062"}}"#)
    for id in 1...6 { rig.server(1, Rig.result("\(id)")) }
    let own = replaying(&rig)
    let sent = rig.server(2, Rig.initializeResult(id: own))
    #expect(sent[0] == "2 " + Rig.initialized)
    #expect(sent[1].hasSuffix(#","method":"logging/setLevel","params":{"level":"error"}}"#))
    #expect(sent[2].hasSuffix(#","method":"resources/subscribe","params":{"uri":"a"}}"#))
    #expect(sent[3].hasSuffix(#","method":"resources/subscribe","params":{"uri":"c"}}"#))
    #expect(Array(sent[4...]) == ["report 1 switched", "close 1"])
    // Its answers are ours.
    #expect(rig.server(2, Rig.result(Rig.ownID(sent[1]))) == [])
  }

  @Test func waitsForTheHostsHandshake() {
    var rig = Rig()
    rig.host(Rig.initialize)
    #expect(rig.swap(1) == ["start 2"])
    #expect(rig.started(2) == [])
    let sent = rig.server(1, Rig.initializeResult())
    #expect(sent.count == 2 && sent[0].hasPrefix("host ") && sent[1].hasPrefix("2 "))
    // `initialized` has not been sent yet: the new server gets it when it comes.
    #expect(
      rig.server(2, Rig.initializeResult(id: Rig.ownID(sent[1])))
        == ["report 1 switched", "close 1"])
    #expect(rig.host(Rig.initialized) == ["2 " + Rig.initialized])
  }

  @Test func switchesAtOnceWhenTheHostHasSaidNothing() {
    var rig = Rig()
    rig.swap(1)
    #expect(rig.started(2) == ["report 1 switched", "close 1"])
    #expect(rig.host(Rig.initialize) == ["2 " + Rig.initialize])
  }

  // MARK: Failure

  @Test func keepsTheOldServerWhenTheNewOneDoesNotStart() {
    var rig = Rig.handshake()
    rig.swap(1)
    #expect(rig.notStarted(2, code: 127) == ["report 1 failed notStarted(exitCode: 127)"])
    #expect(rig.host(Rig.request("5")) == ["1 " + Rig.request("5")])
    // The next one is another generation.
    #expect(rig.swap(2) == ["start 3"])
  }

  @Test func keepsTheOldServerWhenTheNewOneDies() {
    var rig = Rig.handshake()
    _ = replaying(&rig)
    rig.exited(2, code: 9)
    #expect(rig.outputEnded(2) == ["report 1 failed ended(exitCode: 9)"])
    #expect(rig.host(Rig.request("5")) == ["1 " + Rig.request("5")])
  }

  @Test func keepsTheOldServerWhenTheNewOneRefuses() {
    var rig = Rig.handshake()
    let own = replaying(&rig)
    #expect(
      rig.server(2, #"{"jsonrpc":"2.0","id":\#(own),"error":{"code":-32602,"message":"no"}}"#) == [
        "report 1 failed refusedHandshake(errorCode: Optional(-32602))", "close 2", "term 2",
      ])
    #expect(rig.wait(1_399) == [])
    #expect(rig.wait(1) == ["kill 2"])
    #expect(rig.ended(2, code: 137) == [])
    #expect(rig.host(Rig.request("5")) == ["1 " + Rig.request("5")])
  }

  @Test func keepsTheOldServerWhenTheNewOneSpeaksAnotherVersion() {
    var rig = Rig.handshake()
    let own = replaying(&rig)
    #expect(
      rig.server(2, Rig.initializeResult(id: own, version: "2025-06-18")).first
        == "report 1 failed otherProtocolVersion")
  }

  @Test func givesANewServerUpThatTakesTooLong() {
    var rig = Rig.handshake()
    _ = replaying(&rig)
    #expect(rig.wait(59_999) == [])
    #expect(
      rig.wait(1) == ["report 1 failed timedOut(milliseconds: 60000)", "close 2", "term 2"])
    // One that is not even started is ended as soon as it is.
    rig.swap(2)
    #expect(rig.wait(60_000).contains("report 2 failed timedOut(milliseconds: 60000)"))
    #expect(rig.started(3) == ["close 3", "term 3"])
  }

  @Test func refusesWhereSwapsAreNotWanted() {
    var rig = Rig.handshake()
    #expect(rig.swap(1, .never) == ["report 1 failed refused"])
    #expect(rig.host(Rig.request("5")) == ["1 " + Rig.request("5")])
  }

  @Test func refusesWhenTheHandshakeIsTooLargeToKeep() {
    var rig = Rig()
    let padding = String(repeating: "x", count: 1 << 20)
    rig.host(#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"a":"\#(padding)"}}"#)
    rig.server(1, Rig.initializeResult())
    #expect(rig.swap(1) == ["report 1 failed handshakeTooLarge"])
  }

  @Test func goesBackToTheOldServerWhenTheNewOneDiesBeforeItsEnd() {
    var rig = Rig.handshake()
    rig.host(Rig.request("5"))
    let own = replaying(&rig)
    rig.server(2, Rig.initializeResult(id: own))
    rig.host(Rig.request("6"))
    rig.exited(2, code: 1)
    let done = rig.outputEnded(2)
    #expect(done.count == 2 && done[0] == "report 1 failed ended(exitCode: 1)")
    #expect(done[1].hasPrefix(#"host {"jsonrpc":"2.0","id":6,"error":{"code":69,"#))
    #expect(done[1].contains(#""data":{"sent":true}"#))
    #expect(rig.host(Rig.request("7")) == ["1 " + Rig.request("7")])
    #expect(rig.server(1, Rig.result("5")) == ["host " + Rig.result("5")])
    #expect(rig.currentGeneration == 1)
  }

  @Test func goesOnWithTheNewServerWhenTheOldOneDiesMeanwhile() {
    var rig = Rig.handshake()
    rig.host(Rig.request("5"))
    let own = replaying(&rig)
    rig.exited(1, code: 137)
    let died = rig.outputEnded(1)
    #expect(
      died.count == 1 && died[0].hasPrefix(#"host {"jsonrpc":"2.0","id":5,"error":{"code":69,"#))
    // Held, not refused, and never sent twice.
    #expect(rig.host(Rig.request("6")) == [])
    #expect(rig.heldCount > 0)
    #expect(
      rig.server(2, Rig.initializeResult(id: own)) == [
        "2 " + Rig.initialized, "report 1 switched", "2 " + Rig.request("6"),
        "report 1 finished 1 false",
      ])
    #expect(rig.heldCount == 0)
  }

  @Test func endsWhenBothServersDie() {
    var rig = Rig.handshake()
    _ = replaying(&rig)
    rig.ended(1, code: 5)
    rig.host(Rig.request("6"))
    rig.host(#"{"method":"n"}"#)
    rig.exited(2, code: 6)
    let done = rig.outputEnded(2)
    #expect(done[0] == "report 1 failed ended(exitCode: 6)")
    #expect(done[1].hasPrefix(#"host {"jsonrpc":"2.0","id":6,"error":{"code":69,"#))
    #expect(done[1].contains(#""data":{"sent":false}"#))
    #expect(done[2].hasPrefix("err "))
    // With the code of the one that the host knew.
    #expect(Array(done[3...]) == ["end 5"])
  }

  // MARK: Draining

  @Test func answersForTheOldServerAtTheLimit() {
    var rig = Rig.handshake()
    rig.host(Rig.request("5"))
    rig.host(Rig.request(#""\u0035""#))
    let own = replaying(&rig)
    rig.server(2, Rig.initializeResult(id: own))
    #expect(rig.wait(29_999) == [])
    let done = rig.wait(1)
    #expect(done.count == 3)
    #expect(done[0].hasPrefix(#"host {"jsonrpc":"2.0","id":5,"error":{"code":75,"#))
    #expect(done[1].hasPrefix(#"host {"jsonrpc":"2.0","id":"\u0035","error":{"code":75,"#))
    #expect(done[2] == "close 1")
    // Too late.
    #expect(rig.server(1, Rig.result("5")).first?.hasPrefix("err ") == true)
    #expect(rig.wait(2_000) == ["term 1"])
    #expect(rig.wait(1_400) == ["kill 1"])
    #expect(rig.ended(1, code: 137) == ["report 1 finished 2 false"])
  }

  @Test func cancellationsFollowTheirRequests() {
    var rig = Rig.handshake()
    rig.host(Rig.request("5"))
    let own = replaying(&rig)
    rig.server(2, Rig.initializeResult(id: own))
    let cancel = #"{"method":"notifications/cancelled","params":{"requestId":5}}"#
    // The last that the old server had to do.
    #expect(rig.host(cancel) == ["1 " + cancel, "close 1"])
    let other = #"{"method":"notifications/cancelled","params":{"requestId":77}}"#
    #expect(rig.host(other) == ["2 " + other])
  }

  @Test func progressOfBothServersReachesTheHost() {
    var rig = Rig.handshake()
    rig.host(Rig.request("5"))
    let own = replaying(&rig)
    rig.server(2, Rig.initializeResult(id: own))
    for generation in 1...2 {
      let progress =
        #"{"method":"notifications/progress","params":{"progressToken":\#(generation)}}"#
      #expect(rig.server(generation, progress) == ["host " + progress])
    }
  }

  // MARK: Several

  @Test func makesOneOfSwapsThatWait() {
    var rig = Rig.handshake()
    let own = replaying(&rig)
    #expect(rig.swap(2) == [])
    #expect(rig.swap(3) == [])
    let done = rig.server(2, Rig.initializeResult(id: own))
    #expect(done == ["2 " + Rig.initialized, "report 1 switched", "close 1", "start 3"])
    let second = Rig.ownID(rig.started(3).first)
    #expect(
      rig.server(3, Rig.initializeResult(id: second)) == [
        "3 " + Rig.initialized, "report 2 switched", "report 3 switched", "close 2",
      ])
    #expect(rig.ended(2) == ["report 2 finished 0 false", "report 3 finished 0 false"])
    #expect(rig.ended(1) == ["report 1 finished 0 false"])
  }

  @Test func limitsHowManyServersRun() {
    var rig = Rig.handshake()
    for generation in 2...4 {
      rig.host(Rig.request("\(generation)"))
      let own = replaying(&rig, generation, as: generation)
      rig.server(generation, Rig.initializeResult(id: own))
    }
    #expect(rig.swap(5) == [])
    rig.server(1, Rig.result("2"))
    #expect(rig.ended(1) == ["report 2 finished 0 false", "start 5"])
    for id in 6...21 { #expect(rig.swap(id) == []) }
    #expect(rig.swap(22) == ["report 22 failed tooMany"])
  }

  // MARK: Stop first

  @Test func stopsFirstWhereAsked() {
    var rig = Rig.handshake()
    rig.host(Rig.request("5"))
    #expect(rig.swap(1, .stopFirst) == [])
    #expect(rig.host(Rig.request("6")) == [])
    #expect(rig.host(#"{"method":"n"}"#) == [])
    let cancel = #"{"method":"notifications/cancelled","params":{"requestId":6}}"#
    #expect(rig.host(cancel) == [])
    #expect(rig.server(1, Rig.result("5")) == ["host " + Rig.result("5"), "close 1"])
    // One that comes now needs no server of its own.
    #expect(rig.swap(2, .stopFirst) == [])
    #expect(rig.ended(1) == ["start 2"])
    let own = Rig.ownID(rig.started(2).first)
    #expect(
      rig.server(2, Rig.initializeResult(id: own)) == [
        "2 " + Rig.initialized, "report 1 switched", "report 2 switched", "2 " + Rig.request("6"),
        #"2 {"method":"n"}"#, "2 " + cancel, "report 1 finished 0 false",
        "report 2 finished 0 false",
      ])
  }

  @Test func messagesAboutTheOldServerDoNotWait() {
    var rig = Rig.handshake()
    rig.host(Rig.request("5"))
    rig.server(1, Rig.request("9", "elicitation/create"))
    rig.swap(1, .stopFirst)
    #expect(rig.host(Rig.result("9")) == ["1 " + Rig.result("9")])
    let cancel = #"{"method":"notifications/cancelled","params":{"requestId":5}}"#
    #expect(rig.host(cancel) == ["1 " + cancel, "close 1"])
  }

  @Test func answersWithoutAServerAndRecovers() {
    var rig = Rig.handshake()
    rig.swap(1, .stopFirst)
    rig.ended(1)
    rig.host(Rig.request("5"))
    let failed = rig.notStarted(2, code: 126)
    #expect(failed[0] == "report 1 failed notStarted(exitCode: 126)")
    #expect(failed[1].hasPrefix(#"host {"jsonrpc":"2.0","id":5,"error":{"code":69,"#))
    #expect(failed.count == 2)
    #expect(rig.host(Rig.request("6")).first?.hasPrefix(#"host {"jsonrpc":"2.0","id":6,"#) == true)
    #expect(rig.swap(2, .stopFirst) == ["start 3"])
    let own = Rig.ownID(rig.started(3).first)
    #expect(rig.server(3, Rig.initializeResult(id: own)).contains("report 2 finished 0 false"))
    #expect(rig.host(Rig.request("7")) == ["3 " + Rig.request("7")])
  }

  @Test func endsWithTheReasonWhenTheHostLeavesItWithoutAServer() {
    var rig = Rig.handshake()
    rig.swap(1, .stopFirst)
    rig.ended(1)
    rig.notStarted(2, code: 126)
    #expect(rig.endHost() == ["end 126"])
  }

  // MARK: Back-pressure

  @Test func doesNotWantTheHostWhileTooMuchIsHeld() {
    var settings = RelaySettings()
    settings.maximumHeld = 100
    var rig = Rig.handshake(settings: settings)
    rig.host(Rig.request("5"))
    rig.swap(1, .stopFirst)
    #expect(rig.wantsHostInput == true)
    rig.host(Rig.request("6"))
    #expect(rig.wantsHostInput == true)
    rig.host(Rig.request("7"))
    #expect(rig.wantsHostInput == false)
    #expect(rig.heldCount <= 100 + Rig.request("7").utf8.count + 1)
    // At the limit the old server is given up, and all that was held goes on.
    rig.wait(30_000)
    rig.ended(1)
    let own = Rig.ownID(rig.started(2).first)
    #expect(rig.server(2, Rig.initializeResult(id: own)).contains("2 " + Rig.request("7")))
    #expect(rig.wantsHostInput == true && rig.heldCount == 0)
    // Lines count too: each may need an answer of ours.
    rig.swap(2, .stopFirst)
  }
}
