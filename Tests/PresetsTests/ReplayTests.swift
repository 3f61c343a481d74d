internal import Connections
internal import Presets
internal import Testing
internal import ValetTesting

/// Every row against a server that answers by the shapes that the provider documents: with the row
/// all goes through, and with any one thing of it changed something fails.
@Suite struct ReplayTests {
  static let names = [
    "atlassian", "atlassian-mcp", "auth0", "cognito", "entra", "github-app",
    "github-enterprise-cloud", "github-enterprise-cloud-app", "github-enterprise-server",
    "github-enterprise-server-app", "github-oauth-app", "gitlab", "google", "okta",
    "okta-organisation", "slack", "slack-mcp",
  ]

  @Test(arguments: names)
  func everyFileSaysWhereItsShapesAreFrom(name: String) throws {
    let tree = try #require(ReferenceJSON.parse(try vector("\(name).json")))
    let sources = tree.array("sources").compactMap(\.text)
    #expect(!sources.isEmpty && sources.allSatisfy(isPlainHTTPS))
  }

  /// The files of a row, at all its hosts.
  private func cases(of row: AuthorizationServer) throws -> [ReplayCase] {
    try Self.names.flatMap { try ReplayCase.all(named: $0) }.filter { $0.row == row.name }
  }

  private func replays(
    of cases: [ReplayCase], with servers: AuthorizationServers,
    unchanged: AuthorizationServers = .builtIn
  ) -> [Replay] {
    cases.flatMap { shapes in
      [Replay(shapes: shapes, servers: servers, unchanged: unchanged)]
        + (shapes.device == nil
          ? []
          : [Replay(shapes: shapes, servers: servers, unchanged: unchanged, grant: .device)])
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
      let isNoticed = await isNoticed(mutation, by: cases)
      #expect(isNoticed, "\(row.name): the change of \(mutation.column) went unnoticed")
    }
  }

  /// Whether something fails with the row so changed.
  private func isNoticed(
    _ mutation: RowMutation, by cases: [ReplayCase],
    unchanged: AuthorizationServers = .builtIn
  ) async -> Bool {
    let others = unchanged.rows.filter { $0.name != mutation.row.name }
    let servers = AuthorizationServers(rows: [mutation.row] + others)
    for replay in replays(of: cases, with: servers, unchanged: unchanged) {
      if await !replay.problems().isEmpty { return true }
    }
    return false
  }

  /// A provider of somebody's own file: of the columns that no built-in row sets.
  @Test func aRowOfOnesOwnGetsThroughAndEveryColumnOfItCounts() async throws {
    let shapes = try #require(try ReplayCase.all(named: "acme").first)
    let overrides = try PresetOverrides(Array(try #require(shapes.overrides).utf8))
    let servers = AuthorizationServers.builtIn.applying(overrides)
    let row = try #require(servers.named("acme"))
    for replay in replays(of: [shapes], with: servers, unchanged: servers) {
      let problems = await replay.problems()
      #expect(problems.isEmpty, "\(replay.grant): \(problems)")
    }
    for mutation in RowMutation.all(of: row) {
      let isNoticed = await isNoticed(mutation, by: [shapes], unchanged: servers)
      #expect(isNoticed, "the change of \(mutation.column) went unnoticed")
    }
  }

  @Test(arguments: AuthorizationServers.builtIn.rows, [ProviderSimulator.Lie.state, .issuer])
  func noRowLetsAForeignAnswerThrough(
    row: AuthorizationServer, lie: ProviderSimulator.Lie
  ) async throws {
    for shapes in try cases(of: row) {
      let (hasTokens, provider, _) = try await Replay(shapes: shapes, servers: .builtIn)
        .login(lie: lie)
      #expect(!hasTokens && !provider.isCodeUsed, "\(shapes.name)")
      #expect(provider.codeCount == 1, "\(shapes.name): nobody came as far as the answer")
    }
  }

  @Test(arguments: AuthorizationServers.builtIn.rows)
  func noRowLetsForeignMetadataThrough(row: AuthorizationServer) async throws {
    for shapes in try cases(of: row) {
      let (hasTokens, provider, _) = try await Replay(shapes: shapes, servers: .builtIn)
        .login(lie: .metadata)
      let usesMetadata =
        row.columns.metadata == nil
        && shapes.documents.values.contains { $0.contains("\"issuer\"") }
      #expect(hasTokens == !usesMetadata && provider.codeCount == (usesMetadata ? 0 : 1))
      // What takes the ground from the comparison is that nobody asks; it has to be one of these.
      let asksNobody = ["slack", "slack-mcp", "entra", "atlassian-mcp"].contains(row.name)
      #expect((row.columns.metadata == .ignored) == asksNobody, "\(row.name)")
      if asksNobody {
        #expect(
          !provider.asked.contains { shapes.documents[$0]?.contains("\"issuer\"") == true },
          "\(row.name): \(provider.asked)")
      }
    }
  }

  @Test func whatThePersonTypedGoesBeforeTheRow() async throws {
    let google = try #require(try ReplayCase.all(named: "google").first)
    let (_, _, pages) = try await Replay(
      shapes: google, servers: .builtIn,
      typed: { settings in
        settings.parameters = [ConnectionRecord.Parameter(name: "prompt", value: "select_account")]
      }
    ).login(lie: nil)
    let query = formFields(String(try #require(pages.first).split(separator: "?")[1]))
    #expect(query.filter { $0.name == "prompt" }.map(\.value) == ["select_account"])
    #expect(query.filter { $0.name == "access_type" }.map(\.value) == ["offline"])
    let slack = try #require(try ReplayCase.all(named: "slack").first)
    let (_, _, slackPages) = try await Replay(
      shapes: slack, servers: .builtIn,
      typed: { $0.redirectURI = "http://127.0.0.1:9999/mine" }
    ).login(lie: nil)
    let redirect = formFields(String(try #require(slackPages.first).split(separator: "?")[1]))
      .first { $0.name == "redirect_uri" }
    #expect(redirect?.value == "http://127.0.0.1:9999/mine")
  }

  @Test func withoutPresetsNoRowIsApplied() async throws {
    let slack = try #require(try ReplayCase.all(named: "slack-mcp").first)
    let problems = await Replay(
      shapes: slack, servers: .builtIn, typed: { $0.options.insert(.noPreset) }
    ).problems()
    #expect(!problems.isEmpty)
  }

  /// A column that is added has to be mutated too.
  @Test func everyColumnHasItsMutation() {
    let covered: Set<String> = [
      "metadata", "endpoints", "endpointHosts", "proofKey", "resource", "authorizationParameters",
      "redirect", "scopeParameter", "scopeSeparator", "grantedScopeSeparator", "offlineScope",
      "accept", "tokenAuthentication", "clientSecret", "tokenPath", "refreshedTokenPath",
      "defaultLifetime", "tokenType", "endingErrors", "responseIssuer", "revocation",
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
