import JSONText
import Testing
import ValetTesting

/// The reason why `text` is refused, or `nil`.
private func refusal(
  _ bytes: [UInt8], _ options: JSONReader.Options = [], maximumDepth: Int = .max
) -> JSONTextError? {
  bytes.withUnsafeBufferPointer { buffer in
    var reader = JSONReader(buffer, options: options, maximumDepth: maximumDepth)
    do throws(JSONTextError) {
      while try reader.next() != .end {}
      return nil
    } catch { return error }
  }
}

private func refusal(_ text: String, _ options: JSONReader.Options = []) -> JSONTextError? {
  refusal(Array(text.utf8), options)
}

@Suite struct JSONReaderTests {
  @Test(arguments: [
    "{}", "[]", "0", "-0", "1.5e+10", "-1E-2", "\"\"", "null", "true", "false", " \t\r\n[ ] ",
    "{\"a\":{\"b\":[1,2,{}]}}", #""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00""#, "\"é😀\u{7F}\u{2028}\"",
    "123456789012345678901234567890", "[[[[[[]]]]]]", "\"0123456789abcdef0123456789\"",
  ])
  func acceptsWhatTheGrammarAllows(text: String) {
    #expect(refusal(text) == nil)
  }

  @Test(arguments: [
    ("", JSONTextError.Reason.ended(.value), 0), (" ", .ended(.value), 1),
    ("{", .ended(.key), 1), ("[", .ended(.value), 1), ("[1", .ended(.commaOrBracket), 2),
    ("{\"a\"", .ended(.colon), 4), ("{\"a\":", .ended(.value), 5),
    ("{\"a\":1", .ended(.commaOrBrace), 6), ("{\"a\":1,", .ended(.key), 7),
    ("\"a", .ended(.closingQuote), 2), ("\"a\\", .ended(.closingQuote), 2),
    ("{a:1}", .expected(.key), 1), ("{\"a\" 1}", .expected(.colon), 5),
    ("{\"a\":1 \"b\":2}", .expected(.commaOrBrace), 7), ("[1 2]", .expected(.commaOrBracket), 3),
    ("[1}", .expected(.commaOrBracket), 2), ("{\"a\":1]", .expected(.commaOrBrace), 6),
    ("[,1]", .expected(.value), 1), ("[1,,2]", .expected(.value), 3),
    ("[1,]", .trailingComma, 2), ("{\"a\":1 , }", .trailingComma, 7),
    ("1 2", .trailingContent, 2), ("{}}", .trailingContent, 2), ("nul", .expected(.value), 0),
    ("True", .expected(.value), 0), ("NaN", .expected(.value), 0), ("+1", .expected(.value), 0),
    ("01", .invalidNumber, 0), ("-", .invalidNumber, 0), ("1.", .invalidNumber, 0),
    (".5", .expected(.value), 0), ("1e", .invalidNumber, 0), ("[-01]", .invalidNumber, 1),
    ("0x10", .invalidNumber, 0), ("\"\t\"", .controlCharacter, 1),
    ("\"0123456789\n\"", .controlCharacter, 11), (#""\x""#, .invalidEscape, 1),
    (#""\u12g4""#, .invalidEscape, 1), (#""\u12""#, .invalidEscape, 1),
    (#""\ud800""#, .loneSurrogate, 1), (#""\udc00\ud800""#, .loneSurrogate, 1),
    (#""\ud800\u0041""#, .loneSurrogate, 1), ("[1] // c", .comment, 4), ("/* */1", .comment, 0),
    ("'a'", .expected(.value), 0), ("\u{FEFF}1", .expected(.value), 0), ("é", .expected(.value), 0),
  ])
  func refusesWithReasonAndPlace(text: String, reason: JSONTextError.Reason, offset: Int) {
    #expect(refusal(text) == JSONTextError(reason, at: offset))
  }

  @Test(
    arguments: [
      [0x22, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xC3, 0x22],
      [0x22, 0xE0, 0x80, 0x80, 0x22],
      [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
      [0x22, 0xF0, 0x9F, 0x98],
      [0x22, 0xFF, 0x22],
    ] as [[UInt8]])
  func refusesBytesThatAreNotUTF8(bytes: [UInt8]) {
    #expect(refusal(bytes) == JSONTextError(.invalidUTF8, at: 1))
    #expect(refusal([0xFF, 0xFE]) == JSONTextError(.invalidUTF8, at: 0))
  }

  @Test func takesCommentsAndTrailingCommasWhereAllowed() {
    let options: JSONReader.Options = [.comments, .trailingCommas]
    #expect(refusal("// a\n{/* b\n */\"a\"/**/:// c\r1,}// d", options) == nil)
    #expect(refusal("[1,]", options) == nil)
    #expect(refusal("[,]", options) == JSONTextError(.expected(.value), at: 1))
    #expect(refusal("{,}", options) == JSONTextError(.expected(.key), at: 1))
    #expect(refusal("1 /* x", options) == JSONTextError(.unterminatedComment, at: 2))
    #expect(refusal("1 /*/", options) == JSONTextError(.unterminatedComment, at: 2))
    #expect(refusal("1 /", options) == JSONTextError(.trailingContent, at: 2))
    let broken = Array("1 // ".utf8) + [0xFF]
    #expect(refusal(broken, options) == JSONTextError(.invalidUTF8, at: 5))
  }

  @Test func takesHalfSurrogatesWhereAllowed() {
    #expect(refusal(#""\ud800 \udc00""#, .loneSurrogates) == nil)
  }

  @Test func limitsDepthWhereAsked() {
    #expect(refusal(Array("[[[]]]".utf8), maximumDepth: 3) == nil)
    #expect(
      refusal(Array("[[[[]]]]".utf8), maximumDepth: 3)
        == JSONTextError(.tooDeep(limit: 3), at: 3))
  }

  /// A recursive reader would end the process here.
  @Test func followsAMillionLevels() {
    let count = 1_000_000
    let arrays = [UInt8](repeating: UInt8(ascii: "["), count: count)
    #expect(refusal(arrays) == JSONTextError(.ended(.value), at: count))
    #expect(refusal(arrays + [UInt8](repeating: UInt8(ascii: "]"), count: count)) == nil)
    // Objects and arrays in turn: every bit of the stack is told from its neighbours.
    var mixed: [UInt8] = []
    for _ in 0..<1000 { mixed += Array("[{\"a\":".utf8) }
    mixed += Array("0".utf8)
    for _ in 0..<1000 { mixed += Array("}]".utf8) }
    #expect(refusal(mixed) == nil)
    mixed[mixed.count - 101] ^= UInt8(ascii: "]") ^ UInt8(ascii: "}")
    #expect(refusal(mixed) != nil)
  }

  /// Small random texts over the characters that matter, most of them broken, some not.
  @Test func agreesWithThePlainReader() {
    var generator = SeededGenerator(seed: 1)
    let pieces = [
      "{", "}", "[", "]", ":", ",", "\"a\"", "\"", "\\", "\\u0061", "\\ud83d", "\\ude00", "1", "0",
      "-", ".", "e", "+", "true", "null", " ", "\n", "\t", "é", "/", "abcdefgh",
    ].map { Array($0.utf8) }
    var accepted = 0
    for _ in 0..<200_000 {
      var text: [UInt8] = []
      for _ in 0..<generator.below(9) { text += generator.pick(pieces) }
      if generator.oneIn(50) { text.append(UInt8(truncatingIfNeeded: generator.next())) }
      let expected = ReferenceJSON.parse(text) != nil
      let actual = refusal(text, .loneSurrogates) == nil
      #expect(actual == expected, "\(String(decoding: text, as: UTF8.self))")
      if actual != expected { return }
      accepted += expected ? 1 : 0
    }
    #expect(accepted > 1000)
  }
}
