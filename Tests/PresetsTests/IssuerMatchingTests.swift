internal import Presets
internal import Testing

@Suite struct IssuerMatchingTests {
  private func row(for issuer: String) -> String? {
    AuthorizationServers.builtIn.match(issuer)?.name
  }

  @Test(arguments: [
    ("https://accounts.google.com", "google"),
    ("https://accounts.google.com/", "google"),
    ("https://github.com/login/oauth", "github"),
    ("https://octocorp.ghe.com/login/oauth", "github-enterprise-cloud"),
    ("https://mcp.slack.com", "slack-mcp"),
    ("https://slack.com", "slack"),
    ("https://login.microsoftonline.com/organizations/v2.0", "entra"),
    ("https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0", "entra"),
    ("https://login.microsoftonline.us/contoso.example/v2.0", "entra"),
    ("https://auth.atlassian.com", "atlassian"),
    ("https://auth.atlassian.com/VCeDsk8ZHncYF1g234fKtc4lNipbBhu3", "atlassian-mcp"),
    ("https://gitlab.com", "gitlab"),
    ("https://acme.auth0.com/", "auth0"),
    ("https://acme.eu.auth0.com", "auth0"),
    ("https://dev-123456.okta.com", "okta"),
    ("https://dev-123456.okta.com/oauth2/default", "okta"),
    ("https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_mQWqhJueg", "cognito"),
  ])
  func findsTheRowOfAnIssuer(issuer: String, name: String) {
    #expect(row(for: issuer) == name)
  }

  /// Hosts that only look like a provider's, and issuers that are written so that two readers may
  /// disagree about their host.
  @Test(arguments: [
    // another registrable domain
    "https://evil-okta.com", "https://evilokta.com", "https://acme.okta.com.evil.example",
    "https://acme-okta.com", "https://okta.com", "https://acme.okta.co",
    "https://accounts.google.com.evil.example", "https://accounts-google.com",
    "https://login.microsoftonline.com.evil.example/organizations/v2.0",
    "https://github.com.evil.example/login/oauth", "https://evilgithub.com/login/oauth",
    "https://cognito-idp.eu-west-2.amazonaws.com.evil.example/eu-west-2_m",
    "https://cognito-idp.evil.example/eu-west-2_m",
    // one label is one label
    "https://a.b.okta.com", "https://.okta.com", "https://*.okta.com", "https://-a.okta.com",
    "https://a-.okta.com", "https://a_b.okta.com", "https://cognito-idp.a.b.amazonaws.com/p",
    "https://cognito-idp..amazonaws.com/p", "https://acme.xx.auth0.com/",
    "https://\(String(repeating: "a", count: 64)).okta.com",
    // a final dot, ports, capitals
    "https://accounts.google.com.", "https://acme.okta.com.", "https://accounts.google.com:443",
    "https://accounts.google.com:8443", "https://accounts.google.com:", "https://acme.okta.com:443",
    "https://Accounts.google.com", "https://ACME.okta.com", "HTTPS://accounts.google.com",
    "https://accounts.google.COM",
    // user information
    "https://accounts.google.com@evil.example", "https://evil.example@accounts.google.com",
    "https://a:b@accounts.google.com", "https://acme.okta.com:x@evil.example",
    // internationalised names and their look-alikes
    "https://xn--ccounts-2fg.google.com", "https://xn--cme-5cd.okta.com",
    "https://аccounts.google.com", "https://acme.оkta.com", "https://ａｃｍｅ.okta.com",
    "https://acme。okta.com", "https://accounts.google.com\u{200B}", "https://e\u{301}.okta.com",
    // other schemes
    "http://accounts.google.com", "http://acme.okta.com", "ftp://accounts.google.com",
    "accounts.google.com", "//accounts.google.com", "https:/accounts.google.com",
    "https:accounts.google.com", "javascript://accounts.google.com",
    // queries, fragments, escapes, backslashes, controls
    "https://accounts.google.com?x", "https://accounts.google.com#x",
    "https://accounts.google.com/?x", "https://accounts.google.com\\@evil.example",
    "https://accounts%2Egoogle.com", "https://accounts.google.com%00",
    "https://accounts.google.com\n", " https://accounts.google.com", "https://accounts.google.com ",
    "https://accounts.google.com\u{0}", "https://accounts.google.com\t",
    // addresses
    "https://[::1]", "https://127.0.0.1", "https://169.254.169.254",
    "", "https://", "https:///", "https://./",
  ])
  func doesNotTakeALookAlikeForAProvider(issuer: String) {
    #expect(row(for: issuer) == nil, "\(issuer.debugDescription)")
  }

  @Test(arguments: [
    "https://github.com", "https://github.com/login", "https://github.com/login/oauth/",
    "https://github.com/login/oauth/x", "https://github.com/login//oauth",
    "https://github.com/x/../login/oauth", "https://github.com/Login/OAuth",
    "https://accounts.google.com//", "https://accounts.google.com/x",
    "https://login.microsoftonline.com", "https://login.microsoftonline.com/organizations",
    "https://login.microsoftonline.com//v2.0", "https://login.microsoftonline.com/../v2.0",
    "https://login.microsoftonline.com/./v2.0", "https://login.microsoftonline.com/a%2Fb/v2.0",
    "https://login.microsoftonline.com/{tenant}/v2.0/x",
    "https://login.microsoftonline.com/a b/v2.0",
    "https://login.microsoftonline.com/\(String(repeating: "a", count: 129))/v2.0",
    "https://acme.okta.com/", "https://acme.okta.com/oauth2", "https://acme.okta.com/oauth2/",
    "https://cognito-idp.eu-west-2.amazonaws.com", "https://acme.auth0.com//",
  ])
  func takesNoOtherPathOfAProvidersHost(issuer: String) {
    #expect(row(for: issuer) == nil)
  }

