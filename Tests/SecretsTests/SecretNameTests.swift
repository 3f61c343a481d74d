import Secrets
import Testing

@Suite struct SecretNameTests {
  @Test(arguments: [
    "a", "github/token", "A-Z.0_9@+x", "...", "a/.../b", ".hidden", "-", "a/b/c/d/e/f/g/h",
    String(repeating: "x", count: 64),
  ])
  func takesNamesOfTheGrammar(text: String) throws {
    let name = try SecretName(text)
    #expect(name.text == text)
    #expect(name.description == text)
  }

  @Test(arguments: [
    ("", SecretNameError.empty), ("/", .emptySegment), ("a/", .emptySegment),
    ("/a", .emptySegment), ("a//b", .emptySegment), (".", .relativeSegment),
    ("..", .relativeSegment), ("a/../b", .relativeSegment), ("a/.", .relativeSegment),
    ("a b", .forbiddenCharacter(offset: 1)), ("é", .forbiddenCharacter(offset: 0)),
    ("a\0", .forbiddenCharacter(offset: 1)), ("a\\b", .forbiddenCharacter(offset: 1)),
    ("ab/c:d", .forbiddenCharacter(offset: 4)), ("e\u{301}", .forbiddenCharacter(offset: 1)),
    ("\u{212A}", .forbiddenCharacter(offset: 0)), ("a\r\n", .forbiddenCharacter(offset: 1)),
    ("1/2/3/4/5/6/7/8/9", .tooManySegments(9)),
    (String(repeating: "x", count: 65), .segmentTooLong(65)),
    ("a/" + String(repeating: "x", count: 65) + "/b", .segmentTooLong(65)),
  ])
  func refusesEverythingElse(text: String, error: SecretNameError) {
    #expect(throws: error) { try SecretName(text) }
  }

  @Test func theLongestNameHasTheLengthThatIsStated() throws {
    let segment = String(repeating: "x", count: SecretName.maximumSegmentLength)
    let longest = [String](repeating: segment, count: SecretName.maximumSegmentCount)
      .joined(separator: "/")
    #expect(try SecretName(longest).text.utf8.count == SecretName.maximumLength)
  }

  @Test func sortsByItsText() throws {
    let names = try ["b", "a/b", "a", "B"].map { try SecretName($0) }
    #expect(names.sorted().map(\.text) == ["B", "a", "a/b", "b"])
  }
}
