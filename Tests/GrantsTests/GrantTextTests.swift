internal import Grants
internal import Testing

@Suite struct GrantTextTests {
  @Test func escapesWhateverCouldPassForSomethingElse() {
    #expect(escaped(bytes("a b\\")) == "a b\\\\")
    #expect(escaped(bytes("аpp")) == "\\u{430}pp")
    #expect(escaped(bytes("a\u{202E}b\n\u{1B}[31m")) == "a\\u{202e}b\\u{a}\\u{1b}[31m")
    #expect(escaped([0x61, 0xff, 0x0a]) == "a\\xff\\u{a}")
    #expect(quoted(bytes("a b\"")) == "\"a b\\\"\"")
    #expect(quoted([]) == "\"\"")
  }

  @Test func showsAllOfALongArgument() {
    var grant = Sample.grant
    let long = String(repeating: "x", count: 10_000) + "evil"
    grant.terms.arguments = [bytes(long)]
    #expect(grant.lines.contains { $0.hasSuffix(long) })
  }

  @Test func warnsOfWhatLoadsCode() {
    var grant = Sample.grant
    #expect(!grant.lines.contains { $0.contains("load other code") })
    grant.terms.variables[1].name = bytes("NODE_OPTIONS")
    #expect(grant.lines.contains { $0.contains("load other code") })
  }

  @Test func tellsWhatIsNew() {
    var grant = Sample.grant
    #expect(grant.news(comparedTo: Sample.grant).isEmpty)
    grant.terms.variables[1].content = .plain(bytes("evil"))
    #expect(
      grant.news(comparedTo: Sample.grant)
        == ["- gets GITHUB_HOST=git.example", "+ gets GITHUB_HOST=evil"])
  }
}
