import Testing
import ValetTesting

@testable import Scanning

@Suite struct DetectorTests {
  private func found(_ value: String, _ name: String = "") -> [String] {
    SecretDetector.hits(in: value, named: name).map(\.value)
  }

  private func arguments(_ words: String...) -> [String] {
    ArgumentWords.hits(in: words).map { "\($0.index) \($0.hit.value)" }
  }

  @Test func showsAtMostAThird() {
    #expect(MaskedValue.text("ghp_q7Zr2LxV9nB4tKc8WmYd3HsJf6GpUe5aXoRi") == "ghp_…oRi")
    for length in 0..<60 {
      let value = String((0..<length).map { Character(Unicode.Scalar(UInt8(33 + $0))) })
      let shown = MaskedValue.text(value)
      #expect(shown.count - 1 <= min(7, length / 3), "\(value): \(shown)")
      #expect(shown.contains("…") && shown != value)
    }
  }

  @Test(arguments: [
    "valet://github/token", "keyring://x", "{{valet://a}}", "${TOKEN}", "${env:TOKEN}",
    "${input:token}", "$TOKEN", "%TOKEN%", "{env:TOKEN}", "op://vault/item/field", "$(pass show x)",
    "Bearer ${TOKEN}", "YOUR_API_KEY", "<token>", "xxxxxxxxxxxxxxxx", "changeme", "sk-...",
    "ghp_***",
    "12345678901234567890", "abcdefghijklmnop", "00000000-0000-0000-0000-000000000000", "", "  ",
    "true",
    "/run/secrets/token", "~/.config/token", "./token.txt", "C:\\keys\\id_rsa", "3000",
  ])
  func takesItForNoSecret(value: String) {
    #expect(found(value, "API_TOKEN") == [], "\(value)")
  }

  @Test(arguments: [
    "MAX_TOKENS", "TOKENIZER", "AUTH_TYPE", "API_KEY_HEADER", "PUBLIC_KEY",
    "STRIPE_PUBLISHABLE_KEY",
    "TOKEN_FILE", "CLIENT_ID", "KEYBOARD_LAYOUT", "COMMIT_SHA", "cacheKey", "MODEL", "IMAGE_DIGEST",
  ])
  func knowsNamesOfNoSecrets(name: String) {
    #expect(found("9f86d081884c7d659a2feaa0c55ad015", name) == [], "\(name)")
  }

  @Test(arguments: [
    "API_KEY", "apiKey", "x-api-key", "githubToken", "DB_PASSWORD", "CLIENT_SECRET",
    "--access-token",
    "Authorization", "SESSION_COOKIE", "TOKEN2", "API_KEY_2", "SIGNING_KEY", "AZURE_PAT",
    "TELEGRAM_API_HASH",
  ])
  func knowsNamesOfSecrets(name: String) {
    #expect(found("9f86d081-Ab", name) == ["9f86d081-Ab"], "\(name)")
  }

  @Test func takesTheDefaultOfAReferenceForAValue() {
    #expect(found("${TOKEN:-s3cr3tvalue}", "TOKEN") == ["s3cr3tvalue"])
    #expect(found("${TOKEN:-}", "TOKEN") == [])
  }

  @Test func readsAddresses() {
    #expect(found("postgres://app:hunter22@db/x") == ["hunter22"])
    #expect(found("postgres://app:${PW}@db/x") == [])
    #expect(found("postgres://app@db/x") == [])
    #expect(found("https://x.example/mcp?api_key=a1b2c3d4e5&profile=b1g-cat") == ["a1b2c3d4e5"])
    #expect(found("https://x.example/s/qW3rT7yUiOp9aSdFgHjK2lZxCvBnM4Qe/mcp").count == 1)
    #expect(found("https://x.example/9f86d081884c7d659a2feaa0c55ad015/mcp") == [])
    #expect(found("amqp://guest:guest@localhost/") == [])
  }

  @Test func readsArguments() {
    #expect(arguments("-y", "p", "--api-key=abc123def9") == ["2 abc123def9"])
    #expect(arguments("--api-key", "abc123def9", "--verbose") == ["1 abc123def9"])
    #expect(arguments("--header", "Authorization: Bearer abc123def9") == ["1 abc123def9"])
    #expect(arguments("-H", "X-Api-Key:abc123def9") == ["1 abc123def9"])
    #expect(arguments("run", "-e", "TOKEN=abc123def9", "-e", "TOKEN", "img") == ["2 abc123def9"])
    #expect(arguments("-c", "TOKEN=abc123def9 exec npx -y p") == ["1 abc123def9"])
    #expect(arguments("--token", "--verbose", "abc123def9") == [])
    #expect(arguments("--password", "--header", "x") == [])
  }

  @Test func readsJSONInAString() {
    #expect(
      found(#"{"Authorization": "Bearer abc123def9", "Version": "2022-06-28"}"#, "HEADERS")
        == ["abc123def9"])
  }

  @Test func bearsHostileTexts() {
    let pieces = [
      "://", "${", "{{", "a=", "-", "\"", "[", "eyJ.", "ghp_", "@", ":-", " ", "\u{0}",
    ]
    let time = processorTime {
      for piece in pieces {
        for length in [4_000, 400_000] {
          let text = String(repeating: piece, count: length / piece.utf8.count)
          _ = SecretDetector.hits(in: text, named: "TOKEN")
          _ = ArgumentWords.hits(in: [text])
        }
      }
    }
    #expect(time < .seconds(30))
  }
}
