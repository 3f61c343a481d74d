extension AuthorizationServer {
  /// What a row may say about a provider's OAuth.
  ///
  /// `nil` is the general rule, which each column names.
  package struct Columns: Sendable, Equatable {
    /// `nil`: metadata is asked for (A6–A8) and used; the row's endpoints fill what it leaves out.
    package var metadata: Metadata?
    /// Fill what metadata leaves out; where that is ignored, they are all there is.
    package var endpoints = Endpoints()
    /// Hosts, written as in ``IssuerPattern/hosts``, at which the issuer's metadata may name
    /// endpoints, besides its own host and those of ``endpoints``: what lies elsewhere could be
    /// another server's, whose codes a mix-up would collect. See ``Match/vouches(for:)``.
    package var endpointHosts: [String] = []
    /// `nil`: login is refused unless metadata lists S256 (A18).
    package var proofKey: ProofKey?
    /// `nil`: RFC 8707, as A19 has it.
    package var resource: ResourceIndicator?
    /// `nil`: what metadata says (A23).
    package var responseIssuer: ResponseIssuer?
    /// Added to the authorization request, in this order, where the person gave no parameter of
    /// that name.
    package var authorizationParameters: [Parameter] = []
    /// `nil`: `http://127.0.0.1:PORT/callback` at whatever port is free (RFC 8252 section 7.3).
    package var redirect: Redirect?
    /// The authorization request's parameter for the scopes; `nil`: `scope`.
    package var scopeParameter: String?
    /// What stands between two scopes that are asked for; `nil`: a blank (RFC 6749 section 3.3).
    package var scopeSeparator: String?
    /// What stands between two scopes in an answer; `nil`: a blank (RFC 6749 section 5.1).
    package var grantedScopeSeparator: String?
    /// The scope that a refresh token takes, asked for with every other; `nil`: `offline_access`
    /// where metadata lists it (A17).
    package var offlineScope: String?
    /// The `Accept` header of token, device and refresh requests; `nil`: `application/json`.
    package var accept: String?
    /// `nil`: what the registration or metadata says, else as A26 has it.
    package var tokenAuthentication: TokenAuthentication?
    /// `nil`: a client without a secret is tried.
    package var clientSecret: ClientSecret?
    /// Where the answer to a code holds the access token: names of members, joined by dots. The
    /// refresh token, the lifetime, the type and the scopes lie beside it. `nil`: `access_token`.
    package var tokenPath: String?
    /// The same for the answer to a refresh; `nil`: as ``tokenPath``.
    package var refreshedTokenPath: String?
    /// Seconds that an access token lives when the answer has no `expires_in`; `nil`: unknown,
    /// which is not the same as for ever.
    package var defaultLifetime: UInt32?
    /// A `token_type` that is the provider's word for a bearer token; `nil`: `Bearer` alone is
    /// taken (RFC 6749 section 7.1).
    package var tokenType: String?
    /// Errors in an answer to a refresh that say that the login is over, beside `invalid_grant`
    /// (RFC 6749 section 5.2).
    package var endingErrors: [String] = []
    /// `nil`: RFC 7009 at the revocation endpoint, where there is one.
    package var revocation: Revocation?

    /// All columns as the general rule has them.
    package init() {}

    /// So that a row of the table lists the columns it sets and nothing else.
    package static func with(_ set: (inout Columns) -> Void) -> Columns {
      var columns = Columns()
      set(&columns)
      return columns
    }
  }

  /// Whether metadata is used.
  package enum Metadata: String, Sendable, CaseIterable {
    /// None is asked for: there is none, or what is there names another issuer, so that it must
    /// not be used (A9). The row's endpoints are the endpoints.
    case ignored
  }

  /// URLs in which `{origin}` stands for the issuer's scheme and authority, `{host}` for its
  /// authority, and the names of ``IssuerPattern/paths`` for what was found there. In
  /// ``revocation`` also `{client_id}`, which is filled in when a token is revoked.
  package struct Endpoints: Sendable, Equatable {
    /// RFC 6749 section 3.1; `nil` where the row does not say, as for the others.
    package var authorization: String?
    /// RFC 6749 section 3.2.
    package var token: String?
    /// RFC 8628 section 3.1.
    package var device: String?
    /// RFC 7591 section 3.
    package var registration: String?
    /// RFC 7009 section 2, unless ``Columns/revocation`` says otherwise.
    package var revocation: String?

    /// URLs with their variables; nothing is checked.
    package init(
      authorization: String? = nil, token: String? = nil, device: String? = nil,
      registration: String? = nil, revocation: String? = nil
    ) {
      self.authorization = authorization
      self.token = token
      self.device = device
      self.registration = registration
      self.revocation = revocation
    }
  }

  /// PKCE (RFC 7636) where metadata does not list S256. A challenge is sent in both cases.
  package enum ProofKey: String, Sendable, CaseIterable {
    /// S256 is supported.
    case unadvertised
    /// The server passes over the challenge: the code is bound to the client's secret alone.
    case unsupported
  }

  /// Whether the authorization response names the issuer (RFC 9207) where no metadata says so. Of
  /// no server can it be said that it does not: metadata that says so is believed.
  package enum ResponseIssuer: String, Sendable, CaseIterable {
    /// Always: a response without it is refused.
    case sent
  }

  /// What becomes of `resource` (RFC 8707).
  package enum ResourceIndicator: Sendable, Equatable {
    /// The server answers with an error; it is sent nowhere.
    case refused
    /// Its value is sent under this name also: in the authorization request, in that of a device
    /// code, and where a client logs in as itself.
    case alsoAs(String)
  }

  /// A parameter of the authorization request.
  package struct Parameter: Sendable, Equatable {
    /// Unencoded; never one of those that the flow sets itself, such as `state`.
    package var name: String
    /// Unencoded.
    package var value: String

    /// Both unencoded; nothing is checked.
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// How a client proves at the token endpoint who it is (RFC 6749 section 2.3.1).
  package enum TokenAuthentication: String, Sendable, CaseIterable {
    /// `client_secret_basic`
    case basic
    /// `client_secret_post`
    case post
  }

  /// Whether a client there needs a secret, be it public or not.
  package enum ClientSecret: String, Sendable, CaseIterable {
    /// A code is not exchanged without one: login says so before a browser opens. The device
    /// grant does without.
    case required
  }

  /// How tokens are ended at the server.
  package enum Revocation: String, Sendable, CaseIterable {
    /// RFC 7009 for refresh tokens; access tokens cannot be revoked and are not sent.
    case refreshTokens
    /// `DELETE` of the revocation endpoint with HTTP basic authentication of the client and
    /// `{"access_token": …}` as the body, for the access token; 204 is success.
    case deletion
    /// `POST` to the revocation endpoint with the access token as bearer; success is
    /// `"ok": true` in the answer, whatever the status.
    case bearer
    /// There is no way: the person is sent to the account's settings.
    case none
  }
}

/// Where the browser comes back to.
package struct Redirect: Sendable, Equatable {
  /// `localhost`, `127.0.0.1` or `[::1]`: providers compare the spelling.
  package var host: String
  /// `nil`: whatever port is free; the provider passes over the port of a loopback redirect.
  package var port: UInt16?
  /// Empty, or beginning with `/`. With the empty one the browser asks for `/`.
  package var path: String

  /// The parts as they are to be written; nothing is checked.
  package init(host: String, port: UInt16? = nil, path: String) {
    self.host = host
    self.port = port
    self.path = path
  }

  /// The redirect URI to enter where a client is registered.
  package var registered: String {
    guard let port else { return "http://\(host)\(path)" }
    return "http://\(host):\(port)\(path)"
  }
}
