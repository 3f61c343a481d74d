internal import Platform
internal import Testing
internal import ValetTesting

/// What a person sees: colours and widths of a terminal, and none of it anywhere else.
@Suite struct TerminalOutputTests {
  private static let token = "ghp_Zx81kQvR7mTn0LbYw4sHcJd2GfUe9PoAi6Kt"

  private func home() throws -> Home {
    let home = try Home.withVault()
    try home.set("a", "value")
    let script = """
      mkdir .cursor && cat >.cursor/mcp.json <<'END'
      {"mcpServers": {"one": {"command": "npx", "args": ["-y", "p"],
        "env": {"GITHUB_TOKEN": "\(Self.token)"}}}}
      END
      """
    try #require(try home.shell(script).exitCode == 0)
    return home
  }

  /// Commands that print something, each with what it reads.
  private static let commands = [
    ["doctor"], ["scan"], ["import", "--dry-run"], ["list"], ["audit"], ["vault", "status"],
    ["vault", "slot", "list"], ["grants"], ["servers"], ["ps"], ["where", "a"], ["versions", "a"],
    ["connections"], ["leave", "--dry-run"], ["--help"], ["config", "cursor", "x"],
    ["get", "nothing"], ["nonsense"],
  ]

  @Test(arguments: commands) func hasNoEscapesButOnATerminal(words: [String]) throws {
    let home = try home()
    let run = try home.valet(words, adding: ["TERM": "xterm-256color"])
    #expect(!(run.output + run.errorOutput).isEmpty)
    #expect(!(run.output + run.errorOutput).contains(0x1b), "\(run.text)\(run.errorText)")
    let plain = try home.start(
      words, adding: ["TERM": "xterm-256color", "NO_COLOR": "1"], onTerminal: true)
    _ = plain.wait()
    #expect(!plain.text.contains("\u{1b}[3") && !plain.text.contains("\u{1b}[1m"), "\(plain.text)")
  }

  /// The rest of a finding stands below its beginning, and what is to be typed in one line.
  @Test func doctorBreaksItsLinesAtTheWidthOfTheTerminal() throws {
    let home = try home()
    let doctor = try home.start(["doctor"], onTerminal: true)
    _ = doctor.wait()
    let lines = doctor.text.split(separator: "\r\n").map(String.init)
    #expect(lines.count > 20)
    let outcomes = ["ok ", "note ", "warning ", "failure ", "not-checked "]
    for line in lines.dropLast() {
      let isNext = line.hasPrefix("         -> ")
      let isRest = line.hasPrefix(String(repeating: " ", count: 25))
      #expect(isNext || isRest || outcomes.contains { line.hasPrefix($0) }, "\(line)")
      // A word that is longer than the column, as a path may be, has a line of its own.
      #expect(isNext || line.count <= 80 || !line.dropFirst(25).contains(" "), "\(line)")
    }
    #expect(lines.contains { $0.hasPrefix(String(repeating: " ", count: 25)) })
    let piped = try home.valet(["doctor"]).text.split(separator: "\n")
    #expect(!piped.contains { $0.hasPrefix(String(repeating: " ", count: 25)) })
  }

  /// A server that does not answer is waited for, and whoever waits is told what for.
  @Test func saysWhatTakesLongOnATerminalOnly() throws {
    let connected = try ConnectedHome()
    try connected.set("delay", "3")
    let refresh = try connected.home.start(["refresh", "work"], onTerminal: true)
    try refresh.expect("mcp-valet: note: asking the server for a token of 'work' …")
    #expect(refresh.wait(seconds: 60) == 0, "\(refresh.text)")
    let piped = try connected.home.valet(["refresh", "work"])
    #expect(piped.exitCode == 0 && !piped.errorText.contains("asking the server"))
    try connected.set("delay", "0")
    let quick = try connected.home.start(["refresh", "work"], onTerminal: true)
    #expect(quick.wait(seconds: 60) == 0)
    #expect(quick.text.contains("has a new token"), "\(quick.text)")
  }

  @Test func saysThatAServerTakesLongToEnd() throws {
    let home = try Home.withVault()
    let words = [
      "run", "stubborn", "--", "/bin/sh", "-c", "trap '' TERM; echo up >&2; read line; sleep 60",
    ]
    let server = try home.start(words)
    #expect(server.reads { $0.errorText.contains("up") })
    let stop = try home.start(["stop", "stubborn", "--grace", "3s"], onTerminal: true)
    #expect(stop.wait(seconds: 60) == 0, "\(stop.text)")
    #expect(stop.text.contains("note: waiting for servers to end …"), "\(stop.text)")
  }
}
