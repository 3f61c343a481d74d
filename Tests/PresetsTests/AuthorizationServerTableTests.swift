internal import Presets
internal import Testing

/// Rules that every built-in row keeps, whatever the provider.
@Suite struct AuthorizationServerTableTests {
  /// The rows that the project promises.
  private static let promised = [
    "atlassian", "atlassian-mcp", "auth0", "cognito", "entra", "github", "github-enterprise-cloud",
    "github-enterprise-server", "gitlab", "google", "okta", "slack", "slack-mcp",
  ]

  @Test func holdsARowForEveryPromisedProvider() {
    for name in Self.promised {
      #expect(AuthorizationServers.builtIn.named(name) != nil, "\(name)")
    }
    #expect(AuthorizationServers.builtIn.named("GitHub") == nil)
    #expect(AuthorizationServers.builtIn.named("") == nil)
  }

  @Test(arguments: AuthorizationServers.builtIn.rows)
  func everyRowCitesPagesAndTheDayTheyWereRead(row: AuthorizationServer) {
    #expect(!row.sources.isEmpty)
    for source in row.sources {
      #expect(isPlainHTTPS(source.url), "\(source.url)")
      #expect(isDay(source.checked), "\(source.checked)")
    }
    #expect(Set(row.sources.map(\.url)).count == row.sources.count, "cited twice")
  }

  @Test(arguments: AuthorizationServers.builtIn.rows)
  func everyRowSaysWhereAClientIsRegistered(row: AuthorizationServer) throws {
    let client = try #require(row.client)
    #expect(isPlainHTTPS(client.page) || client.page.hasPrefix("/"))
    #expect(client.steps.first?.isUppercase == false && client.steps.last != ".")
    #expect(client.steps.utf8.count > 20)
  }

  @Test func namesAreUniqueAndFitForACommandLine() {
    let rows = AuthorizationServers.builtIn.rows
    #expect(Set(rows.map(\.name)).count == rows.count)
    for row in rows {
      #expect(row.name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") })
      #expect(1...64 ~= row.name.utf8.count)
      #expect(!row.title.isEmpty && !row.title.contains { $0.isNewline })
    }
  }

  @Test(arguments: AuthorizationServers.builtIn.rows)
  func theEndpointsOfEveryRowAreURLsOnceTheyAreFilledIn(row: AuthorizationServer) throws {
    for issuer in try sampleIssuers(of: row) {
      let match = try #require(row.applied(to: issuer), "\(issuer)")
      for url in endpoints(of: match.columns) { #expect(isPlainHTTPS(url), "\(url)") }
      if let revocation = match.columns.endpoints.revocation(for: "a/b?c") {
        #expect(!revocation.contains("{") && !revocation.contains("a/b"), "\(revocation)")
      }
      if let client = match.client { #expect(isPlainHTTPS(client.page), "\(client.page)") }
    }
  }

  @Test(arguments: AuthorizationServers.builtIn.rows)
  func aRowWithoutMetadataNamesItsEndpointsAndItsProofKey(row: AuthorizationServer) {
    guard row.columns.metadata == .ignored else { return }
    #expect(row.columns.endpoints.authorization != nil && row.columns.endpoints.token != nil)
    // Else no login would ever come through (A18).
    #expect(row.columns.proofKey != nil)
  }

  /// What the flow itself sends is not a row's to set: else a row could turn off `state`, PKCE or
  /// the comparison of the redirect.
  @Test(arguments: AuthorizationServers.builtIn.rows)
  func noRowSetsAParameterOfTheFlow(row: AuthorizationServer) {
    let columns = row.columns
    var names = columns.authorizationParameters.map(\.name)
    if case .alsoAs(let name)? = columns.resource { names.append(name) }
    if let name = columns.scopeParameter { names.append(name) }
    for name in names { #expect(!reservedParameters.contains(name), "\(name)") }
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: AuthorizationServers.builtIn.rows)
  func everyRedirectIsOfTheLoopback(row: AuthorizationServer) {
    guard let redirect = row.columns.redirect else { return }
    #expect(["localhost", "127.0.0.1", "[::1]"].contains(redirect.host))
    #expect(redirect.path.isEmpty || redirect.path.hasPrefix("/"))
    #expect(redirect.port != 0)
  }

  @Test func redirectsAreWrittenAsTheyAreRegistered() throws {
    let slack = try #require(AuthorizationServers.builtIn.named("slack-mcp")?.columns.redirect)
    #expect(slack.registered == "http://localhost:3118/callback")
    let entra = try #require(AuthorizationServers.builtIn.named("entra")?.columns.redirect)
    #expect(entra.registered == "http://localhost")
    let gitHub = try #require(AuthorizationServers.builtIn.named("github")?.columns.redirect)
    #expect(gitHub.registered == "http://127.0.0.1/callback")
  }

  /// What a file of overrides may not say, a built-in row does not say either.
  @Test(arguments: AuthorizationServers.builtIn.rows)
  func everyRowCouldStandInAFileOfOverrides(row: AuthorizationServer) throws {
    let text = "{\"authorizationServers\": {\"copy\": \(overrideJSON(of: row))}}"
    let copy = try #require(try PresetOverrides(Array(text.utf8)).rows.first)
    #expect(copy.columns == row.columns, "\(text)")
    #expect(copy.issuer == row.issuer)
  }

  @Test func noIssuerIsMatchedByTwoRows() throws {
    let rows = AuthorizationServers.builtIn.rows
    for row in rows where !row.issuer.hosts.isEmpty {
      for issuer in try sampleIssuers(of: row) {
        #expect(rows.filter { $0.match(issuer) != nil }.map(\.name) == [row.name], "\(issuer)")
        #expect(AuthorizationServers.builtIn.match(issuer)?.name == row.name)
      }
    }
  }

  /// A wildcard that reached up to a public suffix would be everybody's.
  @Test(arguments: AuthorizationServers.builtIn.rows)
  func wildcardsLieBelowADomainOfTheProvider(row: AuthorizationServer) {
    for host in row.issuer.hosts + row.columns.endpointHosts {
      let labels = host.split(separator: ".", omittingEmptySubsequences: false)
      #expect(labels.count >= 2 && labels.allSatisfy { !$0.isEmpty })
      #expect(labels.suffix(2).allSatisfy { $0 != "*" }, "\(host)")
      #expect(host == host.lowercased() && !host.contains(":"))
    }
  }
}
