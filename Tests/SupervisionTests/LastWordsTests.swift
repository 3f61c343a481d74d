internal import Testing

@testable import Supervision

struct LastWordsTests {
  private func text(_ pieces: [String]) -> String {
    var words = LastWords()
    for piece in pieces { Array(piece.utf8).withUnsafeBufferPointer { words.note($0) } }
    return words.text
  }

  @Test func keepsTheLastTenLines() {
    #expect(text(["one\n", "two", "\r\n"]) == "one\ntwo")
    let lines = (1...500).map { "line \($0)\n" }
    #expect(text(lines) == (491...500).map { "line \($0)" }.joined(separator: "\n"))
    #expect(text([]) == "")
    #expect(text(["\n\n\n"]) == "")
  }

  @Test func keepsNoMoreThanTwoKilobytes() {
    let long = String(repeating: "x", count: 100_000)
    #expect(text([long]).utf8.count == 2048)
    #expect(text((0..<1000).map { _ in String(repeating: "é", count: 99) }).utf8.count <= 2050)
  }
}
