internal import Connections
internal import OAuth
internal import Presets
internal import Synchronization

/// The world of one login: a provider on this machine, a browser that does as it is told, a clock
/// that only waits move.
final class ReplaySurroundings: Surroundings {
  private let web: ReplayTransport
  private let servers: AuthorizationServers
  private let clock = Mutex<Int64>(1_800_000_000)
  /// What the browser is sent to, to be picked up by the receiver.
  private let inbox = Mutex<[String]>([])

  init(port: UInt16, servers: AuthorizationServers) {
    web = ReplayTransport(port: port)
    self.servers = servers
  }

  var transport: any HTTPTransport { web }
  func now() -> Int64 { clock.withLock { $0 } }

  func sleep(seconds: Int) async throws(OAuthError) {
    clock.withLock { $0 += Int64(seconds) }
  }

  func report(_ message: NetMessage) {
    guard case .authorize(let url, let redirect, true) = message,
      let location = web.location(of: url), location.hasPrefix(redirect + "?")
    else { return }
    inbox.withLock { $0.append(location) }
  }

  func receiver(_ plan: RedirectPlan) async throws(OAuthError) -> any RedirectReceiver {
    // Any port that is none of those that rows name.
    Receiver(port: plan.listener?.port ?? 49152, world: self)
  }

  func provider(issuer: String?, named: String?) throws(OAuthError) -> Provider? {
    var match: AuthorizationServer.Match?
    if let named {
      guard let row = servers.named(named) else { throw .usage("no row '\(named)'", hint: nil) }
      match = row.applied(to: issuer ?? row.issuer.soleIssuer ?? "")
    } else if let issuer {
      match = servers.match(issuer)
    }
    return match.map(Provider.init(replaying:))
  }

  private struct Receiver: RedirectReceiver {
    let port: UInt16
    let world: ReplaySurroundings

    func next(seconds: Int) async -> (any RedirectArrival)? {
      world.inbox.withLock { $0.isEmpty ? nil : $0.removeFirst() }.map(Arrival.init)
    }

    func close() async {}
  }

  private struct Arrival: RedirectArrival {
    let url: String

    func parameters() throws(OAuthError) -> CallbackParameters {
      try CallbackParameters(pasted: SharedSecret(text: url))
    }

    func answer(_ page: ReceiverPage) async {}
  }
}

extension Provider {
  /// The row as the rules take it.
  init(replaying match: AuthorizationServer.Match) {
    let columns = match.columns
    var rules = PresetRules(row: match.name)
    rules.tokenPath = columns.refreshedTokenPath ?? columns.tokenPath
    rules.grantedScopeSeparator = columns.grantedScopeSeparator
    rules.scopeSeparator = columns.scopeSeparator
    rules.accept = columns.accept
    rules.defaultLifetime = columns.defaultLifetime
    switch columns.revocation {
    case nil: break
    case .refreshTokens: rules.revocationStyle = .refreshTokens
    case .deletion: rules.revocationStyle = .deletion
    case .bearer: rules.revocationStyle = .bearer
    case .some(.none): rules.revocationStyle = PresetRules.RevocationStyle.none
    }
    self.init(rules: rules, source: match.title)
    issuer = match.issuer
    ignoresMetadata = columns.metadata == .ignored
    endpoints.authorization = columns.endpoints.authorization
    endpoints.token = columns.endpoints.token
    endpoints.registration = columns.endpoints.registration
    endpoints.device = columns.endpoints.device
    endpoints.revocation = columns.endpoints.revocation(for: "Iv23replay")
    pkceUnadvertised = columns.proofKey != nil
    switch columns.resource {
    case nil: break
    case .refused: resource = .refused
    case .alsoAs(let name): resource = .alsoAs(name)
    }
    parameters = columns.authorizationParameters.map {
      ConnectionRecord.Parameter(name: $0.name, value: $0.value)
    }
    redirect = columns.redirect.map {
      Provider.Redirect(host: $0.host, port: $0.port, path: $0.path)
    }
    scopeParameter = columns.scopeParameter
    offlineScope = columns.offlineScope
    switch columns.tokenAuthentication {
    case nil: break
    case .basic: authentication = .basic
    case .post: authentication = .post
    }
    needsSecret = columns.clientSecret == .required
    tokenPath = columns.tokenPath
    clientPage = match.client?.page
  }
}
