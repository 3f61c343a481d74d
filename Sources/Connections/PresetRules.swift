/// What a preset row says about this connection's provider, as far as refresh and revocation need
/// it: a record can be refreshed after the table of presets has changed.
package struct PresetRules: Sendable, Equatable {
  /// How tokens are revoked.
  package enum RevocationStyle: UInt8, Sendable, CaseIterable {
    /// RFC 7009
    case standard = 1
    /// The provider has no way.
    case none = 2
    /// GitHub: `DELETE` of a JSON body with `access_token`, authenticated as the client.
    case githubApplication = 3
    /// Slack: `GET` or `POST auth.revoke` with the token as bearer.
    case bearer = 4
    /// Cognito, Google: only `token` in the body.
    case tokenOnly = 5
  }

  /// Name of the row, such as `slack`.
  package var row: String
  /// Name of the parameter that carries the scopes; `nil`: `scope`.
  package var scopeParameter: String?
  /// What stands between two scopes; `nil`: a blank.
  package var scopeSeparator: String?
  /// Where the token lies in the answer, members joined by dots, such as
  /// `authed_user.access_token`; `nil`: `access_token`.
  package var tokenPath: String?
  /// Seconds that a token lives when the answer does not say.
  package var defaultLifetime: UInt32?
  package var revocationStyle: RevocationStyle?

  package init(row: String) { self.row = row }
}

extension PresetRules {
  private typealias Format = ConnectionFormat.Preset

  var fields: FieldList {
    var list = FieldList()
    list.add(Format.row, row)
    list.add(Format.scopeParameter, scopeParameter)
    list.add(Format.scopeSeparator, scopeSeparator)
    list.add(Format.tokenPath, tokenPath)
    list.add(Format.defaultLifetime, defaultLifetime)
    list.add(Format.revocationStyle, revocationStyle?.rawValue)
    return list
  }

  init(_ reader: FieldReader) throws(ConnectionError) {
    var reader = reader
    var row: String?
    self.init(row: "")
    while let field = try reader.next() {
      switch field.type {
      case Format.row: row = try field.text()
      case Format.scopeParameter: scopeParameter = try field.text()
      case Format.scopeSeparator: scopeSeparator = try field.text()
      case Format.tokenPath: tokenPath = try field.text()
      case Format.defaultLifetime: defaultLifetime = try field.integer()
      case Format.revocationStyle:
        guard let style = RevocationStyle(rawValue: try field.integer()) else {
          throw .malformed("an unknown style of revocation")
        }
        revocationStyle = style
      // What is written here is read by the same version or a later one, which knows all of it.
      default: throw .unknownField(field.type)
      }
    }
    guard let row else { throw .malformed("a preset without its row") }
    self.row = row
  }
}