  @Test func namesOneIssuerForBothSpellings() {
    let servers = AuthorizationServers.builtIn
    #expect(servers.match("https://accounts.google.com/")?.issuer == "https://accounts.google.com")
    #expect(servers.match("https://accounts.google.com")?.issuer == "https://accounts.google.com")
    #expect(servers.match("https://acme.us.auth0.com")?.issuer == "https://acme.us.auth0.com/")
    #expect(servers.match("https://acme.us.auth0.com/")?.issuer == "https://acme.us.auth0.com/")
    // A path with a variable in it has one spelling.
    let okta = "https://acme.okta.com/oauth2/default"
    #expect(servers.match(okta)?.issuer == okta)
  }

  @Test func fillsATenantIntoTheEndpoints() throws {
    let match = try #require(
      AuthorizationServers.builtIn.match("https://login.microsoftonline.us/contoso.example/v2.0"))
    #expect(
      match.columns.endpoints.token
        == "https://login.microsoftonline.us/contoso.example/oauth2/v2.0/token")
    #expect(match.columns.endpoints.revocation == nil)
    let enterprise = try #require(
      AuthorizationServers.builtIn.match("https://octocorp.ghe.com/login/oauth"))
    #expect(
      enterprise.columns.endpoints.revocation(for: "Iv1.a/../b")
        == "https://api.octocorp.ghe.com/applications/Iv1.a%2F..%2Fb/token")
    #expect(enterprise.client?.page == "https://octocorp.ghe.com/settings/developers")
  }

  @Test func takesAnyHostWhenThePersonNamedTheRow() throws {
    let server = try #require(AuthorizationServers.builtIn.named("github-enterprise-server"))
    #expect(server.match("https://git.example.com/login/oauth") == nil)
    let match = try #require(server.applied(to: "https://git.example.com:8443/login/oauth"))
    #expect(match.issuer == "https://git.example.com:8443/login/oauth")
    #expect(
      match.columns.endpoints.token == "https://git.example.com:8443/login/oauth/access_token")
    #expect(server.applied(to: "https://git.example.com/") == nil)
    #expect(server.applied(to: "https://user@git.example.com/login/oauth") == nil)
    #expect(server.applied(to: "http://git.example.com/login/oauth") == nil)
    // Development: plain http is for this machine.
    for host in ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"] {
      let match = server.applied(to: "http://\(host)/login/oauth")
      #expect(match?.columns.endpoints.authorization == "http://\(host)/login/oauth/authorize")
    }
    #expect(server.applied(to: "http://127.0.0.1:0/login/oauth") == nil)
    #expect(server.applied(to: "http://127.0.0.1:65536/login/oauth") == nil)
    #expect(server.applied(to: "http://127.0.0.1.evil.example/login/oauth") == nil)
  }

  @Test func vouchesForNoOtherHostThanThoseOfTheRow() throws {
    let servers = AuthorizationServers.builtIn
    let google = try #require(servers.match("https://accounts.google.com"))
    #expect(google.vouches(for: "oauth2.googleapis.com"))
    for host in ["googleapis.com", "evil.googleapis.com", "oauth2.googleapis.com.evil.example", ""]
    {
      #expect(!google.vouches(for: host), "\(host)")
    }
    let cognito = try #require(servers.match("https://cognito-idp.eu-west-2.amazonaws.com/p"))
    #expect(cognito.vouches(for: "acme.auth.eu-west-2.amazoncognito.com"))
    for host in [
      "amazoncognito.com", "auth.eu-west-2.amazoncognito.com",
      "a.acme.auth.eu-west-2.amazoncognito.com",
      "acme.auth.eu-west-2.amazoncognito.com.evil.example",
      "acme.auth.eu-west-2.amazoncognito.com:8443", "acme.auth..amazoncognito.com",
      "acme.auth.eu-west-2.evilamazoncognito.com",
    ] {
      #expect(!cognito.vouches(for: host), "\(host)")
    }
    let gitHub = try #require(servers.match("https://github.com/login/oauth"))
    #expect(gitHub.vouches(for: "api.github.com"))
    #expect(!gitHub.vouches(for: "gist.github.com"))
  }

  @Test func knowsTheOnlyIssuerOfARow() {
    func sole(_ name: String) -> String? {
      AuthorizationServers.builtIn.named(name)?.issuer.soleIssuer
    }
    #expect(sole("google") == "https://accounts.google.com")
    #expect(sole("github") == "https://github.com/login/oauth")
    #expect(sole("slack-mcp") == "https://mcp.slack.com")
    #expect(sole("okta") == nil)
    #expect(sole("entra") == nil)
    #expect(sole("github-enterprise-server") == nil)
    #expect(sole("cognito") == nil)
  }
}
