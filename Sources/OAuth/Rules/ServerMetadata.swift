/// What an authorization server says about itself (RFC 8414, OpenID Connect Discovery).
package struct ServerMetadata: Equatable, Sendable {
  /// As the document writes it.
  package var issuer: String
  /// `authorization_endpoint`. Endpoints are unchecked texts until they are ``ServerEndpoints``;
  /// `nil` where the document does not name them.
  package var authorizationEndpoint: String?
  /// `token_endpoint`.
  package var tokenEndpoint: String?
  /// `registration_endpoint`.
  package var registrationEndpoint: String?
  /// `revocation_endpoint`.
  package var revocationEndpoint: String?
  /// `device_authorization_endpoint` (RFC 8628 section 4).
  package var deviceEndpoint: String?
  /// Lists are `nil` where the document does not say.
  package var scopes: [String]?
  /// `grant_types_supported`.
  package var grantTypes: [String]?
  /// `token_endpoint_auth_methods_supported`, in the server's order.
  package var tokenAuthentication: [String]?
  /// `code_challenge_methods_supported`; judged by A18.
  package var challengeMethods: [String]?
  /// `client_id_metadata_document_supported` (A12); `false` where the document does not say.
  package var supportsClientDocuments = false
  /// `authorization_response_iss_parameter_supported` (RFC 9207 section 3, A23); `false` where
  /// neither the document nor a preset row says so.
  package var sendsIssuer = false

  /// For a server without a document: its issuer and nothing else.
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
