internal import Connections

extension Operation {
  /// The client to log in as, in the order of A11, and the receiver of its redirects, bound before
  /// a server hears of it (A32).
  ///
  /// - Parameter mayReuse: whether a client registered earlier may be used; not after the server
  ///   said that it does not know it (A27).
  func client(
    _ target: LoginTarget, scopes: [String], record: ConnectionRecord, mayReuse: Bool
  ) async throws(OAuthError) -> (ClientRegistration, (any RedirectReceiver)?) {
    let usesBrowser = settings.grant == .authorizationCode
    if let client = try givenClient(target, record) {
      guard usesBrowser else { return (client, nil) }
      return try await givenReceiver(client, target)
    }
    guard settings.clientSecret == nil else {
      throw .usage("a client secret is nothing without the client's id", hint: "--client-id ID")
    }
    if let url = settings.clientMetadataURL ?? portableDocument(target, record) {
      if target.metadata.supportsClientDocuments {
        return try await documentClient(url, target, usesBrowser)
      }
      progress(.warning("\(target.metadata.issuer) does not take client metadata documents"))
    }
    if mayReuse, let client = record.registration(at: target.metadata.issuer),
      client.secretExpires.map({ $0 > surroundings.now() }) ?? true
    {
      if !usesBrowser { return (client, nil) }
      if let receiver = try await reusedReceiver(client, target) { return (client, receiver) }
    }
    return try await registeredClient(target, scopes, usesBrowser)
  }

  /// The metadata document of an earlier login at another authorization server: its URL means the
  /// same everywhere (A12).
  private func portableDocument(_ target: LoginTarget, _ record: ConnectionRecord) -> String? {
    guard record.registration(at: target.metadata.issuer) == nil else { return nil }
    return record.registrations.last { $0.origin == .metadataDocument }?.clientID
  }

  /// A client id that the person gave, now or at an earlier login.
  private func givenClient(
    _ target: LoginTarget, _ record: ConnectionRecord
  ) throws(OAuthError) -> ClientRegistration? {
    let issuer = target.metadata.issuer
    var client: ClientRegistration
    if let clientID = settings.clientID {
      guard Registration.isClientID(clientID) else {
        throw .usage("the client id has characters that no client id has", hint: nil)
      }
      client = ClientRegistration(
        issuer: issuer, clientID: clientID, clientSecret: settings.clientSecret,
        origin: .preRegistered, authentication: .none)
      // That of an earlier login stays when only the id was given again.
      if let known = record.registration(at: issuer), known.clientID == clientID {
        client.clientSecret = client.clientSecret ?? known.clientSecret
        client.redirectURIs = known.redirectURIs
      }
    } else if let known = record.registration(at: issuer), known.origin == .preRegistered {
      client = known
      if let secret = settings.clientSecret { client.clientSecret = secret }
    } else {
      return nil
    }
    if target.provider?.needsSecret == true, client.clientSecret == nil, settings.grant != .device {
      throw .clientSecretNeeded(issuer: issuer, target.provider?.client)
    }
    client.authentication = Self.authentication(client, target)
    return client
  }

  /// As at the login before, since that worked; where its port is in use, as at a first login.
  private func givenReceiver(
    _ client: ClientRegistration, _ target: LoginTarget
  ) async throws(OAuthError) -> (ClientRegistration, any RedirectReceiver) {
    var client = client
    do {
      let plan = try plan(target, registered: client.redirectURIs)
      return (client, try await surroundings.receiver(plan))
    } catch {
      guard case .portTaken = error, settings.redirectPort == nil, !client.redirectURIs.isEmpty
      else { throw error }
      client.redirectURIs = []
      return (client, try await surroundings.receiver(try plan(target, registered: [])))
    }
  }

  /// A26, for a client that was not registered by us.
  private static func authentication(
    _ client: ClientRegistration, _ target: LoginTarget
  ) -> ClientRegistration.Authentication {
    guard client.clientSecret != nil else { return .none }
    if let method = target.provider?.authentication { return method }
    guard let methods = target.metadata.tokenAuthentication else { return .basic }
    if methods.contains("client_secret_basic") { return .basic }
    return methods.contains("client_secret_post") ? .post : .basic
  }

