package import Connections

/// One operation of `mcp-valet-net`, from its request to its result.
package struct Operation: Sendable {
  let surroundings: any Surroundings
  let settings: LoginSettings
  let fetcher: Fetcher
  /// Whether the person's word for private addresses holds.
  let options: ConnectionRecord.Options

  /// - Throws: ``OAuthError/url(_:_:)`` for a URL that the person typed wrongly.
  package init(_ begin: NetRequest.Begin, in surroundings: any Surroundings) throws(OAuthError) {
    self.surroundings = surroundings
    settings = begin.settings
    options = begin.record.options.union(begin.settings.options)
    var typed: [OAuthURL] = []
    // The order of trust: what was typed now or at the login. An issuer that a server named is
    // typed only where no server was.
    let server = begin.record.server
    for text in [server, server == nil ? begin.record.issuer : nil, settings.issuer] {
      guard let text, !text.isEmpty else { continue }
      typed.append(try OAuthURL(text))
    }
    if let url = settings.clientMetadataURL { typed.append(try OAuthURL(url)) }
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
