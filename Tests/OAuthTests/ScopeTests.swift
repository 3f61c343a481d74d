import Connections
import Synchronization
import Testing

@testable import OAuth

@Suite struct ScopeTests {
  @Test("A15 the challenge, else all of the resource, else none") func firstRequest() {
    #expect(
      ScopeSelection.first(named: [], challenge: "a b", supported: ["c"], offline: nil) == [
        "a", "b",
      ])
    #expect(
      ScopeSelection.first(named: [], challenge: nil, supported: ["c", "d"], offline: nil) == [
        "c", "d",
      ])
    #expect(ScopeSelection.first(named: [], challenge: "", supported: nil, offline: nil) == [])
    #expect(
      ScopeSelection.first(named: ["x"], challenge: "a", supported: ["c"], offline: nil) == ["x"])
  }

  @Test("A15 an empty list of scopes is left out of the request") func omitted() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    _ = try await record(.login, Example.record, in: world)
    #expect(formValue("scope", in: world.authorizations[0].url) == nil)
  }

  @Test("A17 offline_access only where the server lists it") func offline() {
    var metadata = ServerMetadata(issuer: "https://as")
    #expect(ScopeSelection.offline(metadata, nil) == nil)
    metadata.scopes = ["read"]
    #expect(ScopeSelection.offline(metadata, nil) == nil)
    metadata.scopes = ["read", "offline_access"]
    #expect(ScopeSelection.offline(metadata, nil) == "offline_access")
    #expect(
      ScopeSelection.first(named: [], challenge: "a", supported: nil, offline: "offline_access")
        == ["a", "offline_access"])
    #expect(
      ScopeSelection.first(
        named: ["offline_access"], challenge: nil, supported: nil, offline: "offline_access")
        == ["offline_access"])
    // Alone it would replace the server's own choice of scopes.
    #expect(
      ScopeSelection.first(named: [], challenge: nil, supported: nil, offline: "offline_access")
        == [])
  }

  @Test("A17 a login without a refresh token is a login") func noRefreshToken() async throws {
    let world = FakeSurroundings()
    try Example.honest(world, tokens: #"{"access_token":"a","token_type":"bearer"}"#)
    let record = try await record(.login, Example.record, in: world)
    #expect(record.refreshToken == nil && record.expires == nil)
    #expect(!record.canRefresh(now: world.now()))
  }

  @Test func onlyScopesAreTakenForScopes() {
    #expect(ScopeSelection.split("a  b a \"c\" d\\e ü f") == ["a", "b", "f"])
    #expect(ScopeSelection.split("a,b", separator: ",") == ["a", "b"])
  }

  @Test("A16 the union of what was asked and what is wanted") func union() throws {
    var step = StepUp()
    let challenge = Challenge.bearer([#"Bearer error="insufficient_scope", scope="b c""#])
    #expect(StepUp.isAsked(status: 403, challenge: challenge))
    #expect(!StepUp.isAsked(status: 401, challenge: challenge))
    #expect(!StepUp.isAsked(status: 403, challenge: Challenge.bearer(["Bearer"])))
    let next = try step.next(requested: ["a", "b"], challenge: challenge)
    #expect(next == ["a", "b", "c"])
  }

  @Test("A16 a few attempts, then it is final") func attempts() throws {
    var step = StepUp()
    var requested = ["a"]
    for number in 0..<StepUp.maximumAttempts {
      requested = try step.next(
        requested: requested,
        challenge: Challenge.bearer(["Bearer scope=\"s\(number)\""]))
    }
    #expect(throws: OAuthError.scopesMissing(["more"])) {
      try step.next(
        requested: requested, challenge: Challenge.bearer([#"Bearer scope="more""#]))
    }
    // Asking again for the same would give the same.
    var other = StepUp()
    #expect(throws: OAuthError.scopesMissing(["a"])) {
      try other.next(
        requested: ["a"], challenge: Challenge.bearer([#"Bearer scope="a""#]))
    }
  }

  @Test("A16 the login asks again with all scopes, at the same client") func login() async throws {
    let world = FakeSurroundings()
    try world.fake.on(Example.server, 401, headers: ["www-authenticate": #"Bearer scope="read""#])
    try world.fake.on(
      Example.server, 403,
      headers: ["www-authenticate": #"Bearer error="insufficient_scope", scope="write""#])
    try world.fake.on(Example.server, 200)
    try Example.honest(world, server: false)
    let record = try await record(.login, Example.record, in: world)
    #expect(world.authorizations.count == 2)
    #expect(formValue("scope", in: world.authorizations[1].url) == "read write")
    #expect(record.requestedScopes == ["read", "write"])
    let pages = world.state.withLock { $0.pages }
    guard case .more(["read", "write"]) = pages[0], case .success = pages[1] else {
      throw Unexpected()
    }
    #expect(world.state.withLock { $0.closed } == 2)
    #expect(world.fake.asked(Example.register).count == 1)
  }

  @Test("A16 a server that is never content ends it") func neverContent() async throws {
    let world = FakeSurroundings()
    try world.fake.on(Example.server, 401)
    for number in 0..<10 {
      try world.fake.on(
        Example.server, 403,
        headers: ["www-authenticate": "Bearer error=\"insufficient_scope\", scope=\"s\(number)\""])
    }
    try Example.honest(world)
    guard case .scopesMissing = try await failure(.login, Example.record, in: world) else {
      throw Unexpected()
    }
    #expect(world.authorizations.count == 1 + StepUp.maximumAttempts)
  }

  @Test("A16 a client in its own name is not asked for more") func clientCredentials() async throws
  {
    let world = FakeSurroundings()
    try world.fake.on(Example.server, 401)
    try world.fake.on(
      Example.server, 403,
      headers: ["www-authenticate": #"Bearer error="insufficient_scope", scope="write""#])
    try Example.honest(world)
    var settings = LoginSettings()
    settings.grant = .clientCredentials
    settings.issuer = Example.issuer
    settings.clientID = "robot"
    settings.clientSecret = try SharedSecret(text: "s")
    #expect(
      try await failure(.login, Example.record, settings, in: world) == .scopesMissing(["write"]))
  }
}
