import Relay
import Testing

private typealias Rig = RelayRig

/// What a swap does besides switching: requests of servers, lists, streams.
@Suite struct RelaySwapDetailTests {
  private func swapped(_ rig: inout Rig) -> [String] {
    rig.swap(1)
    let own = Rig.ownID(rig.started(2).first)
    return rig.server(2, Rig.initializeResult(id: own))
  }

  // MARK: Requests of servers

  @Test func keepsTheQuestionsOfTwoServersApart() throws {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    rig.server(1, Rig.request("0", "roots/list"))
    _ = swapped(&rig)
    // The new server counts from 0 as well.
    let shown = rig.server(2, #"{"jsonrpc":"2.0", "id": 0 ,"method":"roots/list"}"#)
    let other = Rig.ownID(shown.first)
    #expect(other.hasPrefix(#""mcp-valet:abc:s"#))
    #expect(shown == [#"host {"jsonrpc":"2.0", "id": \#(other) ,"method":"roots/list"}"#])
    #expect(rig.host(Rig.result(other)) == ["2 " + Rig.result("0")])
    #expect(rig.host(Rig.result("0")) == ["1 " + Rig.result("0")])
    // Now that the id is free, it passes as it is.
    #expect(rig.server(2, Rig.request("0", "ping")) == ["host " + Rig.request("0", "ping")])
  }

  @Test func tellsWhoAskedByEquivalentIdsToo() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    rig.server(1, Rig.request("7", "ping"))
    _ = swapped(&rig)
    let shown = rig.server(2, Rig.request(#""7""#, "ping"))
    #expect(shown.first?.contains("mcp-valet:abc:s") == true)
    #expect(rig.host(Rig.result(#""7""#)) == ["1 " + Rig.result(#""7""#)])
  }

  @Test func routesProgressToWhoAsked() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    func question(_ id: String) -> String {
      #"{"id":\#(id),"method":"sampling/createMessage","params":{"_meta":{"progressToken":5}}}"#
    }
    func progress(_ token: String) -> String {
      #"{"method":"notifications/progress","params":{"progressToken":\#(token),"progress":1}}"#
    }
    rig.server(1, question("1"))
    _ = swapped(&rig)
    let shown = rig.server(2, question("2"))
    let token = Rig.ownID(shown.first)
    #expect(token.hasPrefix(#""mcp-valet:abc:p"#))
    #expect(rig.host(progress(token)) == ["2 " + progress("5")])
    #expect(rig.host(progress("5")) == ["1 " + progress("5")])
  }

  @Test func cancelsWhatAServerThatIsGoneHasAsked() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    rig.server(1, Rig.request("8", "roots/list"))
    _ = swapped(&rig)
    let done = rig.server(1, Rig.result("1"))
    #expect(done[1] == "close 1")
    #expect(
      done[2].hasPrefix(
        #"host {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":8,"#))
    // The new server must not get the answer to it.
    rig.ended(1)
    let shown = rig.server(2, Rig.request("8", "ping"))
    #expect(shown.first?.contains("mcp-valet:abc:s") == true)
    #expect(rig.host(Rig.result("8")).first?.hasPrefix("err ") == true)
    #expect(rig.host(Rig.result(Rig.ownID(shown.first))) == ["2 " + Rig.result("8")])
  }

  @Test func rewritesTheCancellationsOfServers() {
    var rig = Rig.handshake()
    rig.host(Rig.request("1"))
    rig.server(1, Rig.request("8", "ping"))
    _ = swapped(&rig)
    let shown = Rig.ownID(rig.server(2, Rig.request("8", "ping")).first)
    func cancel(_ id: String) -> String {
      #"{"method":"notifications/cancelled","params":{"requestId":\#(id)}}"#
    }
    #expect(rig.server(2, cancel("8")) == ["host " + cancel(shown)])
    #expect(rig.server(1, cancel("8")) == ["host " + cancel("8")])
    // Late answers still find who asked.
    #expect(rig.host(Rig.result("8")) == ["1 " + Rig.result("8")])
  }

  @Test func passesNoQuestionOfAServerThatCannotHearTheAnswer() {
    var rig = Rig.handshake()
    _ = swapped(&rig)
    #expect(rig.server(1, Rig.request("8", "ping")).first?.hasPrefix("err ") == true)
    let note = #"{"method":"notifications/message","params":{}}"#
    #expect(rig.server(1, note) == ["host " + note])
  }

  // MARK: Lists

  private static let capabilities =
    #"{"tools":{"listChanged":true},"prompts":{},"resources":{"listChanged":false}}"#

  private func page(_ id: String, _ tools: String, cursor: String? = nil) -> String {
    let next = cursor.map { #","nextCursor":"\#($0)""# } ?? ""
    return #"{"jsonrpc":"2.0","id":\#(id),"result":{"tools":[\#(tools)]\#(next)}}"#
  }

  /// A swap whose servers have been asked for their tools; the ids they are to answer with.
  private func surveyed(_ rig: inout Rig) -> (old: String, new: String) {
    let begun = rig.swap(1)
    #expect(begun.count == 2 && begun[1].contains(#""method":"tools/list","params":{}}"#))
    let own = Rig.ownID(rig.started(2).first)
    let done = rig.server(2, Rig.initializeResult(id: own, capabilities: Self.capabilities))
    #expect(done.count == 3 && done[2].contains(#""method":"tools/list""#))
    return (Rig.ownID(begun[1]), Rig.ownID(done[2]))
  }

  private static let announcement =
    #"host {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#

  @Test func announcesAListThatDiffers() {
    var rig = Rig.handshake(capabilities: Self.capabilities)
    let (old, new) = surveyed(&rig)
    #expect(rig.server(1, page(old, #"{"name":"a"}"#)) == ["close 1"])
    #expect(rig.server(2, page(new, #"{"name":"b"}"#)) == [Self.announcement])
    #expect(rig.ended(1) == ["report 1 finished 0 true"])
  }

  @Test func announcesNothingWhenListsAreTheSame() {
    var rig = Rig.handshake(capabilities: Self.capabilities)
    let (old, new) = surveyed(&rig)
    // In other pages, and with other white space.
    #expect(rig.server(2, page(new, #"{"name":"a"},{"name":"b"}"#)) == [])
    let next = rig.server(1, page(old, #"{"name" : "a"}"#, cursor: "c"))
    #expect(
      next.count == 1 && next[0].hasSuffix(#""method":"tools/list","params":{"cursor":"c"}}"#))
    #expect(rig.server(1, page(Rig.ownID(next[0]), #" {"name":"b"} "#)) == ["close 1"])
    #expect(rig.ended(1) == ["report 1 finished 0 false"])
  }

  @Test func announcesWhatCannotBeCompared() {
    var rig = Rig.handshake(capabilities: Self.capabilities)
    let (old, new) = surveyed(&rig)
    rig.server(2, page(new, ""))
    let error = #"{"jsonrpc":"2.0","id":\#(old),"error":{"code":1,"message":"x"}}"#
    #expect(rig.server(1, error) == [Self.announcement, "close 1"])
  }

  @Test func doesNotWaitForListsForEver() {
    var rig = Rig.handshake(capabilities: Self.capabilities)
    _ = surveyed(&rig)
    #expect(rig.wait(4_999) == [])
    #expect(rig.wait(1) == [Self.announcement, "close 1"])
  }

  @Test func comparesWhenTheOldServerEndsFirst() {
    var rig = Rig.handshake(capabilities: Self.capabilities)
    let begun = rig.swap(1, .stopFirst)
    #expect(begun.count == 1)
    #expect(rig.server(1, page(Rig.ownID(begun[0]), #"{"name":"a"}"#)) == ["close 1"])
    rig.ended(1)
    let own = Rig.ownID(rig.started(2).first)
    let done = rig.server(2, Rig.initializeResult(id: own, capabilities: Self.capabilities))
    #expect(
      rig.server(2, page(Rig.ownID(done.last), #"{"name":"b"}"#)) == [
        Self.announcement, "report 1 finished 0 true",
      ])
  }

  // MARK: The stateless era

  private static let listen =
    #"{"jsonrpc":"2.0","id":"l","method":"subscriptions/listen","params":{\#(Rig.meta),"notifications":{"toolsListChanged":true}}}"#
  private static let acknowledged =
    #"{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"l"},"notifications":{"toolsListChanged":true}}}"#
  private static let endOfStream =
    #"{"jsonrpc":"2.0","id":"l","result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":"l"}}}"#

  @Test func probesInTheStatelessEra() {
    var rig = Rig.stateless()
    rig.host(Rig.request("1"))
    rig.swap(1)
    let sent = rig.started(2)
    let own = Rig.ownID(sent.first)
    #expect(
      sent == [
        #"2 {"jsonrpc":"2.0","id":\#(own),"method":"server/discover","params":{\#(Rig.meta)}}"#
      ])
    #expect(rig.server(2, Rig.discovered(id: own)) == ["report 1 switched"])
    #expect(rig.host(Rig.request("2")) == ["2 " + Rig.request("2")])
    #expect(rig.server(1, Rig.result("1")) == ["host " + Rig.result("1"), "close 1"])
  }

  @Test func probesWithWhatARequestSaid() {
    var rig = Rig()
    rig.host(
      #"{"id":1,"method":"tools/call","params":{"_meta":{"progressToken":1,"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/logLevel":"debug","io.modelcontextprotocol/clientCapabilities":{"a":[1]}}}}"#
    )
    #expect(rig.isStateless == true)
    rig.swap(1)
    let sent = rig.started(2)
    #expect(
      sent.first?.hasSuffix(
        #""params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"a":[1]}}}}"#
      ) == true)
    // A server that does not know the probe is alive nevertheless.
    let error = #"{"id":\#(Rig.ownID(sent.first)),"error":{"code":-32601,"message":"x"}}"#
    #expect(rig.server(2, error) == ["report 1 switched"])
  }

  @Test(arguments: [
    (#""error":{"code":-32022,"message":"x"}"#, "refusedHandshake(errorCode: Optional(-32022))"),
    (#""error":{"code":-32601,"message":"x"}"#, "refusedHandshake(errorCode: Optional(-32601))"),
    (#""result":{"supportedVersions":["2025-11-25"]}"#, "otherProtocolVersion"),
  ])
  func keepsTheOldServerWhenTheProbeFails(answer: String, failure: String) {
    var rig = Rig.stateless()
    rig.swap(1)
    let own = Rig.ownID(rig.started(2).first)
    #expect(
      rig.server(2, #"{"jsonrpc":"2.0","id":\#(own),\#(answer)}"#).first
        == "report 1 failed \(failure)")
    #expect(rig.host(Rig.request("1")) == ["1 " + Rig.request("1")])
  }

  @Test func opensStreamsAgain() {
    var rig = Rig.stateless()
    #expect(rig.host(Self.listen) == ["1 " + Self.listen])
    #expect(rig.server(1, Self.acknowledged) == ["host " + Self.acknowledged])
    let begun = rig.swap(1)
    #expect(begun.count == 2 && begun[1].contains("tools/list"))
    rig.server(1, page(Rig.ownID(begun[1]), #"{"name":"a"}"#))
    let own = Rig.ownID(rig.started(2).first)
    let done = rig.server(2, Rig.discovered(id: own))
    #expect(done.count == 3 && done[1] == "2 " + Self.listen)
    let changed =
      #"host {"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"l"}}}"#
    #expect(rig.server(2, page(Rig.ownID(done[2]), "")) == [changed])
    // The host has the acknowledgement already; the old server is needed no more.
    #expect(rig.server(2, Self.acknowledged) == ["close 1"])
    // Nor is the end of its stream news, in either form.
    #expect(rig.server(1, Self.endOfStream) == [])
    let cancel = #"{"method":"notifications/cancelled","params":{"requestId":"l"}}"#
    #expect(rig.server(1, cancel) == [])
    #expect(rig.ended(1) == ["report 1 finished 0 true"])
    // The new server's is.
    #expect(rig.server(2, Self.endOfStream) == ["host " + Self.endOfStream])
    #expect(rig.openCount == 0)
  }

  @Test func opensStreamsAgainAfterStopFirst() {
    var rig = Rig.stateless()
    rig.host(Self.listen.replacing("tools", with: "x"))
    rig.server(1, Self.acknowledged)
    #expect(rig.swap(1, .stopFirst) == ["close 1"])
    #expect(rig.server(1, Self.endOfStream) == [])
    #expect(rig.ended(1) == ["start 2"])
    let own = Rig.ownID(rig.started(2).first)
    #expect(
      rig.server(2, Rig.discovered(id: own)) == [
        "report 1 switched", "2 " + Self.listen.replacing("tools", with: "x"),
        "report 1 finished 0 false",
      ])
    #expect(rig.server(2, Self.acknowledged) == [])
  }

  @Test func keepsStreamsWhereTheyWereWhenTheNewServerDies() {
    var rig = Rig.stateless()
    rig.host(Rig.request("1"))
    rig.host(Self.listen.replacing("tools", with: "x"))
    rig.server(1, Self.acknowledged)
    rig.swap(1)
    let own = Rig.ownID(rig.started(2).first)
    rig.server(2, Rig.discovered(id: own))
    rig.server(2, Self.acknowledged)
    rig.exited(2, code: 1)
    #expect(rig.outputEnded(2) == ["report 1 failed ended(exitCode: 1)"])
    #expect(rig.server(1, Self.endOfStream) == ["host " + Self.endOfStream])
  }

  @Test func endsAStreamThatTheHostCancels() {
    var rig = Rig.stateless()
    rig.host(Rig.request("1"))
    rig.host(Self.listen.replacing("tools", with: "x"))
    rig.server(1, Self.acknowledged)
    rig.swap(1)
    let own = Rig.ownID(rig.started(2).first)
    rig.server(2, Rig.discovered(id: own))
    let cancel = #"{"method":"notifications/cancelled","params":{"requestId":"l"}}"#
    #expect(rig.host(cancel) == ["2 " + cancel, "1 " + cancel])
    #expect(rig.server(1, Rig.result("1")) == ["host " + Rig.result("1"), "close 1"])
  }

  @Test func answersStreamsWhenTheServerDies() {
    var rig = Rig.stateless()
    rig.host(Self.listen)
    rig.exited(1, code: 2)
    let done = rig.outputEnded(1)
    #expect(done.count == 2 && done[1] == "end 2")
    #expect(done[0].hasPrefix(#"host {"jsonrpc":"2.0","id":"l","error":{"code":69,"#))
  }

  // MARK: Eras

  @Test func takesTheHandshakeAfterAProbeThatFailed() {
    var rig = Rig()
    rig.host(#"{"jsonrpc":"2.0","id":0,"method":"server/discover","params":{\#(Rig.meta)}}"#)
    rig.server(1, #"{"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"x"}}"#)
    rig.host(Rig.initialize)
    rig.server(1, Rig.initializeResult())
    rig.host(Rig.initialized)
    #expect(rig.isStateless == false)
    rig.swap(1)
    #expect(rig.started(2).first?.contains(#""method":"initialize""#) == true)
  }
}
