import Connections
import Synchronization
import Testing

@testable import OAuth

@Suite struct TokenTests {
  /// A record that can be refreshed.
  private func loggedIn(
    _ authentication: ClientRegistration.Authentication = .none, secret: String? = nil,
    id: String = "client-1"
  ) throws -> ConnectionRecord {
    var record = Example.record
    record.issuer = Example.issuer
    record.resource = Example.server
    record.endpoints.token = Example.token
    record.set(
      ClientRegistration(
        issuer: Example.issuer, clientID: id,
        clientSecret: try secret.map { try SharedSecret(text: $0) }, origin: .dynamic,
        authentication: authentication))
    record.accessToken = try SharedSecret(text: "access-0")
    record.refreshToken = try SharedSecret(text: "refresh-0")
    record.obtained = 1_789_990_000
    record.expires = 1_789_993_600
    record.requestedScopes = ["read"]
    record.grantedScopes = ["read"]
    return record
  }

  private func refresh(
    _ status: Int = 200, json: String?, record: ConnectionRecord? = nil,
    headers: [String: String] = [:]
  ) async throws -> (ConnectionRecord?, OAuthError?, FakeSurroundings) {
    let world = FakeSurroundings()
    try world.fake.on(Example.token, status, json: json, headers: headers)
    do {
      return (
        try await OAuthTests.record(.refresh, try record ?? loggedIn(), in: world), nil, world
      )
    } catch let error as OAuthError {
      return (nil, error, world)
    }
  }

  @Test("A25 a new refresh token takes the place of the old one") func rotation() async throws {
    let (record, _, world) = try await refresh(json: Example.tokens)
    #expect(record?.accessToken?.text == "access-1")
    #expect(record?.refreshToken?.text == "refresh-1")
    #expect(world.fake.asked[0].field("refresh_token") == "refresh-0")
    #expect(world.fake.asked[0].field("grant_type") == "refresh_token")
  }

