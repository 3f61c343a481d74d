import Connections
import Testing

@testable import OAuth

@Suite struct DiscoveryTests {
  private func discovery(_ transport: FakeTransport, typed: String = Example.server) throws
    -> Discovery
  {
    Discovery(
      Fetcher(transport, policy: ReachPolicy(typed: [try OAuthURL(typed)], allowsPrivate: false)))
  }

  @Test("A1 A3 the challenge says where the resource's metadata is") func challengeWins()
    async throws
  {
    let transport = FakeTransport()
    try transport.on("https://mcp.example.com/meta", json: Example.resource())
    let found = try await discovery(transport).resource(
      of: OAuthURL(Example.server),
      challenge: Challenge.bearer([#"Bearer resource_metadata="https://mcp.example.com/meta""#]))
    #expect(found?.authorizationServers == ["https://as.example.com"])
    #expect(transport.urls == ["https://mcp.example.com/meta"])
  }

  @Test("A3 else the well-known places, with the path and without it") func wellKnown() async throws
  {
    let transport = FakeTransport()
    try transport.on(
      "https://mcp.example.com/.well-known/oauth-protected-resource",
      json: Example.resource(["resource": #""https://mcp.example.com""#]))
    let found = try await discovery(transport).resource(
      of: OAuthURL(Example.server), challenge: nil)
    #expect(found?.resource == "https://mcp.example.com")
    #expect(
      transport.urls == [
        "https://mcp.example.com/.well-known/oauth-protected-resource/mcp",
        "https://mcp.example.com/.well-known/oauth-protected-resource",
      ])
  }

  @Test("A3 no metadata anywhere is no metadata") func noMetadata() async throws {
    let transport = FakeTransport()
    #expect(
      try await discovery(transport).resource(of: OAuthURL(Example.server), challenge: nil) == nil)
  }

  @Test(
    "A5 metadata of another resource is not used",
    arguments: [
      "https://mcp.example.com/other", "https://mcp.example.com/mc",
      "https://other.example.com/mcp",
      "http://mcp.example.com/mcp", "https://mcp.example.com:8443/mcp",
      "https://mcp.example.com/mcp/deeper", "https://mcp.example.com/mcp?x=y",
    ])
  func otherResource(named: String) async throws {
    let transport = FakeTransport()
    try transport.on(
      Example.resourceMetadata, json: Example.resource(["resource": "\"\(named)\""]))
    await #expect(throws: OAuthError.otherResource(asked: Example.server, named: named)) {
      try await discovery(transport).resource(of: OAuthURL(Example.server), challenge: nil)
    }
  }

  @Test("A5 of several resources the one that was typed, to the byte, or none")
  func severalResources() async throws {
    for (named, isTaken) in [
      (["https://mcp.example.com/other", Example.server], true), ([Example.server], true),
      (["https://mcp.example.com", "https://mcp.example.com/mcp/"], false), ([], false),
    ] {
      let transport = FakeTransport()
      let list = named.map { "\"\($0)\"" }.joined(separator: ",")
      try transport.on(Example.resourceMetadata, json: Example.resource(["resource": "[\(list)]"]))
      do {
        let found = try await discovery(transport).resource(
          of: OAuthURL(Example.server), challenge: nil)
        #expect(isTaken && found?.resource == Example.server)
        #expect(found?.hasOthers == (named.count > 1))
      } catch let error as OAuthError {
        guard case .otherResource = error else { throw error }
        #expect(!isTaken)
      }
    }
  }

  @Test("A5 a token for more than the server is told") func widerResource() async throws {
    for (named, count) in [("https://mcp.example.com", 1), (Example.server, 0)] {
      let world = FakeSurroundings()
      try Example.honest(world, resource: ["resource": "\"\(named)\""])
      _ = try await record(.login, Example.record, in: world)
      #expect(world.warnings.filter { $0.contains("for all of") }.count == count)
    }
  }

  @Test("A9 what a person typed without the slash is told with it") func slashOfTheIssuer()
    async throws
  {
    let world = FakeSurroundings()
    try world.fake.on(
      Example.wellKnown, json: Example.metadata(["issuer": #""https://as.example.com/""#]))
    var settings = LoginSettings()
    settings.issuer = Example.issuer
    let error = try await failure(.login, ConnectionRecord(name: "api"), settings, in: world)
    #expect(error.hint == "--issuer https://as.example.com/")
  }

  @Test(
    "A5 a resource above the server's path covers it, byte for byte",
    arguments: [
      "https://mcp.example.com", "https://mcp.example.com/", "https://mcp.example.com/mcp",
    ])
  func coveringResource(named: String) async throws {
    let transport = FakeTransport()
    try transport.on(
      Example.resourceMetadata, json: Example.resource(["resource": "\"\(named)\""]))
    let found = try await discovery(transport).resource(
      of: OAuthURL(Example.server), challenge: nil)
    #expect(found?.resource == named)
  }

  @Test("A4 the named server, else the one before, else the first") func selection() throws {
    let offered = ["https://a", "https://b/"]
    #expect(try Discovery.select(from: offered, named: nil, before: "") == "https://a")
    #expect(try Discovery.select(from: offered, named: nil, before: "https://b/") == "https://b/")
    #expect(
      try Discovery.select(from: offered, named: "https://b", before: "https://a") == "https://b/")
    #expect(throws: OAuthError.issuerNotOffered("https://c", offered: offered)) {
      try Discovery.select(from: offered, named: "https://c", before: "")
    }
    #expect(try Discovery.select(from: [], named: nil, before: "https://a") == nil)
    #expect(try Discovery.select(from: [], named: "https://c", before: "") == "https://c")
  }

  @Test("A4 A14 tokens and clients of one server are not taken to another")
  func nothingIsCarriedOver() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    var record = Example.record
    record.issuer = "https://old.example.com"
    record.refreshToken = try SharedSecret(text: "old-refresh")
    record.set(
      ClientRegistration(
        issuer: record.issuer, clientID: "old-client",
        clientSecret: try SharedSecret(text: "old-secret"), origin: .dynamic,
        authentication: .basic))
    let changed = try await OAuthTests.record(.login, record, in: world)
    #expect(changed.issuer == Example.issuer)
    #expect(changed.registration?.clientID == "client-1")
    #expect(changed.registration(at: "https://old.example.com")?.clientID == "old-client")
    for asked in world.fake.asked {
      let all = asked.body + asked.headers.values.joined() + asked.url
      #expect(!all.contains("old-"), "\(asked.url)")
    }
  }

  @Test(
    "A6 A7 A8 where the metadata of an issuer may be",
    arguments: [
      (
        "https://as/t",
        [
          "https://as/.well-known/oauth-authorization-server/t",
          "https://as/.well-known/openid-configuration/t",
          "https://as/t/.well-known/openid-configuration",
        ]
      ),
      (
        "https://as",
        [
          "https://as/.well-known/oauth-authorization-server",
          "https://as/.well-known/openid-configuration",
        ]
      ),
      (
        "https://as/",
        [
          "https://as/.well-known/oauth-authorization-server",
          "https://as/.well-known/openid-configuration",
        ]
      ),
    ]) func places(issuer: String, places: [String]) async throws
  {
    let transport = FakeTransport()
    #expect(try await discovery(transport, typed: issuer).server(issuer) == nil)
    #expect(transport.urls == places)
  }

  @Test("A6 OpenID Connect's document is as good") func openID() async throws {
    let transport = FakeTransport()
    try transport.on(
      "https://as.example.com/.well-known/openid-configuration", json: Example.metadata())
    let found = try await discovery(transport).server(Example.issuer)
    #expect(found?.tokenEndpoint == Example.token)
  }

  @Test(
    "A9 metadata that names another issuer is not used, not even a likeness",
    arguments: [
      "https://as.example.com/", "https://AS.example.com", "https://as.example.com:443",
      "https://evil.example.com", "",
    ])
  func otherIssuer(named: String) async throws {
    let transport = FakeTransport()
    try transport.on(Example.wellKnown, json: Example.metadata(["issuer": "\"\(named)\""]))
    await #expect(throws: OAuthError.otherIssuer(expected: Example.issuer, named: named)) {
      try await discovery(transport).server(Example.issuer)
    }
    #expect(transport.urls == [Example.wellKnown])
  }

  @Test("A10 a 5xx or an unreachable server ends the search", arguments: [500, 502, 503])
  func serverErrorEnds(status: Int) async throws {
    let transport = FakeTransport()
    try transport.on(Example.wellKnown, status)
    try transport.on(
      "https://as.example.com/.well-known/openid-configuration", json: Example.metadata())
    await #expect(throws: OAuthError.serverFailed(host: "as.example.com", status: status)) {
      try await discovery(transport).server(Example.issuer)
    }
    let dead = FakeTransport()
    dead.on(Example.wellKnown, failing: .unreachable(host: "as.example.com", reason: "x"))
    await #expect(throws: OAuthError.unreachable(host: "as.example.com", reason: "x")) {
      try await discovery(dead).server(Example.issuer)
    }
  }

