import Redaction
import Testing
import ValetTesting

/// The redactors against ``ReferenceRedaction``, over random secrets and texts.
@Suite struct RedactionPropertyTests {
  /// Enough in an unoptimised build for a few seconds; `packaging/fuzz.sh` runs millions.
  private static let rounds = 25

  @Test(arguments: 0..<4 as Range<UInt64>)
  func linesAreRedactedAsTheReferenceSays(seed: UInt64) throws {
    var cases = CaseGenerator(seed: seed)
    for _ in 0..<Self.rounds {
      let secrets = cases.secrets()
      var bench = try Bench(secrets)
      let line = cases.line(of: secrets)
      let isJSON = ReferenceJSON.parse(line) != nil
      var reference = ReferenceRedaction(secrets)
      let expected = reference.redact(line: line, isJSON: isJSON)
      let redacted = bench.redact(line)
      #expect(Self.text(redacted) == Self.text(expected), "\(Self.text(line))")
      if isJSON { #expect(ReferenceJSON.parse(redacted) != nil, "\(Self.text(line))") }
      for (index, name) in bench.patterns.values.names.enumerated() {
        #expect(bench.lines.counts[index] == reference.counts[name, default: 0])
      }
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func streamsAreRedactedAsTheReferenceSaysHoweverTheyAreCut(seed: UInt64) throws {
    var cases = CaseGenerator(seed: seed + 100)
    for _ in 0..<Self.rounds {
      let secrets = cases.secrets()
      let bench = try Bench(secrets)
      let text = cases.text(of: secrets)
      var reference = ReferenceRedaction(secrets)
      let expected = reference.redact(text: text)
      let pieces = cases.pieces(text)
      let output = try bench.stream(pieces).all
      #expect(Self.text(output) == Self.text(expected), "\(pieces.map(Self.text))")
    }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
