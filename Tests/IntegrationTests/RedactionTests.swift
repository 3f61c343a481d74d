internal import Platform
internal import Testing
internal import ValetTesting

/// What a server prints of its secrets does not reach the host.
@Suite struct RedactionTests {
  private static let token = "s3cret-token/with \"quotes\""

  private func home() throws -> Home {
    let home = try Home.withVault()
    try home.set("token", Self.token)
    return home
  }

  @Test func replacesAValueInAMessageAndKeepsItsId() throws {
    let home = try home()
    var server = try RelayedServer(home)
    try server.begin()
    let answer = try server.ask("token")
    #expect(answer["result"]["token"].text == "[redacted token]")
  }

  @Test func replacesAValueHoweverItIsEscaped() throws {
    let home = try home()
    var server = try RelayedServer(home)
    try server.begin()
    let escaped = Self.token.unicodeScalars.map {
      "\\\\u00" + (($0.value < 16 ? "0" : "") + String($0.value, radix: 16))
    }.joined()
    // A notification of the server, with every character of the value escaped.
    try server.send(
      "raw", #"{"text":"{\"method\":\"n\",\"params\":{\"x\":\"<\#(escaped)>\"}}\n"}"#)
    #expect(try server.message()["params"]["x"].text == "<[redacted token]>")
  }

  @Test func replacesAValueInALineThatIsNoMessage() throws {
    let home = try home()
    var server = try RelayedServer(home)
    try server.begin()
    try server.send("raw", #"{"text":"got TOKEN\n"}"#)
    // It comes marked on standard error.
    try server.program.expect("got [redacted token]\n")
  }

  @Test func aLongLineThatIsNoMessageIsPassedOnWhole() throws {
    let home = try home()
    let run = try home.valet([
      "run", "--env", "TOKEN=valet://token", "--", "/usr/bin/python3", "-c",
      "print('x' * 300000)",
    ])
    // Marked, on standard error.
    #expect(run.exitCode == 0 && run.text == String(repeating: "x", count: 300_000) + "\n")
    #expect(!run.errorText.contains("dropped"))
  }

  @Test func namesWhatIsTooShortToBeSearchedFor() throws {
    let home = try Home.withVault()
    try home.set("pin", "1234")
    try home.set("url", "postgres://me:short@db/x")
    try home.set("json", #"{"password":"short","token":"long-enough-to-find"}"#)
    let live = try home.start([
      "run", "--env", "A=valet://pin", "--env", "B=valet://url", "--env", "C=valet://json", "--",
      "/bin/sh", "-c", "echo long-enough-to-find >&2",
    ])
    live.closeInput()
    #expect(live.wait() == 0)
    let note = "too short to be searched for in what the server prints: pin, the password in url,"
    #expect(live.errorText.contains("\(note) some strings in json\n"), "\(live.errorText)")
    #expect(live.errorText.contains("[redacted json]"))
  }

  @Test func replacesAValueThatComesInPiecesOnStandardError() throws {
    let home = try home()
    var server = try RelayedServer(home)
    try server.begin()
    let pieces = Self.token.map { ReferenceJSON.quote(String($0)) }.joined(separator: ",")
    _ = try server.ask("errors", #"{"pieces":["<",\#(pieces),">\n"],"pause":0.002}"#)
    let program = server.program
    #expect(program.reads { $0.errorText.contains("<[redacted token]>\n") }, "\(program.errorText)")
  }

  @Test func doesNotHoldAPromptBackForLong() throws {
    let home = try home()
    var server = try RelayedServer(home)
    try server.begin()
    // The beginning of the value, and no more.
    _ = try server.ask("errors", #"{"pieces":["enter s3cret"]}"#)
    #expect(server.program.reads(seconds: 3) { $0.errorText.hasSuffix("enter s3cret") })
  }

  @Test func saysWhichValuesAreTooShort() throws {
    let home = try Home.withVault()
    try home.set("token", "short")
    var server = try RelayedServer(home)
    try server.begin()
    #expect(try server.ask("token")["result"]["token"].text == "short")
    let note = "too short to be searched for in what the server prints: token\n"
    #expect(server.program.errorText.contains(note), "\(server.program.errorText)")
  }

  @Test func passesAllValuesWhereToldTo() throws {
    let home = try home()
    var server = try RelayedServer(
      home, ["--no-redact", "--env", "TOKEN=valet://token"])
    try server.begin()
    #expect(try server.ask("token")["result"]["token"].text == Self.token)
  }

  @Test(arguments: [
    ("true", true), ("false", false), (#"["token"]"#, true), (#"["valet://token"]"#, true),
    (#"["other"]"#, false),
  ])
  func followsServersJSON(option: String, passes: Bool) throws {
    let home = try home()
    let command = RelayedServer.command
    mkdir("\(home.valetHome)/config", 0o700)
    try home.write(
      """
      {"mcpServers": {"demo": {"command": "\(command[0])", "args": ["\(command[1])"],
        "env": {"TOKEN": "valet://token"}, "valet": {"noRedact": \(option)}}}}
      """, to: "valet/config/servers.json")
    let live = try home.start(["run", "demo"])
    try live.type(#"{"jsonrpc":"2.0","id":1,"method":"token"}"# + "\n")
    let answer = try #require(ReferenceJSON.parse(Array(try live.line().utf8)))
    #expect(
      answer["result"]["token"].text == (passes ? Self.token : "[redacted token]"))
  }

  @Test func neverChangesWhatTheHostSays() throws {
    let home = try Home.withVault()
    try home.set("token", "plain-token-value")
    try home.set("file", "x")
    let live = try home.start([
      "run", "--env", "TOKEN=valet://token", "--", "/bin/sh", "-c", "cat >\"$HOME/heard\"",
    ])
    let line = #"{"jsonrpc":"2.0","method":"n","params":"plain-token-value"}"# + "\r\n"
    try live.type(line)
    live.closeInput()
    #expect(live.wait() == 0)
    #expect(File.text("\(home.path)/heard") == line)
  }
}
