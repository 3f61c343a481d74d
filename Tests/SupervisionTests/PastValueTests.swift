internal import Redaction
internal import Secrets
internal import Testing

@testable import Supervision

/// What a relay still looks for that has replaced a token very often.
@Suite struct PastValueTests {
  private static func token(_ number: Int) -> [UInt8] {
    Array("eyJhbGciOiJSUzI1NiJ9.\(number).".utf8)
      + (0..<1200).map { UInt8(ascii: "a") + UInt8(($0 * (number % 1009 + 1)) % 26) }
  }

  private static func add(
    _ value: [UInt8], without dropped: [Int], to patterns: inout SecretPatterns
  ) throws(SecretMemoryError) -> Int {
    func add(to list: inout SearchedValues) throws(SecretMemoryError) {
      let failure: SecretMemoryError? = value.withUnsafeBytes { bytes in
        do throws(SecretMemoryError) {
          _ = try list.add(name: "token", value: bytes)
          return nil
        } catch { return error }
      }
      if let failure { throw failure }
    }
    try patterns.add(without: { dropped.contains($0) }, add)
    return value.withUnsafeBytes { patterns.values.number(of: $0) } ?? 0
  }

  private static func finds(
    _ value: [UInt8], _ redactor: inout LineRedactor, _ patterns: borrowing SecretPatterns
  ) -> Bool {
    value.withUnsafeBufferPointer {
      if case .unchanged = redactor.redact($0, isMessage: false, patterns) { false } else { true }
    }
  }

  /// Two months of five-minute tokens; one server was started with the first and still runs.
  @Test func thousandsOfRenewalsLeaveNoMoreValues() throws {
    var values = [SearchedValues.Entry(number: 1, byteCount: 1_200)]
    for number in 2...20_000 {
      let held = [1, number - 1]
      let dropped = PastValues.dropped(from: values) { held.contains($0) }
      values.removeAll { dropped.contains($0.number) }
      values.append(SearchedValues.Entry(number: number, byteCount: 1_200))
    }
    let kept = 20_000 - PastValues.maximumCount - 1..<20_000 + 1
    #expect(values.map(\.number) == [1] + Array(kept))
  }

  @Test func aServersOwnTokenIsFoundAfterManyRenewals() throws {
    var patterns = try SecretPatterns()
    var redactor = try LineRedactor()
    let first = try Self.add(Self.token(0), without: [], to: &patterns)
    var (present, redactions) = (first, 0)
    for renewal in 1...150 {
      let (last, held) = (present, [first, present])
      let dropped = PastValues.dropped(from: patterns.values.all) { held.contains($0) }
      present = try Self.add(Self.token(renewal), without: dropped, to: &patterns)
      try #require(present > last)
      let length = patterns.values.all.reduce(0) { $0 + $1.byteCount }
      try #require(length <= PastValues.maximumLength + 3 * 1_300)
      try #require(patterns.values.all.count <= PastValues.maximumCount + 3)
      if renewal == 150 {
        for number in [0, renewal, renewal - 1, renewal - 60] {
          #expect(Self.finds(Self.token(number), &redactor, patterns), "\(renewal): \(number)")
          redactions += 1
        }
        #expect(!Self.finds(Self.token(renewal - 100), &redactor, patterns))
      }
    }
    #expect(redactor.counts[0] == redactions)
  }

  @Test func longValuesAreForgottenSooner() {
    let values = (1...6).map { SearchedValues.Entry(number: $0, byteCount: 100 << 10) }
    #expect(PastValues.dropped(from: values) { $0 == 2 || $0 == 6 } == [3, 1])
    #expect(PastValues.dropped(from: values) { _ in true }.isEmpty)
    let huge = [SearchedValues.Entry(number: 1, byteCount: 1 << 20)]
    #expect(PastValues.dropped(from: huge) { _ in false } == [1])
  }
}
