import Platform
import Testing
import ValetTesting

/// What commands do to the servers that run with a token.
@Suite(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
struct RunningLoginTests {
  private static let options = ["--no-redact", "--env", "TOKEN=oauth://work"]

  private func heldToken(_ relay: inout RelayedServer) throws -> String {
    try #require(try relay.ask("token")["result"]["token"].text)
  }

  @Test("a running server gets the token of the next login at once")
  func takesTheNextLogin() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    #expect(try home.login("work", at: server).exitCode == 0)
    var relay = try RelayedServer(home, Self.options)
    try relay.begin()
    let (process, first) = (try relay.processID(), try heldToken(&relay))
    let again = try home.valet(["login", "work"], adding: try home.browser())
    #expect(again.exitCode == 0, "\(again.errorText)")
    #expect(again.text.contains("replaced by one with the new value"), "\(again.text)")
    let second = try heldToken(&relay)
    #expect(second != first)
    #expect(try second == home.token("work"))
    #expect(try relay.processID() != process)
  }

  @Test("a running server gets the token of a refresh at once") func takesARefresh() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    #expect(try home.login("work", at: server).exitCode == 0)
    var relay = try RelayedServer(home, Self.options)
    try relay.begin()
    let first = try heldToken(&relay)
    let refresh = try home.valet(["refresh", "work"])
    #expect(refresh.text.contains("replaced by one with the new value"), "\(refresh.text)")
    let second = try heldToken(&relay)
    #expect(second != first)
    #expect(try second == home.token("work"))
    #expect(server.tokenRequests("refresh_token") == 1)
  }

  @Test("logout names who still has a token") func namesHolders() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    #expect(try home.login("work", at: server).exitCode == 0)
    var relay = try RelayedServer(home, Self.options)
    try relay.begin()
    let logout = try home.valet(["logout", "work", "--json"])
    #expect(logout.exitCode == 0)
    #expect(logout.errorText.contains("still has a token of it"), "\(logout.errorText)")
    let told = try #require(ReferenceJSON.parse(Array(logout.text.utf8)))["servers"].elements
    #expect(told.compactMap(\.text).count == 1)
    #expect(told.first?.text?.hasPrefix("demo (process ") == true, "\(logout.text)")
  }

  /// A login after a logout makes another connection, with another file and key.
  @Test("a running server gets the token of a login after a logout, and those that come later")
  func takesALoginAfterALogout() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk, ["--token-seconds", "8"])
    #expect(try home.login("work", at: server).exitCode == 0)
    var relay = try RelayedServer(home, Self.options)
    try relay.begin()
    let first = try heldToken(&relay)
    #expect(try home.valet(["logout", "work"]).exitCode == 0)
    let login = try home.login("work", at: server)
    #expect(login.exitCode == 0, "\(login.errorText)")
    #expect(login.text.contains("replaced by one with the new value"), "\(login.text)")
    let second = try heldToken(&relay)
    #expect(second != first)
    // By itself, before that one ends.
    var third = second
    #expect(
      waits(seconds: 15) {
        third = (try? heldToken(&relay)) ?? third
        return third != second
      })
    #expect(try third == home.token("work"))
    // No call of a tool was refused meanwhile, and none is.
    #expect(try relay.ask("tools/call")["result"]["token"].text == third)
  }

  @Test("a server that is never replaced gets the token in its file")
  func givesATokenInAFile() throws {
    let fixture = try ConnectedHome(age: 0)
    let definition = """
      {"mcpServers": {"demo": {"command": "/usr/bin/python3",
        "args": ["\(Programs.peer("relay_server.py"))"],
        "valet": {"swap": "never", "files": {"FILE": "oauth://work"}}}}}
      """
    mkdir("\(fixture.home.valetHome)/config", 0o700)
    try fixture.home.write(definition, to: "valet/config/servers.json")
    let relay = try fixture.home.start(["run", "--no-redact", "demo"])
    func ask(_ number: Int) throws -> String {
      try relay.type(#"{"jsonrpc":"2.0","id":\#(number),"method":"file"}"# + "\n")
      return try relay.line()
    }
    #expect(try ask(1).contains("access-0"))
    let refresh = try fixture.home.valet(["refresh", "work"])
    #expect(refresh.exitCode == 0, "\(refresh.errorText)")
    #expect(!refresh.errorText.contains("not every"), "\(refresh.errorText)")
    #expect(try ask(2).contains("access-1"))
  }
}
