/// What a preset row says about this connection's provider, as far as refresh and revocation need
/// it: a record can be refreshed after the table of presets has changed.
package struct PresetRules: Sendable, Equatable {
  /// How tokens are revoked.
  package enum RevocationStyle: UInt8, Sendable, CaseIterable {
    /// RFC 7009
    case standard = 1
    /// The provider has no way.
    case none = 2
    /// `DELETE` with a JSON body that holds `access_token`, authenticated as the client (GitHub).
    case deletion = 3
    /// `POST` with the access token as bearer (Slack).
    case bearer = 4
    /// RFC 7009, for refresh tokens only (Cognito).
    case refreshTokens = 5
  }

  /// Name of the row, such as `slack`.
  package var row: String
  /// Where the access token lies in the answer to a refresh, members joined by dots, such as
  /// `authed_user.access_token`; `nil`: `access_token`.
  package var tokenPath: String?
  /// What stands between two scopes in an answer; `nil`: a blank.
  package var grantedScopeSeparator: String?
  /// What stands between two scopes that are asked for; `nil`: a blank.
  package var scopeSeparator: String?
  /// The `Accept` header; `nil`: `application/json`.
  package var accept: String?
  /// Seconds that a token lives when the answer does not say.
  package var defaultLifetime: UInt32?
  package var revocationStyle: RevocationStyle?
  /// Errors in an answer to a refresh that say that the refresh token is void for good, beside
  /// `invalid_grant`.
  package var endingErrors: [String] = []
  /// A token type that is a bearer token all the same; `nil`: `Bearer` alone is.
  package var tokenType: String?
  /// The name under which the value of `resource` is sent as well; `nil`: under no other.
  package var resourceParameter: String?

  package init(row: String) { self.row = row }
}

extension PresetRules {
  private typealias Format = ConnectionFormat.Preset

  var fields: FieldList {
    var list = FieldList()
    list.add(Format.row, row)
    list.add(Format.tokenPath, tokenPath)
    list.add(Format.grantedScopeSeparator, grantedScopeSeparator)
    list.add(Format.scopeSeparator, scopeSeparator)
    list.add(Format.accept, accept)
    list.add(Format.defaultLifetime, defaultLifetime)
    list.add(Format.revocationStyle, revocationStyle?.rawValue)
    list.add(Format.endingError, endingErrors)
    list.add(Format.tokenType, tokenType)
    list.add(Format.resourceParameter, resourceParameter)
    return list
  }

  init(_ reader: FieldReader) throws(ConnectionError) {
    var reader = reader
    var row: String?
    self.init(row: "")
    while let field = try reader.next() {
      switch field.type {
      case Format.row: row = try field.text()
      case Format.tokenPath: tokenPath = try field.text()
      case Format.grantedScopeSeparator: grantedScopeSeparator = try field.text()
      case Format.scopeSeparator: scopeSeparator = try field.text()
      case Format.accept: accept = try field.text()
      case Format.defaultLifetime: defaultLifetime = try field.integer()
      case Format.revocationStyle:
        guard let style = RevocationStyle(rawValue: try field.integer()) else {
          throw .malformed("an unknown style of revocation")
        }
        revocationStyle = style
      case Format.endingError:
        endingErrors.append(try field.element())
        try limit(endingErrors.count, ConnectionLimits.maximumErrorCount)
      case Format.tokenType: tokenType = try field.text()
      case Format.resourceParameter: resourceParameter = try field.text()
      // What is written here is read by the same version or a later one, which knows all of it.
      default: throw .unknownField(field.type)
      }
    }
    guard let row else { throw .malformed("a preset without its row") }
    self.row = row
  }
}
