import Relay
import Secrets
import Testing
import ValetTesting

private let missing = FailureReport(
  exitCode: .configuration,
  problems: [.init(message: "no secret valet://a/b", hint: "mcp-valet set a/b")])

private let missingTail = #"""
  ,"error":{"code":78,"message":"mcp-valet: no secret valet://a/b — run: mcp-valet set a/b",
  "data":{"exitCode":78,"problems":[{"message":"no secret valet://a/b","hint":"mcp-valet set a/b"}]}}}
  """#.split(separator: "\n").joined() + "\n"

private func answers(
  to text: String, report: FailureReport = missing, pieceLength: Int = .max
) -> String {
  var responder = FailureResponder(report)
  var output: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    Array(rest.prefix(pieceLength)).withUnsafeBufferPointer {
      responder.receive($0, into: &output)
    }
    rest = rest.dropFirst(pieceLength)
  }
  responder.finish(into: &output)
  return String(decoding: output, as: UTF8.self)
}

@Suite struct FailureResponderTests {
  @Test(arguments: [
    "1", "\"a\"", #""\u0041\/\ud800""#, "123456789012345678901234567890", "1.0e5", "null", "\"\"",
    "-0",
  ])
  func echoesTheIdByteForByte(id: String) {
    let answer = answers(to: "{\"jsonrpc\":\"2.0\",\"method\":\"initialize\",\"id\": \(id) }\n")
    #expect(answer == "{\"jsonrpc\":\"2.0\",\"id\":\(id)" + missingTail)
  }

  @Test func answersEveryRequestOfBothErasAndNothingElse() {
    let stream = """
      {"jsonrpc":"2.0","id":0,"method":"server/discover","params":{"_meta":{"id":9}}}
      {"jsonrpc":"2.0","method":"notifications/initialized"}
      {"jsonrpc":"2.0","id":1,"result":{}}
      {"jsonrpc":"2.0","id":2,"error":{"code":1,"message":"x"}}

      not json
      [{"jsonrpc":"2.0","id":3,"method":"tools/list"}]
      {"jsonrpc":"2.0","id":4,"method":"initialize"}\r
      {"jsonrpc":"2.0","id":5,"method":"tools/list"}
      """
    let expected = [0, 4, 5].map { "{\"jsonrpc\":\"2.0\",\"id\":\($0)" + missingTail }.joined()
    #expect(answers(to: stream) == expected)
    #expect(answers(to: stream, pieceLength: 1) == expected)
    #expect(answers(to: stream, pieceLength: 7) == expected)
  }

  @Test func goesOnAfterBrokenAndOverlongLines() {
    var responder = FailureResponder(missing)
    var output: [UInt8] = []
    let overlong = [UInt8](repeating: UInt8(ascii: " "), count: LineFramer.defaultMaximumLength + 1)
    let request = Array("\n\u{0}\n{\"id\":1,\"method\":\"x\"}\n".utf8)
    for piece in [overlong, [0xFF, 0xFE], request] {
      piece.withUnsafeBufferPointer { responder.receive($0, into: &output) }
    }
    #expect(
      String(decoding: output, as: UTF8.self) == "{\"jsonrpc\":\"2.0\",\"id\":1" + missingTail)
  }

  @Test func answersAnOverlongRequest() {
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: LineFramer.defaultMaximumLength)
    for (head, tail, id) in [
      (#"{"method":"x","#, #""id":"q"}"#, #""q""#), (#"{"id":4,"method":"x","#, "}", "4"),
      (#"{"method":"x","params":{"#, "}}", "null"),
    ] {
      var responder = FailureResponder(missing)
      var output: [UInt8] = []
      for piece in [Array(head.utf8), padding, Array("\(tail)\n".utf8)] {
        piece.withUnsafeBufferPointer { responder.receive($0, into: &output) }
      }
      #expect(
        String(decoding: output, as: UTF8.self) == "{\"jsonrpc\":\"2.0\",\"id\":\(id)" + missingTail
      )
    }
  }

  @Test func writesValidJSONForAnyProblem() throws {
    var generator = SeededGenerator(seed: 40)
    let scalars: [Unicode.Scalar] = [
      "\"", "\\", "\n", "\r", "\0", "\u{1B}", "\u{2028}", "\u{202E}", "é", "😀", "a", " ",
    ]
    for _ in 0..<500 {
      func random() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<generator.below(8) { text.append(generator.pick(scalars)) }
        return String(text)
      }
      let problems = (0...generator.below(4)).map { _ in
        FailureReport.Problem(message: random(), hint: generator.oneIn(3) ? nil : random())
      }
      let report = FailureReport(exitCode: .denied, problems: problems)
      let answer = Array(answers(to: "{\"id\":1,\"method\":\"x\"}", report: report).utf8)
      #expect(answer.filter { $0 < 0x20 } == [UInt8(ascii: "\n")])
      let tree = try #require(ReferenceJSON.parse(answer))
      let listed = problems.map { problem in
        var members = [ReferenceJSON.Member(name: "message", value: .string(problem.message))]
        if let hint = problem.hint { members.append(.init(name: "hint", value: .string(hint))) }
        return ReferenceJSON.Tree.object(members)
      }
      #expect(
        tree
          == .object([
            .init(name: "jsonrpc", value: .string("2.0")), .init(name: "id", value: .number("1")),
            .init(
              name: "error",
              value: .object([
                .init(name: "code", value: .number("77")),
                .init(name: "message", value: .string(report.message)),
                .init(
                  name: "data",
                  value: .object([
                    .init(name: "exitCode", value: .number("77")),
                    .init(name: "problems", value: .array(listed)),
                  ])),
              ])),
          ]))
    }
  }
}

@Suite struct FailureReportTests {
  private func message(_ problems: [FailureReport.Problem]) -> String {
    FailureReport(exitCode: .configuration, problems: problems).message
  }

  @Test func saysWhatToRun() throws {
    let error = StoreError.missing(.vault(try SecretName("github/token")))
    #expect(
      message([.init(error)])
        == "mcp-valet: no secret valet://github/token — run: mcp-valet set github/token")
    #expect(
      message([.init(message: "it is locked", hint: "unlock it")])
        == "mcp-valet: it is locked — unlock it")
    #expect(message([.init(message: "it failed")]) == "mcp-valet: it failed")
  }

  @Test func namesAllAtOnceAndRepeatsNoHint() {
    #expect(
      message([
        .init(message: "a is missing", hint: "mcp-valet set a"), .init(message: "x", hint: "h"),
        .init(message: "y", hint: "h"),
      ]) == "mcp-valet: a is missing — run: mcp-valet set a; x; y — h")
  }

  @Test func staysOnOneLineOfBoundedLength() {
    #expect(
      message([.init(message: "a\r\nb\u{1B}[2J", hint: "c\u{2028}d")])
        == "mcp-valet: a  b [2J — c d")
    let many = (0..<500).map { FailureReport.Problem(message: "secret \($0) is missing") }
    let text = message(many)
    #expect(text.utf8.count < FailureReport.maximumMessageLength * 2)
    #expect(text.hasSuffix(" more"))
    // One long problem is said whole: there is nothing shorter to say.
    let long = String(repeating: "x", count: 3000)
    #expect(
      message([.init(message: long), .init(message: "y")]) == "mcp-valet: \(long); and 1 more")
  }
}
