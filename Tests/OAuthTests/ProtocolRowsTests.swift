import Platform
import Testing
import ValetTesting

/// The protocol's checklist has rows A1 to A33; each is cited by the name of a test.
@Suite struct ProtocolRowsTests {
  @Test func everyRowIsCitedByATest() throws {
    var names: [String] = []
    for folder in TemporaryFolder.names(in: "Tests") {
      for file in TemporaryFolder.names(in: "Tests/\(folder)") where file.hasSuffix(".swift") {
        names += try Self.testNames(in: "Tests/\(folder)/\(file)")
      }
    }
    #expect(names.count > 60)
    let cited = Set(
      names.flatMap { name in
        name.split { !$0.isLetter && !$0.isNumber }.filter {
          $0.hasPrefix("A") && Int($0.dropFirst()) != nil
        }
      })
    for row in 1...33 { #expect(cited.contains("A\(row)"), "no test cites A\(row)") }
  }

  /// The display names of the tests in a file: what stands in quotes behind `@Test(`.
  private static func testNames(in path: String) throws -> [String] {
    guard let file = fopen(path, "re") else { throw Unexpected() }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    return text.components(between: "@Test(").compactMap { rest in
      let start = rest.drop { $0.isWhitespace }
      guard start.first == "\"" else { return nil }
      return start.dropFirst().split(separator: "\"").first.map(String.init)
    }
  }
}

extension String {
  /// What stands behind each `mark`.
  fileprivate func components(between mark: String) -> [Substring] {
    Array(split(separator: mark, omittingEmptySubsequences: false).dropFirst())
  }
}
