import Secrets
import Testing
import ValetTesting

private func vault(_ name: String) throws -> SecretReference { .vault(try SecretName(name)) }

@Suite struct TemplateTests {
  @Test func readsAWholeReference() throws {
    let template = try Template("valet://a/b")
    #expect(template.parts == [.value(try vault("a/b"))])
    #expect(template.holdsValue && !template.needsFile)
  }

  @Test func readsEmbeddedReferences() throws {
    let template = try Template("Bearer {{valet://a}} and {{file:keyring://b}}!")
    #expect(
      template.parts == [
        .text("Bearer "), .value(try vault("a")), .text(" and "),
        .file(.keyring(try SecretName("b"))), .text("!"),
      ])
    #expect(template.holdsValue && template.needsFile)
    #expect(template.references.map(\.scheme) == [.valet, .keyring])
    #expect(try Template("{{valet://a}}{{valet://a}}").references.count == 2)
    #expect(
      try Template("{{{valet://a}}}").parts == [.text("{"), .value(try vault("a")), .text("}")])
    #expect(try !Template("{{file:valet://a}}").holdsValue)
  }

  @Test(arguments: [
    "", "plain", "{", "{{", "}}", "{{}}", "{{name}}", "{{ valet://a }}", "{ {valet://a}}", "{{{{{{",
    "https://example.org/x", "a valet://b", "{{\u{301}valet://a}}", "$", "${", "$HOME", "a ${HOME}",
    "${a b}", "${}", "x${user}config.y}", "{{://x}}", "{{:}}", "e\u{301}{{\u{301}x",
    "\r\n{{x}}\r\n",
  ])
  func leavesTextAlone(text: String) throws {
    let template = try Template(text)
    #expect(template.parts == [.text(text)])
    #expect(template.description == text)
    #expect(template.references.isEmpty)
  }

  @Test func keepsEveryByteOfTheTextAround() throws {
    let template = try Template("\u{301}{{{{x}}\u{301}{{valet://a}}\u{301}\r\n")
    guard case .text(let before) = template.parts[0], case .text(let after) = template.parts[2]
    else {
      Issue.record("\(template.parts)")
      return
    }
    #expect(Array(before.utf8) == Array("\u{301}{{{{x}}\u{301}".utf8))
    #expect(Array(after.utf8) == Array("\u{301}\r\n".utf8))
  }

  @Test(arguments: [
    ("valet:a", ReferenceError.malformed("valet:a", reason: "'valet:' wants '//' behind it")),
    ("valet://", .malformed("valet://", reason: "it is empty")),
    (
      "valet://a b",
      .malformed("valet://a b", reason: "character 2 is not one of A-Z a-z 0-9 . _ @ + - /")
    ),
    ("{{vault://a}}", .unknownScheme("vault")), ("{{file:a}}", .noScheme),
    ("{{file:https://a}}", .unknownScheme("https")),
    ("x {{valet://a", .unterminated("{{valet://a")),
    ("x {{valet://a} canary", .unterminated("{{valet://a}")),
    ("{{file:valet://a", .unterminated("{{file:valet://a")),
    ("{{valet://}}", .malformed("valet://", reason: "it is empty")),
    ("{{file:\u{301}valet://a}}", .unknownScheme("\u{301}valet")),
  ])
  func refusesWhatLooksLikeAReferenceAndIsNone(text: String, error: ReferenceError) {
    #expect(throws: error) { try Template(text) }
  }

  @Test(arguments: [
    ("${TOKEN}", "${TOKEN}"), ("${input:token}", "${input:token}"),
    ("${user_config.key}", "${user_config.key}"),
    ("Bearer ${user_config.key}!", "${user_config.key}"),
    ("${HOME} ${user_config.a}", "${user_config.a}"),
    ("${user_config.a b}", "${user_config.a b}"),
  ])
  func refusesPlaceholdersThatAHostLeftUnfilled(text: String, placeholder: String) {
    #expect(throws: ReferenceError.unfilledPlaceholder(placeholder)) { try Template(text) }
  }

  @Test func itsDescriptionReadsBackAsItself() throws {
    for text in ["valet://a", "x{{valet://a}}", "{{file:valet://a}}", "{{valet://a}}{{oauth://b}}"]
    {
      #expect(try Template(text).description == text)
    }
    // Whole or embedded, it is the same template.
    #expect(try Template("{{valet://a}}") == Template("valet://a"))
  }

  /// The quick look may be wrong in one direction only.
  @Test func theQuickLookMissesNoReference() throws {
    var generator = SeededGenerator(seed: 60)
    let pieces = [
      "valet:", "keyring:", "oauth:", "//", "a", "{{", "}}", "file:", "${", "}", "user_config.",
      "x",
      " ",
    ]
    var skipped = 0
    for _ in 0..<20_000 {
      let text = (0..<generator.below(6)).map { _ in generator.pick(pieces) }.joined()
      let mayHold = Array(text.utf8).withUnsafeBufferPointer { Template.mayHoldReference($0) }
      if mayHold { continue }
      skipped += 1
      let template = try? Template(text)
      #expect(template?.parts == [.text(text)], "\(text)")
    }
    #expect(skipped > 1000)
  }

  /// Environment values have up to 131,071 bytes and come from a host: nothing may be quadratic.
  @Test(arguments: ["{", "${", "{{a", "{{valet", "${user_config", "{{file", "}"])
  func takesTheLargestValuesInTime(piece: String) throws {
    let text = String(repeating: piece, count: 131_071 / piece.utf8.count)
    let time = processorTime {
      _ = try? Template(text)
      _ = try? Template(text + "}")
    }
    #expect(time < .seconds(1))
  }
}
