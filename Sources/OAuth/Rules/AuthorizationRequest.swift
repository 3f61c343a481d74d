package import Connections

/// An authorization request under way, with all that its answer is judged by. It is complete, the
/// issuer included, before its URL leaves this process (A22).
package struct AuthorizationRequest: Sendable {
  /// Of the authorization server, byte for byte: what `iss` must be (RFC 9207).
  package let issuer: String
  /// Whether the server's metadata says that it names itself in the answer (A23).
  package let expectsIssuer: Bool
  /// 43 characters: 32 random bytes (RFC 6749 section 10.12). Not kept secret: a browser shows it.
  package let state: String
  /// Of this request alone (RFC 7636 section 4.1).
  package let pkce: PKCE
  /// Sent again with the code, byte for byte (RFC 6749 section 4.1.3).
  package let redirectURI: String
  /// The client that asks (RFC 6749 section 2.2).
  package let clientID: String

  /// Makes `state` and the verifier.
  ///
  /// - Throws: ``OAuthError/connection(_:)`` when there is no secret memory.
  package init(
    issuer: String, expectsIssuer: Bool, redirectURI: String, clientID: String
  ) throws(OAuthError) {
    self.issuer = issuer
    self.expectsIssuer = expectsIssuer
    self.redirectURI = redirectURI
    self.clientID = clientID
    state = try randomText()
    pkce = try PKCE()
  }

  /// Parameters that are ours to set.
  static let reserved: Set<String> = [
    "response_type", "client_id", "redirect_uri", "state", "code_challenge",
    "code_challenge_method", "scope", "resource", "request", "request_uri", "response_mode",
  ]

  /// The URL to open (RFC 6749 section 4.1.1), re-serialised: what is not a plain URL character is
  /// escaped, so that nothing in it means anything to a shell or a desktop (A29).
  ///
  /// - Throws: ``OAuthError/refusedURL(role:url:reason:)`` when the endpoint brings a parameter that
  ///   is ours, other than `resource`.
  package func url(
    at endpoint: OAuthURL, scopes: [String], provider: Provider?, resource: String?,
    parameters: [ConnectionRecord.Parameter]
  ) throws(OAuthError) -> String {
    var query = QueryWriter(try Self.kept(of: endpoint, replacesResource: resource != nil))
    query.add("response_type", "code")
    query.add("client_id", clientID)
    query.add("redirect_uri", redirectURI)
    query.add("state", state)
    query.add("code_challenge", pkce.challenge)
    query.add("code_challenge_method", "S256")
    if !scopes.isEmpty {
      query.add(
        provider?.scopeParameter ?? "scope",
        scopes.joined(separator: provider?.rules.scopeSeparator ?? " "))
    }
    if let resource {
      query.add("resource", resource)
      if case .alsoAs(let name)? = provider?.resource { query.add(name, resource) }
    }
    for parameter in parameters { query.add(parameter.name, parameter.value) }
    var url = endpoint
    url.path = escaped(endpoint.path)
    url.query = query.text
    guard url.text.utf8.count <= ConnectionLimits.maximumAuthorizeLength,
      NetMessage.isOpenable(url.text)
    else {
      throw .refusedURL(
        role: "authorization endpoint", url: endpoint.origin, reason: "it cannot be opened")
    }
    return url.text
  }
}

extension AuthorizationRequest {
  /// What stays of an endpoint's own query (RFC 6749 section 3.1). One that names a resource is
  /// believed only where we have none to name: two would be an error, and a server may put its own
  /// name there, for which the MCP server would take no token (Railway's does).
  private static func kept(
    of endpoint: OAuthURL, replacesResource: Bool
  ) throws(OAuthError) -> String {
    var kept: [Substring] = []
    for pair in (endpoint.query ?? "").split(separator: "&") {
      // As a server reads it: `request%5Furi` is `request_uri`.
      let name = percentDecoded(pair.utf8.prefix { $0 != UInt8(ascii: "=") }, plusIsBlank: true)
        .map { String(decoding: $0, as: UTF8.self) }
      guard let name, name == "resource" || !reserved.contains(name) else {
        throw .refusedURL(
          role: "authorization endpoint", url: endpoint.text,
          reason: "it sets '\(name ?? "?")' itself")
      }
      if name != "resource" || !replacesResource { kept.append(pair) }
    }
    return kept.joined(separator: "&")
  }

  /// Whether an endpoint names a resource of its own.
  static func namesResource(_ endpoint: OAuthURL) -> Bool {
    (endpoint.query ?? "").split(separator: "&").contains { pair in
      percentDecoded(pair.utf8.prefix { $0 != UInt8(ascii: "=") }, plusIsBlank: true)
        == Array("resource".utf8)
    }
  }
}

/// Puts a query together behind what an endpoint brings.
private struct QueryWriter {
  var text: String

  init(_ present: String) { text = escaped(present) }

  mutating func add(_ name: String, _ value: String) {
    if !text.isEmpty { text += "&" }
    text += percentEncoded(name) + "=" + percentEncoded(value)
  }
}

/// The characters of RFC 3986 that shells act on, as `%XX`.
private func escaped(_ text: String) -> String {
  var output: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: ";"), UInt8(ascii: "$"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "!"):
      appendPercentEncoded([byte], to: &output)
    default: output.append(byte)
    }
  }
  return String(decoding: output, as: UTF8.self)
}
