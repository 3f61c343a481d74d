/// What an authorization server says about itself (RFC 8414, OpenID Connect Discovery).
package struct ServerMetadata: Equatable, Sendable {
  /// As the document writes it.
  package var issuer: String
  package var authorizationEndpoint: String?
  package var tokenEndpoint: String?
  package var registrationEndpoint: String?
  package var revocationEndpoint: String?
  package var deviceEndpoint: String?
  /// Lists are `nil` where the document does not say.
  package var scopes: [String]?
  package var grantTypes: [String]?
  package var tokenAuthentication: [String]?
  package var challengeMethods: [String]?
  package var supportsClientDocuments = false
  package var sendsIssuer = false

  package init(issuer: String) { self.issuer = issuer }

  /// Reads the document and checks that it is that of `issuer`, compared as simple strings (A9).
  init(_ document: JSONObject, issuer: String) throws(OAuthError) {
    guard let named = try document.text("issuer") else {
      throw .badAnswer(from: issuer, reason: "its metadata names no issuer")
    }
    guard named == issuer else { throw .otherIssuer(expected: issuer, named: named) }
    self.issuer = named
    authorizationEndpoint = try document.text("authorization_endpoint")
    tokenEndpoint = try document.text("token_endpoint")
    registrationEndpoint = try document.text("registration_endpoint")
    revocationEndpoint = try document.text("revocation_endpoint")
    deviceEndpoint = try document.text("device_authorization_endpoint")
    scopes = try document.texts("scopes_supported")
    grantTypes = try document.texts("grant_types_supported")
    tokenAuthentication = try document.texts("token_endpoint_auth_methods_supported")
    challengeMethods = try document.texts("code_challenge_methods_supported")
    supportsClientDocuments = try document.flag("client_id_metadata_document_supported") ?? false
    sendsIssuer = try document.flag("authorization_response_iss_parameter_supported") ?? false
  }
}

extension ServerMetadata {
  /// Where the metadata of an issuer may lie, in the order of A7 and A8. A slash at the end of the
  /// issuer is part of its name and of no path (RFC 8414 section 3.1).
  static func wellKnown(of issuer: OAuthURL) -> [OAuthURL] {
    let (oauth, openid) = (
      "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"
    )
    let path = issuer.path.hasSuffix("/") ? String(issuer.path.dropLast()) : issuer.path
    if path.isEmpty { return [issuer.with(path: oauth), issuer.with(path: openid)] }
    return [
      issuer.with(path: oauth + path), issuer.with(path: openid + path),
      issuer.with(path: path + openid),
    ]
  }

  /// What a server of the revision of 2025-03-26 without metadata has at its origin (A33).
  static func defaults(of origin: OAuthURL) -> ServerMetadata {
    var metadata = ServerMetadata(issuer: origin.origin)
    metadata.authorizationEndpoint = origin.origin + "/authorize"
    metadata.tokenEndpoint = origin.origin + "/token"
    metadata.registrationEndpoint = origin.origin + "/register"
    // That revision demands PKCE of every server.
    metadata.challengeMethods = ["S256"]
    return metadata
  }
}
