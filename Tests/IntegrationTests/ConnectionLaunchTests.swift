import Platform
import Testing
import ValetTesting

/// `oauth://NAME` in what a server is started with.
@Suite(.serialized) struct ConnectionLaunchTests {
  private static let show = ["--", "/bin/sh", "-c", "echo \"<$TOKEN>\""]

  @Test(arguments: [[], ["--exec"]])
  func aServerGetsAFreshToken(options: [String]) throws {
    let fixture = try ConnectedHome()
    let run = try fixture.home.valet(
      ["run"] + options + ["--env", "TOKEN=oauth://work"] + Self.show)
    #expect(run.exitCode == 0 && run.text == "<access-0>\n", "\(run.errorText)")
    #expect(fixture.requests.isEmpty)
  }

  @Test func aTokenStandsInsideAText() throws {
    let fixture = try ConnectedHome()
    let run = try fixture.home.valet(
      ["run", "--env", "TOKEN=Bearer {{oauth://work}}"] + Self.show)
    #expect(run.text == "<Bearer access-0>\n", "\(run.errorText)")
    let file = try fixture.home.valet(
      ["run", "--file", "TOKEN=oauth://work", "--", "/bin/sh", "-c", "cat \"$TOKEN\""])
    #expect(file.text == "access-0\n", "\(file.errorText)")
  }

  @Test("A25 A31: a stale token is refreshed first, and what came is stored")
  func aStaleTokenIsRefreshed() throws {
    let fixture = try ConnectedHome(age: 3590)
    let words = ["run", "--exec", "--env", "TOKEN=oauth://work"] + Self.show
    for _ in 0..<2 {
      let run = try fixture.home.valet(words)
      #expect(run.text == "<access-1>\n", "\(run.errorText)")
    }
    #expect(fixture.requests == ["refresh-0 access-1"])
    #expect(try fixture.stored() == ["2", "access-1", "refresh-1", "live", "-"])
  }

  @Test func aRefusalSaysWhatToType() throws {
    let fixture = try ConnectedHome(age: 3590)
    try fixture.home.allow(["run", "--env", "TOKEN=oauth://work"] + Self.show)
    try fixture.set("mode", "refused")
    let words = ["run", "--env", "TOKEN=oauth://work"] + Self.show
    for _ in 0..<3 {
      let run = try fixture.home.valet(words, allowing: false)
      #expect(run.exitCode == 77, "\(run.errorText)")
      #expect(run.errorText.contains("mcp-valet: hint: mcp-valet login work"))
      #expect(run.text == "")
    }
    #expect(fixture.requests == ["refresh-0 invalid_grant"])
    #expect(try fixture.stored() == ["2", "-", "-", "ended", "invalid_grant"])
  }

  @Test("A27: a server that is down drops nothing")
  func aServerThatIsDownIsNoEnd() throws {
    let fixture = try ConnectedHome(age: 3590)
    try fixture.set("mode", "down")
    let words = ["run", "--env", "TOKEN=oauth://work"] + Self.show
    let run = try fixture.home.valet(words)
    #expect(run.text == "<access-0>\n", "\(run.errorText)")
    #expect(run.errorText.contains("the token that is still valid is used"))
    #expect(try fixture.stored()[2] == "refresh-0")
  }

  @Test func aConnectionThatIsNotThereIsToldWithEverythingElse() throws {
    let fixture = try ConnectedHome()
    let run = try fixture.home.valet(
      [
        "run", "--env", "A=oauth://work", "--env", "B=oauth://other", "--env", "C=valet://none",
      ] + Self.show, allowing: false)
    #expect(run.exitCode == 78 || run.exitCode == 77, "\(run.errorText)")
    #expect(run.errorText.contains("there is no connection other"))
    #expect(run.errorText.contains("mcp-valet login other"))
    #expect(run.errorText.contains("no secret valet://none"))
    #expect(!run.errorText.contains("connection work"))
    let slashed = try fixture.home.valet(
      ["run", "--env", "A=oauth://a/b"] + Self.show, allowing: false)
    #expect(slashed.errorText.contains("the name of a connection has no '/'"))
  }

  @Test func aServerWithoutAGrantGetsNoToken() throws {
    let fixture = try ConnectedHome(age: 3590)
    let run = try fixture.home.valet(
      ["run", "--env", "TOKEN=oauth://work"] + Self.show, allowing: false)
    #expect(run.exitCode == 77 && run.text == "", "\(run.errorText)")
    // Nobody has allowed the refresh either.
    #expect(fixture.requests.isEmpty)
    // A grant for another connection is none.
    try fixture.login(access: "access-0", refresh: "refresh-0")
    let granted = try fixture.home.valet(["run", "--env", "TOKEN=oauth://work"] + Self.show)
    #expect(granted.text == "<access-0>\n", "\(granted.errorText)")
    let other = try fixture.home.valet(
      ["run", "--env", "TOKEN={{oauth://work}}-"] + Self.show, allowing: false)
    #expect(other.exitCode == 77 && other.text == "")
  }

  @Test func theAuditLogNamesTheConnection() throws {
    let fixture = try ConnectedHome()
    _ = try fixture.home.valet(["run", "--env", "TOKEN=oauth://work"] + Self.show)
    let log = try fixture.home.valet(["audit"])
    #expect(log.text.contains("oauth://work"), "\(log.text)\(log.errorText)")
    #expect(!log.text.contains("access-0"))
  }

