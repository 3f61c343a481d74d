internal import Connections
internal import Presets
internal import Testing

/// Every row against a server that answers by the shapes that the provider documents: with the row
/// all goes through, and with any one thing of it changed something fails.
@Suite struct ReplayTests {
  static let names = [
    "atlassian", "atlassian-mcp", "auth0", "cognito", "entra", "github-app",
    "github-enterprise-cloud", "github-enterprise-server", "github-oauth-app", "gitlab", "google",
    "okta", "okta-organisation", "slack", "slack-mcp",
  ]

  /// The files of a row, at all its hosts.
  private func cases(of row: AuthorizationServer) throws -> [ReplayCase] {
    try Self.names.flatMap { try ReplayCase.all(named: $0) }.filter { $0.row == row.name }
  }

  private func replays(
    of cases: [ReplayCase], with servers: AuthorizationServers
  ) -> [Replay] {
    cases.flatMap { shapes in
      [Replay(shapes: shapes, servers: servers, grant: .authorizationCode)]
        + (shapes.device == nil
          ? [] : [Replay(shapes: shapes, servers: servers, grant: .device)])
    }
  }

  @Test(arguments: AuthorizationServers.builtIn.rows)
  func aConnectionGetsThroughWithTheRow(row: AuthorizationServer) async throws {
    let cases = try cases(of: row)
    #expect(!cases.isEmpty)
    for replay in replays(of: cases, with: .builtIn) {
      let problems = await replay.problems()
      #expect(problems.isEmpty, "\(replay.shapes.name), \(replay.grant): \(problems)")
    }
  }

  @Test(arguments: AuthorizationServers.builtIn.rows)
  func aChangeOfAnyColumnIsNoticed(row: AuthorizationServer) async throws {
    let cases = try cases(of: row)
    for mutation in RowMutation.all(of: row) {
      let servers = AuthorizationServers(
        rows: AuthorizationServers.builtIn.rows.map { $0.name == row.name ? mutation.row : $0 })
      var isNoticed = false
      for replay in replays(of: cases, with: servers) where !isNoticed {
        isNoticed = await !replay.problems().isEmpty
      }
      #expect(isNoticed, "\(row.name): the change of \(mutation.column) went unnoticed")
    }
  }

  /// A column that is added has to be mutated too.
  @Test func everyColumnHasItsMutation() {
    let covered: Set<String> = [
      "metadata", "endpoints", "endpointHosts", "proofKey", "resource", "authorizationParameters",
      "redirect", "scopeParameter", "scopeSeparator", "grantedScopeSeparator", "offlineScope",
      "accept", "tokenAuthentication", "clientSecret", "tokenPath", "refreshedTokenPath",
      "defaultLifetime", "revocation",
    ]
    func labels(_ value: Any) -> Set<String> {
      Set(Mirror(reflecting: value).children.compactMap(\.label))
    }
    let columns = AuthorizationServer.Columns()
    #expect(labels(columns) == covered)
    #expect(
      labels(columns.endpoints) == [
        "authorization", "token", "device", "registration", "revocation",
      ])
    #expect(labels(IssuerPattern(hosts: [])) == ["hosts", "paths", "otherPath"])
    #expect(labels(Redirect(host: "", path: "")) == ["host", "port", "path"])
  }
}
