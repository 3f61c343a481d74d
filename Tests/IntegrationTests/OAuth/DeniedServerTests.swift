import Platform
import Testing
import ValetTesting

/// A server that runs while `deny` takes back what it was allowed.
@Suite(.serialized) struct DeniedServerTests {
  private static let options = ["--no-redact", "--env", "TOKEN=oauth://work"]

  @Test func getsNoNewToken() throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    var relay = try RelayedServer(fixture.home, Self.options)
    try relay.begin()
    let first = try relay.processID()
    let denied = try fixture.home.valet(["deny", "demo"])
    #expect(denied.exitCode == 0)
    #expect(denied.errorText.contains("still runs, with its secrets: demo"))
    #expect(!denied.errorText.contains("may get new values"), "\(denied.errorText)")
    // Neither when its own ends, nor of a login.
    sleep(5)
    try fixture.login(access: "access-of-login", refresh: "refresh-of-login")
    sleep(3)
    #expect(try relay.ask("token")["result"]["token"].text == "access-0")
    #expect(try relay.processID() == first)
    #expect(fixture.requests.isEmpty)
    #expect(try fixture.home.ps()[0]["swaps"].number == "0")
  }

  /// What the authorization server answers it tells once, and others use the connection.
  @Test func aRefreshThatIsUnderWayIsStored() throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    try fixture.set("delay", "2")
    var relay = try RelayedServer(fixture.home, Self.options)
    try relay.begin()
    #expect(waits { !fixture.requests.isEmpty })
    #expect(try fixture.home.valet(["deny", "demo"]).exitCode == 0)
    #expect(waits { (try? fixture.stored()[2]) == "refresh-1" })
    sleep(1)
    #expect(try relay.ask("token")["result"]["token"].text == "access-0")
  }

  @Test func getsNoNewSecret() throws {
    let home = try Home.withVault()
    try home.set("token", "first-value-of-the-token")
    var server = try RelayedServer(home)
    try server.begin()
    let first = try server.processID()
    #expect(try home.valet(["deny", "demo"]).exitCode == 0)
    for command in [["rotate", "token"], ["reload", "demo"], ["reload", "demo", "--restart"]] {
      let run = try home.valet(command, input: "second-value-of-the-token")
      #expect(run.exitCode == 69, "\(command): \(run.exitCode)")
      #expect(
        (run.text + run.errorText).contains("not allowed its secrets any more"), "\(run.text)")
    }
    #expect(try server.processID() == first)
  }

  @Test func otherServersGoOn() throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    var relay = try RelayedServer(fixture.home, Self.options)
    try relay.begin()
    let allowed = ["run", "other"] + Self.options + ["--"] + RelayedServer.command
    try fixture.home.allow(allowed)
    #expect(try fixture.home.valet(["deny", "other"]).exitCode == 0)
    #expect(
      waits {
        (try? relay.ask("token")["result"]["token"].text) == "access-1"
      })
  }

  /// One from before an upgrade, which answers what it does not know with a failure.
  @Test func aRelayThatDoesNotKnowTheRequestIsNamed() throws {
    let home = try Home.withVault()
    try home.set("token", "first-value-of-the-token")
    try home.allow(["run", "demo", "--env", "TOKEN=valet://token", "--", "/bin/cat"])
    let relay = try home.play(["--name", "demo", "--old", "valet://token=1"])
    let denied = try home.valet(["deny", "demo"])
    #expect(denied.exitCode == 0)
    #expect(denied.errorText.contains("may get new values still: demo"), "\(denied.errorText)")
    #expect(try home.ps().count == 1)
    #expect(!relay.errorText.contains("withdraw"))
  }
}
