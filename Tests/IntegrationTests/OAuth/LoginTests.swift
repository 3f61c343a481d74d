internal import Platform
internal import Testing
internal import ValetTesting

/// The whole product against real authorization servers: real binaries, a real vault, and a browser
/// that is a script.
@Suite(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
struct LoginTests {
  typealias Kind = AuthorizationServer.Kind

  /// Those with an MCP server behind them, which says where to log in.
  static let withServer: [Kind] = [.djangoToolkit, .sdk, .fastMCP].filter(\.isInstalled)

  /// Whether the MCP server takes a token.
  private func accepts(_ token: String, _ server: AuthorizationServer) throws -> Bool {
    let script = """
      import json, sys, urllib.request
      call = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion":
        "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}
      request = urllib.request.Request(sys.argv[1], json.dumps(call).encode(), {
        "Authorization": "Bearer " + sys.stdin.read(), "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream"})
      print(urllib.request.urlopen(request, timeout=20).status)
      """
    let run = try ProgramRun.run(
      ["/usr/bin/python3", "-c", script, try #require(server.url)], environment: [:],
      input: Array(token.utf8))
    return run.text == "200\n"
  }

  @Test("registers itself, logs in, and its token is taken", arguments: withServer)
  func logsIn(kind: Kind) throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(kind)
    let login = try home.login("work", at: server)
    #expect(login.exitCode == 0, "\(login.errorText)")
    #expect(login.text.isEmpty)
    #expect(login.errorText.contains("logged in: oauth://work"), "\(login.errorText)")
    // The address is always there to be copied.
    #expect(login.errorText.contains("http://127.0.0.1:"), "\(login.errorText)")
    let page = home.browserLog()
    #expect(page.hasPrefix("200 http://127.0.0.1:"), "\(page)")
    #expect(try accepts(try home.token("work"), server))
    let connection = try home.connection("work")
    #expect(connection["state"].text == "ready")
    #expect(connection["issuer"].text == server.issuer)
    #expect(connection["scopes"].elements.compactMap(\.text).contains("mcp"))
    #expect(server.tokenRequests("authorization_code") == 1)
    PeerTable.record(kind.name, "registration")
    PeerTable.record(kind.name, "login")
  }

  @Test(
    "refreshes a token before it ends, and keeps the rotated refresh token", arguments: withServer)
  func refreshes(kind: Kind) throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(kind, ["--token-seconds", "3"])
    #expect(try home.login("work", at: server).exitCode == 0)
    let first = try home.token("work")
    var tokens = [first]
    for round in 1...2 {
      // Past its end.
      usleep(3_200_000)
      tokens.append(try home.token("work"))
      #expect(server.tokenRequests("refresh_token") == round)
    }
    #expect(Set(tokens).count == 3)
    #expect(try accepts(tokens[2], server))
    PeerTable.record(kind.name, "refresh")
    PeerTable.record(kind.name, "rotation")
  }

  @Test("a fresh token costs no request", arguments: withServer)
  func usesAFreshToken(kind: Kind) throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(kind)
    #expect(try home.login("work", at: server).exitCode == 0)
    let before = server.requests("").count
    #expect(try home.token("work") == home.token("work"))
    #expect(server.requests("").count == before)
    // Unless it is wanted for longer than it lives.
    _ = try home.token("work", ["--min-ttl", "2h"])
    #expect(server.tokenRequests("refresh_token") == 1)
  }

  @Test(
    "an old refresh token that comes back ends the login for good, after one request",
    arguments: [Kind.djangoToolkit, .sdk].filter(\.isInstalled))
  func endsWithAReusedRefreshToken(kind: Kind) throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(kind, ["--token-seconds", "3"])
    #expect(try home.login("work", at: server).exitCode == 0)
    // A restored copy of the folder, or a thief.
    let copy = try home.shell("cp -a valet/data/connections copy")
    #expect(copy.exitCode == 0)
    #expect(try home.valet(["refresh", "work"]).exitCode == 0)
    #expect(
      try home.shell("rm -r valet/data/connections && mv copy valet/data/connections").exitCode == 0
    )
    usleep(3_200_000)
    for _ in 0..<3 {
      let run = try home.valet(["token", "work"])
      #expect(run.exitCode != 0)
      #expect(run.text.isEmpty)
      #expect(run.errorText.contains("mcp-valet login work"), "\(run.errorText)")
    }
    #expect(server.tokenRequests("refresh_token", status: 400) == 1)
    #expect(try home.connection("work")["state"].text == "ended")
    // The way out.
    let again = try home.valet(["login", "work"], adding: try home.browser())
    #expect(again.exitCode == 0, "\(again.errorText)")
    #expect(try accepts(try home.token("work"), server))
    PeerTable.record(kind.name, "reuse detection")
  }

  @Test(
    "a new login keeps the registration and asks for the scopes of both",
    arguments: [Kind.djangoToolkit, .sdk].filter(\.isInstalled))
  func addsScopes(kind: Kind) throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(kind)
    #expect(try home.login("work", at: server).exitCode == 0)
    let registrations = server.requests("POST").filter { $0.contains("register") }.count
    let client = try home.connection("work")["clientId"].text
    let again = try home.valet(
      ["login", "work", "--scope", "admin"], adding: try home.browser())
    #expect(again.exitCode == 0, "\(again.errorText)")
    let connection = try home.connection("work")
    #expect(Set(connection["scopes"].elements.compactMap(\.text)) == ["mcp", "admin"])
    // The SDK's server holds a client to the scopes that it was registered with.
    let isKept = kind != .sdk
    #expect((connection["clientId"].text == client) == isKept)
    let count = server.requests("POST").filter { $0.contains("register") }.count
    #expect(count == registrations + (isKept ? 0 : 1))
    PeerTable.record(kind.name, "more scopes")
  }

  @Test("logout says what the server said, and leaves nothing here", arguments: withServer)
  func logsOut(kind: Kind) throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(kind)
    #expect(try home.login("work", at: server).exitCode == 0)
    let token = try home.token("work")
    let logout = try home.valet(["logout", "work"])
    #expect(logout.exitCode == 0, "\(logout.errorText)")
    #expect(logout.errorText.contains("here: 'work' is deleted"), "\(logout.errorText)")
    #expect(try home.valet(["connections", "--json"]).text == "[\n\n]\n")
    #expect(try home.shell("ls valet/data/connections | grep -v lock").text.isEmpty)
    let isRevoked = logout.errorText.contains("the refresh token is revoked")
    if isRevoked {
      #expect(try !accepts(token, server))
      PeerTable.record(kind.name, "revocation")
    } else {
      #expect(logout.errorText.contains("refused to revoke"), "\(logout.errorText)")
      PeerTable.record(kind.name, "revocation", "refused without a secret")
    }
    #expect(kind == .fastMCP || isRevoked, "\(logout.errorText)")
  }

  @Test("logout can keep the registration") func keepsTheRegistration() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    #expect(try home.login("work", at: server).exitCode == 0)
    let client = try home.connection("work")["clientId"].text
    #expect(try home.valet(["logout", "work", "--keep-registration"]).exitCode == 0)
    #expect(try home.connection("work")["state"].text == "ended")
    #expect(try home.valet(["token", "work"]).errorText.contains("mcp-valet login work"))
    #expect(try home.valet(["login", "work"], adding: try home.browser()).exitCode == 0)
    #expect(try home.connection("work")["clientId"].text == client)
    #expect(server.requests("POST /register").count == 1)
  }

  @Test("a person's no is told, and nothing is stored") func isDenied() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    let run = try home.valet(
      ["login", "work"] + server.target, adding: try home.browser("--deny"))
    #expect(run.exitCode == 77, "\(run.errorText)")
    #expect(try home.valet(["connections", "--json"]).text == "[\n\n]\n")
    #expect(server.tokenRequests("") == 0)
  }
}

extension AuthorizationServer.Kind {
  /// For the table.
  var name: String {
    switch self {
    case .djangoToolkit: "django-oauth-toolkit"
    case .glewlwyd: "glewlwyd"
    case .sdk: "MCP SDK"
    case .fastMCP: "fastmcp"
    case .oidcMock: "oidc-provider-mock"
    }
  }
}
