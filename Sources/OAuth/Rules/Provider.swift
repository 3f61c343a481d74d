package import Connections

/// What a preset row says of an authorization server, as far as the rules act on it. It fills what
/// is unset. `state`, the redirect and the issuer in the response are checked whatever it says; a row
/// whose endpoints take the place of metadata leaves nothing to compare by A9, and vouches for them.
package struct Provider: Sendable {
  /// What becomes of `resource` (RFC 8707).
  package enum Resource: Equatable, Sendable {
    /// Sent as the RFC has it (A19).
    case standard
    /// The server answers it with an error.
    case refused
    /// Also sent in the authorization request under this name.
    case alsoAs(String)
  }

  /// Form of the loopback redirect, where the provider compares it.
  package struct Redirect: Equatable, Sendable {
    /// As it is written in the URI; an IPv6 address in brackets.
    package var host: String
    /// `nil`: whatever port is free.
    package var port: UInt16?
    /// Empty, or beginning with `/`.
    package var path: String

    /// The parts as they are to be written; nothing is checked.
    package init(host: String, port: UInt16?, path: String) {
      self.host = host
      self.port = port
      self.path = path
    }
  }

  /// How a person gets a client id.
  package struct Client: Equatable, Sendable {
    /// URL of the page on which a client is registered.
    package var page: String
    /// What to do there and what to copy from there: a sentence without a full stop.
    package var steps: String
    /// The redirect URI to enter; `nil` where any will do that the person chooses.
    package var redirect: String?

    /// The texts as they are to be shown; nothing is checked.
    package init(page: String, steps: String, redirect: String?) {
      self.page = page
      self.steps = steps
      self.redirect = redirect
    }
  }

  /// What later refreshes and revocations need.
  package var rules: PresetRules
  /// Where what the row says was read.
  package var source: String
  /// The identifier to look up and compare, where it is not what was written.
  package var issuer: String?
  /// Metadata is not asked for: the row's endpoints are the endpoints.
  package var ignoresMetadata = false
  /// The server names itself in the response although no metadata says so (A23).
  package var sendsIssuer = false
  /// Taken where metadata names none; that of revocation is never among them, see ``revocation``.
  package var endpoints = ConnectionRecord.Endpoints()
  /// The revocation endpoint for a client id, where metadata names none.
  package var revocation: @Sendable (String) -> String? = { _ in nil }
  /// Whether the row knows that the issuer's endpoints may lie at a host, with its port where it
  /// has one.
  package var vouches: @Sendable (String) -> Bool = { _ in false }
  /// S256 works although metadata does not say so.
  package var pkceUnadvertised = false
  /// What becomes of `resource`. One that the person named is sent even where the row refuses it.
  package var resource = Resource.standard
  /// Added to the authorization request where the person gave none of that name.
  package var parameters: [ConnectionRecord.Parameter] = []
  /// Where neither the person nor the client's registration says; `nil`: any port of 127.0.0.1.
  package var redirect: Redirect?
  /// The authorization request's parameter for the scopes; `nil`: `scope`.
  package var scopeParameter: String?
  /// The scope that a refresh token takes; `nil`: `offline_access` where metadata lists it (A17).
  package var offlineScope: String?
  /// Of a client that the person gave with a secret; `nil`: by what metadata lists (A26).
  package var authentication: ClientRegistration.Authentication?
  /// A client that the person gave needs a secret, except in the device grant.
  package var needsSecret = false
  /// Where the token lies in the answer to a code.
  package var tokenPath: String?
  /// How a client is registered there; `nil` where the row does not say.
  package var client: Client?

  /// A row that sets nothing but `rules`.
  package init(rules: PresetRules, source: String) {
    self.rules = rules
    self.source = source
  }

  /// Fills what the metadata leaves out; takes nothing away.
  func fill(_ metadata: inout ServerMetadata) {
    metadata.authorizationEndpoint = metadata.authorizationEndpoint ?? endpoints.authorization
    metadata.tokenEndpoint = metadata.tokenEndpoint ?? endpoints.token
    metadata.registrationEndpoint = metadata.registrationEndpoint ?? endpoints.registration
    metadata.deviceEndpoint = metadata.deviceEndpoint ?? endpoints.device
    metadata.sendsIssuer = metadata.sendsIssuer || sendsIssuer
  }
}