  @Test("A10 a failure at the resource's metadata ends the search too", arguments: [500, 503, 429])
  func resourceMetadataFails(status: Int) async throws {
    let world = FakeSurroundings()
    try world.fake.on(Example.server, 401)
    try world.fake.on(Example.resourceMetadata, status)
    try world.fake.on(
      "https://mcp.example.com/.well-known/oauth-protected-resource", json: Example.resource())
    #expect(
      try await failure(.login, Example.record, in: world)
        == .serverFailed(host: "mcp.example.com", status: status))
    #expect(world.fake.urls == [Example.server, Example.resourceMetadata])
  }

  @Test(
    "A10 a 4xx moves on, and so does a page of HTML", arguments: [400, 401, 403, 404, 405, 410])
  func clientErrorMovesOn(status: Int) async throws {
    let transport = FakeTransport()
    try transport.on(Example.wellKnown, status)
    try transport.on(
      "https://as.example.com/.well-known/openid-configuration", json: Example.metadata())
    #expect(try await discovery(transport).server(Example.issuer) != nil)
    let pages = FakeTransport()
    try pages.on(Example.wellKnown, 200, headers: ["content-type": "text/html"])
    #expect(try await discovery(pages).server(Example.issuer) == nil)
  }

  @Test("A10 a failing server never leads to the next one of the list")
  func failureDoesNotSelectAnother() async throws {
    let world = FakeSurroundings()
    try world.fake.on(Example.server, 401)
    try world.fake.on(
      Example.resourceMetadata,
      json: Example.resource([
        "authorization_servers": #"["https://as.example.com","https://evil.example.com"]"#
      ]))
    try world.fake.on(Example.wellKnown, 503)
    let error = try await failure(.login, Example.record, in: world)
    #expect(error == .serverFailed(host: "as.example.com", status: 503))
    #expect(!world.fake.urls.contains { $0.contains("evil") })
  }

  @Test("A33 a server without any metadata has its endpoints at its origin")
  func oldServer() async throws {
    let world = FakeSurroundings { url, redirect in
      ["\(redirect)?code=c&state=\(formValue("state", in: url) ?? "")"]
    }
    try world.fake.on(Example.server, 401)
    try world.fake.on(Example.server, 200)
    try world.fake.on("https://mcp.example.com/register", 201, json: #"{"client_id":"c"}"#)
    try world.fake.on("https://mcp.example.com/token", json: Example.tokens)
    let record = try await OAuthTests.record(.login, Example.record, in: world)
    #expect(record.issuer == "https://mcp.example.com")
    #expect(world.authorizations[0].url.hasPrefix("https://mcp.example.com/authorize?"))
  }

  @Test("A33 or metadata at its origin") func oldServerWithMetadata() async throws {
    let world = FakeSurroundings { url, redirect in
      ["\(redirect)?code=c&state=\(formValue("state", in: url) ?? "")"]
    }
    try world.fake.on(Example.server, 401)
    try world.fake.on(Example.server, 200)
    try world.fake.on(
      "https://mcp.example.com/.well-known/oauth-authorization-server",
      json: #"""
        {"issuer":"https://mcp.example.com","authorization_endpoint":"https://mcp.example.com/a",
        "token_endpoint":"https://mcp.example.com/t","registration_endpoint":
        "https://mcp.example.com/r","code_challenge_methods_supported":["S256"]}
        """#)
    try world.fake.on("https://mcp.example.com/r", 201, json: #"{"client_id":"c"}"#)
    try world.fake.on("https://mcp.example.com/t", json: Example.tokens)
    let record = try await OAuthTests.record(.login, Example.record, in: world)
    #expect(record.endpoints.token == "https://mcp.example.com/t")
  }

  @Test("A30 redirects of metadata are followed a few times, each checked") func redirects()
    async throws
  {
    let transport = FakeTransport()
    try transport.on(Example.wellKnown, 302, headers: ["location": "/moved"])
    try transport.on(
      "https://as.example.com/moved", 307, headers: ["location": "https://other.example.com/m"])
    try transport.on("https://other.example.com/m", json: Example.metadata())
    #expect(try await discovery(transport).server(Example.issuer) != nil)
    for target in [
      "http://as.example.com/x", "https://169.254.169.254/x", "https://10.0.0.1/x",
      "file:///etc/passwd", "//evil", "https://localhost/x",
    ] {
      let transport = FakeTransport()
      try transport.on(Example.wellKnown, 302, headers: ["location": target])
      await #expect(throws: OAuthError.self, "\(target)") {
        try await discovery(transport).server(Example.issuer)
      }
      #expect(transport.urls == [Example.wellKnown])
    }
    let circle = FakeTransport()
    try circle.on(Example.wellKnown, 302, headers: ["location": Example.wellKnown])
    await #expect(throws: OAuthError.self) { try await discovery(circle).server(Example.issuer) }
    #expect(circle.urls.count == 4)
  }

  @Test func compressedAnswersAreRefused() async throws {
    let transport = FakeTransport()
    try transport.on(
      Example.wellKnown, json: Example.metadata(), headers: ["content-encoding": "gzip"])
    await #expect(throws: OAuthError.self) {
      try await discovery(transport).server(Example.issuer)
    }
  }

  @Test(
    arguments: [
      "[]", "", "{", #"{"issuer":"https://as.example.com","issuer":"https://as.example.com"}"#,
      #"{"issuer":1}"#, #"{"issuer":"https://as.example.com"} x"#,
      #"{"issuer":"https://as.example.com","token_endpoint":["x"]}"#,
      #"{"issuer":"https://as.example.com","scopes_supported":"read"}"#, "\u{FEFF}{}",
    ]) func malformedMetadataIsAnError(text: String) async throws
  {
    let transport = FakeTransport()
    try transport.on(Example.wellKnown, json: text)
    await #expect(throws: OAuthError.self) { try await discovery(transport).server(Example.issuer) }
  }
}
