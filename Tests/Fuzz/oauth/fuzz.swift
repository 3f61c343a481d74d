import Connections

@testable import OAuth

/// What libFuzzer calls with each input: what an authorization server, a protected server or a
/// browser sends. The first byte chooses which; the second, whether the rest is taken as it is or
/// says how to make something that is nearly always good.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var input = FuzzInput(data, count)
  let kind = input.byte() % 8
  let isMade = input.byte() & 3 != 0
  func document(_ members: [String]) -> [UInt8] {
    guard isMade else { return Array(input.bytes) }
    var writer = DocumentWriter(input: input)
    return Array(writer.object(members).utf8)
  }
  switch kind {
  case 0: readMetadata(document(Known.metadata))
  case 1: readResource(document(Known.resource))
  case 2: readTokens(document(Known.tokens), input.bytes.last ?? 0)
  case 3: readDevice(document(Known.device))
  case 4: readRegistration(document(Known.registration))
  case 5: readChallenges(input, isMade: isMade)
  case 6: readCallback(input, isMade: isMade)
  default: readURL(String(decoding: document([]), as: UTF8.self))
  }
  return 0
}

/// What each document may hold, with a word of ours that no reader knows.
enum Known {
  static let metadata = [
    "issuer", "authorization_endpoint", "token_endpoint", "registration_endpoint",
    "revocation_endpoint", "device_authorization_endpoint", "scopes_supported",
    "grant_types_supported", "token_endpoint_auth_methods_supported",
    "code_challenge_methods_supported", "client_id_metadata_document_supported",
    "authorization_response_iss_parameter_supported", "other",
  ]
  static let resource = ["resource", "authorization_servers", "scopes_supported", "other"]
  static let tokens = [
    "access_token", "token_type", "expires_in", "refresh_token", "refresh_token_expires_in",
    "refresh_expires_in", "scope", "error", "error_description", "other",
  ]
  static let device = [
    "device_code", "user_code", "verification_uri", "verification_url", "verification_uri_complete",
    "expires_in", "interval", "other",
  ]
  static let registration = [
    "client_id", "client_secret", "token_endpoint_auth_method", "client_secret_expires_at",
    "redirect_uris", "other",
  ]
  /// As the writer has it; the issuer, and what was asked for.
  static let issuer = "https://as.example.com/t"
  static let server = "https://mcp.example.com/mcp/v1"
}

/// Nobody typed anything: everything must be public https.
private let policy = ReachPolicy(typed: [], allowsPrivate: false)

/// The text of a URL that was taken is taken again, as itself, and is what every reader sees.
func checkURL(_ url: OAuthURL) {
  // A default port alone is left out.
  let again = try? OAuthURL(url.text)
  require(
    again?.text == url.text && again?.host == url.host && again?.effectivePort == url.effectivePort,
    "a URL that is another one when read again: \(url.text)")
  require(url.text.utf8.allSatisfy { 0x21...0x7E ~= $0 }, "a URL with blanks or worse")
  let authority = url.text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2)
  let isPlain = authority.count > 1 && !authority[1].contains { $0 == 0x40 || $0 == 0x5C }
  require(isPlain, "a URL with a user name")
}

private func readURL(_ text: String) {
  guard let url = try? OAuthURL(text) else { return }
  checkURL(url)
  require(url.path.isEmpty || url.path.hasPrefix("/"), "a path that begins with something else")
  for segment in url.path.split(separator: "/") {
    let plain = segment.lowercased().replacing("%2e", with: ".")
    require(plain != "." && plain != "..", "a path that leads upwards")
  }
}

/// A page that a browser is sent to.
private func checkPage(_ text: String) {
  require(NetMessage.isOpenable(text), "a page that must not be opened")
  require(text.hasPrefix("https://"), "a page that is no https")
}

private func readMetadata(_ bytes: [UInt8]) {
  let expected = Expected(bytes)
  let metadata = parsed(bytes) { try ServerMetadata($0, issuer: Known.issuer) }
  require(
    expected.allows(metadata != nil) { $0.isMetadata },
    "\(metadata == nil ? "refused" : "taken") wrongly: \(String(decoding: bytes, as: UTF8.self))")
  guard let metadata, let expected else { return }
  require(metadata.issuer.utf8.elementsEqual(Known.issuer.utf8), "metadata of another issuer")
  for (name, value) in [
    ("authorization_endpoint", metadata.authorizationEndpoint),
    ("token_endpoint", metadata.tokenEndpoint),
    ("registration_endpoint", metadata.registrationEndpoint),
    ("revocation_endpoint", metadata.revocationEndpoint),
    ("device_authorization_endpoint", metadata.deviceEndpoint),
  ] {
    require(expected.text(name) == .some(value), "'\(name)' read differently")
  }
  for (name, value) in [
    ("scopes_supported", metadata.scopes), ("grant_types_supported", metadata.grantTypes),
    ("token_endpoint_auth_methods_supported", metadata.tokenAuthentication),
    ("code_challenge_methods_supported", metadata.challengeMethods),
  ] {
    require(expected.texts(name) == .some(value), "'\(name)' read differently")
  }
  let issuerFlag = expected.flag("authorization_response_iss_parameter_supported") ?? nil
  require(metadata.sendsIssuer == (issuerFlag ?? false), "another word about 'iss'")
  guard let endpoints = try? ServerEndpoints(metadata, policy: policy) else { return }
  let found = [
    endpoints.authorization, endpoints.token, endpoints.registration, endpoints.revocation,
    endpoints.device,
  ]
  for url in found.compactMap(\.self) {
    checkURL(url)
    require(url.scheme == .https, "an endpoint without TLS")
    require(!url.text.utf8.contains { "$`'\"();!*\\".utf8.contains($0) }, "an endpoint for a shell")
    let isNear = url.host.hasSuffix("example.com")
    require(isNear || (url == endpoints.authorization && metadata.sendsIssuer), "a far endpoint")
  }
  guard let page = endpoints.authorization else { return }
  let request = try? AuthorizationRequest(
    issuer: metadata.issuer, expectsIssuer: true, redirectURI: "http://127.0.0.1:1/",
    clientID: "a b")
  guard let request else { return require(false, "no request") }
  let url = try? request.url(
    at: page, scopes: ["a"], provider: nil, resource: Known.server, parameters: [])
  if let url { checkPage(url) }
}

