package import Connections

/// An authorization request under way, with all that its answer is judged by. It is complete, the
/// issuer included, before its URL leaves this process (A22).
package struct AuthorizationRequest: Sendable {
  package let issuer: String
  /// Whether the server's metadata says that it names itself in the answer (A23).
  package let expectsIssuer: Bool
  package let state: String
  package let pkce: PKCE
  package let redirectURI: String
  package let clientID: String

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
  ///   is ours.
  package func url(
    at endpoint: OAuthURL, scopes: [String], provider: Provider?, resource: String?,
    parameters: [ConnectionRecord.Parameter]
  ) throws(OAuthError) -> String {
    for pair in (endpoint.query ?? "").split(separator: "&") {
      let name = String(pair.prefix { $0 != "=" })
      if Self.reserved.contains(name) {
        throw .refusedURL(
          role: "authorization endpoint", url: endpoint.text, reason: "it sets '\(name)' itself")
      }
    }
    var query = QueryWriter(endpoint.query)
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

/// Puts a query together behind what an endpoint brings.
private struct QueryWriter {
  var text: String

  init(_ present: String?) { text = escaped(present ?? "") }

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
