internal import Testing

/// `.github/SECURITY.md` names a test for everything that it claims.
@Suite struct SecurityTableTests {
  /// `Folder/File.swift:function` between back quotes.
  private struct Mention: Hashable {
    let file: String
    let function: String
  }

  private static let text = File.text("\(Programs.repository)/.github/SECURITY.md")

  private static func mentions(in text: some StringProtocol) -> [Mention] {
    let quoted = text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map(\.element)
    return quoted.compactMap { word in
      let parts = word.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].hasSuffix(".swift") else { return nil }
      return Mention(file: String(parts[0]), function: String(parts[1]))
    }
  }

  private static func isTest(_ mention: Mention) -> Bool {
    let source = File.text("\(Programs.repository)/Tests/\(mention.file)")
    // The attribute is on the same line, or a few lines above with its conditions and arguments.
    let parts = source.split(separator: "@Test").dropFirst()
    return parts.contains { part in
      guard let start = part.firstRange(of: "func ") else { return false }
      return part[start.upperBound...].hasPrefix("\(mention.function)(")
    }
  }

  @Test func everyTestThatItNamesExists() {
    let mentions = Self.mentions(in: Self.text)
    #expect(mentions.count > 50)
    for mention in mentions {
      #expect(Self.isTest(mention), "\(mention.file) has no test \(mention.function)")
    }
    #expect(
      !Self.isTest(Mention(file: "IntegrationTests/SecurityTableTests.swift", function: "isTest")))
    #expect(!Self.isTest(Mention(file: "IntegrationTests/Missing.swift", function: "isTest")))
  }

  @Test func everyThreatHasATest() {
    let rows = Self.text.split(separator: "\n").filter { $0.hasPrefix("|") }
      .filter { !$0.hasPrefix("|---") && !$0.hasPrefix("| threat |") }
    #expect(rows.count > 30)
    for row in rows { #expect(!Self.mentions(in: row).isEmpty, "\(row)") }
  }
}
