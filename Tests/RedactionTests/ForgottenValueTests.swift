import Redaction
import Secrets
import Testing

/// Values that are looked for no more.
@Suite struct ForgottenValueTests {
  private static let key = "-----BEGIN KEY-----\nMIIEvgIBADANBgkqhkiG9w0\nAQEFAASCBKgwggSk\n"

  private func number(of value: String, _ bench: borrowing Bench) -> Int? {
    Array(value.utf8).withUnsafeBytes { bench.patterns.values.number(of: $0) }
  }

  /// Forgets one value and adds another.
  private func replace(_ old: String, by new: String, name: String, _ bench: inout Bench) throws {
    let place = number(of: old, bench)
    let number = try #require(place)
    func add(to list: inout SearchedValues) throws(SecretMemoryError) {
      let failure: SecretMemoryError? = Array(new.utf8).withUnsafeBytes { bytes in
        do throws(SecretMemoryError) {
          _ = try list.add(name: name, value: bytes)
          return nil
        } catch { return error }
      }
      if let failure { throw failure }
    }
    try bench.patterns.add(without: { $0 == number }, add)
  }

  @Test func isNotFoundAnyMoreAndAllOthersAre() throws {
    var bench = try Bench(("a", "first-value-of-a"), ("k", Self.key), ("b", "only-value-of-b"))
    let numbers = ["first-value-of-a", Self.key, "only-value-of-b"].map { number(of: $0, bench) }
    #expect(numbers == [1, 2, 3])
    #expect(bench.redact("first-value-of-a") == "[redacted a]")
    try replace("first-value-of-a", by: "second-value-of-a", name: "a", &bench)
    #expect(bench.redact("first-value-of-a") == "first-value-of-a")
    #expect(bench.redact("second-value-of-a") == "[redacted a]")
    #expect(bench.redact("only-value-of-b AQEFAASCBKgwggSk") == "[redacted b] [redacted k]")
    let later = [Self.key, "only-value-of-b", "second-value-of-a"].map { number(of: $0, bench) }
    #expect(later == [2, 3, 4])
    // Names keep their places, by which replacements are counted.
    #expect(bench.patterns.values.names == ["a", "k", "b"])
    let counts = bench.lines.counts
    #expect([counts[0], counts[1], counts[2]] == [2, 1, 1])
    // What comes back is looked for again.
    try replace("second-value-of-a", by: "first-value-of-a", name: "a", &bench)
    #expect(bench.redact("first-value-of-a second-value-of-a") == "[redacted a] second-value-of-a")
  }

  @Test func keepsWhatAnotherValueShares() throws {
    let line = "the-same-line-in-both"
    let (first, second) = ("\(line)\nfirst-line-of-its-own", "second-line-of-its-own\n\(line)")
    var bench = try Bench(("a", first), ("b", second))
    #expect(bench.redact(line) == "[redacted a]")
    try replace(first, by: "another-value", name: "a", &bench)
    #expect(bench.redact(line) == "[redacted b]")
    #expect(bench.redact("first-line-of-its-own") == "first-line-of-its-own")
  }

  @Test func isForgottenInTheMiddleOfAStream() throws {
    var bench = try Bench(("a", "first-value-of-a"), ("b", "only-value-of-b"))
    var redactor = try StreamRedactor()
    var output: [UInt8] = []
    func receive(_ text: String, _ bench: borrowing Bench) {
      Array(text.utf8).withUnsafeBufferPointer {
        redactor.receive($0, bench.patterns) { output += $0 }
      }
    }
    receive("x first-value-of-a only-val", bench)
    try replace("first-value-of-a", by: "second-value-of-a", name: "a", &bench)
    receive("ue-of-b first-value-of-a second-value-of-a\n", bench)
    redactor.flush(bench.patterns) { output += $0 }
    #expect(
      String(decoding: output, as: UTF8.self)
        == "x [redacted a] [redacted b] first-value-of-a [redacted a]\n")
    #expect([redactor.counts[0], redactor.counts[1]] == [2, 1])
  }
}
