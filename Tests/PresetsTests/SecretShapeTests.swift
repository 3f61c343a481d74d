internal import Presets
internal import Testing

@Suite struct SecretShapeTests {
  private func provider(_ text: String) -> String? {
    Array(text.utf8).withUnsafeBytes { SecretShape.of($0)?.provider }
  }

  @Test func knowsAKeyByItsFirstBytes() {
    #expect(provider("ghp_0123456789") == "GitHub")
    #expect(provider("github_pat_11AB") == "GitHub")
    #expect(provider("sk-ant-api03-x") == "Anthropic")
    #expect(provider("sk-proj-x") == "OpenAI")
    #expect(provider("ghp") == nil)
    #expect(provider("") == nil)
    #expect(provider("hunter2 ghp_") == nil)
  }

  private func found(_ text: String) -> String? {
    SecretShape.first(in: Array(text.utf8)).map { found in
      "\(found.shape.provider) " + String(decoding: Array(text.utf8)[found.range], as: UTF8.self)
    }
  }

  @Test func findsAWholeKeyInAText() {
    let key = "ghp_" + String(repeating: "aB3", count: 12)
    #expect(found(key) == "GitHub \(key)")
    #expect(found("token=\(key).") == "GitHub \(key)")
    #expect(found("https://\(key)@github.com/") == "GitHub \(key)")
    // One too short, one too long, one in the middle of a word.
    #expect(found(String(key.dropLast())) == nil)
    #expect(found(key + "x") == nil)
    #expect(found("x" + key) == nil)
    #expect(found("") == nil && found("ghp_") == nil)
  }

  @Test func takesTheLongestPrefix() {
    let key = "sk-or-v1-" + String(repeating: "0123456789abcdef", count: 4)
    #expect(found(key) == "OpenRouter \(key)")
  }

  @Test func everyEntrySaysWhereItIsFrom() {
    for shape in SecretShape.all {
      #expect(isPage(shape.source), "\(shape.prefix): \(shape.source)")
      #expect(!shape.provider.isEmpty && shape.length.lowerBound > 0, "\(shape.prefix)")
      #expect(shape.checked.utf8.count == 10, "\(shape.prefix)")
      #expect(SecretShape.all.filter { $0.prefix == shape.prefix }.count == 1)
    }
  }

  /// Those without a page have their reason beside them.
  @Test func everyEntryLeadsToAPageForRevoking() {
    let without: Set<String> = [
      "dp.pt.", "glc_", "lin_oauth_", "whsec_", "eyJ", "AGE-SECRET-KEY-1",
    ]
    for shape in SecretShape.all {
      if let page = shape.revocationPage {
        #expect(isPage(page), "\(shape.prefix): \(page)")
      } else {
        #expect(without.contains(shape.prefix), "\(shape.prefix)")
      }
    }
    #expect(SecretShape.all.count(where: { $0.revocationPage == nil }) == without.count)
  }

  /// A page, not a whole site.
  private func isPage(_ address: String) -> Bool {
    let parts = address.split(separator: "/")
    return address.hasPrefix("https://") && parts.count > 2 && !address.contains(" ")
  }
}
