import Secrets
import Testing
import ValetTesting

private func refusal(of text: String) -> ReferenceError? {
  do throws(ReferenceError) {
    _ = try SecretReference(text)
    return nil
  } catch { return error }
}

@Suite struct SecretReferenceTests {
  @Test func readsEveryScheme() throws {
    #expect(try SecretReference("valet://github/token") == .vault(try SecretName("github/token")))
    #expect(try SecretReference("keyring://a") == .keyring(try SecretName("a")))
    #expect(try SecretReference("oauth://linear") == .oauth(try ConnectionName("linear")))
    #expect(
      try SecretReference("keyring://?service=a%20b&account=%C3%A9&empty=")
        == .keyringItem([
          .init(name: "service", value: "a b"), .init(name: "account", value: "é"),
          .init(name: "empty", value: ""),
        ]))
    #expect(try SecretReference("keyring://?x=1").scheme == .keyring)
    #expect(try SecretReference("valet://a").name?.text == "a")
    #expect(try SecretReference("keyring://?x=1").name == nil)
  }

  @Test func readsPartsOfTexts() throws {
    let text = "<valet://a>"
    #expect(try SecretReference(text.dropFirst().dropLast()) == .vault(try SecretName("a")))
  }

  @Test(arguments: [
    ("", ReferenceError.noScheme), ("github/token", .noScheme),
    ("vault://a", .unknownScheme("vault")), ("VALET://a", .unknownScheme("VALET")),
    ("://a", .unknownScheme("")), (" valet://a", .unknownScheme(" valet")),
    ("valet:a", .malformed("valet:a", reason: "'valet:' wants '//' behind it")),
    ("valet:/a", .malformed("valet:/a", reason: "'valet:' wants '//' behind it")),
    ("valet://", .malformed("valet://", reason: "it is empty")),
    ("valet:///a", .malformed("valet:///a", reason: "a segment between two '/' is empty")),
    (
      "valet://a?x=1",
      .malformed("valet://a?x=1", reason: "character 2 is not one of A-Z a-z 0-9 . _ @ + - /")
    ),
    (
      "oauth://?a=b",
      .malformed("oauth://?a=b", reason: "character 1 is not one of A-Z a-z 0-9 . _ @ + - /")
    ),
    ("oauth://a/b", .malformed("oauth://a/b", reason: "the name of a connection has no '/'")),
  ])
  func refusesEverythingElse(text: String, expected: ReferenceError) {
    #expect(refusal(of: text) == expected)
  }

  @Test(arguments: [
    "keyring://?", "keyring://?a", "keyring://?=b", "keyring://?a=b&", "keyring://?&a=b",
    "keyring://?a=%", "keyring://?a=%4", "keyring://?a=%4g", "keyring://?a=%ff", "keyring://?a=%00",
    "keyring://?a=%C3",
  ])
  func refusesAttributesThatAreNone(text: String) {
    #expect(
      refusal(of: text)
        == .malformed(text, reason: "attributes are written name=value&name=value"))
  }

  @Test func refusesAnAttributeGivenTwice() {
    #expect(
      refusal(of: "keyring://?a=1&%61=2")
        == .malformed("keyring://?a=1&%61=2", reason: "attribute 'a' is given twice"))
  }

  /// As one `Character` with the delimiter before it, the mark would be dropped with it.
  @Test(arguments: [
    "valet:\u{301}//a", "valet:/\u{301}/a", "valet://\u{301}a", "keyring://?\u{301}a=b",
    "valet\u{301}://a",
  ])
  func losesNoCombiningMark(text: String) throws {
    let reference = try? SecretReference(text)
    #expect(reference == nil || reference == .keyringItem([.init(name: "\u{301}a", value: "b")]))
  }

  @Test func itsDescriptionReadsBackAsItself() throws {
    var generator = SeededGenerator(seed: 50)
    let scalars: [Unicode.Scalar] = [
      "a", "&", "=", "%", "+", " ", "é", "/", "?", "\u{301}", "~", "\n",
    ]
    for _ in 0..<2000 {
      var attributes: [SecretReference.Attribute] = []
      for index in 0...generator.below(3) {
        var value = String.UnicodeScalarView()
        for _ in 0..<generator.below(6) { value.append(generator.pick(scalars)) }
        attributes.append(.init(name: "\(generator.pick(scalars))\(index)", value: String(value)))
      }
      let reference = SecretReference.keyringItem(attributes)
      let text = reference.description
      #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
      let again = try SecretReference(text)
      #expect(again == reference)
      #expect(again.description == text)
    }
    for text in ["valet://a/b", "keyring://a", "oauth://x"] {
      #expect(try SecretReference(text).description == text)
    }
  }

  /// What stands where a reference belongs may be the secret itself.
  @Test(arguments: [
    "canary-secret", "https://user:canary@host", "canary canary:x", "postgres://canary@x",
  ])
  func doesNotShowWhatMayBeASecret(text: String) throws {
    let error = try #require(refusal(of: text))
    #expect(!error.message.contains("canary"))
    #expect(error.exitCode == .configuration)
  }

  /// As a `Character`, a sign and the mark behind it are one.
  @Test func readsAttributesByteByByte() throws {
    #expect(
      try SecretReference("keyring://?a=\u{301}b&\u{301}=c")
        == .keyringItem([.init(name: "a", value: "\u{301}b"), .init(name: "\u{301}", value: "c")]))
  }

  @Test func namesAMisspeltScheme() throws {
    #expect(
      try #require(refusal(of: "vault://a")).message == "unknown scheme 'vault' in a reference")
  }

  @Test func itsMessagesAreOneLine() throws {
    let forged = try #require(refusal(of: "valet://a\n\u{1B}[2Jmcp-valet: all is well\u{202E}"))
    #expect(!forged.message.unicodeScalars.contains { isUnprintable($0) })
    let long = try #require(refusal(of: "valet://" + String(repeating: "x", count: 10_000)))
    #expect(long.message.utf8.count < 400)
  }
}
