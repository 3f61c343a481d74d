import Connections
import OAuth
import Platform
import Secrets
import Testing

/// An authorization server that lies in every way. Each lie is refused and explained, nothing is
/// sent where it should not go, and no record comes back that could be stored.
@Suite struct HostileServerTests {
  private static let metadataPath = "/.well-known/oauth-authorization-server"

  /// The failure of a login, with what every refusal has.
  private func refusal(
    _ server: AuthorizationServer, settings: LoginSettings = LoginSettings()
  ) throws -> NetFailure {
    let outcome = try run(.login, connection(server), settings: settings)
    let failure = try #require(outcome.failure)
    #expect(outcome.record == nil)
    #expect(!failure.message.isEmpty && failure.hint != nil)
    #expect(try server.strayed().isEmpty)
    return failure
  }

  private func isBefore(_ path: String, _ server: AuthorizationServer) throws -> Bool {
    try server.requests(to: path).isEmpty
  }

  @Test("wrong issuer (A9)", arguments: ["{origin}/", "{elsewhere}", "https://as.example.com", ""])
  func wrongIssuer(issuer: String) throws {
    let server = try AuthorizationServer("metadata.issuer=\"\(issuer)\"")
    #expect(try refusal(server).code == "other-issuer")
    #expect(try isBefore("/register", server))
  }

  @Test(
    "poisoned endpoints (A21, A29, A30)",
    arguments: [
      "file:///etc/passwd", "javascript:alert(1)", "http://127.0.0.1/$(touch /tmp/x)", "-oProxy=x",
      "http://127.0.0.1/`id`", "{elsewhere}/token", "https://169.254.169.254/token",
      "https://10.0.0.1/token", "http://example.com/token",
    ])
  func poisonedEndpoint(url: String) throws {
    for member in ["token_endpoint", "registration_endpoint", "revocation_endpoint"] {
      let server = try AuthorizationServer("metadata.\(member)=\"\(url)\"")
      let failure = try refusal(server)
      #expect(["bad-url", "refused-url", "refused-address"].contains(failure.code), "\(failure)")
      #expect(try isBefore("/register", server))
      #expect(try isBefore("/token", server))
    }
    // The page that a browser is sent to.
    let server = try AuthorizationServer(
      "metadata.authorization_endpoint=\"\(url)\"",
      "metadata.authorization_response_iss_parameter_supported=false")
    let outcome = try run(.login, connection(server)) { _, _, _ in
      Issue.record("a browser was opened")
    }
    #expect(outcome.failure != nil && outcome.pages.isEmpty)
  }

  @Test(
    "redirects to link-local and private addresses (A30)",
    arguments: [
      "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://[fd00:ec2::254]/",
      "http://169.254.169.254/", "https://[::ffff:169.254.169.254]/", "https://192.168.0.1/",
      "https://[64:ff9b::a9fe:a9fe]/", "file:///etc/passwd",
    ])
  func redirectedMetadata(target: String) throws {
    let server = try AuthorizationServer(
      "answers.\(Self.metadataPath)={\"status\":302,\"headers\":{\"Location\":\"\(target)\"}}")
    let failure = try refusal(server)
    #expect(["bad-url", "refused-url", "refused-address"].contains(failure.code), "\(failure)")
    #expect(try isBefore("/register", server))
  }

  @Test("a redirect of the token endpoint", arguments: [301, 302, 303, 307, 308])
  func redirectedToken(status: Int) throws {
    let server = try AuthorizationServer(
      "answers./token={\"status\":\(status),\"headers\":{\"Location\":\"{elsewhere}/token\"}}")
    #expect(try refusal(server).code == "redirected")
  }

  @Test("a redirect of the registration endpoint") func redirectedRegistration() throws {
    let server = try AuthorizationServer(
      "answers./register={\"status\":307,\"headers\":{\"Location\":\"{elsewhere}/register\"}}")
    #expect(try refusal(server).code == "registration-refused")
  }

  @Test("mix-up: the answer names another issuer (A23)", arguments: ["\"https://good\"", "null"])
  func mixUp(issuer: String) throws {
    let server = try AuthorizationServer("redirects_with={\"iss\":\(issuer)}")
    #expect(try refusal(server).code == "response-issuer")
    #expect(try isBefore("/token", server))
  }

  @Test("mix-up: the page of another server, which does not name itself (A23)")
  func mixUpByEndpoint() throws {
    let server = try AuthorizationServer(
      "metadata.authorization_endpoint=\"{elsewhere}/authorize\"",
      "metadata.authorization_response_iss_parameter_supported=null")
    #expect(try refusal(server).code == "refused-url")
  }

  @Test("missing PKCE support (A18)") func missingPKCE() throws {
    let silent = try AuthorizationServer("metadata.code_challenge_methods_supported=null")
    #expect(try refusal(silent).code == "pkce-unadvertised")
    let plain = try AuthorizationServer("metadata.code_challenge_methods_supported=[\"plain\"]")
    #expect(try refusal(plain).code == "pkce-unsupported")
    #expect(try isBefore("/register", silent) && isBefore("/register", plain))
  }

  @Test("huge metadata") func hugeMetadata() throws {
    let filler = String(repeating: "x", count: 16 << 10)
    let server = try AuthorizationServer("metadata.filler=\"\(filler)\"")
    #expect(try refusal(server).code == "answer-too-large")
    let endless = try AuthorizationServer("answers.\(Self.metadataPath)={\"kind\":\"endless\"}")
    #expect(try refusal(endless).code == "answer-too-large")
  }

