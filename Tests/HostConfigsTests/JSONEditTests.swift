import HostConfigs
import JSONText
import Testing

private func edited(
  _ text: String, _ syntax: JSONDocument.Syntax = .strict,
  _ edit: (inout JSONDocument) throws -> Void
) throws -> String {
  var document = try JSONDocument(parsing: Array(text.utf8), syntax: syntax)
  try edit(&document)
  return String(decoding: document.bytes, as: UTF8.self)
}

private let server = JSONValue.object([
  .init("command", .string("npx")), .init("args", .array([.string("-y"), .string("x")])),
])

@Suite struct JSONSetTests {
  @Test func opensAnEmptyFileUp() throws {
    #expect(
      try edited("{}\n") { try $0.set(server, at: ["mcpServers", "a"]) }
        == """
        {
          "mcpServers": {
            "a": {
              "command": "npx",
              "args": ["-y", "x"]
            }
          }
        }

        """)
    #expect(try edited("{}") { try $0.set(.integer(1), at: ["a"]) } == "{\n  \"a\": 1\n}")
    #expect(
      try edited("\u{FEFF}  {\r\n  }\r\n") { try $0.set(.integer(1), at: ["a"]) }
        == "\u{FEFF}  {\r\n    \"a\": 1\r\n  }\r\n")
  }

  @Test func followsTabsAndLineEnds() throws {
    #expect(
      try edited("{\r\n\t\"a\": {\r\n\t\t\"b\": 1\r\n\t}\r\n}") {
        try $0.set(server, at: ["a", "c"])
      }
        == "{\r\n\t\"a\": {\r\n\t\t\"b\": 1,\r\n\t\t\"c\": {\r\n\t\t\t\"command\": \"npx\",\r\n"
        + "\t\t\t\"args\": [\"-y\", \"x\"]\r\n\t\t}\r\n\t}\r\n}")
  }

  @Test func followsFourSpacesAndSpreadArrays() throws {
    let text = """
      {
          "mcpServers": {
              "a": {
                  "args": [
                      "x"
                  ]
              }
          }
      }
      """
    #expect(
      try edited(text) {
        try $0.set(
          .object([.init("args", .array([.integer(1), .integer(2)]))]), at: ["mcpServers", "b"])
      }
        == """
        {
            "mcpServers": {
                "a": {
                    "args": [
                        "x"
                    ]
                },
                "b": {
                    "args": [
                        1,
                        2
                    ]
                }
            }
        }
        """)
  }

  @Test(arguments: [
    (#"{"a":1}"#, #"{"a":1,"b":{"c":2,"d":[1,2]}}"#),
    (#"{"a": 1}"#, #"{"a": 1, "b": {"c": 2, "d": [1, 2]}}"#),
    (#"{ "a": 1 }"#, #"{ "a": 1, "b": {"c": 2, "d": [1, 2]} }"#),
    (#"{"a" : 1,"x" : 2}"#, #"{"a" : 1,"x" : 2,"b" : {"c" : 2,"d" : [1,2]}}"#),
  ])
  func staysOnOneLine(text: String, expected: String) throws {
    let value = JSONValue.object([
      .init("c", .integer(2)), .init("d", .array([.integer(1), .integer(2)])),
    ])
    #expect(try edited(text) { try $0.set(value, at: ["b"]) } == expected)
  }

  @Test(arguments: [
    (#"{"a":{}}"#, #"{"a":{"b":1}}"#), (#"{"a": {  }}"#, #"{"a": { "b": 1 }}"#),
    ("{\n  \"a\": {}\n}", "{\n  \"a\": {\n    \"b\": 1\n  }\n}"),
    ("{\n\t\"a\":\n\t\t{}\n}", "{\n\t\"a\":\n\t\t{\n\t\t\t\"b\": 1\n\t\t}\n}"),
  ])
  func fillsAnEmptyObject(text: String, expected: String) throws {
    #expect(try edited(text) { try $0.set(.integer(1), at: ["a", "b"]) } == expected)
  }

  @Test func replacesOnlyTheValue() throws {
    let text = "{ \"a\" :  1 , \"b\":[2,\n3] }"
    #expect(
      try edited(text) { try $0.set(.string("x\"y"), at: ["a"]) }
        == "{ \"a\" :  \"x\\\"y\" , \"b\":[2,\n3] }")
    #expect(try edited("[1]\n") { try $0.set(.boolean(false), at: []) } == "false\n")
  }

  @Test func leavesWhatIsThereAlready() throws {
    let text = #"{"a":  [ "\u0078",1 ], "o": {"t" :true, "n": null}}"#
    #expect(
      try edited(text) {
        try $0.set(.array([.string("x"), .integer(1)]), at: ["a"])
        try $0.set(.object([.init("t", .boolean(true)), .init("n", .null)]), at: ["o"])
      } == text)
  }

  @Test func doesNotGoThroughWhatIsNoObject() throws {
    #expect(throws: JSONDocumentError.notAnObject(at: .init(line: 1, column: 7))) {
      try edited(#"{"a": [1]}"#) { try $0.set(.null, at: ["a", "b"]) }
    }
    #expect(throws: JSONDocumentError.notAnObject(at: .init(line: 1, column: 1))) {
      try edited("[1]") { try $0.remove(at: ["b"]) }
    }
  }

  @Test(arguments: [
    // The comma belongs to the value, the comment stays behind it.
    ("{\n  \"a\": 1 // one\n}", "{\n  \"a\": 1, // one\n  \"b\": 2\n}"),
    ("{\n  \"a\": 1 /* one */\n  // end\n}", "{\n  \"a\": 1, /* one */\n  \"b\": 2\n  // end\n}"),
    // Trailing commas go on.
    ("{\n  \"a\": 1, // one\n}", "{\n  \"a\": 1, // one\n  \"b\": 2,\n}"),
    ("{\"a\": 1,}", "{\"a\": 1, \"b\": 2,}"),
    ("{\"a\": 1 // one\n}", "{\"a\": 1, // one\n\"b\": 2\n}"),
    ("{\"a\": 1 // one\r}", "{\"a\": 1, // one\n\"b\": 2\r}"),
    ("{ // none yet\n}", "{ // none yet\n  \"b\": 2\n}"),
    ("{ /* none yet */ }", "{ /* none yet */\n  \"b\": 2\n}"),
    ("// head\n{}\n// tail", "// head\n{\n  \"b\": 2\n}\n// tail"),
  ])
  func keepsComments(text: String, expected: String) throws {
    #expect(try edited(text, .commented) { try $0.set(.integer(2), at: ["b"]) } == expected)
  }

  @Test func refusesAnEditThatBreaksALimit() throws {
    var document = try JSONDocument(parsing: Array("{\"a\":1}".utf8))
    let before = document.bytes
    let large = JSONValue.string(String(repeating: "x", count: JSONDocument.maximumLength))
    #expect(throws: JSONDocumentError.tooLarge(limit: JSONDocument.maximumLength)) {
      try document.set(large, at: ["b"])
    }
    #expect(throws: JSONDocumentError.self) {
      try document.set(.object([.init("x", .null), .init("x", .null)]), at: ["b"])
    }
    #expect(document.bytes == before)
  }
}

