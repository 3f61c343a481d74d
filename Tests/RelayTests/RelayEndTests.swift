import Relay
import Testing

private typealias Rig = RelayRig

/// How a session ends (S10).
@Suite struct RelayEndTests {
  @Test func endsWithTheServer() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    rig.host(Rig.request("2"))
    #expect(rig.exited(1, code: 3) == [])
    // What it has written is still delivered.
    #expect(rig.server(1, Rig.result("2")) == ["host " + Rig.result("2")])
    let done = rig.outputEnded(1)
    #expect(done.count == 2 && done[1] == "end 3")
    #expect(
      done[0]
        == #"host {"jsonrpc":"2.0","id":1,"error":{"code":69,"message":"mcp-valet: srv ended with exit code 3 before it answered; the request was not sent again","data":{"sent":true}}}"#
    )
    #expect(rig.wantsHostInput == false && rig.nextDeadline == nil)
    #expect(rig.host(Rig.request("3")) == [])
  }

  @Test func passesTheEndOfInputOnAtOnce() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    #expect(rig.endHost() == ["close 1"])
    #expect(rig.wantsHostInput == false)
    #expect(rig.server(1, Rig.result("1")) == ["host " + Rig.result("1")])
    #expect(rig.ended(1, code: 4) == ["end 4"])
  }

  @Test func endsAServerThatOutlivesItsHost() {
    var rig = Rig.handshake()
    #expect(rig.endHost() == ["close 1"])
    #expect(rig.wait(1_399) == [])
    #expect(rig.wait(1) == ["term 1"])
    #expect(rig.wait(1_399) == [])
    #expect(rig.wait(1) == ["kill 1"])
    #expect(rig.nextDeadline == nil)
    #expect(rig.ended(1, code: 137) == ["end 137"])
  }

  @Test func letsAServerFinishWhatTheHostHasAskedBeforeItLeft() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    rig.host(Rig.request("2"))
    rig.endHost()
    #expect(rig.wait(20_000) == [])
    #expect(rig.server(1, Rig.result("2")) == ["host " + Rig.result("2")])
    #expect(rig.wait(5_000) == [])
    #expect(rig.server(1, Rig.result("1")) == ["host " + Rig.result("1")])
    #expect(rig.server(1, #"{"method":"n"}"#) == [#"host {"method":"n"}"#])
    #expect(rig.wait(1_399) == [])
    #expect(rig.wait(1) == ["term 1"])
    // Whatever comes now does not lengthen it.
    #expect(rig.server(1, Rig.result("1")).count == 1)
    #expect(rig.wait(1_400) == ["kill 1"])
    #expect(rig.ended(1, code: 137) == ["end 137"])
  }

  @Test func doesNotLetAServerFinishForEver() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    rig.host(Rig.request("2"))
    rig.endHost()
    rig.wait(29_000)
    rig.server(1, Rig.result("1"))
    #expect(rig.wait(999) == [])
    #expect(rig.wait(1) == ["term 1"])
    let done = rig.ended(1, code: 143)
    #expect(done.count == 2 && done[1] == "end 143")
    #expect(done[0].hasPrefix(#"host {"jsonrpc":"2.0","id":2,"error":"#))
  }

  @Test func terminatesAtASignalAndKillsWithinTheHostsPatience() {
    var rig = Rig.handshake()
    #expect(rig.stop() == ["term 1"])
    #expect(rig.stop() == [])
    #expect(rig.wait(1_399) == [])
    #expect(rig.wait(1) == ["kill 1"])
    #expect(rig.ended(1, code: 137) == ["end 137"])
  }

  @Test func endsAServerThatHasClosedItsOutput() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    #expect(rig.outputEnded(1) == ["close 1"])
    #expect(rig.host(Rig.request("2")).first?.hasPrefix(#"host {"jsonrpc":"2.0","id":2,"#) == true)
    #expect(rig.wait(500) == ["term 1"])
    #expect(rig.wait(1_400) == ["kill 1"])
    let done = rig.exited(1, code: 137)
    #expect(done.count == 2 && done[1] == "end 137")
  }

  @Test func refusesRequestsToAServerThatDoesNotRead() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    #expect(rig.inputBroken(1) == ["close 1"])
    #expect(rig.host(Rig.request("2")).first?.hasPrefix(#"host {"jsonrpc":"2.0","id":2,"#) == true)
    #expect(rig.host(#"{"method":"n"}"#).first?.hasPrefix("err ") == true)
    #expect(rig.server(1, Rig.result("1")) == ["host " + Rig.result("1")])
  }

  // MARK: In the middle of a swap

  @Test func dropsASwapWhenTheHostLeaves() {
    var rig = Rig.handshake()
    rig.swap(1)
    rig.started(2)
    rig.swap(2)
    #expect(
      rig.endHost() == [
        "report 2 failed ending", "report 1 failed ending", "close 2", "term 2", "close 1",
      ])
    #expect(rig.swap(3) == ["report 3 failed ending"])
    rig.ended(1, code: 4)
    #expect(rig.ended(2, code: 143) == ["end 4"])
  }

  @Test func givesHeldMessagesToTheOldServerWhenTheHostLeaves() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    rig.swap(1, .stopFirst)
    rig.host(Rig.request("2"))
    #expect(rig.endHost() == ["report 1 failed ending", "1 " + Rig.request("2"), "close 1"])
    rig.server(1, Rig.result("1"))
    #expect(rig.server(1, Rig.result("2")) == ["host " + Rig.result("2")])
    #expect(rig.ended(1, code: 0) == ["end 0"])
  }

  @Test func answersHeldMessagesWhenNobodyIsLeft() {
    var rig = Rig.handshake()
    rig.swap(1, .stopFirst)
    rig.host(Rig.request("2"))
    let done = rig.endHost()
    #expect(done.count == 2 && done[0] == "report 1 failed ending")
    #expect(done[1].hasPrefix(#"host {"jsonrpc":"2.0","id":2,"error":{"code":69,"#))
    #expect(rig.ended(1, code: 7) == ["end 7"])
  }

  @Test func stopsAllServers() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    rig.swap(1)
    let own = Rig.ownID(rig.started(2).first)
    rig.server(2, Rig.initializeResult(id: own))
    #expect(rig.stop() == ["term 1", "term 2"])
    #expect(rig.ended(2, code: 143) == ["close 1"])
    #expect(rig.ended(1, code: 143).last == "end 143")
  }

  /// A host that leaves while the old server still has something to finish: both may.
  @Test func letsBothServersFinishWhenTheHostLeaves() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    rig.swap(1)
    let own = Rig.ownID(rig.started(2).first)
    rig.server(2, Rig.initializeResult(id: own))
    rig.host(Rig.request("2"))
    #expect(rig.endHost() == ["close 1", "close 2"])
    #expect(rig.server(1, Rig.result("1")).first == "host " + Rig.result("1"))
    #expect(rig.server(2, Rig.result("2")) == ["host " + Rig.result("2")])
    rig.ended(2, code: 1)
    #expect(rig.ended(1) == ["report 1 finished 0 false", "end 1"])
  }

  @Test func canBeGivenAnythingAfterTheEnd() {
    var rig = Rig.handshake()
    rig.ended(1)
    #expect(rig.server(1, "x") == [])
    #expect(rig.swap(1) == ["report 1 failed ending"])
    #expect(rig.endHost() + rig.stop() + rig.started(2) + rig.ended(9) + rig.wait(100_000) == [])
  }
}
