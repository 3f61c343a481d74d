import Connections
import Synchronization
import Testing

@testable import OAuth

@Suite struct AuthorizationTests {
  @Test("A18 the challenge of RFC 7636 appendix B") func challenge() throws {
    let verifier = try SharedSecret(text: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    #expect(PKCE.challenge(of: verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    let (one, other) = (try PKCE(), try PKCE())
    #expect(one.verifier.count == 43 && !one.verifier.isEqual(to: other.verifier))
  }

  @Test("A18 S256 always, and not without the server's word") func pkceSupport() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    _ = try await record(.login, Example.record, in: world)
    let url = world.authorizations[0].url
    #expect(formValue("code_challenge_method", in: url) == "S256")
    let verifier = try #require(world.fake.asked(Example.token).first?.field("code_verifier"))
    let challenge = PKCE.challenge(of: try SharedSecret(text: verifier))
    #expect(formValue("code_challenge", in: url) == challenge)
    for (methods, error) in [
      (nil, OAuthError.pkceUnadvertised(issuer: Example.issuer)),
      (#"["plain"]"#, .pkceUnsupported(issuer: Example.issuer)),
      ("[]", .pkceUnsupported(issuer: Example.issuer)),
    ] as [(String?, OAuthError)] {
      let world = FakeSurroundings()
      try Example.honest(world, metadata: ["code_challenge_methods_supported": methods])
      #expect(try await failure(.login, Example.record, in: world) == error)
      // Nobody was registered for nothing.
      #expect(!world.fake.urls.contains(Example.register))
    }
  }

  @Test("A18 the person's word stands in for the server's, with S256 all the same")
  func pkceUnadvertised() async throws {
    var settings = LoginSettings()
    settings.options = .pkceUnadvertised
    let world = FakeSurroundings()
    try Example.honest(world, metadata: ["code_challenge_methods_supported": nil])
    let record = try await record(.login, Example.record, settings, in: world)
    #expect(record.options.contains(.pkceUnadvertised))
    #expect(formValue("code_challenge_method", in: world.authorizations[0].url) == "S256")
    // It is no word against a server that says that it cannot.
    let plain = FakeSurroundings()
    try Example.honest(plain, metadata: ["code_challenge_methods_supported": #"["plain"]"#])
    #expect(
      try await failure(.login, Example.record, settings, in: plain)
        == .pkceUnsupported(issuer: Example.issuer))
  }

  @Test(
    "A19 resource in both requests, byte for byte as the metadata has it",
    arguments: [
      "https://mcp.example.com", "https://mcp.example.com/", "https://mcp.example.com/mcp",
    ])
  func resource(named: String) async throws {
    let world = FakeSurroundings()
    try Example.honest(world, resource: ["resource": "\"\(named)\""])
    let record = try await record(.login, Example.record, in: world)
    #expect(record.resource == named)
    #expect(formValue("resource", in: world.authorizations[0].url) == named)
    #expect(world.fake.asked(Example.token).first?.field("resource") == named)
    _ = try await OAuthTests.record(.refresh, record, in: world)
    #expect(world.fake.asked(Example.token).last?.field("resource") == named)
  }

  @Test("A19 not where the connection opts out, and for a plain API only when asked for")
  func noResource() async throws {
    var settings = LoginSettings()
    settings.options = .noResource
    let world = FakeSurroundings()
    try Example.honest(world)
    let record = try await record(.login, Example.record, settings, in: world)
    #expect(formValue("resource", in: world.authorizations[0].url) == nil)
    #expect(world.fake.asked(Example.token).first?.field("resource") == nil)
    _ = try await OAuthTests.record(.refresh, record, in: world)
    #expect(world.fake.asked(Example.token).last?.field("resource") == nil)
    for resource in [nil, "https://api.example.com"] {
      let world = FakeSurroundings()
      try Example.honest(world)
      var settings = LoginSettings()
      settings.issuer = Example.issuer
      settings.resource = resource
      _ = try await OAuthTests.record(.login, ConnectionRecord(name: "api"), settings, in: world)
      #expect(formValue("resource", in: world.authorizations[0].url) == resource)
    }
  }

  @Test("A22 the answer is judged by the issuer of before the browser was sent anywhere")
  func issuerIsRecorded() async throws {
    let later = Mutex<FakeSurroundings?>(nil)
    let world = FakeSurroundings { url, redirect in
      // While the browser is away, the metadata comes to name somebody else.
      try? later.withLock(\.self)?.fake.on(
        Example.wellKnown, json: Example.metadata(["issuer": #""https://evil.example.com""#]))
      let state = formValue("state", in: url) ?? ""
      return ["\(redirect)?code=c&state=\(state)&iss=https%3A%2F%2Fevil.example.com"]
    }
    later.withLock { $0 = world }
    try Example.honest(world)
    #expect(
      try await failure(.login, Example.record, in: world)
        == .responseIssuer(expected: Example.issuer, named: "https://evil.example.com"))
    #expect(world.fake.asked(Example.wellKnown).count == 1)
    #expect(world.fake.asked(Example.token).isEmpty)
  }

  @Test("A29 the URL to open holds no character that a shell acts on") func reserialised() throws {
    let request = try AuthorizationRequest(
      issuer: "https://as", expectsIssuer: false, redirectURI: "http://127.0.0.1:1/cb",
      clientID: "a b&c=$(id)'")
    let url = try request.url(
      at: OAuthURL("https://as/auth;x/$y?tenant=a'b"), scopes: ["a:b", "c"], provider: nil,
      resource: "https://r/?a=b", parameters: [.init(name: "p", value: "`x`\n")])
    #expect(NetMessage.isOpenable(url))
    #expect(
      url.hasPrefix(
        "https://as/auth%3Bx/%24y?tenant=a%27b&response_type=code&client_id=a%20b%26c%3D%24%28id%29%27&"
      ))
    #expect(url.hasSuffix("&scope=a%3Ab%20c&resource=https%3A%2F%2Fr%2F%3Fa%3Db&p=%60x%60%0A"))
  }

  @Test("A29 an endpoint that sets our parameters is refused") func poisonedQuery() throws {
    let request = try AuthorizationRequest(
      issuer: "https://as", expectsIssuer: false, redirectURI: "http://127.0.0.1:1/cb",
      clientID: "c")
    for name in [
      "redirect_uri", "state", "response_type", "client_id", "request_uri", "request%5Furi",
      "redirect%5furi", "stat%65",
    ] {
      #expect(throws: OAuthError.self) {
        try request.url(
          at: OAuthURL("https://as/a?x=y&\(name)=evil"), scopes: [], provider: nil, resource: nil,
          parameters: [])
      }
    }
  }

  @Test("A19 an endpoint's own resource gives way to ours, and stays where we have none")
  func resourceOfTheEndpoint() async throws {
    let endpoint = "https://as.example.com/authorize?a=b&resource=https%3A%2F%2Fas&re%73ource=x"
    let world = FakeSurroundings()
    try Example.honest(world, metadata: ["authorization_endpoint": "\"\(endpoint)\""])
    _ = try await record(.login, Example.record, in: world)
    let url = world.authorizations[0].url
    #expect(url.split(separator: "&").filter { $0.contains("ource=") }.count == 1)
    #expect(formValue("resource", in: url) == Example.server)
    #expect(url.contains("?a=b&"))
    #expect(world.warnings.contains { $0.contains("names another resource") })
    var settings = LoginSettings()
    settings.options = .noResource
    let without = FakeSurroundings()
    try Example.honest(without, metadata: ["authorization_endpoint": "\"\(endpoint)\""])
    _ = try await record(.login, Example.record, settings, in: without)
    #expect(formValue("resource", in: without.authorizations[0].url) == "https://as")
  }

  @Test("A29 parameters of the person cannot replace ours") func reservedParameters() async throws {
    let world = FakeSurroundings()
    try Example.honest(world)
    var settings = LoginSettings()
    settings.parameters = [.init(name: "redirect_uri", value: "https://evil")]
    guard case .usage = try await failure(.login, Example.record, settings, in: world) else {
      throw Unexpected()
    }
  }

  private func request(expectsIssuer: Bool) throws -> AuthorizationRequest {
    try AuthorizationRequest(
      issuer: "https://as", expectsIssuer: expectsIssuer, redirectURI: "http://127.0.0.1:1/cb",
      clientID: "c")
  }

  private func judge(_ request: AuthorizationRequest, _ query: String) throws -> String {
    let query = query.replacing("STATE", with: request.state)
    switch try request.judge(CallbackParameters(pasted: SharedSecret(text: query))) {
    case .code(let code): return "code \(code.text)"
    case .ignored: return "ignored"
    }
  }

  @Test(
    "A20 an answer without our state is nobody's answer",
    arguments: [
      "code=x", "code=x&state=", "code=x&state=other", "code=x&state=STATEx", "",
      "code=x&state=STATE&state=other", "code=x&code=y&state=STATE", "error=access_denied",
      "code=x&state=state", "iss=https://evil&error=x&state=other",
    ]) func state(query: String) throws
  {
    #expect(try judge(request(expectsIssuer: false), query) == "ignored")
  }

  @Test("A20 our state is found whatever the order") func goodState() throws {
    let request = try request(expectsIssuer: false)
    #expect(try judge(request, "code=a%2Fb&state=STATE") == "code a/b")
    #expect(try judge(request, "http://127.0.0.1:1/cb?x=y&state=STATE&code=c#frag") == "code c")
    #expect(try judge(request, "  ?state=STATE&code=c \n") == "code c")
  }

  @Test("A23 advertised and there: it must be the very issuer") func advertisedPresent() throws {
    let request = try request(expectsIssuer: true)
    #expect(try judge(request, "code=c&state=STATE&iss=https%3A%2F%2Fas") == "code c")
    for other in ["https://as/", "https://AS", "https://evil", ""] {
      #expect(throws: OAuthError.responseIssuer(expected: "https://as", named: other)) {
        try judge(request, "code=c&state=STATE&iss=\(percentEncoded(other))")
      }
    }
  }

  @Test("A23 advertised and absent: refused") func advertisedAbsent() throws {
    let request = try request(expectsIssuer: true)
    #expect(throws: OAuthError.responseIssuer(expected: "https://as", named: nil)) {
      try judge(request, "code=c&state=STATE")
    }
  }

