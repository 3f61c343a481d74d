internal import Testing
internal import ValetTesting

/// `servers.json` belongs to its user: we change what we are told to, and nothing else.
@Suite struct ServersFileTests {
  /// Pasted from somewhere, with a shape of its own.
  private static let pasted = """
    {
    \t"$schema": "https://example.org/schema",
    \t"mcpServers": {
    \t\t"first":  { "command": "/bin/echo", "args": ["one","two"],   "unknown": {"a": [1.50, null]} },
    \t\t"café": {
    \t\t\t"command": "/usr/bin/env",
    \t\t\t"env": { "A": "valet://a", "PLAIN": "Grüße \\u00e9\\/" },
    \t\t\t"valet": { "keep": ["KEPT"], "later": true }
    \t\t}
    \t},
    \t"inputs": [ ]
    }

    """

  @Test func keepsEverythingElseAsItIs() throws {
    let home = try Home.withVault()
    #expect(try home.valet(["add", "x", "--", "true"]).exitCode == 0)
    try home.write(Self.pasted, to: "valet/config/servers.json")
    let path = "\(home.valetHome)/config/servers.json"
    let added = try home.valet([
      "add", "new", "--env", "B=Bearer {{valet://b}}", "--file", "PEM=valet://pem", "--keep", "X",
      "--", "npx", "-y", "server@1.2.3", "--flag=\"quoted\"",
    ])
    #expect(added.exitCode == 0, "\(added.errorText)")
    let both = File.text(path)
    #expect(both != Self.pasted)
    // Every line that was there is there, but for a comma.
    for line in Self.pasted.split(separator: "\n") { #expect(both.contains(line), "\(both)") }
    let tree = try #require(ReferenceJSON.parse(Array(both.utf8)))
    let new = tree["mcpServers"]["new"]
    #expect(new["command"].text == "npx")
    #expect(new["args"].elements.map(\.text) == ["-y", "server@1.2.3", "--flag=\"quoted\""])
    #expect(new["env"]["B"].text == "Bearer {{valet://b}}")
    let taken = try home.valet(["add", "new", "--", "false"])
    #expect(taken.exitCode != 0 && taken.errorText.contains("new"), "\(taken.errorText)")
    #expect(File.text(path) == both)
    let removed = try home.valet(["remove", "new"])
    #expect(removed.exitCode == 0, "\(removed.errorText)")
    #expect(File.text(path) == Self.pasted)
  }

  @Test func listsAndRunsWhatWasPasted() throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    #expect(try home.valet(["add", "x", "--", "true"]).exitCode == 0)
    try home.write(
      Self.pasted.replacing(", \"later\": true", with: ""), to: "valet/config/servers.json")
    let listed = try #require(ReferenceJSON.parse(try home.valet(["servers", "--json"]).output))
    #expect(listed.elements.map { $0["name"].text } == ["first", "café"])
    #expect(try home.valet(["run", "first"]).text == "one two\n")
    let run = try home.valet(["run", "café"], adding: ["KEPT": "kept", "OTHER": "dropped"])
    let lines = Set(run.text.split(separator: "\n").map(String.init))
    #expect(
      lines.isSuperset(of: ["A=value-of-a", "PLAIN=Grüße é/", "KEPT=kept"]), "\(run.errorText)")
    #expect(!run.text.contains("OTHER"))
    // Words of the command line come in addition; a command of its own replaces the definition.
    let more = try home.valet(["run", "café", "--env", "EXTRA=1", "--exec"])
    #expect(more.text.contains("EXTRA=1\n"), "\(more.errorText)")
    #expect(try home.valet(["run", "café", "--", "/bin/echo", "own"]).text == "own\n")
  }

  @Test func eightWritersLoseNothing() throws {
    let home = try Home()
    let run = try home.shell(
      """
      for w in 1 2 3 4 5 6 7 8; do
        for n in $(seq 5); do "$VALET" add "s$w-$n" -- true 2>>errors || echo "failed $?"; done &
      done
      wait
      """)
    #expect(run.text.isEmpty, "\(run.text)\(File.text("\(home.path)/errors"))")
    let listed = try #require(ReferenceJSON.parse(try home.valet(["servers", "--json"]).output))
    #expect(listed.elements.count == 40)
  }
}
