import Redaction
import Testing

/// Streams, wherever they are cut.
@Suite struct StreamRedactionTests {
  private static let key = "ghp_kf83HHd0/+x=?~ Zq9"

  @Test func findsEveryNotationCutAtEveryOffset() throws {
    let bench = try Bench(("github/token", Self.key))
    for (name, notation) in Notations.all(of: Array(Self.key.utf8))
    where !name.hasPrefix("percent 1") {
      for text in [notation] + Notations.strings(notation).suffix(1) {
        let whole = Array("<".utf8) + text + Array(">\n".utf8)
        let expected = try bench.stream([whole]).all
        #expect(String(decoding: expected, as: UTF8.self).contains("[redacted github/token]"))
        let step = max(1, whole.count / 60)
        for cut in stride(from: 0, through: whole.count, by: step) {
          let output = try bench.stream([Array(whole[..<cut]), Array(whole[cut...])]).all
          #expect(output == expected, "\(name) cut at \(cut)")
        }
      }
    }
  }

  @Test func findsASecretThatComesByteByByte() throws {
    let bench = try Bench(("a", "secret-value"), ("b", "value-and-more"))
    let text = Array("x secret-value-and-more, \\u0073ecret%2Dvalue\n".utf8)
    let output = try bench.stream(text.map { [$0] })
    #expect(String(decoding: output.all, as: UTF8.self) == "x [redacted b], [redacted a]\n")
    #expect(output.before == output.all)
  }

  /// What is held back begins in the middle of an escape, and is no letter `n` for that.
  @Test func remembersAnEscapeThatIsHalfPassedOn() throws {
    let bench = try Bench(("a", "nsecret-value"))
    let output = try bench.stream(#"x\nsecret"#, #"-val\u0075e"#)
    #expect(output == #"x\nsecret-val\u0075e"#)
    #expect(try bench.stream(#"x\nsecret"#, "-value") == #"x\[redacted a]"#)
  }

  @Test func passesOnAtOnceWhatIsNoBeginningOfASecret() throws {
    let bench = try Bench(("a", "secret-value"))
    for text in ["listening on port 80\n", "[secret-valu]", "x secret-value.\n", "é", "\n"] {
      let output = try bench.stream([Array(text.utf8)])
      #expect(output.before == output.all)
    }
  }

  @Test func holdsBackNoMoreThanWhatMayBecomeASecret() throws {
    let bench = try Bench(("a", "secret-value"))
    let cases = [
      ("x s", "x "), ("x secret-valu", "x "), ("x secret-value", "x "), ("sesecr", "se"),
      (#"x secret\u002"#, "x "), (#".\"#, "."), (".%", "."),
    ]
    for (text, before) in cases {
      let output = try bench.stream([Array(text.utf8)])
      #expect(String(decoding: output.before, as: UTF8.self) == before)
    }
  }

  @Test func passesOnWhatItHoldsWhenItIsAskedTo() throws {
    let bench = try Bench(("a", "secret-value"))
    var redactor = try StreamRedactor()
    var output: [UInt8] = []
    func receive(_ text: String) {
      Array(text.utf8).withUnsafeBufferPointer {
        redactor.receive($0, bench.patterns) { output += $0 }
      }
    }
    receive("x secret-")
    let held = redactor.heldCount
    #expect(held == 7)
    redactor.flush(bench.patterns) { output += $0 }
    let isHolding = redactor.isHolding
    #expect(!isHolding)
    receive("value secret-value")
    redactor.flush(bench.patterns) { output += $0 }
    #expect(String(decoding: output, as: UTF8.self) == "x secret-value [redacted a]")
    #expect(redactor.counts[0] == 1)
    let isStillHolding = redactor.isHolding
    #expect(!isStillHolding)
  }

  /// The run has no end in sight, and yet nothing of it is kept.
  @Test func keepsNothingOfARunOfSecrets() throws {
    let bench = try Bench([.init(name: "a", value: [UInt8](repeating: 0x61, count: 100))])
    var redactor = try StreamRedactor()
    var output: [UInt8] = []
    let piece = [UInt8](repeating: 0x61, count: 10_000)
    for _ in 0..<100 {
      piece.withUnsafeBufferPointer { redactor.receive($0, bench.patterns) { output += $0 } }
      let held = redactor.heldCount
      #expect(held < 100)
    }
    redactor.flush(bench.patterns) { output += $0 }
    #expect(String(decoding: output, as: UTF8.self) == "[redacted a]")
    #expect(redactor.counts.total == 1)
  }

  /// Compared anew with each byte, this would take minutes.
  @Test func takesALongSecretInSmallPieces() throws {
    let value = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    let bench = try Bench([.init(name: "a", value: value)])
    let pieces = stride(from: 0, to: value.count, by: 16).map {
      Array(value[$0..<min($0 + 16, value.count)])
    }
    #expect(try bench.stream(pieces).all == Array("[redacted a]".utf8))
  }

  /// Texts longer than the 8192 bytes that are decoded at a time.
  @Test(arguments: ["", #"\n"#, #"\\n"#, "%41", #"\n%41"#, #"\\n%41"#])
  func findsASecretAcrossTheEndOfTheWindow(escape: String) throws {
    var bench = try Bench(("a", "secret-value"))
    let secret = Array(#"\u0073e\\u0063%72et-value"#.utf8)
    for shift in 0..<30 {
      let before = Array(escape.utf8) + [UInt8](repeating: 0x2D, count: 8192 - shift)
      for shown in [Array("secret-value".utf8), secret] {
        let text = before + shown + [0x2E]
        let expected = before + Array("[redacted a].".utf8)
        #expect(bench.redact(text) == expected, "\(shift)")
        #expect(try bench.stream([text]).all == expected, "\(shift)")
      }
    }
  }
}
