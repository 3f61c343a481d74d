import Connections
import Synchronization
import Testing

@testable import OAuth

/// Who is trusted with what: the word of the person, now and at the login before, and that of servers.
@Suite struct TrustTests {
  private func client(
    _ issuer: String, _ origin: ClientRegistration.Origin, id: String = "old"
  ) -> ClientRegistration {
    ClientRegistration(
      issuer: issuer, clientID: id, origin: origin, authentication: .none,
      redirectURIs: ["http://127.0.0.1:43210/callback"])
  }

  // MARK: What was typed

  @Test("A3 an issuer that was typed stays typed: at the next refresh and the next login")
  func typedIssuer() async throws {
    let issuer = "https://10.0.0.5"
    let world = FakeSurroundings { url, redirect in
      ["\(redirect)?code=c&state=\(formValue("state", in: url) ?? "")"]
    }
    // A server without metadata of its own.
    try world.fake.on(Example.server, 401)
    try world.fake.on(Example.server, 200)
    try world.fake.on(
      "\(issuer)/.well-known/oauth-authorization-server",
      json: Example.metadata().replacing("https://as.example.com", with: issuer))
    try world.fake.on("\(issuer)/register", 201, json: #"{"client_id":"c"}"#)
    try world.fake.on("\(issuer)/token", json: Example.tokens)
    var settings = LoginSettings()
    settings.issuer = issuer
    let first = try await record(.login, Example.record, settings, in: world)
    #expect(first.typedIssuer == issuer && first.issuer == issuer)
    let refreshed = try await record(.refresh, first, in: world)
    #expect(refreshed.accessToken?.text == "access-1")
    let again = try await record(.login, refreshed, in: world)
    #expect(again.issuer == issuer && again.typedIssuer == issuer)
    // Nobody typed this one.
    var learned = first
    learned.typedIssuer = nil
    guard case .refusedAddress = try await failure(.refresh, learned, in: world) else {
      throw Unexpected()
    }
  }

  @Test("A3 a server that has no metadata and names nobody is given what the person said")
  func preconfigured() async throws {
    let world = FakeSurroundings()
    try world.fake.on(Example.server, 401)
    try world.fake.on(Example.server, 200)
    try world.fake.on(Example.wellKnown, json: Example.metadata())
    try world.fake.on(Example.register, 201, json: #"{"client_id":"c"}"#)
    try world.fake.on(Example.token, json: Example.tokens)
    var settings = LoginSettings()
    settings.issuer = Example.issuer
    let record = try await record(.login, Example.record, settings, in: world)
    #expect(record.issuer == Example.issuer && record.resource == Example.server)
    #expect(
      !world.fake.urls.contains { $0.hasPrefix("https://mcp.example.com/.well-known/oauth-au") })
    // And not to another where that one has none.
    let empty = FakeSurroundings()
    try empty.fake.on(Example.server, 401)
    #expect(
      try await failure(.login, Example.record, settings, in: empty)
        == .noMetadata(issuer: Example.issuer))
  }

  @Test("a provider that was typed is applied at the next login too") func typedProvider()
    async throws
  {
    let world = FakeSurroundings()
    try Example.honest(world)
    var settings = LoginSettings()
    settings.issuer = Example.issuer
    settings.provider = "acme"
    let first = try await record(.login, Example.record, settings, in: world)
    #expect(first.typedProvider == "acme")
    _ = try await record(.login, first, in: world)
    #expect(world.named == ["acme", "acme"])
    // One word takes the place of both.
    settings.provider = nil
    let second = try await record(.login, first, settings, in: world)
    #expect(second.typedProvider == nil && second.typedIssuer == Example.issuer)
  }

