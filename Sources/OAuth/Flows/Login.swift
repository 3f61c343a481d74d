internal import Connections

extension Operation {
  /// Gets tokens, with a person's help where the grant needs it, and proves that the server takes
  /// them.
  ///
  /// - Returns: the record with them; nothing of it was stored.
  func login(_ record: ConnectionRecord) async throws(OAuthError) -> ConnectionRecord {
    let deadline = surroundings.now() + Int64(settings.timeout)
    var record = record
    record.options = options
    record.parameters = settings.parameters.isEmpty ? record.parameters : settings.parameters
    record.grant = settings.grant
    record.typedIssuer = settings.issuer
    record.typedProvider = settings.provider
    try checkParameters(record.parameters)
    try checkSecret(record)
    let target = try await target(record)
    let before = record
    try checkIssuer(target, record)
    var scopes = ScopeSelection.first(
      named: settings.scopes, challenge: target.challengedScopes,
      supported: target.supportedScopes,
      offline: settings.grant == .clientCredentials
        ? nil : ScopeSelection.offline(target.metadata, target.provider))
    var stepUp = StepUp()
    var mayRetry = true
    while true {
      do {
        let (attempt, visit) = try await attempt(
          record, target, scopes: scopes, mayReuse: mayRetry, deadline: deadline)
        guard let wanted = try await verified(attempt, visit, scopes, &stepUp, before) else {
          return attempt
        }
        scopes = wanted
        // The registration of this attempt is used again.
        record = attempt
        progress(.steppingUp(scopes: scopes))
      } catch {
        // The server has forgotten the client, or holds it to the scopes that it was registered
        // with: once more with a new one (A27).
        let isTooNarrow = error.isInvalidScope && !record.requestedScopes.isEmpty
        guard mayRetry, error.effect.contains(.dropsRegistration) || isTooNarrow,
          record.registration(at: target.metadata.issuer)?.origin == .dynamic
        else { throw error }
        mayRetry = false
        record.removeRegistration(at: target.metadata.issuer)
        progress(
          .warning(
            isTooNarrow
              ? "\(target.metadata.issuer) does not give these scopes to the client registered before"
              : "\(target.metadata.issuer) does not know this client any more"))
      }
    }
  }

  /// - Throws: ``OAuthError/usage(_:hint:)`` for a parameter that is not the person's to set.
  private func checkParameters(
    _ parameters: [ConnectionRecord.Parameter]
  ) throws(OAuthError) {
    for parameter in parameters where AuthorizationRequest.reserved.contains(parameter.name) {
      throw .usage("the parameter '\(parameter.name)' cannot be set", hint: nil)
    }
  }

  /// A secret goes to whoever is named as authorization server; a server that names one may lie.
  ///
  /// - Throws: ``OAuthError/usage(_:hint:)``.
  private func checkSecret(_ record: ConnectionRecord) throws(OAuthError) {
    guard settings.clientSecret != nil, record.server != nil, settings.issuer == nil,
      settings.provider == nil
    else { return }
    throw .usage(
      "a client secret is for one authorization server, and an MCP server can name any",
      hint: "say whose client it is: --issuer URL, or --provider PRESET")
  }

  /// What the person registered at one authorization server is nothing to another one (A14): that
  /// the server now names another one is for the person to judge.
  ///
  /// - Throws: ``OAuthError/issuerChanged(from:to:)``.
  private func checkIssuer(_ target: LoginTarget, _ record: ConnectionRecord) throws(OAuthError) {
    let issuer = target.metadata.issuer
    guard !record.issuer.isEmpty, issuer != record.issuer, !namesIssuer else { return }
    if record.registration?.origin == .preRegistered, settings.clientID == nil,
      record.registration(at: issuer) == nil
    {
      throw .issuerChanged(from: record.issuer, to: issuer)
    }
    progress(.warning("the login is at \(issuer) now, and no longer at \(record.issuer)"))
  }

