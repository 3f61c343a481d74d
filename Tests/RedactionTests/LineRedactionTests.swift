import Redaction
import Testing
import ValetTesting

/// What a line looks like afterwards, where it may look different and where not.
@Suite struct LineRedactionTests {
  private static let key = "ghp_kf83HHd0/+x=?~ Zq9"

  @Test func passesOnALineWithoutSecretsAsItIs() throws {
    var bench = try Bench(("github/token", Self.key))
    for line in [
      "", "{}", #"{"jsonrpc":"2.0","id":1,"result":{}}"#, "no JSON", "\u{FF}\u{0}", "\\u",
    ] {
      #expect(bench.redactOrNil(Array(line.utf8)) == nil)
    }
    #expect(bench.lines.counts.total == 0)
  }

  @Test func passesOnEverythingWhenThereIsNothingToLookFor() throws {
    var bench = try Bench([])
    let isEmpty = bench.patterns.isEmpty
    #expect(isEmpty)
    #expect(bench.redactOrNil(Array(#"{"a":"\u0061"}"#.utf8)) == nil)
  }

  @Test func findsEveryNotationInAString() throws {
    var bench = try Bench(("github/token", Self.key))
    let notations = Notations.all(of: Array(Self.key.utf8))
    for (name, text) in notations {
      for string in Notations.strings(text) {
        let line =
          Array(#"{"jsonrpc":"2.0","id":1,"result":["<"#.utf8) + string + Array(#">"]}"#.utf8)
        let redacted = String(decoding: bench.redact(line), as: UTF8.self)
        let rest = redacted.dropFirst(#"{"jsonrpc":"2.0","id":1,"result":["<"#.count)
        #expect(rest.contains("[redacted github/token]"), "\(name): \(redacted)")
        #expect(ReferenceJSON.parse(Array(redacted.utf8)) != nil)
      }
    }
    #expect(notations.count > 20)
  }

  @Test func replacesExactlyTheSecret() throws {
    var bench = try Bench(("a", "secret-value"))
    #expect(
      bench.redact(#"{"id":1,"result":"x secret-value,\u0073ecret-valu\u0065 y"}"#)
        == #"{"id":1,"result":"x [redacted a],[redacted a] y"}"#)
    #expect(bench.lines.counts[0] == 2)
    #expect(
      bench.redact(#"{"r":"{\"k\":\"secret\\u002dvalue\"}"}"#)
        == #"{"r":"{\"k\":\"[redacted a]\"}"}"#)
    #expect(bench.redact(#"["secret-valu", "ecret-value"]"#) == #"["secret-valu", "ecret-value"]"#)
  }

  @Test func leavesIdsKnownMethodsAndKnownKeysOfAMessageAlone() throws {
    var bench = try Bench(
      ("a", "roots/list"), ("b", "12345678"), ("c", "jsonrpc-key"), ("d", #"\u0069\u0064"#))
    for line in [
      #"{"jsonrpc":"2.0","id":12345678,"method":"roots/list"}"#,
      #"{"id":"12345678","method":"roots\u002flist"}"#, #"{"\u0069\u0064":"12345678"}"#,
      #"[{"id":12345678},{"method":"roots/list"}]"#,
    ] {
      #expect(bench.redact(line) == line)
    }
    #expect(
      bench.redact(
        #"{"id":12345678,"params":{"id":12345678,"method":"roots/list","jsonrpc-key":1}}"#)
        == #"{"id":12345678,"params":{"id":"[redacted b]","method":"[redacted a]","[redacted c]":1}}"#
    )
    #expect(
      bench.redact(#"[{"id":"12345678","x":"12345678"}]"#)
        == #"[{"id":"12345678","x":"[redacted b]"}]"#)
    #expect(
      bench.redact(#"{"id":{"x":"12345678"},"method":["roots/list"]}"#)
        == #"{"id":{"x":"[redacted b]"},"method":["[redacted a]"]}"#)
  }

  @Test func redactsWhatAServerPutsInThePlaceOfAKeyOrMethod() throws {
    var bench = try Bench(("a", "secret-value"))
    #expect(
      bench.redact(
        #"{"jsonrpc":"secret-value","method":"secret-value","params":{},"secret-value":1}"#)
        == #"{"jsonrpc":"[redacted a]","method":"[redacted a]","params":{},"[redacted a]":1}"#)
    #expect(
      bench.redact(#"{"method":"notifications/secret-value"}"#)
        == #"{"method":"notifications/[redacted a]"}"#)
  }

  @Test func leavesNothingAloneInALineThatIsNoMessage() throws {
    var bench = try Bench(("a", "secret-value"), ("b", #"{"key":"x"}"#))
    #expect(
      bench.redact(
        #"{"id":"secret-value","method":"secret-value","secret-value":1}"#, isMessage: false)
        == #"{"id":"[redacted a]","method":"[redacted a]","[redacted a]":1}"#)
    #expect(bench.redact(#"[{"key":"x"}]"#, isMessage: false) == "[[redacted b]]")
  }

  @Test func makesANumberAString() throws {
    var bench = try Bench(("pin", "12345678"), ("float", "-0.125e+10"))
    #expect(
      bench.redact(#"{"r":[12345678, 912345678.5,-0.125e+10,1234567]}"#)
        == #"{"r":["[redacted pin]", "9[redacted pin].5","[redacted float]",1234567]}"#)
  }

  @Test func leavesStructureAlone() throws {
    var bench = try Bench(
      ("a", #"","name":""#), ("b", #"{"jsonrpc":"2.0""#), ("c", "null,null,"), ("d", "[1,2,3,4,5]"))
    let line =
      #"{"jsonrpc":"2.0","id":1,"result":{"x":"","name":"","l":[null,null,null,[1,2,3,4,5]]}}"#
    #expect(bench.redact(line) == line)
    #expect(
      bench.redact(#"{"r":"{\"jsonrpc\":\"2.0\",null,null,"}"#)
        == #"{"r":"[redacted b],[redacted c]"}"#)
  }

  @Test func namesTheLongestOfThoseThatTouch() throws {
    var bench = try Bench(("short", "abcdefgh"), ("long", "cdefghijkl"), ("other", "mnopqrst"))
    #expect(bench.redact(#"["abcdefghijkl"]"#) == #"["[redacted long]"]"#)
    #expect(bench.redact(#"["abcdefghi"]"#) == #"["[redacted short]i"]"#)
    #expect(bench.redact(#"["cdefghijklmnopqrst"]"#) == #"["[redacted long]"]"#)
    #expect(bench.redact(#"["mnopqrst abcdefgh"]"#) == #"["[redacted other] [redacted short]"]"#)
    #expect(bench.lines.counts[0] == 2)
    #expect(bench.lines.counts[1] == 2)
    #expect(bench.lines.counts[2] == 1)
    // Of equal length: the one that begins first.
    var equal = try Bench(("b", "efghijkl"), ("a", "abcdefgh"))
    #expect(equal.redact(#"["abcdefghijkl"]"#) == #"["[redacted a]"]"#)
  }

  /// `\/` is a slash in the inner string; the backslash before the quote does not escape it there.
  @Test func endsAnInnerEscapeWhereTheStringEnds() throws {
    var bench = try Bench(("a", #"abc/defgh\"#))
    #expect(bench.redact(#"["abc\\/defgh\\"]"#) == #"["[redacted a]"]"#)
  }

  @Test func tellsPlusSignsAndSpacesOfURLsApart() throws {
    var bench = try Bench(("a", "a+bcdefgh"), ("b", "k lmnopqr"))
    #expect(
      bench.redact(#"["a%2Bbcdefgh a+bcd%65fgh a%20bcdefgh"]"#)
        == #"["[redacted a] [redacted a] a%20bcdefgh"]"#)
    #expect(
      bench.redact(#"["k+lmnopqr,k%20lmnopqr"]"#)
        == #"["[redacted b],[redacted b]"]"#)
    // A plus sign stands for either: what one attempt saw says nothing about the next.
    let spaces = String(repeating: " ", count: 40)
    var both = try Bench(("c", "\(spaces)+\(spaces)|"), ("d", "x\(spaces)+\(spaces)y"))
    let signs = String(repeating: "+", count: 2000)
    #expect(both.redact("%41x\(signs)|") == "%41x\(signs.dropLast(81))[redacted c]")
  }

  @Test func namesTheFirstOfTwoSecretsWithOneValue() throws {
    var bench = try Bench(("first", "same-value"), ("second", "same-value"))
    #expect(bench.redact(#"["same-value"]"#) == #"["[redacted first]"]"#)
  }

  /// As `base64` and `openssl base64` print it, from wherever the value begins in what they encode.
  @Test(arguments: [64, 76, 20], ["\n", "\r\n", "\r"])
  func findsBase64InLines(columns: Int, lineEnd: String) throws {
    let value = (0..<300).map { UInt8($0 * 37 % 251) }
    var bench = try Bench([.init(name: "a", value: value)])
    let escapes = ["\n": #"\n"#, "\r\n": #"\r\n"#, "\r": #"\u000d"#]
    for before in 0..<4 {
      let encoded = Encodings.base64(
        Array("abc".utf8.prefix(before)) + value, isURLSafe: false, isPadded: true)
      var lines: [String] = []
      for start in stride(from: 0, to: encoded.count, by: columns) {
        let line = encoded[start..<min(start + columns, encoded.count)]
        lines.append(String(decoding: line, as: UTF8.self))
      }
      let string = lines.joined(separator: escapes[lineEnd] ?? "")
      let redacted = bench.redact("[\"\(string)\"]")
      #expect(redacted.contains("[redacted a]") && redacted.count < 40, "\(before): \(redacted)")
      let text = try bench.stream(lines.joined(separator: lineEnd))
      #expect(text.contains("[redacted a]") && text.count < 40, "\(before): \(text)")
    }
  }

  /// A match that begins within a character or escape takes it whole.
  @Test func cutsNoCharacterInTwo() throws {
    var bench = try Bench(("a", "nsecret-value"), ("b", "de00-and-more"))
    #expect(bench.redact(#"["x\nsecret-value"]"#) == #"["x[redacted a]"]"#)
    #expect(bench.redact(#"["x\ud83d\ude00-and-more"]"#) == #"["x[redacted b]"]"#)
    var bytes = try Bench([.init(name: "c", value: Array("1234567".utf8) + [0xC3])])
    #expect(bytes.redact(#"["1234567é!"]"#) == #"["[redacted c]!"]"#)
  }

  @Test func redactsWhatIsNoJSONAsText() throws {
    var bench = try Bench(("a", "secret-value"))
    #expect(bench.redact("Starting with secret-value…") == "Starting with [redacted a]…")
    #expect(bench.redact(#"{"k":"secret-value""#) == #"{"k":"[redacted a]""#)
    #expect(
      bench.redact([0xFF] + Array("secret-value".utf8)) == [0xFF] + Array("[redacted a]".utf8))
  }

  @Test func findsBytesThatAreNotText() throws {
    let value: [UInt8] = [0, 0xFF, 0xC3, 0x28, 0x0A, 0x22, 0x5C, 0x80, 0]
    var bench = try Bench([.init(name: "key", value: value)])
    #expect(bench.redact([0x3C] + value + [0x3E]) == Array("<[redacted key]>".utf8))
    #expect(bench.redact(#"["00ffc3280a225c8000"]"#) == #"["[redacted key]"]"#)
    // Python's way to carry such bytes in a string.
    var python = try Bench([
      .init(name: "key", value: Array("pass".utf8) + [0xFF, 0x80] + Array("word".utf8))
    ])
    #expect(python.redact(#"["pass\udcff\udc80word"]"#) == #"["[redacted key]"]"#)
  }

  @Test func survivesASecretThatLooksLikeAMarker() throws {
    var bench = try Bench(("a", "[redacted a]"), ("x", "redacted"))
    #expect(bench.redact(#"["[redacted a]"]"#) == #"["[redacted a]"]"#)
    #expect(bench.redact(#"["is redacted"]"#) == #"["is [redacted x]"]"#)
  }

  @Test func showsANameThatNeedsNoEscapes() throws {
    var bench = try Bench(("a\"\\\n\u{202E}b", "secret-value"))
    let redacted = bench.redact(#"["secret-value"]"#)
    #expect(redacted == "[\"[redacted a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}b]\"]")
    #expect(ReferenceJSON.parse(Array(redacted.utf8)) != nil)
  }

  @Test func goesOnLookingForOldValues() throws {
    var bench = try Bench(("token", "old-secret-value"))
    _ = try bench.add("token", Array("new-secret-value".utf8))
    _ = try bench.add("token", Array("old-secret-value".utf8))
    #expect(
      bench.redact(#"["old-secret-value new-secret-value"]"#)
        == #"["[redacted token] [redacted token]"]"#)
    let names = bench.patterns.values.names
    #expect(names == ["token"])
    #expect(bench.lines.counts[0] == 2)
  }

  @Test func tellsHundredsOfSimilarSecretsApart() throws {
    var bench = try Bench([])
    for number in 0..<300 { _ = try bench.add("s\(number)", Array("secret-value-\(number)-".utf8)) }
    for number in 0..<300 {
      #expect(bench.redact("[\"secret-value-\(number)-\"]") == "[\"[redacted s\(number)]\"]")
    }
  }
}
