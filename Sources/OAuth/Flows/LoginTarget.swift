internal import Connections

/// What a login is for and where it goes, once that has been found out.
struct LoginTarget: Sendable {
  var metadata: ServerMetadata
  var endpoints: ServerEndpoints
  var provider: Provider?
  /// `nil`: `resource` is not sent.
  var resource: String?
  /// Of the challenge.
  var challengedScopes: String?
  /// Of the resource's metadata.
  var supportedScopes: [String]?
}

extension Operation {
  /// Finds out where to log in: through the server, or at the issuer that was named.
  func target(_ record: ConnectionRecord) async throws(OAuthError) -> LoginTarget {
    if let server = record.server { return try await target(server: server, record) }
    var named = settings.issuer
    if named == nil, settings.provider == nil, !record.issuer.isEmpty { named = record.issuer }
    let provider = try provider(issuer: named)
    guard let issuer = provider?.issuer ?? named else {
      throw .usage("nothing says where to log in", hint: "name a server, --issuer or --provider")
    }
    let url = try OAuthURL(issuer)
    let metadata = try await metadata(issuer: issuer, provider)
    guard let metadata else { throw .noMetadata(issuer: url.text) }
    return try target(metadata, provider, resource: settings.resource)
  }

  private func target(
    server text: String, _ record: ConnectionRecord
  ) async throws(OAuthError) -> LoginTarget {
    let server = try OAuthURL(text)
    let discovery = Discovery(fetcher)
    progress(.discovering(host: server.host))
    let (status, challenge) = try await discovery.ask(server)
    if status != 401 {
      if status >= 500 { throw .serverFailed(host: server.host, status: status) }
      progress(.warning("\(server.host) answers without a token (status \(status))"))
    }
    let resource = try await discovery.resource(of: server, challenge: challenge)
    var target: LoginTarget
    if let resource {
      let selected = try Discovery.select(
        from: resource.authorizationServers, named: settings.issuer, before: record.issuer)
      guard let issuer = selected else { throw .noAuthorizationServer(server.host) }
      progress(.discovering(host: try OAuthURL(issuer).host))
      let provider = try providerNamed(by: server, issuer: issuer)
      warn(of: resource, server)
      guard let metadata = try await metadata(issuer: provider?.issuer ?? issuer, provider) else {
        throw .noMetadata(issuer: issuer)
      }
      target = try self.target(
        metadata, provider, resource: settings.resource ?? resource.resource)
    } else {
      target = try await legacyTarget(server, record)
    }
    target.challengedScopes = challenge?["scope"]
    target.supportedScopes = resource?.scopes
    return target
  }

  private func warn(of resource: ProtectedResource, _ server: OAuthURL) {
    if resource.hasOthers {
      progress(.warning("\(server.host) names several resources, of which one is asked for"))
    }
    if (try? OAuthURL(resource.resource))?.path != server.path, settings.resource == nil {
      progress(
        .warning(
          "the token will be for all of \(resource.resource), as \(server.host) has it, and not "
            + "for \(server.text) alone"))
    }
  }

  /// The row for an issuer that a server names. A row that the person named is for the hosts that it
  /// lists then: it says how much a server is trusted, and no server may claim it for another.
  private func providerNamed(
    by server: OAuthURL, issuer: String
  ) throws(OAuthError) -> Provider? {
    if let named = settings.provider, settings.issuer == nil {
      let own = try surroundings.provider(issuer: issuer, named: nil)
      guard own?.rules.row == named else {
        throw .usage(
          "\(server.host) sends logins to \(issuer), which is no place that the preset \(named) "
            + "knows", hint: "if it belongs there: --provider \(named) --issuer \(issuer)")
      }
    }
    return try provider(issuer: issuer)
  }

  /// A server without metadata of its own: what the person said, else its own origin as revisions
  /// before 2025-06-18 have it (A3, A33).
  private func legacyTarget(
    _ server: OAuthURL, _ record: ConnectionRecord
  ) async throws(OAuthError) -> LoginTarget {
    let resource = settings.resource ?? server.text
    let issuer = settings.issuer ?? server.origin
    let provider = try provider(issuer: settings.provider == nil ? issuer : settings.issuer)
    let found = try await metadata(issuer: provider?.issuer ?? issuer, provider)
    if found == nil, settings.issuer != nil { throw .noMetadata(issuer: issuer) }
    let metadata = found ?? ServerMetadata.defaults(of: server)
    return try target(metadata, provider, resource: resource)
  }

  private func provider(issuer: String?) throws(OAuthError) -> Provider? {
    if options.contains(.noPreset) { return nil }
    let provider = try surroundings.provider(issuer: issuer, named: settings.provider)
    if let provider { progress(.preset(row: provider.rules.row, source: provider.source)) }
    return provider
  }

  private func metadata(
    issuer: String, _ provider: Provider?
  ) async throws(OAuthError) -> ServerMetadata? {
    var metadata: ServerMetadata?
    if provider?.ignoresMetadata != true {
      do {
        metadata = try await Discovery(fetcher).server(issuer)
      } catch {
        // What was typed lacks the slash at the end, or has one too many.
        if case .otherIssuer(issuer, let named) = error, issuer == settings.issuer,
          named == issuer + "/" || named + "/" == issuer
        {
          throw .usage("that issuer calls itself \(named)", hint: "--issuer \(named)")
        }
        throw error
      }
    }
    guard let provider else { return metadata }
    // The row stands in for metadata that is not there.
    if metadata == nil, provider.endpoints.token != nil {
      metadata = ServerMetadata(issuer: issuer)
    }
    if var filled = metadata {
      provider.fill(&filled)
      metadata = filled
    }
    return metadata
  }

  private func target(
    _ metadata: ServerMetadata, _ provider: Provider?, resource: String?
  ) throws(OAuthError) -> LoginTarget {
    progress(.issuer(metadata.issuer))
    let endpoints = try ServerEndpoints(
      metadata, policy: fetcher.policy, provider: provider)
    var resource = resource
    if let text = resource { _ = try OAuthURL(text) }
    if options.contains(.noResource) { resource = nil }
    if case .refused? = provider?.resource, settings.resource == nil { resource = nil }
    return LoginTarget(
      metadata: metadata, endpoints: endpoints, provider: provider, resource: resource)
  }
}
