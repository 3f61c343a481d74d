import Relay
import Testing

private typealias Rig = RelayRig

/// What becomes of each kind of line while nothing is swapped.
@Suite struct RelayRoutingTests {
  @Test(arguments: ["\n", "\r\n"]) func passesBytesUnchanged(lineEnd: String) {
    var rig = Rig()
    let request = #"{ "id" :7, "method":"m\u0041", "params":{"x":"\/é\ud800"} }"#
    let end = String(lineEnd.unicodeScalars.dropLast())
    #expect(rig.host(request, lineEnd: lineEnd) == ["1 " + request + end])
    let notification = #"{"method":"notifications/message","params":[1,2]}"#
    #expect(rig.server(1, notification, lineEnd: lineEnd) == ["host " + notification + end])
    let answer = #" {"result":{"x":1e5}, "id":7}"#
    #expect(rig.server(1, answer, lineEnd: lineEnd) == ["host " + answer + end])
    #expect(rig.openCount == 0)
  }

  /// The bytes of a line that needs nothing are lent, not copied.
  @Test func lendsTheLineItself() {
    var session = RelaySession(server: "srv", nonce: 1, now: 0)
    Rig.lend(Rig.request("1")) { line in
      session.receiveFromHost(line) {
        guard case .toServer(let bytes, 1) = $0 else { return #expect(Bool(false)) }
        #expect(bytes.baseAddress == line.baseAddress && bytes.count == line.count)
      }
    }
    Rig.lend(Rig.result("1")) { line in
      session.receive(line, fromServer: 1, redacting: { _, _ in .unchanged }) {
        guard case .toHost(let bytes) = $0 else { return #expect(Bool(false)) }
        #expect(bytes.baseAddress == line.baseAddress && bytes.count == line.count)
      }
    }
  }

  @Test(arguments: [
    ("1", "1"), ("-5", "-5"), ("1", "1.0"), ("100", "1e2"), ("1.50", "1.5"), ("-0", "0"),
    ("0.001", "1e-3"), ("123456789012345678901234567890", "123456789012345678901234567890"),
    ("1e400", "10e399"), ("1e99999999999", "1e99999999999"), (#""a""#, #""a""#),
    (#""a""#, #""\u0061""#), (#""\/""#, #""/""#), (#""""#, #""""#),
    (
      #""a long id that does not fit into twenty-four bytes""#,
      #""a long id that does not fit into twenty-four bytes""#
    ),
    ("7", #""7""#), (#""7""#, "7"),
  ])
  func knowsAnAnswerByItsId(asked: String, answered: String) {
    var rig = Rig()
    #expect(rig.host(Rig.request(asked)) == ["1 " + Rig.request(asked)])
    #expect(rig.openCount == 1)
    #expect(rig.server(1, Rig.result(answered)) == ["host " + Rig.result(answered)])
    #expect(rig.openCount == 0)
    // A second answer to it must not reach the host.
    #expect(rig.server(1, Rig.result(answered)).allSatisfy { $0.hasPrefix("err ") })
  }

  @Test(arguments: [
    ("1", "2"), ("1", "-1"), ("1", #""a""#), (#""a""#, #""b""#), (#""a""#, #""A""#),
    (#""01""#, "1"), ("10", "1"), ("1e400", "1e401"),
    ("123456789012345678901234567890", "123456789012345678901234567891"), ("1.5", #""1.5""#),
    (
      #""a long id that does not fit into twenty-four bytes""#,
      #""a long id that does not fit into twenty-four bytez""#
    ),
  ])
  func takesNoOtherIdForIt(asked: String, answered: String) {
    var rig = Rig()
    rig.host(Rig.request(asked))
    #expect(
      rig.server(1, Rig.result(answered)) == [
        "err mcp-valet: srv: an answer to a request that is not open was dropped"
      ])
    #expect(rig.openCount == 1)
  }

  @Test func answersEachOfTwoRequestsOfOneId() {
    var rig = Rig()
    rig.host(Rig.request("1"))
    rig.host(Rig.request("1.0"))
    rig.host(Rig.request(#""1""#))
    #expect(rig.openCount == 3)
    for _ in 0..<2 { #expect(rig.server(1, Rig.result("1")) == ["host " + Rig.result("1")]) }
    #expect(rig.server(1, Rig.result(#""1""#)).first?.hasPrefix("host ") == true)
    #expect(rig.server(1, Rig.result("1")).first?.hasPrefix("err ") == true)
  }

  /// A careless host with one id for everything: each answer still counts once.
  @Test func keepsManyRequestsOfOneIdApart() {
    var rig = Rig()
    for id in ["1", "2", "1", "1", "2", "1"] { rig.host(Rig.request(id)) }
    for id in ["1", "2"] {
      rig.host(#"{"method":"notifications/cancelled","params":{"requestId":\#(id)}}"#)
    }
    // The cancelled ones are the last to be taken for answered.
    for id in ["1", "1", "2", "1", "1", "2"] {
      #expect(rig.server(1, Rig.result(id)) == ["host " + Rig.result(id)])
    }
    #expect(rig.openCount == 0)
    #expect(rig.server(1, Rig.result("1")).first?.hasPrefix("err ") == true)
  }

  @Test func waitsForNoAnswerToTheIdNull() {
    var rig = Rig()
    #expect(rig.host(Rig.request("null")) == ["1 " + Rig.request("null")])
    #expect(rig.openCount == 0)
    let error = #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}"#
    #expect(rig.server(1, error) == ["host " + error])
    let without = #"{"jsonrpc":"2.0","error":{"code":-32700,"message":"x"}}"#
    #expect(rig.server(1, without) == ["host " + without])
    #expect(rig.host(error) == ["1 " + error])
  }

  @Test(arguments: [
    "", " ", "no json", "{", "5", "null", #""text""#, "{}", #"{"id":1}"#,
    #"{"id":{},"method":"x"}"#,
    #"{"method":5}"#, "[]", "[1]",
  ])
  func marksWhatIsNoMessageOfAServer(line: String) {
    var rig = Rig()
    let text = line == "[1]" ? "1" : line
    #expect(
      rig.server(1, line) == ["err mcp-valet: srv printed on its standard output: " + text])
    // What the host says is the server's to refuse.
    #expect(rig.host(line) == ["1 " + (line == "[1]" ? "1" : line)])
    #expect(rig.openCount == 0)
  }

  @Test func marksInvalidUTF8() {
    var session = RelaySession(server: "srv", nonce: 1, now: 0)
    let line = Array(#"{"method":"x"#.utf8) + [0xFF] + Array("\"}\n".utf8)
    var seen: [[UInt8]] = []
    line.withUnsafeBufferPointer {
      session.receive($0, fromServer: 1, redacting: { _, _ in .unchanged }) {
        if case .toStandardError(let bytes) = $0 { seen.append(Array(bytes)) }
      }
      session.receiveFromHost($0) {
        if case .toServer(let bytes, 1) = $0 { seen.append(Array(bytes)) }
      }
    }
    #expect(seen == [Array("mcp-valet: srv printed on its standard output: ".utf8) + line, line])
  }

  @Test func completesTheLastLineOfAServer() {
    var rig = Rig()
    let line = #"{"method":"x"}"#
    #expect(rig.server(1, line, lineEnd: "") == ["host " + line])
    #expect(rig.server(1, "{", lineEnd: "").first?.hasPrefix("err ") == true)
    // The host's reaches the server as it would without us.
    #expect(rig.host(line, lineEnd: "") == ["1 " + line + "<no line end>"])
  }

  @Test func redactsWhatItPassesOnAndWhatItMarks() {
    var rig = Rig()
    rig.redact = { $0.contains("s3cret") ? $0.replacing("s3cret", with: "[redacted a]") : nil }
    rig.host(Rig.request("1"))
    let answer = #"{"id":1,"result":{"a":"s3cret"}}"#
    #expect(rig.server(1, answer) == [#"host {"id":1,"result":{"a":"[redacted a]"}}"#])
    #expect(
      rig.server(1, "s3cret") == [
        "err mcp-valet: srv printed on its standard output: [redacted a]"
      ])
    // Never the other way.
    #expect(rig.host("s3cret") == ["1 s3cret"])
  }

  // MARK: Batches

  @Test func keepsABatchWholeWhereItCan() {
    var rig = Rig()
    let batch = #"[{"id":1,"method":"x"},{"method":"n"}, {"id":2,"method":"y"}]"#
    #expect(rig.host(batch) == ["1 " + batch])
    #expect(rig.openCount == 2)
    let answers = #"[{"id":2,"result":{}},{"method":"n"},{"id":1,"error":{}}]"#
    #expect(rig.server(1, answers) == ["host " + answers])
    #expect(rig.openCount == 0)
  }

  @Test func takesABatchApartWhereElementsNeedIt() {
    var rig = Rig()
    rig.host(#"[{"id":1,"method":"x"}]"#)
    #expect(
      rig.server(1, #"[{"id":1,"result":{}},{"id":1,"result":{}},5]"#) == [
        #"host {"id":1,"result":{}}"#,
        "err mcp-valet: srv: an answer to a request that is not open was dropped",
        "err mcp-valet: srv printed on its standard output: 5",
      ])
    #expect(
      rig.host(#"[{"id":9,"result":{}},{"id":2,"method":"x"},[{"id":3,"method":"y"}]]"#) == [
        "err mcp-valet: srv: an answer of the host to a request that is not open was dropped",
        #"1 {"id":2,"method":"x"}"#, #"1 [{"id":3,"method":"y"}]"#,
      ])
  }

  /// Nothing is kept of its elements.
  @Test func survivesABatchOfMillions() {
    var rig = Rig()
    let batch = "[" + String(repeating: "1,", count: 300_000) + "1]"
    #expect(rig.host(batch).count == 300_001)
    #expect(rig.server(1, "[" + String(repeating: "[],", count: 1_000) + "[]]").count == 1_001)
  }

  // MARK: Cancellation

  @Test func passesALateAnswerToACancelledRequest() {
    var rig = Rig()
    rig.host(Rig.request("1"))
    let cancel = #"{"method":"notifications/cancelled","params":{"requestId":1}}"#
    #expect(rig.host(cancel) == ["1 " + cancel])
    #expect(rig.server(1, Rig.result("1")) == ["host " + Rig.result("1")])
    #expect(rig.openCount == 0)
  }

  @Test func answersNoCancelledRequestWhenTheServerDies() {
    var rig = Rig()
    rig.host(Rig.request("1"))
    rig.host(#"{"method":"notifications/cancelled","params":{"requestId":1}}"#)
    #expect(rig.ended(1, code: 3) == ["end 3"])
  }

  @Test func answersARequestThatTakesTheIdOfACancelledOne() {
    var rig = Rig()
    rig.host(Rig.request("1"))
    rig.host(#"{"method":"notifications/cancelled","params":{"requestId":1}}"#)
    rig.host(Rig.request("1"))
    rig.server(1, Rig.result("1"))
    // The one that is left is the cancelled one: nobody waits for it.
    #expect(rig.ended(1) == ["end 0"])
  }

  @Test func forgetsOldCancelledRequests() {
    var rig = Rig()
    for id in 0..<5_000 {
      rig.host(Rig.request("\(id)"))
      rig.host(#"{"method":"notifications/cancelled","params":{"requestId":\#(id)}}"#)
    }
    #expect(rig.openCount <= 2_048)
    #expect(rig.server(1, Rig.result("4999")).first?.hasPrefix("host ") == true)
  }

  // MARK: Limits

  @Test func refusesRequestsBeyondTheLimit() {
    var rig = Rig()
    for id in 0..<65_536 { rig.host(Rig.request("\(id)")) }
    let refused = rig.host(Rig.request("65536"))
    #expect(
      refused.count == 1
        && refused[0].hasPrefix(#"host {"jsonrpc":"2.0","id":65536,"error":{"code":75"#))
    #expect(rig.openCount == 65_536)
    rig.server(1, Rig.result("5"))
    #expect(rig.host(Rig.request("65537")) == ["1 " + Rig.request("65537")])
  }

  @Test func answersARequestThatIsTooLong() {
    var rig = Rig()
    let named = rig.hostTooLong(#"{"jsonrpc":"2.0","id":"q","method":"x","params":{"a":"zzz"#)
    #expect(named.count == 2 && named[0].hasPrefix("err "))
    #expect(named[1].hasPrefix(#"host {"jsonrpc":"2.0","id":"q","error":{"code":65,"#))
    let unnamed = rig.hostTooLong(#"{"method":"x","params":{"a":"zzz"#)
    #expect(unnamed[1].hasPrefix(#"host {"jsonrpc":"2.0","id":null,"error":{"code":65,"#))
  }

  @Test func answersForAServerWhoseAnswerIsTooLong() {
    var rig = Rig()
    rig.host(Rig.request("1"))
    let answers = rig.serverTooLong(1, #"{"jsonrpc":"2.0","id":1,"result":{"a":"zzz"#)
    #expect(answers[1].hasPrefix(#"host {"jsonrpc":"2.0","id":1,"error":{"code":65,"#))
    #expect(rig.openCount == 0)
    #expect(rig.serverTooLong(1, #"{"method":"x","params":"zz"#).count == 1)
  }

  @Test func findsTheRequestOfAnAnswerThatIsTooLongByItsEnd() {
    var rig = Rig()
    for id in ["1", "2", #""7\"id\":2""#] { rig.host(Rig.request(id)) }
    let named = rig.serverTooLong(
      1, #"{"jsonrpc":"2.0","result":{"id":2,"a":"zz"#, end: #"zz","id":2}],"id": 1 }"# + "\r")
    #expect(named.last?.hasPrefix(#"host {"jsonrpc":"2.0","id":1,"error":{"code":65,"#) == true)
    let quoted = rig.serverTooLong(
      1, #"{"result":"zz"#, end: #"zz\"id\":2}","id":"7\"id\":2"}"#)
    #expect(quoted.last?.contains(#""id":"7\"id\":2","error""#) == true)
    // It names none, but there is only one.
    #expect(rig.serverTooLong(1, "zzz", end: "zzz").count == 1)
    let only = rig.serverTooLong(1, #"{"result":"zz"#, end: "zzz")
    #expect(only.last?.hasPrefix(#"host {"jsonrpc":"2.0","id":2,"error":{"code":65,"#) == true)
    #expect(rig.serverTooLong(1, #"{"result":"zz"#, end: #"","id":2}"#).count == 1)
    let request = rig.hostTooLong(#"{"jsonrpc":"2.0","method":"x","params":"z"#, end: #"","id":9}"#)
    #expect(request.last?.hasPrefix(#"host {"jsonrpc":"2.0","id":9,"error":{"code":65,"#) == true)
  }

  @Test func refusesARequestOfAServerThatIsTooLongOrBroken() {
    var rig = Rig()
    rig.host(Rig.request("3"))
    let refusal =
      #"1 {"jsonrpc":"2.0","id":3,"error":{"code":65,"message":"mcp-valet: this request"#
    for done in [
      rig.serverTooLong(1, #"{"id":3,"method":"sampling/createMessage","params":{"a":"zz"#),
      rig.serverTooLong(1, #"{"id":3,"params":{"a":"zz"#, end: "zz"),
      rig.serverTooLong(1, #"{"method":"x","params":{"a":"zz"#, end: #""},"id":3}"#),
      rig.server(1, #"{"id":3,"method":"ping","params":NaN}"#),
    ] {
      #expect(done.count == 2 && done[1].hasPrefix(refusal), "\(done)")
    }
    #expect(rig.openCount == 1)
  }

  @Test(arguments: [
    #"{"jsonrpc":"2.0","id":1,"result":{"x":NaN}}"#, #"{"result":{"x":Infinity},"id":1}"#,
    #"{"id":1,"result":{"a":1}}}"#, #"{"jsonrpc":"2.0","id":1,"res"#,
    #"{"id":1,"result":1,"result":2}"#, #"{"id":2,"id":1,"error":{}}"#,
  ])
  func answersForAServerWhoseAnswerCannotBeRead(line: String) {
    var rig = Rig()
    rig.redact = { $0.contains("NaN") ? "[redacted]" : nil }
    rig.host(Rig.request("1"))
    let done = rig.server(1, line)
    #expect(done.count == 2 && done[0].hasPrefix("err mcp-valet: srv printed on its"), "\(done)")
    #expect(!done[0].contains("NaN"))
    #expect(
      done.last?.hasPrefix(
        #"host {"jsonrpc":"2.0","id":1,"error":{"code":65,"message":"mcp-valet: the answer of srv "#
      )
        == true)
    #expect(rig.openCount == 0)
    // One answer, whatever comes behind it.
    #expect(rig.server(1, line).count == 1)
    #expect(rig.server(1, Rig.result("1")).first?.hasPrefix("err ") == true)
  }

  @Test func answersForAServerWhoseAnswerIsNotUTF8() {
    var rig = Rig()
    rig.host(Rig.request("1"))
    let line = Array(#"{"jsonrpc":"2.0","id":1,"result":"caf"#.utf8) + [0xE9] + Array("\"}\n".utf8)
    let done = rig.server(1, bytes: line)
    #expect(done.last?.contains("is not UTF-8") == true)
    #expect(rig.openCount == 0)
  }

  @Test func takesALogLineForNoAnswer() {
    var rig = Rig()
    rig.host(Rig.request("1"))
    for line in [#"{"id":1,"msg":NaN}"#, #"{"id":1,"msg":"x"}"#, "id 1", #"{"id":1"#, "{", "1"] {
      #expect(rig.server(1, line).map { $0.hasPrefix("err ") } == [true])
    }
    #expect(rig.openCount == 1)
  }

  @Test func leavesAByteOrderMarkOut() {
    var rig = Rig()
    rig.host(Rig.request("1"))
    #expect(rig.server(1, "\u{FEFF}" + Rig.result("1")) == ["host " + Rig.result("1")])
  }

  // MARK: Requests of a server

  @Test func givesARequestOfAServerAnotherIDWhereItsOwnShowsASecret() {
    var rig = Rig()
    rig.redact = { $0.contains("\"s3cret") && !$0.contains("{") ? "x" : nil }
    let asked = rig.server(
      1, #"{"id":"s3cret","method":"ping","params":{"_meta":{"progressToken":"s3cret2"}}}"#)
    #expect(asked.count == 1 && !asked[0].contains("s3cret"))
    let shown = Rig.ownID(asked.first)
    #expect(rig.host(Rig.result(shown)) == ["1 " + Rig.result(#""s3cret""#)])
  }

  @Test func routesTheHostsAnswersBack() {
    var rig = Rig()
    let question = Rig.request("0", "sampling/createMessage")
    #expect(rig.server(1, question) == ["host " + question])
    #expect(rig.host(Rig.result("0")) == ["1 " + Rig.result("0")])
    // Once.
    #expect(rig.host(Rig.result("0")).first?.hasPrefix("err ") == true)
  }

  @Test func refusesAServerTooManyQuestions() {
    var rig = Rig()
    for id in 0..<4_096 { rig.server(1, Rig.request("\(id)", "ping")) }
    let refused = rig.server(1, Rig.request("4096", "ping"))
    #expect(refused.first?.hasPrefix(#"1 {"jsonrpc":"2.0","id":4096,"error":{"code":75"#) == true)
    rig.host(Rig.result("0"))
    #expect(rig.server(1, Rig.request("4097", "ping")).first?.hasPrefix("host ") == true)
  }
}
