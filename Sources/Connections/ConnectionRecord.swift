/// One OAuth login: everything that is needed to use it, to refresh it, to end it, and to say what
/// it is.
///
/// Times are wall-clock seconds since 1970-01-01T00:00:00Z: a token outlives suspends and reboots.
package struct ConnectionRecord: Sendable {
  /// How tokens are got (RFC 6749, RFC 8628).
  package enum Grant: UInt8, Sendable, CaseIterable {
    case authorizationCode = 1
    case device = 2
    case clientCredentials = 3
  }

  /// What the person allowed or refused for this connection.
  package struct Options: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// `resource` (RFC 8707) is not sent.
    package static let noResource = Options(rawValue: 1)
    /// PKCE with S256 although the server does not advertise it (A18).
    package static let pkceUnadvertised = Options(rawValue: 2)
    /// Private addresses may be reached although metadata named them (A30).
    package static let privateAddresses = Options(rawValue: 4)
    /// No preset row is applied.
    package static let noPreset = Options(rawValue: 8)
  }

  /// A parameter added to the authorization request.
  package struct Parameter: Sendable, Equatable {
    package var name: String
    package var value: String
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The last failure, until the next success.
  package struct Failure: Sendable, Equatable {
    package var time: Int64
    /// As ``NetFailure/code``.
    package var code: String
    /// One line that may be shown on a terminal.
    package var message: String
    package init(time: Int64, code: String, message: String) {
      self.time = time
      self.code = code
      self.message = message
    }
  }

  package struct Endpoints: Sendable, Equatable {
    package var authorization: String?
    package var token: String?
    package var revocation: String?
    package var registration: String?
    package var device: String?

    package init() {}
  }

  /// The connection's name, as in `oauth://NAME`.
  package var name: String
  /// The MCP server's URL as it was typed; `nil` for a login to an authorization server's API.
  package var server: String?
  /// Canonical URI of the resource, byte for byte as it is sent.
  package var resource: String?
  /// As the authorization server's metadata writes it; empty before the first login.
  package var issuer = ""
  /// The authorization server that the person named at the login, as it was typed; `nil` where the
  /// server or a preset row named it. It is trusted as far as what is typed is, and a login that says
  /// nothing else goes there again.
  package var typedIssuer: String?
  /// The preset row that the person named at the login, likewise.
  package var typedProvider: String?
  package var endpoints = Endpoints()
  package var requestedScopes: [String] = []
  package var grantedScopes: [String] = []
  package var grant = Grant.authorizationCode
  package var accessToken: SharedSecret?
  package var tokenType: String?
  package var refreshToken: SharedSecret?
  /// When the access token was asked for.
  package var obtained: Int64?
  /// `nil`: the server did not say.
  package var expires: Int64?
  package var refreshExpires: Int64?
  package var options: Options = []
  package var parameters: [Parameter] = []
  package var preset: PresetRules?
  /// When somebody logged in last.
  package var loggedIn: Int64?
  /// When the tokens were refreshed last; `nil` for never since the login.
  package var lastRefresh: Int64?
  package var lastFailure: Failure?
  /// The server ended the login: nothing but a new one helps.
  package var hasEnded = false
  /// At most one for each issuer (A14).
  package private(set) var registrations: [ClientRegistration] = []
  /// Fields of a later version.
  package var unknown: [UnknownField] = []

  package init(name: String) { self.name = name }

  /// The registration at the present issuer.
  package var registration: ClientRegistration? { registration(at: issuer) }

  package func registration(at issuer: String) -> ClientRegistration? {
    registrations.first { $0.issuer == issuer }
  }

  /// Adds a registration or replaces that of the same issuer; the oldest goes where there are too
  /// many.
  package mutating func set(_ registration: ClientRegistration) {
    registrations.removeAll { $0.issuer == registration.issuer }
    registrations.append(registration)
    if registrations.count > ConnectionLimits.maximumRegistrationCount {
      registrations.removeFirst()
    }
  }

  package mutating func removeRegistration(at issuer: String) {
    registrations.removeAll { $0.issuer == issuer }
  }

  /// Forgets all tokens and what is known about them.
  package mutating func dropTokens() {
    accessToken = nil
    tokenType = nil
    refreshToken = nil
    obtained = nil
    expires = nil
    refreshExpires = nil
    grantedScopes = []
  }
}