  private func attempt(
    _ record: ConnectionRecord, _ target: LoginTarget, scopes: [String], mayReuse: Bool,
    deadline: Int64
  ) async throws(OAuthError) -> (ConnectionRecord, Visit?) {
    var record = record
    // Tokens belong to the issuer that gave them (A4).
    record.dropTokens()
    record.issuer = target.metadata.issuer
    record.resource = target.resource
    record.endpoints = target.endpoints.stored
    record.requestedScopes = scopes
    record.preset = target.provider?.rules
    if settings.grant == .authorizationCode {
      try PKCE.check(
        target.metadata,
        isVouchedFor: options.contains(.pkceUnadvertised)
          || target.provider?.pkceUnadvertised == true)
      if target.endpoints.authorization == nil {
        throw .endpointMissing("authorization endpoint", issuer: record.issuer)
      }
    }
    let (client, receiver) = try await client(
      target, scopes: scopes, record: record, mayReuse: mayReuse)
    let isReused =
      client.origin == .dynamic
      && record.registration(at: record.issuer)?.clientID == client.clientID
    progress(.client(id: client.clientID, origin: client.origin))
    var kept = client
    if let receiver, client.origin != .metadataDocument {
      let plan = try plan(target, registered: kept.redirectURIs)
      kept.redirectURIs = [plan.uri(port: receiver.port)]
    }
    record.set(kept)
    if record.endpoints.revocation == nil,
      let url = target.provider?.revocation(client.clientID)
    {
      record.endpoints.revocation = try OAuthURL(url).text
    }
    let time: Int64
    let answer: TokenAnswer
    switch settings.grant {
    case .authorizationCode:
      guard let receiver else { throw .usage("there is no receiver", hint: nil) }
      do throws(OAuthError) {
        return try await authorize(
          record, target, client: kept, receiver: receiver, deadline: deadline)
      } catch {
        // A server that has forgotten the client shows its own error page, and nothing comes back.
        if case .loginTimedOut(let seconds, _) = error, isReused {
          throw .loginTimedOut(seconds: seconds, forgottenBy: record.issuer)
        }
        throw error
      }
    case .device:
      (answer, time) = try await device(record, target, client: kept, deadline: deadline)
    case .clientCredentials:
      guard kept.clientSecret != nil else {
        throw .clientSecretNeeded(issuer: record.issuer, target.provider?.client)
      }
      time = surroundings.now()
      answer = try await clientCredentials(record)
    }
    record.take(answer, time: time)
    record.loggedIn = surroundings.now()
    record.lastRefresh = nil
    return (record, nil)
  }

  /// As `verify`. Tokens that nobody will use are ended at the authorization server, so far as that
  /// is possible; not where there were tokens before, since some servers end all of a client's.
  private func verified(
    _ record: ConnectionRecord, _ visit: Visit?, _ requested: [String], _ stepUp: inout StepUp,
    _ before: ConnectionRecord
  ) async throws(OAuthError) -> [String]? {
    do throws(OAuthError) {
      return try await verify(record, visit, requested, &stepUp)
    } catch {
      if before.accessToken == nil, before.refreshToken == nil { _ = try? await revoke(record) }
      throw error
    }
  }

  /// Whether the server takes the token; the browser is told what came of it.
  ///
  /// - Returns: the scopes to ask for, when it wants more (A16).
  private func verify(
    _ record: ConnectionRecord, _ visit: Visit?, _ requested: [String], _ stepUp: inout StepUp
  ) async throws(OAuthError) -> [String]? {
    do throws(OAuthError) {
      let wanted = try await wantedScopes(record, requested, &stepUp)
      await visit?.end(wanted.map { .more(scopes: $0) } ?? Self.success(record))
      return wanted
    } catch {
      await visit?.end(.failure(message: error.message, hint: error.hint))
      throw error
    }
  }

  private func wantedScopes(
    _ record: ConnectionRecord, _ requested: [String], _ stepUp: inout StepUp
  ) async throws(OAuthError) -> [String]? {
    guard let text = record.server, let token = record.accessToken else {
      progress(.verified(scopes: record.grantedScopes))
      return nil
    }
    let server = try OAuthURL(text)
    // A token for something else has no business there (A24).
    if let resource = record.resource, try !ProtectedResource.covers(OAuthURL(resource), server) {
      progress(.verified(scopes: record.grantedScopes))
      return nil
    }
    let status: Int
    let challenge: Challenge?
    do {
      (status, challenge) = try await Discovery(fetcher).ask(server, token: token)
    } catch {
      // The tokens are good whatever has become of the server meanwhile.
      progress(.warning("cannot try the new token: \(error.message)"))
      return nil
    }
    if StepUp.isAsked(status: status, challenge: challenge) {
      // A client in its own name has nobody to ask for more.
      if record.grant == .clientCredentials {
        throw .scopesMissing(ScopeSelection.split(challenge?["scope"] ?? ""))
      }
      return try stepUp.next(
        requested: requested, challenge: challenge)
    }
    if status == 401 { throw .tokenNotAccepted(server: server.host) }
    progress(.verified(scopes: record.grantedScopes))
    return nil
  }
}

extension OAuthError {
  /// Whether the authorization server refused the scopes (RFC 6749 section 4.1.2.1).
  fileprivate var isInvalidScope: Bool {
    if case .authorizationRefused("invalid_scope", _) = self { true } else { false }
  }
}
