/// What a person's own `presets.json` says of authorization servers, in the configuration folder
/// and nowhere else: a project's folder could be anybody's.
///
/// ```json
/// {
///   "authorizationServers": {
///     "acme": {
///       "title": "ACME",
///       "hosts": ["login.acme.example", "*.login.acme.example"],
///       "paths": ["", "/realms/{realm}"],
///       "otherPath": "/",
///       "metadata": "ignored",
///       "endpoints": {
///         "authorization": "{origin}/authorize",
///         "token": "{origin}/token",
///         "device": "{origin}/device",
///         "registration": "{origin}/register",
///         "revocation": "https://api.acme.example/apps/{client_id}/token"
///       },
///       "endpointHosts": ["*.auth.acme.example"],
///       "proofKey": "unadvertised",
///       "resource": { "alsoAs": "audience" },
///       "authorizationParameters": { "prompt": "consent" },
///       "redirect": { "host": "localhost", "port": 3118, "path": "/callback" },
///       "scopeParameter": "user_scope",
///       "scopeSeparator": ",",
///       "grantedScopeSeparator": ",",
///       "offlineScope": "offline_access",
///       "accept": "application/json",
///       "tokenAuthentication": "post",
///       "clientSecret": "required",
///       "tokenPath": "authed_user.access_token",
///       "refreshedTokenPath": "access_token",
///       "defaultLifetimeSeconds": 3600,
///       "tokenType": "user",
///       "endingErrors": ["token_revoked"],
///       "responseIssuer": "sent",
///       "revocation": "bearer"
///     },
///     "google": { "authorizationParameters": { "access_type": "offline" } },
///     "slack": { "clientSecret": null },
///     "okta": false
///   }
/// }
/// ```
///
/// A name of the built-in table changes the columns it gives and leaves the others; `null` takes a
/// column's value away; `false` takes the row away. Another name is a row of its own, whose
/// `hosts` come before every built-in row's; without `hosts` it is for `--provider`. The members
/// are the columns of ``AuthorizationServer/Columns``, which says what they mean. There is none
/// that would turn off a check of `state`, of the redirect or of an issuer in the response, and a
/// member that is not known fails the whole file.
package struct PresetOverrides: Sendable {
  /// A file of overrides is a screen or two.
  package static let sizeLimit = 256 * 1024
  /// Rows, and elements of every list: more is a mistake.
  package static let countLimit = 64

  /// The rows that are changed or new, in the order of the file.
  package let rows: [AuthorizationServer]
  /// The built-in rows that are taken away.
  package let removed: [String]

  /// - Parameters:
  ///   - text: the bytes of the file.
  ///   - servers: the rows that may be changed.
  /// - Throws: ``PresetError``, with the path of the member that is wrong.
  package init(
    _ text: [UInt8], over servers: AuthorizationServers = .builtIn
  ) throws(PresetError) {
    guard text.count <= Self.sizeLimit else { throw .tooLarge(limit: Self.sizeLimit) }
    var file = try PresetMembers(try PresetValue.parse(text), path: "")
    var (rows, removed): ([AuthorizationServer], [String]) = ([], [])
    if let value = file.take("authorizationServers") {
      var members = try PresetMembers(value, path: "authorizationServers")
      guard members.names.count <= Self.countLimit else {
        throw .unexpectedValue(
          path: members.path, expected: "an object with \(Self.countLimit) members or fewer")
      }
      for name in members.names {
        guard let value = members.take(name) else { continue }
        let path = members.path(of: name)
        guard Self.isName(name) else {
          throw .unexpectedValue(
            path: path, expected: "named by lower-case letters, digits and hyphens")
        }
        let base = servers.named(name)
        if value == .boolean(false), base != nil {
          removed.append(name)
        } else {
          rows.append(try RowReader.row(name, from: value, path: path, base: base))
        }
      }
    }
    try file.finish()
    (self.rows, self.removed) = (rows, removed)
  }

  private static func isName(_ name: String) -> Bool {
    1...64 ~= name.utf8.count
      && name.utf8.allSatisfy {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
          || $0 == UInt8(ascii: "-")
      }
  }
}

extension AuthorizationServers {
  /// These rows as a person's own file has them: new ones first, changed ones in their place.
  package func applying(_ overrides: PresetOverrides) -> AuthorizationServers {
    let changed = rows.compactMap { row -> AuthorizationServer? in
      if overrides.removed.contains(row.name) { return nil }
      return overrides.rows.first { $0.name == row.name } ?? row
    }
    let new = overrides.rows.filter { named($0.name) == nil }
    return AuthorizationServers(rows: new + changed)
  }
}