  @Test("options hold until they are taken back") func options() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    var record = Example.record
    record.options = [.noResource, .privateAddresses]
    var settings = LoginSettings()
    settings.options = .privateAddresses
    let changed = try await OAuthTests.record(.login, record, settings, in: world)
    #expect(changed.options == .privateAddresses && changed.resource == Example.server)
  }

  @Test("A30 private addresses: refused, and reached where the person said so")
  func privateAddresses() async throws {
    for options in [[], .privateAddresses] as [ConnectionRecord.Options] {
      let world = FakeSurroundings()
      try Example.honest(
        world, metadata: ["token_endpoint": #""https://10.0.0.1/token""#],
        resource: ["authorization_servers": #"["https://10.0.0.1"]"#])
      try world.fake.on(
        "https://10.0.0.1/.well-known/oauth-authorization-server",
        json: Example.metadata().replacing("https://as.example.com", with: "https://10.0.0.1"))
      var settings = LoginSettings()
      settings.options = options
      let error = try await failure(.login, Example.record, settings, in: world)
      guard case .refusedAddress = error else {
        #expect(options == .privateAddresses)
        #expect(world.fake.urls.contains("https://10.0.0.1/register"))
        continue
      }
      #expect(options.isEmpty)
      #expect(!world.fake.urls.contains { $0.contains("10.0.0.1") })
    }
  }

  // MARK: Secrets of clients

  @Test("a client's secret goes to nobody whom only the MCP server named") func secretToAnybody()
    async throws
  {
    let world = FakeSurroundings()
    try Example.honest(world)
    var settings = LoginSettings()
    settings.clientID = "mine"
    settings.clientSecret = try SharedSecret(text: "s")
    let error = try await failure(.login, Example.record, settings, in: world)
    #expect(error.code == "usage" && error.hint?.contains("--issuer") == true)
    #expect(world.fake.asked.isEmpty)
  }

  @Test("a secret without an id is a usage error") func secretWithoutID() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    var settings = LoginSettings()
    settings.issuer = Example.issuer
    settings.clientSecret = try SharedSecret(text: "s")
    #expect(try await failure(.login, Example.record, settings, in: world).code == "usage")
    #expect(!world.fake.urls.contains(Example.register))
  }

  @Test("a client in its own name is not registered where it gets no secret")
  func machineWithoutClient() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    var settings = LoginSettings()
    settings.grant = .clientCredentials
    #expect(
      try await failure(.login, Example.record, settings, in: world)
        == .clientNeeded(issuer: Example.issuer, nil))
    #expect(!world.fake.urls.contains(Example.register))
  }

  // MARK: Another authorization server

  @Test("A14 a client that the person registered at one server is none at another one")
  func changedIssuer() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    var record = Example.record
    record.issuer = "https://old.example.com"
    record.set(client(record.issuer, .preRegistered))
    #expect(
      try await failure(.login, record, in: world)
        == .issuerChanged(from: "https://old.example.com", to: Example.issuer))
    #expect(!world.fake.urls.contains(Example.register))
    // Where the person names the new one, it is a new login.
    var settings = LoginSettings()
    settings.issuer = Example.issuer
    let changed = try await OAuthTests.record(.login, record, settings, in: world)
    #expect(changed.registration?.clientID == "client-1")
  }

  @Test("A4 another authorization server is told") func changedIssuerIsTold() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    var record = Example.record
    record.issuer = "https://old.example.com"
    record.set(client(record.issuer, .dynamic))
    _ = try await OAuthTests.record(.login, record, in: world)
    #expect(world.warnings.contains { $0.contains("https://old.example.com") })
  }

  @Test("A12 a client metadata document goes along to another server") func portable() async throws
  {
    let world = FakeSurroundings()
    try Example.honest(world, metadata: ["client_id_metadata_document_supported": "true"])
    let url = "https://me.example.com/client.json"
    try world.fake.on(
      url,
      json: #"""
        {"client_id":"\#(url)","client_name":"me","redirect_uris":["http://127.0.0.1:3118/back"]}
        """#)
    var record = Example.record
    record.issuer = "https://old.example.com"
    record.set(client(record.issuer, .metadataDocument, id: url))
    let changed = try await OAuthTests.record(.login, record, in: world)
    #expect(changed.registration?.clientID == url)
  }

  @Test("A27 a redirect that says that the client is unknown leads to a new one, once")
  func unknownInTheRedirect() async throws {
    let visits = Mutex(0)
    let world = FakeSurroundings { url, redirect in
      let state = formValue("state", in: url) ?? ""
      let isFirst = visits.withLock { visits in
        visits += 1
        return visits == 1
      }
      return ["\(redirect)?\(isFirst ? "error=unauthorized_client" : "code=c")&state=\(state)"]
    }
    try Example.honest(world)
    var record = Example.record
    record.issuer = Example.issuer
    record.set(client(Example.issuer, .dynamic))
    let changed = try await OAuthTests.record(.login, record, in: world)
    #expect(changed.registration?.clientID == "client-1")
    #expect(visits.withLock(\.self) == 2)
  }

  @Test("A27 where nothing comes back for a client of before, the hint says what that may mean")
  func forgottenWithoutAWord() async throws {
    let world = FakeSurroundings { _, _ in [] }
    try Example.honest(world)
    var record = Example.record
    record.issuer = Example.issuer
    record.set(client(Example.issuer, .dynamic))
    let error = try await failure(.login, record, in: world)
    #expect(error == .loginTimedOut(seconds: 300, forgottenBy: Example.issuer))
    #expect(error.hint?.contains("mcp-valet logout") == true)
  }

  @Test("A24 a token for something else is not shown to the server") func notForThisServer()
    async throws
  {
    let world = FakeSurroundings()
    try Example.honest(world)
    var settings = LoginSettings()
    settings.resource = "https://api.example.net/other"
    _ = try await record(.login, Example.record, settings, in: world)
    #expect(world.fake.asked(Example.server).count == 1)
    #expect(world.fake.asked(Example.server).allSatisfy { $0.headers["Authorization"] == nil })
  }

  @Test("tokens of a login that fails afterwards are ended, where there were none before")
  func unusedTokens() async throws {
    for hadTokens in [false, true] {
      let world = FakeSurroundings()
      try world.fake.on(Example.server, 401)
      try Example.honest(
        world, metadata: ["revocation_endpoint": #""https://as.example.com/revoke""#], server: false
      )
      try world.fake.on("https://as.example.com/revoke", 200)
      var record = Example.record
      if hadTokens { record.refreshToken = try SharedSecret(text: "of-before") }
      #expect(
        try await failure(.login, record, in: world)
          == .tokenNotAccepted(server: "mcp.example.com"))
      #expect(
        world.fake.asked("https://as.example.com/revoke").map { $0.field("token") }
          == (hadTokens ? [] : ["refresh-1", "access-1"]))
    }
  }
}