  @Test("A31: fifty launches on a stale token, one request")
  func fiftyLaunchesMakeOneRequest() throws {
    let fixture = try ConnectedHome(age: 4000)
    let words = ["run", "--no-redact", "--exec", "--env", "TOKEN=oauth://work"] + Self.show
    try fixture.home.allow(words)
    try fixture.set("delay", "1")
    let run = try fixture.home.shell(
      """
      run() { "$VALET" run --no-redact --exec --env TOKEN=oauth://work -- \
        /bin/sh -c 'echo "<$TOKEN>"'; }
      for i in $(seq 50); do run & done; wait
      """)
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 50 && lines.allSatisfy { $0 == "<access-1>" }, "\(run.errorText)")
    #expect(fixture.requests == ["refresh-0 access-1"])
  }

  /// A connection outlives what happens to the vault.
  @Test func aNewVaultKeyAndARestoreChangeNoToken() throws {
    let fixture = try ConnectedHome()
    let home = fixture.home.path
    let saved = try fixture.home.valet(["vault", "backup", "\(home)/copy"])
    try #require(saved.exitCode == 0, "\(saved.errorText)")
    try fixture.login(access: "access-of-later", refresh: "refresh-of-later")
    let rekeyed = try fixture.home.valet(["vault", "rekey"])
    #expect(rekeyed.exitCode == 0, "\(rekeyed.errorText)")
    let words = ["run", "--env", "TOKEN=oauth://work"] + Self.show
    #expect(try fixture.home.valet(words).text == "<access-of-later>\n")
    let restored = try fixture.home.valet(["vault", "restore", "\(home)/copy"])
    #expect(restored.exitCode == 0, "\(restored.errorText)")
    #expect(try fixture.home.valet(words).text == "<access-of-later>\n")
  }

  /// The host was told that it takes too long, and has gone: what the server answers then is told
  /// only once.
  @Test func anAnswerThatComesAfterTheHostHasGoneIsKept() throws {
    let fixture = try ConnectedHome(age: 4000, life: 3600)
    try fixture.set("delay", "9.3")
    let launch = ["run", "demo", "--env", "TOKEN=oauth://work", "--"] + RelayedServer.command
    let live = try fixture.home.start(launch)
    try live.type(#"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{}}"# + "\n")
    try live.expect("still waits for the authorization server", seconds: 15)
    live.closeInput()
    _ = live.wait()
    #expect(try fixture.stored()[2] == "refresh-1")
    #expect(fixture.requests == ["refresh-0 access-1"])
  }

  /// A login after the backup; what runs and what is launched go on with its connection.
  @Test func aRestoreLosesNoLaterConnection() throws {
    let fixture = try ConnectedHome()
    let copy = "\(fixture.home.path)/copy"
    #expect(try fixture.home.valet(["vault", "backup", copy]).exitCode == 0)
    #expect(try fixture.home.valet(["logout", "work"]).exitCode == 0)
    try fixture.login(access: "access-of-later", refresh: "refresh-of-later", life: 8)
    var relay = try RelayedServer(fixture.home, ["--no-redact", "--env", "TOKEN=oauth://work"])
    try relay.begin()
    #expect(try relay.ask("token")["result"]["token"].text == "access-of-later")
    let restored = try fixture.home.valet(["vault", "restore", copy])
    #expect(restored.exitCode == 0, "\(restored.errorText)")
    #expect(!restored.errorText.contains("no key"), "\(restored.errorText)")
    // The grant is newer than the copy, and gone with it.
    let words = ["run", "--env", "TOKEN=oauth://work"] + Self.show
    #expect(try fixture.home.valet(words).text == "<access-of-later>\n")
    #expect(waits { (try? relay.ask("token")["result"]["token"].text) == "access-1" })
    #expect(fixture.requests == ["refresh-of-later access-1"])
    #expect(try fixture.home.valet(words).text == "<access-1>\n")
    // One that is removed now does not come back.
    #expect(try fixture.home.valet(["logout", "work"]).exitCode == 0)
    #expect(try fixture.home.valet(["vault", "restore", copy]).exitCode == 0)
    let listed = try fixture.home.valet(["connections", "--json"])
    let entries = try #require(ReferenceJSON.parse(listed.output)).elements
    #expect(entries.isEmpty, "\(listed.text)")
  }

  @Test func aNewVaultKeyEndsNoRefreshing() throws {
    let fixture = try ConnectedHome(age: 0, life: 8)
    var relay = try RelayedServer(fixture.home, ["--no-redact", "--env", "TOKEN=oauth://work"])
    try relay.begin()
    #expect(try fixture.home.valet(["vault", "rekey"]).exitCode == 0)
    #expect(waits { (try? relay.ask("token")["result"]["token"].text) == "access-1" })
    #expect(
      try fixture.home.valet(["run", "--env", "TOKEN=oauth://work"] + Self.show).text
        == "<access-1>\n")
  }

  @Test func connectionsOfAVaultThatDoesNotOpenAreCounted() throws {
    let fixture = try ConnectedHome()
    let copy = "\(fixture.home.path)/copy"
    #expect(try fixture.home.valet(["vault", "backup", copy]).exitCode == 0)
    #expect(try fixture.home.valet(["logout", "work"]).exitCode == 0)
    try fixture.login(access: "access-of-later", refresh: "refresh-of-later")
    try TemporaryFolder.write(Array("rubbish".utf8), to: fixture.home.vault)
    let restore = try fixture.home.start(["vault", "restore", copy], onTerminal: true)
    try restore.expect("in the place of the present vault? [y/N]")
    try restore.type("y\n")
    #expect(restore.wait() == 0, "\(restore.text)")
    #expect(restore.text.contains("1 connection has no key"), "\(restore.text)")
  }
}
