import Connections
import Synchronization
import Testing

@testable import OAuth

@Suite struct RegistrationTests {
  private func settings(_ change: (inout LoginSettings) throws -> Void) rethrows -> LoginSettings {
    var settings = LoginSettings()
    try change(&settings)
    return settings
  }

  @Test("A11 a client that the person gave comes first") func givenFirst() async throws {
    let world = FakeSurroundings()
    try Example.honest(world, metadata: ["client_id_metadata_document_supported": "true"])
    let settings = try settings {
      $0.issuer = Example.issuer
      $0.clientID = "mine"
      $0.clientSecret = try SharedSecret(text: "secret")
      $0.clientMetadataURL = "https://me.example.com/client.json"
    }
    let record = try await record(.login, Example.record, settings, in: world)
    #expect(record.registration?.clientID == "mine")
    #expect(record.registration?.origin == .preRegistered)
    #expect(!world.fake.urls.contains(Example.register))
    #expect(!world.fake.urls.contains("https://me.example.com/client.json"))
  }

  @Test("A11 A12 a client metadata document comes second, and is checked first")
  func documentSecond() async throws {
    let world = FakeSurroundings()
    try Example.honest(world, metadata: ["client_id_metadata_document_supported": "true"])
    try world.fake.on(
      "https://me.example.com/client.json",
      json: #"""
        {"client_id":"https://me.example.com/client.json","client_name":"me",
        "redirect_uris":["https://me.example.com/cb","http://127.0.0.1:3118/back"]}
        """#)
    let settings = settings { $0.clientMetadataURL = "https://me.example.com/client.json" }
    let record = try await record(.login, Example.record, settings, in: world)
    #expect(record.registration?.origin == .metadataDocument)
    #expect(record.registration?.clientID == "https://me.example.com/client.json")
    #expect(!world.fake.urls.contains(Example.register))
    let page = try #require(world.authorizations.first)
    #expect(page.redirect == "http://127.0.0.1:3118/back")
  }

  @Test(
    "A12 a document that does not hold what it must is refused",
    arguments: [
      #"{"client_id":"https://other","client_name":"x","redirect_uris":["http://127.0.0.1/"]}"#,
      #"{"client_id":"https://me.example.com/c","redirect_uris":["http://127.0.0.1/"]}"#,
      #"{"client_id":"https://me.example.com/c","client_name":"x"}"#,
      #"{"client_id":"https://me.example.com/c","client_name":"x","redirect_uris":[]}"#,
    ])
  func badDocument(text: String) async throws {
    let world = FakeSurroundings()
    try Example.honest(world, metadata: ["client_id_metadata_document_supported": "true"])
    try world.fake.on("https://me.example.com/c", json: text)
    let settings = settings { $0.clientMetadataURL = "https://me.example.com/c" }
    guard
      case .badClientDocument = try await failure(.login, Example.record, settings, in: world)
    else { throw Unexpected() }
    #expect(world.authorizations.isEmpty)
  }

  @Test(
    "A12 the URL of a document is https and has a path",
    arguments: ["https://me.example.com", "https://me.example.com/", "http://127.0.0.1/c"])
  func badDocumentURL(url: String) async throws {
    let world = FakeSurroundings()
    try Example.honest(world, metadata: ["client_id_metadata_document_supported": "true"])
    let settings = settings { $0.clientMetadataURL = url }
    guard
      case .badClientDocument = try await failure(.login, Example.record, settings, in: world)
    else { throw Unexpected() }
  }

  @Test("A11 dynamic registration comes third, and a person is asked last") func third()
    async throws
  {
    let world = FakeSurroundings()
    try Example.honest(world)
    let settings = settings { $0.clientMetadataURL = "https://me.example.com/client.json" }
    let record = try await record(.login, Example.record, settings, in: world)
    #expect(record.registration?.origin == .dynamic)
    let none = FakeSurroundings()
    try Example.honest(none, metadata: ["registration_endpoint": nil])
    #expect(
      try await failure(.login, Example.record, in: none)
        == .clientNeeded(issuer: Example.issuer, nil))
  }

  @Test("A13 registration says that this is a native client") func nativeClient() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    _ = try await record(.login, Example.record, in: world)
    let body = try #require(world.fake.asked(Example.register).first).body
    #expect(body.contains(#""application_type":"native""#))
    #expect(body.contains(#""redirect_uris":["http://127.0.0.1:43210/callback"]"#))
    #expect(body.contains(#""token_endpoint_auth_method":"none""#))
  }

  @Test("A13 a refused redirect URI is spelt otherwise once, then it is an error")
  func refusedRedirect() async throws {
    let world = FakeSurroundings()
    try world.fake.on(
      Example.register, 400,
      json: #"{"error":"invalid_redirect_uri","error_description":"no \#u{1B}[31mIPs"}"#
        .replacing("\u{1B}", with: "\\u001b"))
    try Example.honest(world)
    let record = try await record(.login, Example.record, in: world)
    #expect(record.registration?.redirectURIs == ["http://localhost:43210/callback"])
    let stubborn = FakeSurroundings()
    try stubborn.fake.on(Example.register, 400, json: #"{"error":"invalid_redirect_uri"}"#)
    try Example.honest(stubborn)
    let settings = settings { $0.redirectURI = "http://127.0.0.1:1234/x" }
    let error = try await failure(.login, Example.record, settings, in: stubborn)
    #expect(error == .registrationRefused(code: "invalid_redirect_uri", description: ""))
    #expect(error.message.contains("refused to register"))
  }

  @Test("A14 a client of one issuer is used again there") func usedAgain() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    let first = try await record(.login, Example.record, in: world)
    let second = try await record(.login, first, in: world)
    #expect(second.registration?.clientID == "client-1")
    #expect(world.fake.asked(Example.register).count == 1)
    // At the port that it was registered with.
    #expect(world.authorizations[1].redirect == world.authorizations[0].redirect)
    #expect(world.state.withLock { $0.plans[1].listener?.port } == 43_210)
  }

  @Test("A32 a port that is in use now means a new registration, not another port")
  func portInUse() async throws {
    let world = FakeSurroundings(takenPorts: [50_000])
    try Example.honest(world)
    var record = Example.record
    record.issuer = Example.issuer
    record.set(
      ClientRegistration(
        issuer: Example.issuer, clientID: "old", origin: .dynamic, authentication: .none,
        redirectURIs: ["http://127.0.0.1:50000/callback"]))
    let changed = try await OAuthTests.record(.login, record, in: world)
    #expect(changed.registration?.clientID == "client-1")
  }

  @Test("A32 a port that the person fixed and somebody has is an error before anything is asked")
  func fixedPortTaken() async throws {
    let world = FakeSurroundings(takenPorts: [3118])
    try Example.honest(world)
    let settings = settings { $0.redirectPort = 3118 }
    #expect(
      try await failure(.login, Example.record, settings, in: world) == .portTaken(port: 3118))
    #expect(world.authorizations.isEmpty)
    #expect(!world.fake.urls.contains(Example.register))
  }

  @Test(
    "A26 the method of the registration, and without one by what there is",
    arguments: [
      (#"{"client_id":"c"}"#, .none),
      (#"{"client_id":"c","client_secret":"s"}"#, .basic),
      (
        #"{"client_id":"c","client_secret":"s","token_endpoint_auth_method":"client_secret_post"}"#,
        .post
      ),
      (
        #"{"client_id":"c","client_secret":"s","token_endpoint_auth_method":"client_secret_basic"}"#,
        .basic
      ),
      (#"{"client_id":"c","client_secret":"s","token_endpoint_auth_method":"none"}"#, .none),
    ] as [(String, ClientRegistration.Authentication)])
  func returnedMethod(text: String, method: ClientRegistration.Authentication) throws {
    let registration = try Registration.registration(
      JSONObject(SharedSecret(text: text), of: "test"), issuer: "https://as", wanted: .none,
      redirects: [])
    #expect(registration.authentication == method)
  }

  @Test(
    arguments: [
      "{}", #"{"client_id":""}"#, #"{"client_id":"a\nb"}"#, #"{"client_id":1}"#,
      #"{"client_id":"c","token_endpoint_auth_method":"private_key_jwt"}"#,
      #"{"client_id":"c","client_secret":"a b\u0000"}"#,
    ]) func refusesRegistrationsThatCannotBeUsed(text: String) throws
  {
    #expect(throws: OAuthError.self) {
      try Registration.registration(
        JSONObject(SharedSecret(text: text), of: "test"), issuer: "https://as", wanted: .none,
        redirects: [])
    }
  }

  @Test(
    "A21 a redirect URI is loopback or https",
    arguments: [
      "http://example.com/cb", "myapp:/cb", "file:///x", "http://127.0.0.1.example.com/",
      "http://10.0.0.1/cb", "javascript:x",
    ])
  func badRedirect(uri: String) async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    let settings = settings { $0.redirectURI = uri }
    _ = try await failure(.login, Example.record, settings, in: world)
    #expect(world.authorizations.isEmpty)
  }

  @Test("A32 fixed and ephemeral ports, of whatever spelling")
  func redirectPlans() throws {
    let fixed = try RedirectPlan(uri: "http://localhost:3118/callback")
    #expect(fixed.listener == .init(host: "localhost", port: 3118, path: "/callback"))
    #expect(fixed.uri(port: 3118) == "http://localhost:3118/callback")
    let free = try RedirectPlan(uri: "http://[::1]/x")
    #expect(free.listener == .init(host: "[::1]", port: nil, path: "/x"))
    #expect(free.uri(port: 1234) == "http://[::1]:1234/x")
    let hosted = try RedirectPlan(uri: "https://example.com/cb")
    #expect(hosted.listener == nil)
    #expect(hosted.uri(port: 0) == "https://example.com/cb")
  }
}
