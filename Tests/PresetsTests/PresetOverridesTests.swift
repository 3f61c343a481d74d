internal import Presets
internal import Secrets
internal import Testing

@Suite struct PresetOverridesTests {
  private func overrides(_ text: String) throws(PresetError) -> PresetOverrides {
    try PresetOverrides(Array(text.utf8))
  }

  /// The error of a row with these members.
  private func error(_ members: String) -> PresetError? {
    do throws(PresetError) {
      _ = try overrides("{\"authorizationServers\": {\"acme\": {\(members)}}}")
      return nil
    } catch {
      return error
    }
  }

  /// The file that the documentation shows.
  @Test func readsEveryMember() throws {
    let text = try vector("overrides.json")
    let overrides = try PresetOverrides(text)
    let servers = AuthorizationServers.builtIn.applying(overrides)
    let match = try #require(servers.match("https://login.acme.example/realms/main"))
    #expect(match.name == "acme" && match.title == "ACME")
    let expected = AuthorizationServer.Columns.with {
      $0.metadata = .ignored
      $0.endpoints = AuthorizationServer.Endpoints(
        authorization: "https://login.acme.example/authorize",
        token: "https://login.acme.example/token", device: "https://login.acme.example/device",
        registration: "https://login.acme.example/register",
        revocation: "https://api.acme.example/apps/{client_id}/token")
      $0.endpointHosts = ["*.auth.acme.example"]
      $0.proofKey = .unadvertised
      $0.resource = .alsoAs("audience")
      $0.authorizationParameters = [AuthorizationServer.Parameter("prompt", "consent")]
      $0.redirect = Redirect(host: "localhost", port: 3118, path: "/callback")
      $0.scopeParameter = "user_scope"
      $0.scopeSeparator = ","
      $0.grantedScopeSeparator = ","
      $0.offlineScope = "offline_access"
      $0.accept = "application/json"
      $0.tokenAuthentication = .post
      $0.clientSecret = .required
      $0.tokenPath = "authed_user.access_token"
      $0.refreshedTokenPath = "access_token"
      $0.defaultLifetime = 3600
      $0.tokenType = "user"
      $0.endingErrors = ["token_revoked"]
      $0.responseIssuer = .sent
      $0.revocation = .bearer
    }
    #expect(match.columns == expected)
    #expect(match.vouches(for: "eu.auth.acme.example") && match.vouches(for: "api.acme.example"))
    #expect(servers.match("https://a.login.acme.example")?.name == "acme")
    #expect(servers.match("https://login.acme.example/")?.issuer == "https://login.acme.example")
    #expect(servers.match("https://b.a.login.acme.example") == nil)
  }

  @Test func changesOnlyTheColumnsThatAreGiven() throws {
    let servers = AuthorizationServers.builtIn.applying(
      try PresetOverrides(try vector("overrides.json")))
    let google = try #require(servers.named("google"))
    var expected = try #require(AuthorizationServers.builtIn.named("google"))
    expected.columns.authorizationParameters = [
      AuthorizationServer.Parameter("access_type", "offline")
    ]
    #expect(google == expected)
  }

  @Test func takesAwayAColumnOrARow() throws {
    let servers = AuthorizationServers.builtIn.applying(
      try overrides(
        """
        {"authorizationServers": {
          "slack-mcp": {"redirect": null, "scopeSeparator": null, "proofKey": null},
          "okta": false}}
        """))
    let slack = try #require(servers.match("https://mcp.slack.com"))
    #expect(slack.columns.redirect == nil && slack.columns.scopeSeparator == nil)
    #expect(slack.columns.proofKey == nil && slack.columns.metadata == .ignored)
    #expect(servers.match("https://acme.okta.com") == nil && servers.named("okta") == nil)
    #expect(servers.rows.count == AuthorizationServers.builtIn.rows.count - 1)
  }