private func readResource(_ bytes: [UInt8]) {
  guard let server = try? OAuthURL(Known.server) else { return require(false, "no server") }
  let found = parsed(bytes) { try ProtectedResource($0, server: server) }
  guard let found else { return }
  guard let expected = Expected(bytes) else { return require(false, "a resource out of nothing") }
  require(expected.text("resource") == .some(found.resource), "another resource")
  // Byte for byte the server's URL, or one above it, with or without a slash (A5, A19).
  let name = found.resource.hasSuffix("/") ? String(found.resource.dropLast()) : found.resource
  let lower = name.lowercased()
  let isAbove = ["https://mcp.example.com", "https://mcp.example.com/mcp", Known.server].contains {
    lower == $0 || lower.replacing(":443", with: "") == $0
  }
  require(isAbove, "the resource of somebody else: \(found.resource)")
  require(
    expected.texts("authorization_servers").map { $0 ?? [] } == found.authorizationServers,
    "other servers")
  require(expected.texts("scopes_supported") == .some(found.scopes), "other scopes")
}

private func readTokens(_ bytes: [UInt8], _ choice: UInt8) {
  guard let body = try? SharedSecret(copy: bytes) else { return }
  let types = ["application/json", "application/json; charset=utf-8", "text/html"]
  let type = types[Int(choice) % types.count]
  let answer = HTTPAnswer(status: 200, headers: [("content-type", type)], body: body)
  guard let found = try? TokenAnswer(answer, from: "as", rules: nil, path: nil) else { return }
  guard let expected = Expected(bytes), type != types[2] else {
    return require(false, "tokens out of nothing")
  }
  require(expected.text("access_token") == .some(text(found.accessToken)), "another token")
  for secret in [found.accessToken, found.refreshToken].compactMap(\.self) {
    let isVisible = secret.withUnsafeBytes { $0.allSatisfy { 0x21...0x7E ~= $0 } }
    require(isVisible && secret.count > 0, "a token that is more than one word")
  }
  require(expected.text("refresh_token") == .some(found.refreshToken.map(text)), "another one")
  require(found.tokenType.lowercased() == "bearer", "a token of another type")
  require(found.lifetime.map { $0 > 0 && $0 <= 3_155_760_000 } ?? true, "an odd lifetime")
  let scopes = found.scopes ?? []
  require(Set(scopes).count == scopes.count, "a scope twice")
  require(!scopes.contains { $0.utf8.contains { $0 <= 0x20 || $0 > 0x7E } }, "an odd scope")
}

private func readDevice(_ bytes: [UInt8]) {
  let found = parsed(bytes) { try DeviceGrant.Answer($0, from: "as", policy: policy) }
  guard let found else { return }
  guard let expected = Expected(bytes) else { return require(false, "a code out of nothing") }
  require(expected.text("device_code") == .some(text(found.deviceCode)), "another code")
  require(expected.text("user_code") == .some(found.prompt.userCode), "another code to type")
  require(found.prompt.userCode.utf8.allSatisfy { 0x20...0x7E ~= $0 }, "a code nobody can type")
  checkPage(found.prompt.verificationURL)
  if let page = found.prompt.completeURL { checkPage(page) }
  require(found.interval >= 0, "an interval below zero")
}

private func readRegistration(_ bytes: [UInt8]) {
  for wanted in [ClientRegistration.Authentication.none, .basic, .post] {
    let found = parsed(bytes) {
      try Registration.registration($0, issuer: Known.issuer, wanted: wanted, redirects: ["r"])
    }
    guard let found else { continue }
    guard let expected = Expected(bytes) else { return require(false, "a client out of nothing") }
    require(expected.text("client_id") == .some(found.clientID), "another client")
    require(found.clientID.utf8.allSatisfy { 0x20...0x7E ~= $0 }, "an odd client id")
    require(expected.text("client_secret") == .some(found.clientSecret.map(text)), "another secret")
    require(found.issuer == Known.issuer && found.redirectURIs == ["r"], "not what was asked for")
    let needsSecret = found.authentication != .none
    require(!needsSecret || found.clientSecret != nil, "a secret that is not there is to be sent")
  }
}

private func parsed<Result>(
  _ bytes: [UInt8], _ body: (JSONObject) throws -> Result
) -> Result? {
  guard let source = try? SharedSecret(copy: bytes) else { return nil }
  guard let object = try? JSONObject(source, of: "it") else { return nil }
  return try? body(object)
}

func text(_ secret: SharedSecret) -> String {
  secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
}
