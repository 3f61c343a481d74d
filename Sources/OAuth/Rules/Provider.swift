package import Connections

/// What a preset row says of an authorization server, as far as the rules act on it. Everything
/// fills what is unset; nothing relaxes the checks of issuer, state and redirect.
package struct Provider: Sendable {
  /// What becomes of `resource` (RFC 8707).
  package enum Resource: Equatable, Sendable {
    case standard
    case refused
    /// Also sent in the authorization request under this name.
    case alsoAs(String)
  }

  /// Form of the loopback redirect, where the provider compares it.
  package struct Redirect: Equatable, Sendable {
    package var host: String
    package var port: UInt16?
    package var path: String

    package init(host: String, port: UInt16?, path: String) {
      self.host = host
      self.port = port
      self.path = path
    }
  }

  /// What later refreshes and revocations need.
  package var rules: PresetRules
  /// Where what the row says was read.
  package var source: String
  /// The identifier to look up and compare, where it is not what was written.
  package var issuer: String?
  package var ignoresMetadata = false
  package var endpoints = ConnectionRecord.Endpoints()
  /// The revocation endpoint for a client id, where metadata names none.
  package var revocation: @Sendable (String) -> String? = { _ in nil }
  /// Whether the row knows that the issuer's endpoints may lie at a host, with its port where it
  /// has one.
  package var vouches: @Sendable (String) -> Bool = { _ in false }
  /// S256 works although metadata does not say so.
  package var pkceUnadvertised = false
  package var resource = Resource.standard
  package var parameters: [ConnectionRecord.Parameter] = []
  package var redirect: Redirect?
  package var scopeParameter: String?
  package var offlineScope: String?
  package var authentication: ClientRegistration.Authentication?
  package var needsSecret = false
  /// Where the token lies in the answer to a code.
  package var tokenPath: String?
  /// Page on which a client is registered.
  package var clientPage: String?

  package init(rules: PresetRules, source: String) {
    self.rules = rules
    self.source = source
  }

  /// Fills the endpoints that the metadata leaves out.
  func fill(_ metadata: inout ServerMetadata) {
    metadata.authorizationEndpoint = metadata.authorizationEndpoint ?? endpoints.authorization
    metadata.tokenEndpoint = metadata.tokenEndpoint ?? endpoints.token
    metadata.registrationEndpoint = metadata.registrationEndpoint ?? endpoints.registration
    metadata.deviceEndpoint = metadata.deviceEndpoint ?? endpoints.device
  }
}