  @Test("A25 where none comes back the old one stays") func noRotation() async throws {
    let (record, _, _) = try await refresh(
      json: #"{"access_token":"access-1","token_type":"Bearer","expires_in":60}"#)
    #expect(record?.refreshToken?.text == "refresh-0")
  }

  @Test("A31 the expiry is absolute, counted from before the request") func absoluteExpiry()
    async throws
  {
    let (record, _, world) = try await refresh(json: Example.tokens)
    #expect(record?.obtained == world.now())
    #expect(record?.expires == world.now() + 3600)
    #expect(record?.needsRefresh(now: world.now() + 3539) == false)
    #expect(record?.needsRefresh(now: world.now() + 3540) == true)
  }

  @Test("A26 basic: both parts form-encoded first") func basic() async throws {
    let (_, _, world) = try await refresh(
      json: Example.tokens, record: loggedIn(.basic, secret: "s:e%c r+t", id: "my id:x"))
    let asked = world.fake.asked[0]
    // my%20id%3Ax:s%3Ae%25c%20r%2Bt
    #expect(asked.headers["Authorization"] == "Basic bXklMjBpZCUzQXg6cyUzQWUlMjVjJTIwciUyQnQ=")
    #expect(asked.field("client_id") == "my id:x" && asked.field("client_secret") == nil)
  }

  @Test("A26 post: both parts in the body, and none: the id alone") func post() async throws {
    let (_, _, world) = try await refresh(
      json: Example.tokens, record: loggedIn(.post, secret: "s:e%c r+t"))
    #expect(world.fake.asked[0].field("client_secret") == "s:e%c r+t")
    #expect(world.fake.asked[0].field("client_id") == "client-1")
    #expect(world.fake.asked[0].headers["Authorization"] == nil)
    let (_, _, other) = try await refresh(json: Example.tokens)
    #expect(other.fake.asked[0].field("client_id") == "client-1")
    #expect(other.fake.asked[0].field("client_secret") == nil)
  }

  @Test(
    "A26 a secret and silent metadata: basic; else what the metadata has",
    arguments: [
      (nil, .basic), (#"["client_secret_post"]"#, .post),
      (#"["client_secret_post","client_secret_basic"]"#, .basic), (#"["private_key_jwt"]"#, .basic),
    ] as [(String?, ClientRegistration.Authentication)])
  func chosenMethod(
    methods: String?, chosen: ClientRegistration.Authentication
  ) async throws {
    let world = FakeSurroundings()
    try Example.honest(world, metadata: ["token_endpoint_auth_methods_supported": methods])
    var settings = LoginSettings()
    settings.issuer = Example.issuer
    settings.clientID = "mine"
    settings.clientSecret = try SharedSecret(text: "s")
    let record = try await record(.login, Example.record, settings, in: world)
    #expect(record.registration?.authentication == chosen)
  }

  @Test(
    "A27 what each failure means for what is stored",
    arguments: [
      (400, #"{"error":"invalid_grant"}"#, .dropsTokens),
      (401, #"{"error":"invalid_client"}"#, [.dropsTokens, .dropsRegistration]),
      (400, #"{"error":"unauthorized_client"}"#, [.dropsTokens, .dropsRegistration]),
      (400, #"{"error":"temporarily_unavailable"}"#, .isTransient),
      (503, #"{"error":"invalid_grant"}"#, .isTransient),
      (500, nil, .isTransient), (502, "<html>", .isTransient), (429, nil, .isTransient),
      (400, #"{"error":"invalid_scope"}"#, []), (200, "<html>", .isTransient),
      (200, #"{"token":"x"}"#, .isTransient), (302, nil, .isTransient), (400, "", []),
      (418, nil, .isTransient), (401, nil, []), (401, "<html>", .isTransient),
    ] as [(Int, String?, NetFailure.Effect)])
  func effects(status: Int, json: String?, effect: NetFailure.Effect) async throws {
    let (record, error, _) = try await refresh(status, json: json)
    #expect(record == nil && error?.effect == effect)
  }

  @Test("A27 a client that was forgotten is registered anew, once") func forgottenClient()
    async throws
  {
    let world = FakeSurroundings()
    try world.fake.on(Example.token, 401, json: #"{"error":"invalid_client"}"#)
    try Example.honest(world)
    var record = Example.record
    record.issuer = Example.issuer
    record.set(
      ClientRegistration(
        issuer: Example.issuer, clientID: "forgotten", origin: .dynamic, authentication: .none,
        redirectURIs: ["http://127.0.0.1:43210/callback"]))
    let changed = try await OAuthTests.record(.login, record, in: world)
    #expect(changed.registration?.clientID == "client-1")
    #expect(world.authorizations.count == 2)
    let twice = FakeSurroundings()
    for _ in 0..<3 { try twice.fake.on(Example.token, 401, json: #"{"error":"invalid_client"}"#) }
    try Example.honest(twice)
    let error = try await failure(.login, record, in: twice)
    #expect(error.code == "invalid_client")
    #expect(twice.authorizations.count == 2)
  }

  @Test("A28 a 200 with an error in it is an error") func errorInSuccess() async throws {
    let (record, error, _) = try await refresh(
      json: #"{"error":"bad_refresh_token","error_description":"expired","access_token":"x"}"#)
    #expect(record == nil)
    #expect(
      error
        == .token(TokenFailure(code: "bad_refresh_token", description: "expired", status: 200)))
  }

  @Test("A24 the token goes in the header, to the server alone") func bearerHeader() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    _ = try await record(.login, Example.record, in: world)
    let verified = try #require(world.fake.asked(Example.server).last)
    #expect(verified.headers["Authorization"] == "Bearer access-1")
    for asked in world.fake.asked {
      #expect(!asked.url.contains("access-1") && !asked.body.contains("access-1"))
      if asked.url != Example.server {
        #expect(!asked.headers.values.contains { $0.contains("access-1") })
      }
    }
  }

  @Test("A24 a server that does not take the new token ends the login") func notAccepted()
    async throws
  {
    let world = FakeSurroundings()
    try world.fake.on(Example.server, 401)
    try world.fake.on(Example.resourceMetadata, json: Example.resource())
    try world.fake.on(Example.wellKnown, json: Example.metadata())
    try world.fake.on(Example.register, 201, json: #"{"client_id":"client-1"}"#)
    try world.fake.on(Example.token, json: Example.tokens)
    #expect(
      try await failure(.login, Example.record, in: world)
        == .tokenNotAccepted(server: "mcp.example.com"))
    // The browser is not told that all went well.
    guard case .failure? = world.state.withLock({ $0.pages.last }) else { throw Unexpected() }
  }

  @Test(
    "answers that would become something else in a header are refused",
    arguments: [
      #"{"access_token":"a b"}"#, #"{"access_token":"a\r\nX-Evil: 1"}"#, #"{"access_token":""}"#,
      #"{"access_token":1}"#, #"{"access_token":null}"#, #"{"access_token":"ü"}"#,
      #"{"access_token":"a","access_token":"b"}"#, #"{"access_token":"a","token_type":"mac"}"#,
      #"{"access_token":"a","token_type":"DPoP"}"#, #"{"access_token":"a","token_type":"x\u001b"}"#,
      #"{"access_token":"a","expires_in":-1}"#,
      #"{"access_token":"a","expires_in":"soon"}"#, #"{"access_token":"a","expires_in":1e300}"#,
      #"{"access_token":"a","refresh_token":"b\u0000"}"#, #"{"access_token":"a"} {}"#, "null",
    ]) func refusesTokens(json: String) async throws
  {
    let (record, error, _) = try await refresh(json: json)
    #expect(record == nil && error?.effect == .isTransient)
  }

  @Test(
    arguments: [
      (#"{"access_token":"a"}"#, nil), (#"{"access_token":"a","expires_in":"60"}"#, 60),
      (#"{"access_token":"a","expires_in":60.9}"#, 60),
      (#"{"access_token":"a","expires_in":null}"#, nil),
      (#"{"access_token":"a","expires_in":0}"#, nil),
      (#"{"access_token":"\u0061","expires_in":7}"#, 7),
    ] as [(String, Int64?)]) func readsLifetimes(json: String, life: Int64?) async throws
  {
    let (record, _, world) = try await refresh(json: json)
    #expect(record?.accessToken?.text == "a")
    #expect(record?.expires == life.map { world.now() + $0 })
  }

  @Test func secretsAreNotSentToARedirect() async throws {
    for status in [301, 302, 303, 307, 308] {
      let (_, error, world) = try await refresh(
        status, json: nil, headers: ["location": "https://as.example.com/token2"])
      guard case .redirected = error else { throw Unexpected() }
      #expect(world.fake.urls == [Example.token])
    }
  }

  @Test func nothingToRefreshWith() async throws {
    var record = try loggedIn()
    record.refreshToken = nil
    let (_, error, world) = try await refresh(json: Example.tokens, record: record)
    #expect(error == .nothingToRefresh(name: "work"))
    #expect(world.fake.asked.isEmpty)
  }

  @Test("A30 a stored endpoint is checked again before a token goes there") func storedEndpoint()
    async throws
  {
    var record = try loggedIn()
    record.endpoints.token = "https://169.254.169.254/token"
    let (_, error, world) = try await refresh(json: Example.tokens, record: record)
    guard case .refusedAddress = error else { throw Unexpected() }
    #expect(world.fake.asked.isEmpty)
  }

  @Test func clientCredentials() async throws {
    let world = FakeSurroundings()
    try Example.honest(
      world, tokens: #"{"access_token":"a","token_type":"bearer","expires_in":60}"#)
    var settings = LoginSettings()
    settings.grant = .clientCredentials
    settings.issuer = Example.issuer
    settings.clientID = "robot"
    settings.clientSecret = try SharedSecret(text: "s")
    settings.scopes = ["x"]
    let record = try await record(.login, Example.record, settings, in: world)
    let asked = world.fake.asked(Example.token)[0]
    #expect(asked.field("grant_type") == "client_credentials")
    #expect(asked.field("scope") == "x" && asked.field("resource") == Example.server)
    #expect(world.authorizations.isEmpty)
    #expect(record.canRefresh(now: 0))
    _ = try await OAuthTests.record(.refresh, record, in: world)
    #expect(world.fake.asked(Example.token)[1].field("grant_type") == "client_credentials")
  }

  @Test func deviceGrantSlowsDown() async throws {
    let world = FakeSurroundings()
    try world.fake.on(
      "https://as.example.com/device",
      json: #"""
        {"device_code":"d","user_code":"ABCD","verification_uri":"https://as.example.com/v",
        "verification_uri_complete":"https://as.example.com/v?c=ABCD","expires_in":600,"interval":2}
        """#)
    try world.fake.on(Example.token, 400, json: #"{"error":"authorization_pending"}"#)
    try world.fake.on(Example.token, 400, json: #"{"error":"slow_down"}"#)
    world.fake.on(Example.token, failing: .timedOut(host: "as.example.com", seconds: 10))
    try Example.honest(
      world,
      metadata: ["device_authorization_endpoint": #""https://as.example.com/device""#])
    var settings = LoginSettings()
    settings.grant = .device
    let record = try await record(.login, Example.record, settings, in: world)
    #expect(record.grant == .device && record.accessToken?.text == "access-1")
    #expect(world.state.withLock { $0.slept } == [2, 2, 7, 14])
    #expect(world.fake.asked(Example.token).last?.field("device_code") == "d")
    guard
      case .device(let prompt)? = world.messages.first(where: {
        if case .device = $0 { true } else { false }
      })
    else { throw Unexpected() }
    #expect(prompt.userCode == "ABCD" && prompt.completeURL == "https://as.example.com/v?c=ABCD")
  }

  @Test("A19 RFC 8628 what a server says of the pace holds, and every request says what it is for")
  func deviceGrantWaitsAsLongAsItIsTold() async throws {
    var rules = PresetRules(row: "acme")
    rules.resourceParameter = "audience"
    let world = FakeSurroundings(provider: Provider(rules: rules, source: "x"))
    try world.fake.on(
      "https://as.example.com/device",
      json: #"""
        {"device_code":"d","user_code":"A","verification_uri":"https://as.example.com/v",
        "expires_in":600,"interval":90}
        """#)
    try world.fake.on(Example.token, 400, json: #"{"error":"slow_down"}"#)
    try Example.honest(
      world, metadata: ["device_authorization_endpoint": #""https://as.example.com/device""#])
    var settings = LoginSettings()
    settings.grant = .device
    _ = try await record(.login, Example.record, settings, in: world)
    #expect(world.state.withLock { $0.slept } == [90, 95])
    let asked = world.fake.asked("https://as.example.com/device") + world.fake.asked(Example.token)
    #expect(asked.count == 3)
    for request in asked {
      #expect(request.field("resource") == Example.server)
      #expect(request.field("audience") == Example.server)
    }
  }

  @Test(arguments: ["access_denied", "expired_token"])
  func deviceGrantEnds(code: String) async throws {
    let world = FakeSurroundings()
    try world.fake.on(
      "https://as.example.com/device",
      json:
        #"{"device_code":"d","user_code":"A","verification_uri":"https://as.example.com/v","expires_in":9}"#
    )
    try world.fake.on(Example.token, 400, json: "{\"error\":\"\(code)\"}")
    try Example.honest(
      world,
      metadata: ["device_authorization_endpoint": #""https://as.example.com/device""#])
    var settings = LoginSettings()
    settings.grant = .device
    #expect(
      try await failure(.login, Example.record, settings, in: world) == .deviceRefused(code: code))
  }

  @Test(
    arguments: [
      "javascript:alert(1)", "http://as.example.com/v", "file:///x", "https://10.0.0.1/v",
      "https://a/`x`",
    ]) func devicePagesAreCheckedToo(page: String) async throws
  {
    let world = FakeSurroundings()
    try world.fake.on(
      "https://as.example.com/device",
      json: #"{"device_code":"d","user_code":"A","verification_uri":"\#(page)","expires_in":9}"#)
    try Example.honest(
      world,
      metadata: ["device_authorization_endpoint": #""https://as.example.com/device""#])
    var settings = LoginSettings()
    settings.grant = .device
    _ = try await failure(.login, Example.record, settings, in: world)
    #expect(world.fake.asked(Example.token).isEmpty)
  }

  @Test func revocationBeginsWithTheRefreshToken() async throws {
    let world = FakeSurroundings()
    try world.fake.on("https://as.example.com/revoke", 200)
    try world.fake.on(
      "https://as.example.com/revoke", 400,
      json: #"{"error":"unsupported_token_type","error_description":"not \u001b[1mthat"}"#)
    var record = try loggedIn()
    record.endpoints.revocation = "https://as.example.com/revoke"
    guard case .revoked(let revocations) = try await run(.revoke, record, in: world) else {
      throw Unexpected()
    }
    #expect(revocations.map(\.token) == [.refresh, .access])
    #expect(revocations.map(\.outcome) == [.revoked, .refused])
    #expect(revocations[1].detail.hasPrefix("unsupported_token_type (not"))
    #expect(!revocations[1].detail.unicodeScalars.contains("\u{1B}"))
    #expect(world.fake.asked.map { $0.field("token") } == ["refresh-0", "access-0"])
    #expect(
      world.fake.asked.map { $0.field("token_type_hint") } == ["refresh_token", "access_token"])
  }

  @Test func revocationThatCannotBeReachedIsSaid() async throws {
    let world = FakeSurroundings()
    world.fake.on(
      "https://as.example.com/revoke", failing: .unreachable(host: "as.example.com", reason: "x"))
    var record = try loggedIn()
    guard case .revoked(let none) = try await run(.revoke, record, in: world) else {
      throw Unexpected()
    }
    #expect(none.map(\.outcome) == [.unsupported, .unsupported])
    record.endpoints.revocation = "https://as.example.com/revoke"
    guard case .revoked(let dead) = try await run(.revoke, record, in: world) else {
      throw Unexpected()
    }
    #expect(dead.map(\.outcome) == [.unreachable, .unreachable])
  }
}
