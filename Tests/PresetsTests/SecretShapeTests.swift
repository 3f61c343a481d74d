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

  @Test func everyEntrySaysWhereItIsFrom() {
    for shape in SecretShape.all {
      #expect(shape.revocationPage.hasPrefix("https://"), "\(shape.prefix)")
      #expect(!shape.source.isEmpty && shape.checked.utf8.count == 10, "\(shape.prefix)")
      #expect(SecretShape.all.filter { $0.prefix == shape.prefix }.count == 1)
    }
  }
}
