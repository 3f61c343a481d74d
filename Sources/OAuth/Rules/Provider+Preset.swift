internal import Connections
package import Presets

extension Provider {
  /// A row of the table as the rules take it.
  package init(_ match: AuthorizationServer.Match, source: String) {
    let columns = match.columns
    self.init(rules: PresetRules(match), source: source)
    issuer = match.issuer
    ignoresMetadata = columns.metadata == .ignored
    endpoints.authorization = columns.endpoints.authorization
    endpoints.token = columns.endpoints.token
    endpoints.registration = columns.endpoints.registration
    endpoints.device = columns.endpoints.device
    revocation = { columns.endpoints.revocation(for: $0) }
    vouches = { match.vouches(for: $0) }
    pkceUnadvertised = columns.proofKey != nil
    switch columns.resource {
    case nil: break
    case .refused: resource = .refused
    case .alsoAs(let name): resource = .alsoAs(name)
    }
    parameters = columns.authorizationParameters.map {
      ConnectionRecord.Parameter(name: $0.name, value: $0.value)
    }
    redirect = columns.redirect.map { Redirect(host: $0.host, port: $0.port, path: $0.path) }
    scopeParameter = columns.scopeParameter
    offlineScope = columns.offlineScope
    switch columns.tokenAuthentication {
    case nil: break
    case .basic: authentication = .basic
    case .post: authentication = .post
    }
    needsSecret = columns.clientSecret == .required
    tokenPath = columns.tokenPath
    sendsIssuer = columns.responseIssuer == .sent
    client = match.client.map {
      Client(page: $0.page, steps: $0.steps, redirect: columns.redirect?.registered)
    }
  }

  /// The row for an issuer, or the one that was named.
  ///
  /// - Parameters:
  ///   - issuer: as the person or the resource's metadata wrote it.
  ///   - named: `--provider`: applied to the issuer whatever its host, or to the row's own.
  /// - Returns: `nil` when no row is for the issuer.
  /// - Throws: ``OAuthError/usage(_:hint:)`` for a name that no row has, or a row that needs to be
  ///   told the issuer.
  package static func find(
    in servers: AuthorizationServers, issuer: String?, named: String?
  ) throws(OAuthError) -> Provider? {
    guard let named else {
      guard let issuer, let match = servers.match(issuer) else { return nil }
      return Provider(match, source: source(servers.named(match.name)))
    }
    guard let row = servers.named(named) else {
      throw .usage(
        "no preset has the name '\(named)'",
        hint: "there are: " + servers.rows.map(\.name).joined(separator: " "))
    }
    guard let issuer = issuer ?? row.issuer.soleIssuer else {
      throw .usage(
        "\(row.title) is at many issuers", hint: "name yours: --provider \(named) --issuer URL")
    }
    guard let match = row.applied(to: issuer) else {
      throw .usage("the preset \(named) is not for issuers like '\(issuer)'", hint: nil)
    }
    return Provider(match, source: source(row))
  }

  private static func source(_ row: AuthorizationServer?) -> String {
    guard let source = row?.sources.first else { return "presets.json" }
    return "\(source.url), \(source.checked)"
  }
}

extension PresetRules {
  fileprivate init(_ match: AuthorizationServer.Match) {
    let columns = match.columns
    self.init(row: match.name)
    tokenPath = columns.refreshedTokenPath ?? columns.tokenPath
    grantedScopeSeparator = columns.grantedScopeSeparator
    scopeSeparator = columns.scopeSeparator
    accept = columns.accept
    defaultLifetime = columns.defaultLifetime
    endingErrors = columns.endingErrors
    tokenType = columns.tokenType
    if case .alsoAs(let name)? = columns.resource { resourceParameter = name }
    switch columns.revocation {
    case nil: break
    case .refreshTokens: revocationStyle = .refreshTokens
    case .deletion: revocationStyle = .deletion
    case .bearer: revocationStyle = .bearer
    case .some(.none): revocationStyle = PresetRules.RevocationStyle.none
    }
  }
}
