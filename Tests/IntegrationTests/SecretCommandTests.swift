internal import Testing
internal import ValetTesting

/// `set`, `get`, `list`, `versions` and `rm`, as a script uses them.
@Suite struct SecretCommandTests {
  @Test(arguments: [
    ("", "a\\n", "61"), ("", "a\\r\\n", "61"), ("", "a\\n\\n", "610a"), ("", "\\na", "0a61"),
    ("--raw", "a\\n", "610a"), ("", "\\377\\000\\376", "ff00fe"), ("--raw", "\\n", "0a"),
  ])
  func keepsTheBytesButOneNewline(option: String, written: String, kept: String) throws {
    let home = try Home.withVault()
    let run = try home.shell(
      "printf '\(written)' | \"$VALET\" set a \(option) && \"$VALET\" get a | od -An -v -tx1 | tr -d ' \\n'"
    )
    #expect(run.text == kept, "\(run.errorText)")
  }

  @Test func takesAMebibyteAndNotAByteMore() throws {
    let home = try Home.withVault()
    let fits = try home.shell(
      "head -c 1048576 /dev/urandom >value && \"$VALET\" set a <value && \"$VALET\" get a | cmp - value"
    )
    #expect(fits.exitCode == 0, "\(fits.text)\(fits.errorText)")
    let tooLong = try home.shell("head -c 1048577 /dev/urandom | \"$VALET\" set a --raw")
    #expect(tooLong.exitCode == 64)
    #expect(tooLong.errorText.contains("1048576"), "\(tooLong.errorText)")
    #expect(try home.shell("\"$VALET\" get a | cmp - value").exitCode == 0)
  }

  @Test func listsWhatThereIsToKnow() throws {
    let home = try Home.withVault()
    let words = ["set", "a/b", "--note", "für später", "--expires", "2030-01-31"]
    #expect(try home.valet(words, input: "hidden").exitCode == 0)
    try home.set("old", "hidden")
    let expired = try home.valet(["set", "old", "--expires", "2020-01-31"], input: "hidden")
    #expect(expired.exitCode == 0, "\(expired.errorText)")
    let listed = try home.valet(["list", "--json"])
    let records = try #require(ReferenceJSON.parse(listed.output)).elements
    #expect(records.map { $0["name"].text } == ["a/b", "old"])
    #expect(records[0]["note"].text == "für später")
    #expect(records[0]["expires"].text == "2030-01-31T00:00:00Z")
    #expect(records[0]["store"].text == "vault")
    let table = try home.valet(["list"])
    #expect(table.text.contains("2020-01-31 (expired)"))
    for output in [listed, table] { #expect(!output.text.contains("hidden")) }
  }

  @Test func keepsVersionsUntilTheyAreRemoved() throws {
    let home = try Home.withVault()
    for value in ["one", "two", "three"] { try home.set("a", value) }
    let versions = try home.valet(["versions", "a"]).text.split(separator: "\n")
    #expect(versions.count == 4, "\(versions)")
    #expect(versions[1].contains("present"))
    let removed = try home.valet(["rm", "a"])
    #expect(removed.exitCode == 0 && removed.errorText.contains("--purge"))
    #expect(try home.valet(["get", "a"]).exitCode == 78)
    #expect(try home.shell("ls valet/data | grep -c vault.bak").text != "0\n")
    try home.set("a", "four")
    #expect(try home.valet(["rm", "a", "--purge"]).exitCode == 0)
    #expect(try home.shell("ls valet/data | grep -c vault.bak").text == "0\n")
  }
}