  @Test func aRowOfOnesOwnGoesBeforeABuiltInOne() throws {
    let servers = AuthorizationServers.builtIn.applying(
      try overrides(
        #"{"authorizationServers": {"mine": {"hosts": ["acme.okta.com"], "accept": "a/b"}}}"#))
    #expect(servers.match("https://acme.okta.com")?.name == "mine")
    #expect(servers.match("https://other.okta.com")?.name == "okta")
  }

  @Test func aRowWithoutHostsIsForProvider() throws {
    let servers = AuthorizationServers.builtIn.applying(
      try overrides(#"{"authorizationServers": {"mine": {"paths": ["/a"], "accept": "a/b"}}}"#))
    let mine = try #require(servers.named("mine"))
    #expect(servers.match("https://anything.example/a") == nil)
    #expect(mine.applied(to: "https://anything.example/a")?.columns.accept == "a/b")
  }

  @Test(arguments: ["{}", #"{"authorizationServers": {}}"#, "\u{FEFF}{}"])
  func anEmptyFileChangesNothing(text: String) throws {
    let overrides = try overrides(text)
    #expect(overrides.rows.isEmpty && overrides.removed.isEmpty)
    #expect(
      AuthorizationServers.builtIn.applying(overrides).rows == AuthorizationServers.builtIn.rows)
  }

  @Test(arguments: [
    ("", "malformed"), ("{", "malformed"), ("[]", "unexpected"), ("null", "unexpected"),
    ("{} {}", "malformed"), ("{}x", "malformed"), ("{'a': 1}", "malformed"),
    ("{\"authorizationServers\": {}, // no\n}", "malformed"),
    ("{\"authorizationServers\": {},}", "malformed"), ("{\"a\": \"\u{0}\"}", "malformed"),
    ("{\"authorizationServers\": [[[[[[[[[]]]]]]]]]}", "malformed"),
    (#"{"servers": {}}"#, "unknown servers"),
    (#"{"authorizationServers": {}, "authorizationServers": {}}"#, "duplicate"),
    (#"{"authorizationServers": {}, "authorization\u0053ervers": {}}"#, "duplicate"),
    (#"{"authorizationServers": []}"#, "unexpected"),
    (#"{"authorizationServers": {"Acme": {}}}"#, "unexpected"),
    (#"{"authorizationServers": {"": {}}}"#, "unexpected"),
    (#"{"authorizationServers": {"a b": {}}}"#, "unexpected"),
    (#"{"authorizationServers": {"acme": false}}"#, "unexpected"),
    (#"{"authorizationServers": {"google": true}}"#, "unexpected"),
    (#"{"authorizationServers": {"google": {"accept": "a/b", "accept": "a/b"}}}"#, "duplicate"),
  ])
  func refusesAFileThatIsNotOne(text: String, kind: String) {
    do throws(PresetError) {
      _ = try overrides(text)
      Issue.record("taken: \(text)")
    } catch {
      switch (error, kind) {
      case (.malformed, "malformed"), (.unexpectedValue, "unexpected"),
        (.duplicateMember, "duplicate"):
        break
      case (.unknownMember(path: "servers"), "unknown servers"): break
      default: Issue.record("\(error) for \(text)")
      }
    }
  }

  @Test(arguments: [
    // no member turns off a check
    #""issuer": "https://evil.example""#, #""checkIssuer": false"#, #""state": false"#,
    #""client": {}"#, #""sources": []"#, #""name": "x""#, #""Accept": "a/b""#,
    #""endpoints": {"userinfo": "https://a.example/"}"#, #""endpoints": {"": "https://a.example"}"#,
    #""redirect": {"path": "/", "scheme": "https"}"#, #""resource": {"alsoAs": "a", "x": 1}"#,
  ])
  func refusesMembersThatItDoesNotKnow(members: String) {
    guard case .unknownMember = error(members) else {
      Issue.record("\(String(describing: error(members))) for \(members)")
      return
    }
  }

  @Test(arguments: [
    // hosts
    #""hosts": "a.example""#, #""hosts": [1]"#, #""hosts": [""]"#, #""hosts": ["*"]"#,
    #""hosts": ["*.com"]"#, #""hosts": ["a.*.com"]"#, #""hosts": ["a.b.*"]"#,
    #""hosts": ["**.a.example"]"#, #""hosts": ["x*.a.example"]"#, #""hosts": ["A.example"]"#,
    #""hosts": ["a.example."]"#, #""hosts": ["a.example/x"]"#, #""hosts": ["x@a.example"]"#,
    #""hosts": ["https://a.example"]"#, #""hosts": ["a.example:0"]"#, #""hosts": ["ä.example"]"#,
    #""hosts": ["a..example"]"#, #""hosts": ["a b.example"]"#,
    #""endpointHosts": ["*"]"#, #""endpointHosts": ["https://a.example"]"#,
    // paths
    #""paths": []"#, #""paths": ["x"]"#, #""paths": ["//"]"#, #""paths": ["/a/../b"]"#,
    #""paths": ["/a?b"]"#, #""paths": ["/{a}/{a}"]"#, #""paths": ["/{host}"]"#,
    #""paths": ["/{client_id}"]"#, #""paths": ["/{}"]"#, #""paths": ["/x{a}"]"#,
    #""otherPath": "x""#,
    // endpoints
    #""endpoints": "https://a.example""#, #""endpoints": {"token": "http://a.example/t"}"#,
    #""endpoints": {"token": "javascript:alert(1)"}"#, #""endpoints": {"token": "file:///etc"}"#,
    #""endpoints": {"token": "{origin}.evil.example/t"}"#, #""endpoints": {"token": "{host}/t"}"#,
    #""endpoints": {"token": "https://a@b.example/t"}"#,
    #""endpoints": {"token": "https://a.example/t#x"}"#,
    #""endpoints": {"token": "https://a.example/t t"}"#,
    #""endpoints": {"token": "https://a.example/{tenant}"}"#,
    #""endpoints": {"token": "https://a.example/{client_id}"}"#,
    #""endpoints": {"token": "https://a.example/{"}"#, #""endpoints": {"token": ""}"#,
    #""endpoints": {"token": "https://a.example/$(id)"}"#, #""endpoints": {"token": 1}"#,
    #""paths": ["/{a}", "/b"], "endpoints": {"token": "{origin}/{a}"}"#,
    // words
    #""metadata": "used""#, #""metadata": true"#, #""proofKey": "plain""#, #""proofKey": false"#,
    #""resource": "allowed""#, #""resource": {"alsoAs": "resource"}"#,
    #""resource": {"alsoAs": 1}"#, #""tokenAuthentication": "none""#,
    #""clientSecret": "hunter2""#, #""revocation": """#,
    // parameters of the flow
    #""authorizationParameters": {"state": "x"}"#,
    #""authorizationParameters": {"redirect_uri": "x"}"#,
    #""authorizationParameters": {"code_challenge_method": "plain"}"#,
    #""authorizationParameters": {"response_type": "token"}"#,
    #""authorizationParameters": {"client_id": "x"}"#,
    #""authorizationParameters": {"request_uri": "x"}"#,
    #""authorizationParameters": {"a&b": "x"}"#, #""authorizationParameters": {"": "x"}"#,
    #""authorizationParameters": {"a": 1}"#, #""authorizationParameters": {"a": null}"#,
    #""authorizationParameters": {"a": "x\r\ny"}"#, #""authorizationParameters": []"#,
    #""scopeParameter": "scope""#, #""scopeParameter": "state""#, #""scopeParameter": "a=b""#,
    #""scopeSeparator": """#, #""scopeSeparator": "a""#, #""scopeSeparator": "\n""#,
    #""scopeSeparator": ",,,,,""#, #""offlineScope": "a b""#, #""offlineScope": "a\"b""#,
    // headers, redirects, answers
    #""accept": "a/b\r\nX-Y: z""#, #""accept": "json""#, #""accept": "a/b, c/d""#,
    #""redirect": "http://localhost""#, #""redirect": {"host": "evil.example", "path": "/"}"#,
    #""redirect": {"host": "0.0.0.0", "path": "/"}"#, #""redirect": {"port": 0, "path": "/"}"#,
    #""redirect": {"port": 65536, "path": "/"}"#, #""redirect": {"port": 1.5, "path": "/"}"#,
    #""redirect": {"port": "80", "path": "/"}"#, #""redirect": {"path": "x"}"#,
    #""redirect": {"path": "/a?b"}"#, #""redirect": {"path": "/.."}"#,
    #""tokenPath": """#, #""tokenPath": "a..b""#, #""tokenPath": ".a""#,
    #""tokenPath": "a.b.c.d.e""#, #""tokenPath": "a/b""#,
    #""defaultLifetimeSeconds": 0"#, #""defaultLifetimeSeconds": -1"#,
    #""defaultLifetimeSeconds": 1e3"#, #""defaultLifetimeSeconds": "3600""#,
    #""defaultLifetimeSeconds": 31622401"#, #""defaultLifetimeSeconds": 99999999999"#,
    #""title": """#, #""title": "a\nb""#, #""title": "a\u001b[2J""#, #""title": 1"#,
  ])
  func refusesValuesThatMayNotStandThere(members: String) {
    guard case .unexpectedValue(let path, _) = error(members) else {
      Issue.record("\(String(describing: error(members))) for \(members)")
      return
    }
    #expect(path.hasPrefix("authorizationServers.acme."))
  }

  @Test(arguments: [
    #""metadata": "ignored""#,
    #""metadata": "ignored", "endpoints": {"token": "https://a.example/t"}"#,
    #""redirect": {"port": 1}"#, #""resource": {}"#,
  ])
  func asksForWhatARowCannotDoWithout(members: String) {
    guard case .missingMember = error(members) else {
      Issue.record("\(String(describing: error(members))) for \(members)")
      return
    }
  }

  @Test func seesThatAChangeOfPathsLeavesAnEndpointWithoutItsTenant() {
    #expect(throws: PresetError.self) {
      try overrides(#"{"authorizationServers": {"entra": {"paths": ["/v2.0"]}}}"#)
    }
  }

  @Test func hasLimits() {
    let long = "{\"a\": \"" + String(repeating: "x", count: PresetOverrides.sizeLimit) + "\"}"
    #expect(throws: PresetError.tooLarge(limit: PresetOverrides.sizeLimit)) {
      try overrides(long)
    }
    let many = (0...PresetOverrides.countLimit).map { "\"r\($0)\": {}" }.joined(separator: ",")
    #expect(throws: PresetError.self) { try overrides("{\"authorizationServers\": {\(many)}}") }
  }

  @Test func saysWhereAndNothingThatATerminalWouldObey() {
    do throws(PresetError) {
      _ = try overrides("{\"\\u001b[2J\": 1}")
    } catch {
      #expect(!error.message.unicodeScalars.contains("\u{1B}"))
      #expect(error.exitCode == .configuration && error.hint != nil)
    }
    #expect(
      error(#""redirect": {"port": 0, "path": "/"}"#)?.message
        == "'authorizationServers.acme.redirect.port' in the file of presets is not a port")
  }
}
