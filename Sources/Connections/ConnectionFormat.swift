/// Field types of a connection's record. `Connections.docc/ConnectionRecord.md` is their table.
enum ConnectionFormat {
  static let version: UInt16 = 1
  /// A field of a later version whose type has this bit cannot be passed over: without it the
  /// record would be used wrongly.
  static let mustBeUnderstood: UInt16 = 0x8000

  enum Record {
    static let name: UInt16 = 1
    static let server: UInt16 = 2
    static let resource: UInt16 = 3
    static let issuer: UInt16 = 4
    static let authorizationEndpoint: UInt16 = 5
    static let tokenEndpoint: UInt16 = 6
    static let revocationEndpoint: UInt16 = 7
    static let registrationEndpoint: UInt16 = 8
    static let deviceEndpoint: UInt16 = 9
    static let requestedScope: UInt16 = 10
    static let grantedScope: UInt16 = 11
    static let grant: UInt16 = 12
    static let accessToken: UInt16 = 13
    static let tokenType: UInt16 = 14
    static let refreshToken: UInt16 = 15
    static let obtained: UInt16 = 16
    static let expires: UInt16 = 17
    static let refreshExpires: UInt16 = 18
    static let options: UInt16 = 19
    static let authorizationParameter: UInt16 = 20
    static let preset: UInt16 = 21
    static let loggedIn: UInt16 = 22
    static let lastRefresh: UInt16 = 23
    static let lastFailure: UInt16 = 24
    static let hasEnded: UInt16 = 25
    static let registration: UInt16 = 26
    static let typedIssuer: UInt16 = 27
    static let typedProvider: UInt16 = 28
  }

  enum Parameter {
    static let name: UInt16 = 1
    static let value: UInt16 = 2
  }

  enum Preset {
    static let row: UInt16 = 1
    static let tokenPath: UInt16 = 2
    static let grantedScopeSeparator: UInt16 = 3
    static let scopeSeparator: UInt16 = 4
    static let accept: UInt16 = 5
    static let defaultLifetime: UInt16 = 6
    static let revocationStyle: UInt16 = 7
    static let endingError: UInt16 = 8
    static let tokenType: UInt16 = 9
    static let resourceParameter: UInt16 = 10
  }

  enum Failure {
    static let time: UInt16 = 1
    static let code: UInt16 = 2
    static let message: UInt16 = 3
  }

  enum Registration {
    static let issuer: UInt16 = 1
    static let clientID: UInt16 = 2
    static let clientSecret: UInt16 = 3
    static let origin: UInt16 = 4
    static let authentication: UInt16 = 5
    static let redirectURI: UInt16 = 6
    static let secretExpires: UInt16 = 7
  }
}

/// Limits of what a record holds; more is refused when it is read and when it is made.
package enum ConnectionLimits {
  /// 4 MiB: twice the largest answer of a token endpoint (1 MiB), and the old tokens beside it.
  package static let maximumRecordLength = 4 << 20
  /// 1 MiB: as any other secret.
  package static let maximumSecretLength = 1 << 20
  /// 4 KiB of UTF-8: browsers and servers give up on URLs soon after.
  package static let maximumTextLength = 4096
  /// 16 KiB: a URL to authorize at, with `state`, challenge, resource and all scopes in it.
  package static let maximumAuthorizeLength = 16 << 10
  /// Scopes of one list: metadata of 16 KiB cannot name more of any use.
  package static let maximumScopeCount = 512
  /// Clients registered at different issuers for one connection: it moves rarely.
  package static let maximumRegistrationCount = 16
  /// Extra parameters of one authorization request.
  package static let maximumParameterCount = 32
  /// Redirect URIs of one client.
  package static let maximumRedirectCount = 16
  /// Error codes of a preset row: a provider has two or three.
  package static let maximumErrorCount = 64
  /// Fields of later versions in one list.
  package static let maximumUnknownCount = 64
}