@Suite struct JSONRemoveTests {
  @Test(arguments: [
    ("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", "a", "{\n  \"b\": 2,\n  \"c\": 3\n}\n"),
    ("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", "b", "{\n  \"a\": 1,\n  \"c\": 3\n}\n"),
    ("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", "c", "{\n  \"a\": 1,\n  \"b\": 2\n}\n"),
    ("{\r\n\t\"a\": 1,\r\n\t\"b\": {\r\n\t}\r\n}", "b", "{\r\n\t\"a\": 1\r\n}"),
    ("{\"a\": 1, \"b\": 2, \"c\": 3}", "a", "{\"b\": 2, \"c\": 3}"),
    ("{\"a\": 1, \"b\": 2, \"c\": 3}", "b", "{\"a\": 1, \"c\": 3}"),
    ("{ \"a\": 1, \"b\": 2, \"c\": 3 }", "c", "{ \"a\": 1, \"b\": 2 }"),
    ("{\n  \"a\": 1, \"b\": 2,\n  \"c\": 3\n}", "a", "{\n  \"b\": 2,\n  \"c\": 3\n}"),
    ("{\n  \"a\": 1, \"b\": 2,\n  \"c\": 3\n}", "b", "{\n  \"a\": 1,\n  \"c\": 3\n}"),
    ("{\n  \"a\": 1\n  , \"b\": 2\n}", "b", "{\n  \"a\": 1\n}"),
    ("{\n  \"b\": 2\n}\n", "b", "{}\n"), ("{\"b\":2}", "b", "{}"), ("{ \"b\" : 2 }", "b", "{}"),
    ("{\"a\": 1}", "b", "{\"a\": 1}"),
  ])
  func takesTheMemberItsCommaAndItsLine(text: String, name: String, expected: String) throws {
    #expect(try edited(text) { try $0.remove(at: [name]) } == expected)
  }

  @Test(arguments: [
    ("{\n  // about b\n  \"b\": 2 // two\n}", "b", "{\n  // about b\n}"),
    ("{\n  \"a\": 1, // one\n  \"b\": 2 // two\n}", "b", "{\n  \"a\": 1 // one\n}"),
    ("{\n  \"a\": 1, // one\n  \"b\": 2, // two\n}", "b", "{\n  \"a\": 1, // one\n}"),
    ("{\n  \"a\": 1, // one\n  // about b\n  \"b\": 2\n}", "a", "{\n  // about b\n  \"b\": 2\n}"),
    ("{ \"a\": 1, /* about b */ \"b\": 2 }", "a", "{ /* about b */ \"b\": 2 }"),
    ("{\n  \"a\": 1, // one\n  \"b\": 2}", "b", "{\n  \"a\": 1 // one\n  }"),
    ("{\n  \"a\": 1, // one\r\"b\": 2}", "b", "{\n  \"a\": 1 // one\r}"),
    ("{\"b\": 2, /* x\n*/}", "b", "{/* x\n*/}"),
  ])
  func leavesTheCommentsOfOthers(text: String, name: String, expected: String) throws {
    #expect(try edited(text, .commented) { try $0.remove(at: [name]) } == expected)
  }

  @Test func saysWhetherThereWasOne() throws {
    var document = try JSONDocument(parsing: Array("{\"a\": {\"b\": 1}}".utf8))
    #expect(try document.remove(at: ["a", "b"]))
    #expect(try !document.remove(at: ["a", "b"]))
    #expect(try !document.remove(at: ["x", "b"]))
    #expect(try !document.remove(at: []))
  }
}
