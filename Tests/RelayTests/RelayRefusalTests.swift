import Relay
import Testing

private typealias Rig = RelayRig

/// A server whose login has ended: calls of tools are answered, all else passes.
@Suite struct RelayRefusalTests {
  private static let reason =
    "the login of the connection work has ended; run: mcp-valet login work"

  private static func call(_ id: String, method: String = "tools/call") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{"name":"x"}}"#
  }

  private static func error(_ id: String) -> String {
    #"host {"jsonrpc":"2.0","id":\#(id),"error":{"code":77,"message":"#
      + #""mcp-valet: srv cannot be used: \#(reason)","data":{"sent":false}}}"#
  }

  @Test func callsOfToolsAreAnsweredWithWhatToType() {
    var rig = Rig()
    rig.toolRefusal = Self.reason
    #expect(rig.host(Self.call("1")) == [Self.error("1")])
    #expect(rig.host(Self.call("2", method: #"tools\/call"#)) == [Self.error("2")])
    #expect(rig.openCount == 0)
    for method in ["tools/list", "ping", "tools/calls", "x"] {
      let line = Self.call(#""a""#, method: method)
      #expect(rig.host(line) == ["1 " + line])
    }
    rig.toolRefusal = nil
    #expect(rig.host(Self.call("3")) == ["1 " + Self.call("3")])
  }

  @Test func callsInABatchAreAnsweredToo() {
    var rig = Rig()
    rig.toolRefusal = Self.reason
    let other = Self.call("2", method: "x")
    #expect(rig.host("[\(Self.call("1")),\(other)]") == [Self.error("1"), "1 " + other])
  }

  @Test func callsThatWereHeldAreAnsweredToo() {
    var rig = Rig()
    rig.host(Rig.request("0"))
    rig.swap(1, .stopFirst)
    #expect(rig.host(Self.call("1")) == [])
    #expect(rig.isIdle == false)
    rig.toolRefusal = Self.reason
    // The swap comes to nothing, and what was held goes on.
    let actions = rig.stop() + rig.server(1, Rig.result("0"))
    #expect(!actions.contains("1 " + Self.call("1")))
  }

  @Test func isIdleWithoutOpenRequests() {
    var rig = Rig()
    #expect(rig.isIdle == true)
    rig.host(Rig.request("1"))
    #expect(rig.isIdle == false)
    rig.server(1, Rig.result("1"))
    #expect(rig.isIdle == true)
    // A stream stays open for good.
    rig.host(#"{"jsonrpc":"2.0","id":2,"method":"subscriptions/listen","params":{}}"#)
    #expect(rig.isIdle == true)
    _ = rig.swap(1)
    #expect(rig.isIdle == false)
  }
}
