import Relay
import Testing
import ValetTesting

private func scan(_ bytes: [UInt8]) -> Message {
  bytes.withUnsafeBufferPointer { MessageScanner.scan($0) }
}

private func text(_ range: Range<Int>?, of bytes: [UInt8]) -> String? {
  range.map { String(decoding: bytes[$0], as: UTF8.self) }
}

@Suite struct MessageScannerTests {
  @Test(
    arguments: [
      (#"{"jsonrpc":"2.0","id":1,"method":"x"}"#, Message.Kind.request, "1"),
      (#"{"method":"x","params":{"id":7,"method":"y"},"id":"a"}"#, .request, "\"a\""),
      (
        " \t{ \"id\" :\r12345678901234567890123456789 , \"method\" : \"x\" } \r", .request,
        "12345678901234567890123456789"
      ),
      (#"{"id":-1.5e+300,"method":"x"}"#, .request, "-1.5e+300"),
      (#"{"id":null,"method":"x"}"#, .request, "null"),
      (#"{"\u0069\u0064":"\u0031\"","m\u0065thod":"x"}"#, .request, #""\u0031\"""#),
      (#"{"id":"\ud800","method":"x"}"#, .request, #""\ud800""#),
      (#"{"id":"é😀","method":"x"}"#, .request, "\"é😀\""),
      (#"{"method":"x"}"#, .notification, nil),
      (#"{"method":"x","ID":1,"id ":2}"#, .notification, nil),
      (#"{"id":1,"result":{}}"#, .response, "1"), (#"{"id":null,"error":{}}"#, .response, "null"),
      (#"{"error":{}}"#, .response, nil), (#"{"result":{}}"#, .other, nil),
      (#"[{"id":1,"method":"x"}]"#, .batch, nil), ("[]", .batch, nil),
      ("{}", .other, nil), (#"{"id":1}"#, .other, "1"), ("1", .other, nil), ("\"id\"", .other, nil),
      (#"{"id":1,"method":2}"#, .other, "1"), (#"{"id":[1],"method":"x"}"#, .other, "[1]"),
      (#"{"id":{"id":2},"method":"x"}"#, .other, #"{"id":2}"#),
      (#"{"id":true,"method":"x"}"#, .other, "true"),
      ("", .notJSON, nil), (" ", .notJSON, nil), ("Server listening on stdio", .notJSON, nil),
      (#"{"id":1,"method":"x"}}"#, .notJSON, nil), (#"{"id":1,"method":"x""#, .notJSON, nil),
      (#"{"id":1,"method":"x"} {"id":2,"method":"x"}"#, .notJSON, nil),
      (#"{"id":01,"method":"x"}"#, .notJSON, nil), (#"{'id':1}"#, .notJSON, nil),
      ("\u{FEFF}{\"id\":1,\"method\":\"x\"}", .notJSON, nil),
      ("{\"id\":1,\"method\":\"x\",\"p\":\"a\u{0}b\"}", .notJSON, nil),
    ] as [(String, Message.Kind, String?)])
  func tellsWhatALineIs(line: String, kind: Message.Kind, id: String?) {
    let bytes = Array(line.utf8)
    let message = scan(bytes)
    #expect(message.kind == kind)
    #expect(text(message.id, of: bytes) == id)
  }

  @Test func findsMembersInPlace() {
    let bytes = Array(#"{"id":"7","params":[[{"method":0}]],"method":"a\/b","jsonrpc":"2.0"}"#.utf8)
    let message = scan(bytes)
    #expect(text(message.jsonrpc, of: bytes) == "\"2.0\"")
    #expect(text(message.method, of: bytes) == #""a\/b""#)
    #expect(message.identifierKind == .string)
    #expect(!message.repeatsMember)
    #expect(scan(Array(#"{"id":1,"method":"x"}"#.utf8)).identifierKind == .number)
    #expect(scan(Array(#"{"id":null,"method":"x"}"#.utf8)).identifierKind == .null)
    #expect(scan(Array(#"{"id":[],"method":"x"}"#.utf8)).identifierKind == nil)
  }

  @Test func takesTheLastOfRepeatedMembersAndSaysSo() {
    let bytes = Array(#"{"id":1,"method":"x","\u0069d":2}"#.utf8)
    let message = scan(bytes)
    #expect(text(message.id, of: bytes) == "2")
    #expect(message.repeatsMember)
    #expect(scan(Array(#"{"id":1,"result":1,"result":2}"#.utf8)).repeatsMember)
    #expect(!scan(Array(#"{"id":1,"method":"x","params":{"a":1,"a":2}}"#.utf8)).repeatsMember)
  }

  @Test func tellsBrokenUTF8FromBrokenJSON() {
    #expect(
      scan(Array("{\"id\":1,\"method\":\"".utf8) + [0xFF] + Array("\"}".utf8)).kind == .invalidUTF8)
    #expect(scan([0xC3]).kind == .invalidUTF8)
    #expect(scan([0xFF, 0xFE, 0x7B, 0x00]).kind == .invalidUTF8)
    #expect(scan(Array("é".utf8)).kind == .notJSON)
  }

  /// A recursive scanner would end the process, a quadratic one would not end.
  @Test func followsAnyDepth() {
    let depth = 2_000_000
    var bytes = Array("{\"params\":".utf8)
    bytes += [UInt8](repeating: UInt8(ascii: "["), count: depth)
    #expect(scan(bytes).kind == .notJSON)
    bytes += [UInt8](repeating: UInt8(ascii: "]"), count: depth)
    bytes += Array(",\"id\":9,\"method\":\"x\"}".utf8)
    let message = scan(bytes)
    #expect(message.kind == .request)
    #expect(text(message.id, of: bytes) == "9")
  }

  @Test(arguments: 10..<14)
  func agreesWithThePlainReader(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var kinds: [Message.Kind] = []
    for _ in 0..<4000 {
      let bytes = randomLine(&generator)
      let message = scan(bytes)
      let expected = Expectation(bytes)
      let line = String(decoding: bytes, as: UTF8.self)
      #expect(message.kind == expected.kind, "\(line)")
      #expect(text(message.id, of: bytes) == expected.id, "\(line)")
      #expect(text(message.method, of: bytes) == expected.method, "\(line)")
      #expect(text(message.jsonrpc, of: bytes) == expected.jsonrpc, "\(line)")
      #expect(message.repeatsMember == expected.repeats, "\(line)")
      if message.kind != expected.kind { return }
      if !kinds.contains(message.kind) { kinds.append(message.kind) }
    }
    #expect(kinds.count == 7)
  }

  /// Values of every kind and depth with one byte changed, dropped or added: what is JSON here is
  /// JSON for the plain reader, and nothing else is.
  @Test(arguments: 40..<44)
  func checksEveryByteOfNestedValues(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var counts = (valid: 0, invalid: 0)
    for _ in 0..<3_000 {
      let value = randomValue(&generator, depth: generator.below(5))
      var bytes = Array(#"{"method":"x","params":\#(value)}"#.utf8)
      let place = generator.below(bytes.count)
      let noise = Array(#"{}[]:,"\u0019-+.eEtfn \#u{1}\#u{7F}"#.utf8) + [0x80, 0xC3, 0xE2, 0xFF]
      switch generator.below(4) {
      case 0: bytes[place] = generator.pick(noise)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(generator.pick(noise), at: place)
      default: break
      }
      let kind = scan(bytes).kind
      let isJSON = kind != .notJSON && kind != .invalidUTF8
      let isValid = ReferenceJSON.parse(bytes) != nil
      #expect(isJSON == isValid, "\(String(decoding: bytes, as: UTF8.self))")
      if isValid { counts.valid += 1 } else { counts.invalid += 1 }
    }
    #expect(counts.valid > 500 && counts.invalid > 500)
  }

  private func randomValue(_ generator: inout SeededGenerator, depth: Int) -> String {
    func blank() -> String { generator.pick(["", "", " ", "\t", "\r\n"]) }
    guard depth > 0 else {
      return generator.pick([
        "0", "-0", "12", "1.5", "1e5", "-2.50E-07", "true", "false", "null", #""""#,
        #""plain text""#,
        #""a\"b\\c\/d\n""#, #""\u00e9\uD83D\uDE00""#, #""é€😀 and more than eight bytes""#, "[]",
        "{}",
      ])
    }
    let parts = (0..<generator.below(4)).map { _ in
      blank() + randomValue(&generator, depth: depth - 1) + blank()
    }
    if generator.oneIn(2) { return "[" + parts.joined(separator: ",") + "]" }
    return "{"
      + parts.map { blank() + #""k\#(depth)""# + blank() + ":" + $0 }.joined(separator: ",") + "}"
  }

  @Test func survivesAnyBytes() {
    var generator = SeededGenerator(seed: 20)
    for _ in 0..<20_000 {
      let bytes = (0..<generator.below(40)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      _ = scan(bytes)
    }
  }
}

/// What the plain reader makes of a line.
private struct Expectation {
  var kind: Message.Kind
  var jsonrpc: String?
  var id: String?
  var method: String?
  var repeats = false

  init(_ bytes: [UInt8]) {
    guard let tree = ReferenceJSON.parse(bytes) else {
      // Broken UTF-8 comes as the only fault here, see `randomLine`.
      kind = String(validating: bytes, as: UTF8.self) == nil ? .invalidUTF8 : .notJSON
      return
    }
    kind = .other
    if case .array = tree { kind = .batch }
    guard case .object(let members) = tree else { return }
    func last(_ name: String) -> ReferenceJSON.Member? {
      let found = members.filter { $0.name == name }
      if found.count > 1 { repeats = true }
      return found.last
    }
    let (id, method) = (last("id"), last("method"))
    let (result, error) = (last("result"), last("error"))
    jsonrpc = last("jsonrpc")?.raw
    self.id = id?.raw
    self.method = method?.raw
    switch id?.value {
    case nil, .null, .number, .string: break
    default: return
    }
    switch method?.value {
    case .string: kind = id == nil ? .notification : .request
    case nil: if error != nil || (result != nil && id != nil) { kind = .response }
    default: break
    }
  }
}

private func randomLine(_ generator: inout SeededGenerator) -> [UInt8] {
  let names = ["id", "method", "jsonrpc", "result", "error", "params", "Id", "identity"]
  let values = [
    "1", "-0.5e7", "\"x\"", "\"\\u0069d\"", "null", "true", "[]", "[1,{\"id\":2}]", "{\"id\":3}",
    "{\"method\":{\"id\":[]}}", "\"\\ud83d\\ude00 é\"", "18446744073709551616", "{}",
  ]
  func blank() -> String { generator.pick(["", "", " ", "\t", "\r"]) }
  func key(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      let digits = String(scalar.value, radix: 16)
      let escape = "\\u00" + (generator.oneIn(2) ? digits : digits.uppercased())
      text += generator.oneIn(6) ? escape : String(scalar)
    }
    return "\"\(text)\""
  }
  if generator.oneIn(20) { return Array(generator.pick(values).utf8) }
  var members: [String] = []
  for _ in 0..<generator.below(5) {
    let value = generator.oneIn(2) ? generator.pick(["1", "\"x\""]) : generator.pick(values)
    members.append(blank() + key(generator.pick(names)) + blank() + ":" + blank() + value + blank())
  }
  var bytes = Array((blank() + "{" + members.joined(separator: ",") + "}" + blank()).utf8)
  switch generator.below(12) {
  case 0: bytes.remove(at: generator.below(bytes.count))
  case 1: bytes.insert(UInt8(ascii: "\""), at: generator.below(bytes.count))
  case 2:
    // Inside a string, so that nothing before it is wrong.
    if let quote = bytes.firstIndex(of: UInt8(ascii: "\"")) { bytes.insert(0xFF, at: quote + 1) }
  default: break
  }
  return bytes
}