  @Test("huge and endless token answers") func hugeTokenAnswer() throws {
    let server = try AuthorizationServer("answers./token={\"kind\":\"endless\"}")
    let failure = try refusal(server)
    #expect(failure.code == "answer-too-large" && failure.effect == .isTransient)
  }

  @Test("slow and silent answers end after 10 s") func slowAnswers() throws {
    for (path, kind) in [("/token", "silent"), (Self.metadataPath, "drip")] {
      let server = try AuthorizationServer("answers.\(path)={\"kind\":\"\(kind)\"}")
      let start = ContinuousClock.now
      let failure = try refusal(server)
      let taken = ContinuousClock.now - start
      #expect(failure.code == "timed-out" && failure.effect == .isTransient)
      #expect(taken > .seconds(9) && taken < .seconds(20), "\(taken)")
    }
  }

  @Test(
    "malformed answers",
    arguments: [
      "{", "[]", "", "\\u0000", "{\\\"access_token\\\":}",
      "{\\\"access_token\\\":\\\"a\\\",\\\"access_token\\\":\\\"b\\\"}",
      "{\\\"access_token\\\":\\\"a\\\\r\\\\nX: y\\\"}", "{\\\"access_token\\\":{}}",
    ])
  func malformedAnswer(text: String) throws {
    let server = try AuthorizationServer("answers./token={\"text\":\"\(text)\"}")
    let failure = try refusal(server)
    #expect(failure.code == "bad-answer" && failure.effect == .isTransient)
  }

  @Test("HTML where JSON should be") func htmlForJSON() throws {
    let html = "\"headers\":{\"Content-Type\":\"text/html\"},\"text\":\"<html>{}</html>\""
    let metadata = try AuthorizationServer(
      "answers.\(Self.metadataPath)={\(html)}",
      "answers./.well-known/openid-configuration={\(html)}")
    #expect(try refusal(metadata).code == "no-metadata")
    let token = try AuthorizationServer("answers./token={\(html)}")
    #expect(try refusal(token).code == "bad-answer")
    let register = try AuthorizationServer("answers./register={\"status\":201,\(html)}")
    #expect(try refusal(register).code == "bad-answer")
  }

  @Test("scripts and escapes in error_description") func scripts() throws {
    let text = "<script>alert(1)</script>\\u001b[2J\\u202e\\nmcp-valet: done"
    let server = try AuthorizationServer(
      """
      answers./token={"status":400,"json":{"error":"invalid_request","error_description":"\(text)"}}
      """)
    let failure = try refusal(server)
    #expect(failure.message.contains("<script>"))
    #expect(!failure.message.unicodeScalars.contains(where: isUnprintable))
    let page = try pageOfFailure(server)
    #expect(page.status == 400)
    #expect(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!page.body.contains("<script"))
    let denied = try AuthorizationServer(
      """
      redirects_with={"error":"access_denied","error_description":"<img src=x onerror=alert(1)>",\
      "code":null}
      """)
    let other = try pageOfFailure(denied)
    #expect(!other.body.contains("<img"))
    #expect(other.body.contains("Not logged in"))
  }

  private func pageOfFailure(_ server: AuthorizationServer) throws -> PageAnswer {
    let pages = Pages()
    _ = try run(.login, connection(server)) { url, _, _ in pages.append(try browse(url)) }
    return try #require(pages.all.first)
  }

  @Test("the resource of somebody else (A5)") func otherResource() throws {
    for resource in ["{elsewhere}/mcp", "https://other.example.com", "{origin}/other"] {
      let server = try AuthorizationServer("resource.resource=\"\(resource)\"")
      #expect(try refusal(server).code == "other-resource")
      #expect(try isBefore(Self.metadataPath, server))
    }
  }

  @Test("an authorization server that is down is not replaced by the next one (A10)")
  func noFallback() throws {
    let server = try AuthorizationServer(
      "resource.authorization_servers=[\"{origin}\",\"{elsewhere}\"]",
      "answers.\(Self.metadataPath)={\"status\":503}")
    #expect(try refusal(server).code == "server-failed")
  }

  @Test("resource metadata at a place that must not be asked (A30)")
  func challengeElsewhere() throws {
    for url in ["https://169.254.169.254/x", "file:///etc/passwd", "http://10.0.0.1/"] {
      let server = try AuthorizationServer(
        "challenge=\"Bearer resource_metadata=\\\"\(url)\\\"\"")
      let failure = try refusal(server)
      #expect(["bad-url", "refused-url", "refused-address"].contains(failure.code))
    }
  }

  @Test("a verification page that must not be opened") func devicePage() throws {
    var settings = LoginSettings()
    settings.grant = .device
    for url in ["javascript:alert(1)", "http://example.com/", "https://10.0.0.1/"] {
      let server = try AuthorizationServer("verification_uri=\"\(url)\"")
      let failure = try refusal(server, settings: settings)
      #expect(["bad-url", "refused-url", "refused-address"].contains(failure.code))
    }
  }

  @Test("compressed answers are not unpacked") func compressed() throws {
    let server = try AuthorizationServer(
      "answers.\(Self.metadataPath)={\"headers\":{\"Content-Encoding\":\"gzip\"},\"text\":\"x\"}")
    #expect(try refusal(server).code == "bad-answer")
  }

  @Test("proxies of the environment see nothing") func environmentProxies() throws {
    let server = try AuthorizationServer()
    let outcome = try run(
      .login, connection(server),
      environment: [
        "HTTP_PROXY": server.elsewhere, "http_proxy": server.elsewhere,
        "HTTPS_PROXY": server.elsewhere, "ALL_PROXY": server.elsewhere, "HOSTALIASES": "/tmp/x",
      ])
    #expect(outcome.record != nil)
    #expect(try server.strayed().isEmpty)
  }
}
