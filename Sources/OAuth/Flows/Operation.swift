package import Connections

/// One operation of `mcp-valet-net`, from its request to its result.
package struct Operation: Sendable {
  let surroundings: any Surroundings
  let settings: LoginSettings
  let fetcher: Fetcher
  /// Whether the person's word for private addresses holds.
  let options: ConnectionRecord.Options
  /// Whether the person has just named the authorization server, by its issuer or as a provider.
  let namesIssuer: Bool

  /// - Throws: ``OAuthError/url(_:_:)`` for a URL that the person typed wrongly.
  package init(_ begin: NetRequest.Begin, in surroundings: any Surroundings) throws(OAuthError) {
    self.surroundings = surroundings
    let record = begin.record
    var settings = begin.settings
    options = begin.operation == .login ? settings.options : record.options
    namesIssuer = settings.issuer != nil || settings.provider != nil
    // Where the person said at the login before; either word given now takes the place of both.
    if !namesIssuer {
      settings.issuer = record.typedIssuer
      settings.provider = options.contains(.noPreset) ? nil : record.typedProvider
    }
    self.settings = settings
    var typed: [OAuthURL] = []
    // The order of trust: what was typed now or at the login. An issuer that a server named is
    // typed only where no server was.
    let server = record.server
    for text in [
      server, server == nil ? record.issuer : nil, record.typedIssuer, settings.issuer,
      settings.clientMetadataURL,
    ] {
      guard let text, !text.isEmpty else { continue }
      typed.append(try OAuthURL(text))
    }
    for client in record.registrations where client.origin == .metadataDocument {
      if let url = try? OAuthURL(client.clientID) { typed.append(url) }
    }
    fetcher = Fetcher(
      surroundings.transport,
      policy: ReachPolicy(typed: typed, allowsPrivate: options.contains(.privateAddresses)))
  }

  /// Runs it.
  ///
  /// - Returns: the last message; failures are thrown.
  package static func run(
    _ begin: NetRequest.Begin, in surroundings: any Surroundings
  ) async throws(OAuthError) -> NetMessage {
    let operation = try Operation(begin, in: surroundings)
    switch begin.operation {
    case .login: return .result(try await operation.login(begin.record))
    case .refresh: return .result(try await operation.refresh(begin.record))
    case .revoke: return .revoked(try await operation.revoke(begin.record))
    }
  }

  func progress(_ progress: Progress) { surroundings.report(.progress(progress)) }
}