  @Test("A23 unadvertised and there: compared; neither: goes on") func unadvertised() throws {
    let request = try request(expectsIssuer: false)
    #expect(try judge(request, "code=c&state=STATE") == "code c")
    #expect(try judge(request, "code=c&state=STATE&iss=https%3A%2F%2Fas") == "code c")
    #expect(throws: OAuthError.responseIssuer(expected: "https://as", named: "https://evil")) {
      try judge(request, "code=c&state=STATE&iss=https%3A%2F%2Fevil")
    }
  }

  @Test("A23 an error of another issuer is neither acted on nor shown") func foreignError() throws {
    let request = try request(expectsIssuer: false)
    do {
      _ = try judge(
        request, "error=boo&error_description=call%20me&state=STATE&iss=https%3A%2F%2Fevil")
      Issue.record("it was taken")
    } catch let error as OAuthError {
      #expect(error == .responseIssuer(expected: "https://as", named: "https://evil"))
      #expect(!error.message.contains("call me") && !error.message.contains("boo"))
    }
  }

  @Test("A23 the code reaches no token endpoint before") func codeStaysHere() async throws {
    let world = FakeSurroundings { url, redirect in
      ["\(redirect)?code=c&state=\(formValue("state", in: url) ?? "")&iss=https%3A%2F%2Fevil"]
    }
    try Example.honest(world)
    #expect(
      try await failure(.login, Example.record, in: world)
        == .responseIssuer(expected: Example.issuer, named: "https://evil"))
    #expect(world.fake.asked(Example.token).isEmpty)
    #expect(world.state.withLock { $0.closed } == 1)
  }

  @Test("A20 a wrong state neither ends the wait nor takes the place of the right one")
  func wrongStateFirst() async throws {
    let world = FakeSurroundings { url, redirect in
      let state = formValue("state", in: url) ?? ""
      return [
        "\(redirect)?code=evil&state=guess", "\(redirect)?error=access_denied&state=",
        "\(redirect)?code=the-code&state=\(state)",
      ]
    }
    try Example.honest(world)
    _ = try await record(.login, Example.record, in: world)
    #expect(world.fake.asked(Example.token).map { $0.field("code") } == ["the-code"])
    let pages = world.state.withLock { $0.pages }
    #expect(pages.count == 3)
    guard case .ignored = pages[0], case .ignored = pages[1], case .success = pages[2] else {
      throw Unexpected()
    }
  }

  @Test func theUsersNoIsAnError() async throws {
    let world = FakeSurroundings { url, redirect in
      let state = formValue("state", in: url) ?? ""
      return [
        "\(redirect)?error=access_denied&error_description=%3Cscript%3E%1B%5B2J&state=\(state)"
      ]
    }
    try Example.honest(world)
    let error = try await failure(.login, Example.record, in: world)
    #expect(error.code == "access_denied")
    #expect(!error.message.unicodeScalars.contains("\u{1B}"))
  }

  @Test func nobodyComes() async throws {
    let world = FakeSurroundings { _, _ in [] }
    try Example.honest(world)
    #expect(
      try await failure(.login, Example.record, in: world)
        == .loginTimedOut(seconds: 300, forgottenBy: nil))
  }

  @Test(
    "A21 A29 endpoints of metadata that cannot be used are refused before anything is asked of them",
    arguments: [
      "http://as.example.com/authorize", "file:///etc/passwd", "javascript:alert(1)",
      "-https://as.example.com/", "https://as.example.com/$(id)", "https://as.example.com/`id`",
      "https://as.example.com/a;b", "https://as.example.com/a b", "https://evil.example.net/a",
      "https://user@as.example.com/a", "https://127.0.0.1/a", "https://169.254.169.254/a",
      "https://10.0.0.1/a", "https://localhost/a", "", "as.example.com/authorize",
    ])
  func poisonedEndpoints(url: String) async throws {
    for member in [
      "authorization_endpoint", "token_endpoint", "registration_endpoint", "revocation_endpoint",
      "device_authorization_endpoint",
    ] {
      let world = FakeSurroundings()
      try Example.honest(world, metadata: [member: "\"\(url)\""])
      _ = try await failure(.login, Example.record, in: world)
      #expect(world.authorizations.isEmpty)
      let places = [Example.server, Example.resourceMetadata, Example.wellKnown]
      #expect(world.fake.urls == places, "\(member)")
    }
  }

  @Test("endpoints beside the issuer are its own, but not for the browser")
  func neighbours() throws {
    let policy = ReachPolicy(typed: [], allowsPrivate: false)
    func endpoints(
      _ issuer: String, authorization: String? = nil, token: String, sendsIssuer: Bool = false
    ) throws -> ServerEndpoints {
      var metadata = ServerMetadata(issuer: issuer)
      metadata.authorizationEndpoint = authorization
      metadata.tokenEndpoint = token
      metadata.sendsIssuer = sendsIssuer
      return try ServerEndpoints(metadata, policy: policy)
    }
    _ = try endpoints("https://mcp.x.com", token: "https://cf.mcp.x.com/t")
    _ = try endpoints("https://www.x.com", token: "https://api.x.com/t")
    _ = try endpoints(
      "https://x.com", authorization: "https://login.x.com/a", token: "https://x.com/t")
    for (issuer, token) in [
      ("https://x.com", "https://y.com/t"), ("https://a.x.com", "https://x.com.evil.net/t"),
      ("https://x.com", "https://evilx.com/t"), ("https://x.com", "https://com/t"),
    ] {
      #expect(throws: OAuthError.self) { try endpoints(issuer, token: token) }
    }
    let foreign = OAuthError.foreignEndpoint(
      role: "token endpoint", host: "y.com", issuer: "https://x.com")
    #expect(throws: foreign) { try endpoints("https://x.com", token: "https://y.com/t") }
    #expect(foreign.hint?.contains("endpointHosts in presets.json") == true)
    // Two customers of one provider: whose page it is has to be in the answer.
    let mixUp = (issuer: "https://evil.idp.com", page: "https://good.idp.com/a")
    #expect(throws: OAuthError.self) {
      try endpoints(mixUp.issuer, authorization: mixUp.page, token: "https://evil.idp.com/t")
    }
    _ = try endpoints(
      mixUp.issuer, authorization: mixUp.page, token: "https://evil.idp.com/t", sendsIssuer: true)
  }
}
