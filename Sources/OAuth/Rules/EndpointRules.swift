package import Connections

/// The authorization server's endpoints, checked (A21, A29, A30).
package struct ServerEndpoints: Equatable, Sendable {
  /// As the metadata writes it.
  package var issuer: String
  /// RFC 6749 section 3.1; `nil` where nothing names one, as for the others.
  package var authorization: OAuthURL?
  /// RFC 6749 section 3.2.
  package var token: OAuthURL
  /// RFC 7591 section 3.
  package var registration: OAuthURL?
  /// RFC 7009 section 2.
  package var revocation: OAuthURL?
  /// RFC 8628 section 3.1.
  package var device: OAuthURL?

  /// Checks all endpoints that metadata names before one of them is used.
  ///
  /// Each must be a URL that may be used at all, of characters that no shell and no terminal takes
  /// for something else, and belong to the issuer's own host or one beside it. Whatever names an
  /// authorization endpoint elsewhere could have this program carry another server's codes to its
  /// token endpoint (mix-up, RFC 9700 section 4.4); a preset row of that issuer, or the issuer in
  /// the response (A23), rules that out.
  ///
  /// - Parameter provider: a row that may vouch for other hosts of this issuer.
  package init(
    _ metadata: ServerMetadata, policy: ReachPolicy, provider: Provider? = nil
  ) throws(OAuthError) {
    issuer = metadata.issuer
    let home = try OAuthURL(metadata.issuer)
    func check(_ text: String?, _ role: String) throws(OAuthError) -> OAuthURL? {
      guard let text else { return nil }
      let url = try OAuthURL(text)
      try policy.check(url, role: role)
      guard !url.text.utf8.contains(where: Self.isShellByte) else {
        throw .refusedURL(role: role, url: text, reason: "it has characters that shells act on")
      }
      let isAuthorization = role == Self.authorizationRole
      guard
        url.origin == home.origin || provider?.vouches(url.authority) == true
          || (isAuthorization && metadata.sendsIssuer) || Self.isBeside(url, home, isAuthorization)
      else {
        throw .foreignEndpoint(role: role, host: url.authority, issuer: home.origin)
      }
      return url
    }
    authorization = try check(metadata.authorizationEndpoint, Self.authorizationRole)
    guard let token = try check(metadata.tokenEndpoint, "token endpoint") else {
      throw .endpointMissing("token endpoint", issuer: metadata.issuer)
    }
    self.token = token
    registration = try check(metadata.registrationEndpoint, "registration endpoint")
    revocation = try check(metadata.revocationEndpoint, "revocation endpoint")
    device = try check(metadata.deviceEndpoint, "device authorization endpoint")
  }

  private static let authorizationRole = "authorization endpoint"

  /// Whether two https hosts lie in one domain: one is below the other, or both are below the same
  /// parent, which is more than a top-level domain. Customers of one provider may be neighbours in
  /// this sense, which is why it does not do for the authorization endpoint.
  private static func isBeside(_ url: OAuthURL, _ home: OAuthURL, _ isAuthorization: Bool) -> Bool {
    guard url.scheme == .https, home.scheme == .https, IPAddress(url.host) == nil,
      IPAddress(home.host) == nil
    else { return false }
    if url.host == home.host { return true }
    if isAuthorization { return url.host.hasSuffix(".\(home.host)") }
    let parent = home.host.split(separator: ".").dropFirst().joined(separator: ".")
    return url.host.hasSuffix(".\(home.host)")
      || (parent.contains(".") && (url.host == parent || url.host.hasSuffix(".\(parent)")))
  }

  private static func isShellByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "$"), UInt8(ascii: "'"), UInt8(ascii: ";"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "!"), UInt8(ascii: "*"):
      true
    default: false
    }
  }

  /// What the record keeps.
  package var stored: ConnectionRecord.Endpoints {
    var endpoints = ConnectionRecord.Endpoints()
    endpoints.authorization = authorization?.text
    endpoints.token = token.text
    endpoints.registration = registration?.text
    endpoints.revocation = revocation?.text
    endpoints.device = device?.text
    return endpoints
  }
}
