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

  @Test func tellsWhenWordsChangedPlaces() {
    var (old, new) = (Sample.grant, Sample.grant)
    (old.terms.program, new.terms.program) = (.file(bytes("/bin/x")), .file(bytes("/bin/x")))
    old.terms.arguments = ["-y", "--from", "a", "--to", "b", "-z"].map(bytes)
    new.terms.arguments = ["-y", "--from", "b", "--to", "a", "-z"].map(bytes)
    #expect(
      new.news(comparedTo: old)
        == ["- with a", "- with --to", "- with b", "+ with b", "+ with --to", "+ with a"])
    new.terms.arguments = old.terms.arguments + [bytes("-z")]
    #expect(new.news(comparedTo: old) == ["+ with -z"])
  }

  @Test func showsTheHomeAndWhereProgramsAreFound() {
    var grant = Sample.grant
    grant.terms.home = bytes("/repo/h")
    grant.terms.places = [bytes("/repo/bin")]
    #expect(grant.lines.contains("  HOME is    /repo/h"))
    #expect(
      grant.news(comparedTo: Sample.grant) == [
        "- HOME is /home/me", "+ HOME is /repo/h", "+ PATH has /repo/bin, beside root's folders",
      ])
    grant.terms.home = nil
    #expect(grant.lines.contains("  HOME is    not set"))
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
