import HostConfigs
import JSONText
import Testing

private func document(
  _ text: String, _ syntax: JSONDocument.Syntax = .strict
) throws -> JSONDocument {
  try JSONDocument(parsing: Array(text.utf8), syntax: syntax)
}

private func refusal(_ text: String, _ syntax: JSONDocument.Syntax = .strict) -> JSONDocumentError?
{
  do throws(JSONDocumentError) {
    _ = try JSONDocument(parsing: Array(text.utf8), syntax: syntax)
    return nil
  } catch { return error }
}

@Suite struct JSONDocumentTests {
  @Test func findsValuesWithTheirPlaces() throws {
    let text = "{\n  \"a\": [1, \"é\", {\"b\": null}],\r\n  \"\\u0063\": true\n}"
    let document = try document(text)
    #expect(document.kind(of: document.root) == .object)
    #expect(document.span(of: document.root) == 0..<text.utf8.count)
    let array = try #require(document.value(at: ["a"]))
    let elements = document.elements(of: array)
    #expect(elements.map(document.kind) == [.number, .string, .object])
    #expect(document.string(of: elements[1]) == "é")
    #expect(document.string(of: elements[0]) == nil)
    #expect(document.position(of: elements[2]) == TextPosition(line: 2, column: 17))
    let inner = try #require(document.member("b", of: elements[2]))
    #expect(document.kind(of: inner.value) == .null)
    // Found by what the key stands for, however it is written.
    let escaped = try #require(document.value(at: ["c"]))
    #expect(document.kind(of: escaped) == .true)
    #expect(document.position(of: escaped) == TextPosition(line: 3, column: 13))
    #expect(document.value(at: ["d"]) == nil)
    #expect(document.value(at: ["a", "b"]) == nil)
    #expect(document.members(of: array).isEmpty)
    #expect(document.elements(of: document.root).isEmpty)
  }

  @Test func keepsAByteOrderMarkAndDoesNotCountIt() throws {
    let document = try document("\u{FEFF}{\"a\": 1}")
    #expect(document.bytes.starts(with: [0xEF, 0xBB, 0xBF]))
    #expect(document.position(of: document.root) == TextPosition(line: 1, column: 1))
  }

  @Test func saysLineAndColumn() {
    #expect(
      refusal("{\n  \"é\": tru\n}")
        == .malformed(reason: "expected a value", at: TextPosition(line: 2, column: 8)))
    #expect(
      refusal("{\r\n\"a\": 1,\r\n}")
        == .malformed(
          reason: "a comma before a closing bracket is not allowed in this file",
          at: TextPosition(line: 2, column: 7)))
    let invalid: [UInt8] = Array("[\n \"".utf8) + [0xFF] + Array("\"]".utf8)
    #expect(
      throws: JSONDocumentError.malformed(
        reason: "these bytes are not UTF-8", at: TextPosition(line: 2, column: 3))
    ) { try JSONDocument(parsing: invalid) }
    #expect(
      refusal("\"\\ud800\"")
        == .malformed(
          reason: "a string holds half of a surrogate pair", at: TextPosition(line: 1, column: 2)))
  }

  @Test func refusesTheSameKeyTwice() {
    let position = TextPosition(line: 1, column: 10)
    #expect(refusal(#"{"a": 1, "a": 2}"#) == .duplicateKey("a", at: position))
    #expect(refusal(#"{"a": 1, "\u0061": 2}"#) == .duplicateKey("a", at: position))
    // One key in each of two objects is none.
    #expect(refusal(#"{"a": {"a": 1}, "b": {"a": 1}}"#) == nil)
    // Canonically equivalent, and yet two keys.
    #expect(refusal("{\"\u{E9}\": 1, \"e\u{301}\": 2}") == nil)
    let many = (0..<1000).map { "\"k\($0)\": 0" }.joined(separator: ",")
    #expect(refusal("{\(many)}") == nil)
    #expect(refusal("{\(many),\n\"k7\": 1}") == .duplicateKey("k7", at: .init(line: 2, column: 1)))
  }

  @Test func limitsSizeAndDepth() {
    let limit = JSONDocument.maximumLength
    let fits = [UInt8](repeating: UInt8(ascii: " "), count: limit - 1) + [UInt8(ascii: "1")]
    #expect(throws: Never.self) { try JSONDocument(parsing: fits) }
    #expect(throws: JSONDocumentError.tooLarge(limit: limit)) {
      try JSONDocument(parsing: fits + [UInt8(ascii: " ")])
    }
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(refusal(nested(128)) == nil)
    #expect(
      refusal(nested(129))
        == .malformed(
          reason: "more than 128 objects and arrays inside one another",
          at: TextPosition(line: 1, column: 129)))
  }

  @Test func readsCommentsOnlyWhereTheyBelong() throws {
    let text = "// x\n{\"a\": /* y */ 1, // z\n}"
    let document = try document(text, .commented)
    #expect(document.value(at: ["a"]).map(document.span) == 19..<20)
    #expect(
      refusal(text)
        == .malformed(
          reason: "comments are not allowed in this file", at: TextPosition(line: 1, column: 1)))
  }
}
