internal import Platform
internal import Testing
internal import ValetTesting

/// The commands about connections that are there, with a server that answers everything.
@Suite(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
struct ConnectionCommandTests {
  /// A home with the connection `work`; its vault asks a person before it gives anything away.
  private func attended(_ server: StallingServer) throws -> Home {
    let home = try Home()
    let made = try home.valet(["vault", "init", "--key-file", home.keyFile])
    try #require(made.exitCode == 0, "\(made.errorText)")
    let login = try home.valet(["login", "work", server.url], adding: try home.browser())
    try #require(login.exitCode == 0, "\(login.errorText)")
    return home
  }

  @Test("a token is printed only after a question") func asksForAToken() throws {
    let server = try StallingServer()
    let home = try attended(server)
    let alone = try home.valet(["token", "work"])
    #expect(alone.exitCode == 77)
    #expect(alone.text.isEmpty)
    for (answer, code) in [("n", 77), ("y", 0)] as [(String, Int32)] {
      let asked = try home.start(["token", "work"], onTerminal: true)
      try asked.expect("Print the token of oauth://work? [y/N]")
      try asked.type("\(answer)\n")
      #expect(asked.wait() == code, "\(asked.text)")
    }
    let audit = try home.valet(["audit", "--json"])
    let events = try #require(ReferenceJSON.parse(audit.output)).elements
    let reads = events.filter { $0["event"].text == "read" || $0["kind"].text == "read" }
    #expect(reads.count == 3, "\(audit.text)")
    #expect(audit.text.contains("loggedIn"), "\(audit.text)")
    #expect(audit.text.contains("oauth://work"))
  }

  @Test("a host gets the header once that was allowed, and not before") func allowsHeaders() throws
  {
    let server = try StallingServer()
    let home = try attended(server)
    let before = try home.valet(["headers", "work"])
    #expect(before.exitCode == 77)
    #expect(before.text.isEmpty)
    #expect(before.errorText.contains("mcp-valet headers --allow work"), "\(before.errorText)")
    // Nobody is there to say yes.
    #expect(try home.valet(["headers", "--allow", "work"]).exitCode == 77)
    let allowing = try home.start(["headers", "--allow", "work"], onTerminal: true)
    try allowing.expect("[y/N]")
    try allowing.type("y\n")
    #expect(allowing.wait() == 0, "\(allowing.text)")
    let after = try home.valet(["headers", "work"])
    #expect(after.exitCode == 0, "\(after.errorText)")
    let headers = try #require(ReferenceJSON.parse(after.output), "\(after.text)")
    guard case .object(let members) = headers else {
      Issue.record("no object: \(after.text)")
      return
    }
    #expect(members.map(\.name) == ["Authorization"])
    #expect(members[0].value.text?.hasPrefix("Bearer ") == true)
    // It is no permission for anything else.
    #expect(try home.valet(["token", "work"]).exitCode == 77)
    #expect(try home.valet(["grants"]).text.contains("headers:work"))
    #expect(try home.connection("work")["servers"].elements.compactMap(\.text) == ["headers:work"])
    #expect(try home.valet(["deny", "headers:work"]).exitCode == 0)
    #expect(try home.valet(["headers", "work"]).exitCode == 77)
  }

  @Test("the permission of one connection is none for another") func bindsThePermission() throws {
    let server = try StallingServer()
    let home = try attended(server)
    let login = try home.valet(["login", "other", server.url], adding: try home.browser())
    #expect(login.exitCode == 0, "\(login.errorText)")
    let allowing = try home.start(["headers", "--allow", "work"], onTerminal: true)
    try allowing.expect("[y/N]")
    try allowing.type("y\n")
    #expect(allowing.wait() == 0)
    #expect(try home.valet(["headers", "other"]).exitCode == 77)
    // A server of that name is no permission, whatever it has been granted.
    let words = ["run", "headers:other", "--env", "A=oauth://other", "--", "/bin/true"]
    let granted = try home.start(["allow"] + words.dropFirst(), onTerminal: true)
    try granted.expect("[y/N]")
    try granted.type("y\n")
    #expect(granted.wait() == 0, "\(granted.text)")
    #expect(try home.valet(["headers", "other"]).exitCode == 77)
  }

  @Test(
    "a name that is there is for one server only",
    arguments: [
      ["https://other.example/mcp"], ["--provider", "google"],
    ])
  func refusesAnotherServer(words: [String]) throws {
    let home = try Home.withVault()
    let server = try StallingServer()
    #expect(
      try home.valet(["login", "work", server.url], adding: try home.browser()).exitCode == 0)
    let other = try home.valet(["login", "work"] + words)
    #expect(other.exitCode == 64, "\(other.errorText)")
    #expect(other.errorText.contains(server.url))
  }

  @Test("nor for another issuer") func refusesAnotherIssuer() throws {
    let home = try Home.withVault()
    let server = try StallingServer()
    let first = ["login", "api", "--issuer", server.origin]
    #expect(try home.valet(first, adding: try home.browser()).exitCode == 0)
    // As before, and without saying it.
    #expect(try home.valet(first, adding: try home.browser()).exitCode == 0)
    #expect(try home.valet(["login", "api"], adding: try home.browser()).exitCode == 0)
    let other = try home.valet(["login", "api", "--issuer", "https://other.example"])
    #expect(other.exitCode == 64, "\(other.errorText)")
    #expect(try home.connection("api")["issuer"].text == server.origin)
  }

  @Test(
    "what cannot be meant is a usage error",
    arguments: [
      ["login", "work"], ["login", "a/b", "https://x.example"],
      ["login", "work", "https://x.example", "--client-secret", "a-secret-itself"],
      ["login", "work", "https://x.example", "--client-secret", "oauth://other"],
      ["login", "work", "https://x.example", "--device", "--client-credentials"],
      [
        "login", "work", "https://x.example", "--redirect-uri", "http://localhost",
        "--redirect-port", "1",
      ],
      ["login", "work", "https://x.example", "--resource", "https://x.example", "--no-resource"],
      ["login", "work", "https://x.example", "--auth-param", "=x"],
      ["login", "work", "https://x.example", "--auth-param", "state=mine"],
      ["login", "work", "ftp://x.example"], ["login", "work", "http://x.example/mcp"],
      ["login", "work", "--provider", "nobody"],
    ])
  func refusesNonsense(words: [String]) throws {
    let home = try Home.withVault()
    let run = try home.valet(words)
    #expect([64, 77, 78].contains(run.exitCode), "\(run.exitCode) \(run.errorText)")
    #expect(!run.errorText.contains("a-secret-itself"), "\(run.errorText)")
    #expect(try home.valet(["connections", "--json"]).text == "[\n\n]\n")
  }

  @Test(
    "a connection that is not there is told with what makes it",
    arguments: [
      "token", "headers", "refresh", "logout",
    ])
  func namesTheLogin(command: String) throws {
    let home = try Home.withVault()
    let run = try home.valet([command, "nothing"])
    #expect(run.exitCode == 78)
    #expect(run.errorText.contains("mcp-valet login nothing"), "\(run.errorText)")
  }

  @Test("a client's secret is used only after a question") func asksForAClientSecret() throws {
    let home = try Home()
    #expect(try home.valet(["vault", "init", "--key-file", home.keyFile]).exitCode == 0)
    try home.set("client", "known-secret")
    let run = try home.valet(
      [
        "login", "work", "--issuer", "http://127.0.0.1:9", "--client-id", "a", "--client-secret",
        "valet://client",
      ])
    #expect(run.exitCode == 77, "\(run.errorText)")
    let missing = try home.valet(
      [
        "login", "work", "--issuer", "http://127.0.0.1:9", "--client-id", "a", "--client-secret",
        "valet://absent",
      ])
    #expect(missing.exitCode == 78, "\(missing.errorText)")
  }

  @Test(
    "a damaged or lost connection is told, and a new login mends it",
    arguments: ["truncate -s 100", "rm", "truncate -s 0"])
  func mendsADamagedConnection(damage: String) throws {
    let home = try Home.withVault()
    let server = try StallingServer()
    let words = ["login", "work", server.url]
    #expect(try home.valet(words, adding: try home.browser()).exitCode == 0)
    let files = "valet/data/connections/$(ls valet/data/connections | grep -v '[.]')"
    #expect(try home.shell("\(damage) \(files)").exitCode == 0)
    let token = try home.valet(["token", "work"])
    #expect(token.exitCode != 0)
    #expect(token.errorText.contains("mcp-valet login"), "\(token.errorText)")
    let list = try home.valet(["connections"])
    #expect(list.exitCode == 0)
    #expect(list.errorText.contains("oauth://work"), "\(list.errorText)")
    let again = try home.valet(words, adding: try home.browser())
    #expect(again.exitCode == 0, "\(again.errorText)")
    #expect(try !home.token("work").isEmpty)
    // And one that nobody mends can be got rid of.
    let others = "valet/data/connections/$(ls valet/data/connections | grep -v '[.]')"
    #expect(try home.shell("\(damage) \(others)").exitCode == 0)
    #expect(try home.valet(["logout", "work"]).exitCode == 0)
    #expect(try home.valet(["connections", "--json"]).text == "[\n\n]\n")
  }

  @Test("a login that fails leaves the one before as it was") func keepsTheOldLogin() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    #expect(try home.login("work", at: server).exitCode == 0)
    let token = try home.token("work")
    let denied = try home.valet(["login", "work"], adding: try home.browser("--deny"))
    #expect(denied.exitCode == 77, "\(denied.errorText)")
    #expect(try home.token("work") == token)
    #expect(try home.connection("work")["state"].text == "ready")
  }
}