  private func documentClient(
    _ url: String, _ target: LoginTarget, _ usesBrowser: Bool
  ) async throws(OAuthError) -> (ClientRegistration, (any RedirectReceiver)?) {
    let document = try await ClientDocument.fetch(url, fetcher)
    let client = ClientRegistration(
      issuer: target.metadata.issuer, clientID: url, origin: .metadataDocument,
      authentication: .none, redirectURIs: document.redirectURIs)
    guard usesBrowser else { return (client, nil) }
    let plan = try plan(target, registered: document.redirectURIs)
    return (client, try await surroundings.receiver(plan))
  }

  /// Binds the port that a client was registered with. Servers that compare whole URIs take no
  /// other one; where it is in use, the client is registered anew.
  private func reusedReceiver(
    _ client: ClientRegistration, _ target: LoginTarget
  ) async throws(OAuthError) -> (any RedirectReceiver)? {
    let plan = try plan(target, registered: client.redirectURIs)
    do {
      return try await surroundings.receiver(plan)
    } catch {
      guard case .portTaken = error, client.origin == .dynamic, settings.redirectPort == nil else {
        throw error
      }
      return nil
    }
  }

  private func registeredClient(
    _ target: LoginTarget, _ scopes: [String], _ usesBrowser: Bool
  ) async throws(OAuthError) -> (ClientRegistration, (any RedirectReceiver)?) {
    // A client in its own name has to have a secret, which none is registered for where `none` will
    // do.
    guard let endpoint = target.endpoints.registration,
      settings.grant != .clientCredentials || Registration.givesSecret(target.metadata)
    else { throw .clientNeeded(issuer: target.metadata.issuer, target.provider?.client) }
    let registration = Registration(fetcher: fetcher)
    func register(_ redirects: [String]) async throws(OAuthError) -> ClientRegistration {
      try await registration.register(
        target.metadata, at: endpoint, redirects: redirects, scopes: scopes, grant: settings.grant)
    }
    guard usesBrowser else { return (try await register([]), nil) }
    let plan = try plan(target, registered: [])
    let receiver = try await surroundings.receiver(plan)
    do {
      return (try await register([plan.uri(port: receiver.port)]), receiver)
    } catch {
      await receiver.close()
      // A refused redirect URI may be spelt otherwise (A13): some servers know only `localhost`.
      guard case .registrationRefused("invalid_redirect_uri", _) = error,
        var other = plan.listener, other.host == "127.0.0.1", settings.redirectURI == nil
      else { throw error }
      other.host = "localhost"
      let second = RedirectPlan(other)
      let receiver = try await surroundings.receiver(second)
      do {
        return (try await register([second.uri(port: receiver.port)]), receiver)
      } catch {
        await receiver.close()
        throw error
      }
    }
  }

  /// Where the browser is to come back to: as the person said, else as the client is registered,
  /// else as the provider wants it, else at any port of 127.0.0.1.
  func plan(_ target: LoginTarget, registered: [String]) throws(OAuthError) -> RedirectPlan {
    if let uri = settings.redirectURI { return try RedirectPlan(uri: uri) }
    var plans: [RedirectPlan] = []
    for uri in registered {
      if let plan = try? RedirectPlan(uri: uri) { plans.append(plan) }
    }
    var plan = plans.first { $0.listener != nil } ?? plans.first
    if plan == nil, let redirect = target.provider?.redirect {
      plan = RedirectPlan(
        .init(host: redirect.host, port: redirect.port, path: redirect.path))
    }
    var chosen =
      plan
      ?? RedirectPlan(.init(host: "127.0.0.1", port: nil, path: RedirectPlan.standardPath))
    if let port = settings.redirectPort { chosen.listener?.port = port }
    return chosen
  }
}
