/// All rows: the built-in ones, with what a person's own file changes.
package struct AuthorizationServers: Sendable {
  /// What the program knows by itself.
  package static let builtIn = AuthorizationServers(
    rows: AuthorizationServer.google + AuthorizationServer.gitHub + AuthorizationServer.slack
      + AuthorizationServer.entra + AuthorizationServer.atlassian + AuthorizationServer.gitLab
      + AuthorizationServer.identityPlatforms)

  /// The first row that matches is applied. No two built-in rows match one issuer.
  package let rows: [AuthorizationServer]

  /// - Parameter rows: in the order in which they are tried.
  package init(rows: [AuthorizationServer]) { self.rows = rows }

  /// The row for an issuer, by its host; `nil` when none is for it.
  package func match(_ issuer: String) -> AuthorizationServer.Match? {
    for row in rows {
      if let match = row.match(issuer) { return match }
    }
    return nil
  }

  /// The row of that name, as `--provider` takes it.
  package func named(_ name: String) -> AuthorizationServer? { rows.first { $0.name == name } }
}
