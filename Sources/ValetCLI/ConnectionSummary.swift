internal import Broker
internal import Connections
internal import Secrets

/// What may be shown of a connection: no token, no secret.
struct ConnectionSummary {
  enum State: String {
    /// The token can be given out, now or after a refresh.
    case ready
    /// The token ends, and nothing can be refreshed.
    case expiring
    /// The token has ended, and nothing can be refreshed; or the server ended the login.
    case ended
  }

  struct Failure: Encodable {
    var time: String
    var code: String
    var message: String
  }

  /// What `--json` prints.
  struct Record: Encodable {
    var name: String
    var state: String
    var grant: String
    /// The MCP server's URL.
    var server: String?
    var resource: String?
    var issuer: String
    var provider: String?
    var clientId: String?
    var registration: String?
    var scopes: [String]
    var loggedIn: String?
    /// `nil`: the server did not say.
    var expires: String?
    var refreshExpires: String?
    var canRefresh: Bool
    var lastRefresh: String?
    var lastFailure: Failure?
    /// Servers that are allowed to have the token.
    var servers: [String]
  }

  private let connection: ConnectionRecord
  private let servers: [String]
  private let now: Int64

  init(_ connection: ConnectionRecord, servers: [String], now: Int64 = Context.now) {
    self.connection = connection
    self.servers = servers
    self.now = now
  }

  var state: State {
    if connection.canRefresh(now: now) { return .ready }
    if !connection.isUsable(now: now) { return .ended }
    return connection.expires == nil ? .ready : .expiring
  }

  private var grant: String {
    switch connection.grant {
    case .authorizationCode: "authorization-code"
    case .device: "device"
    case .clientCredentials: "client-credentials"
    }
  }

  var record: Record {
    let registration = connection.registration
    return Record(
      name: connection.name, state: state.rawValue, grant: grant, server: connection.server,
      resource: connection.resource, issuer: connection.issuer, provider: connection.preset?.row,
      clientId: registration?.clientID,
      registration: registration.map { LoginWords.describe($0.origin) },
      scopes: connection.grantedScopes, loggedIn: connection.loggedIn.map(DateText.describe),
      expires: connection.expires.map(DateText.describe),
      refreshExpires: connection.refreshExpires.map(DateText.describe),
      canRefresh: connection.canRefresh(now: now),
      lastRefresh: connection.lastRefresh.map(DateText.describe),
      lastFailure: connection.lastFailure.map {
        Failure(time: DateText.describe($0.time), code: $0.code, message: $0.message)
      }, servers: servers)
  }

  static let titles = ["NAME", "FOR", "ISSUER", "SCOPES", "TOKEN", "REFRESHED", "SERVERS"]

  var cells: [String] {
    [
      connection.name, connection.server ?? connection.resource ?? "-", connection.issuer,
      connection.grantedScopes.isEmpty ? "-" : connection.grantedScopes.joined(separator: " "),
      expiry,
      connection.lastRefresh.map { "\(DurationText.describe(seconds: now - $0)) ago" } ?? "-",
      servers.isEmpty ? "-" : servers.joined(separator: " "),
    ]
  }

  private var expiry: String {
    if state == .ended { return "log in again" }
    guard let expires = connection.expires else { return "no end known" }
    let left = expires - now
    let text = left > 0 ? DurationText.describe(seconds: left) : "ended"
    return state == .ready ? "\(text), renews" : "\(text), then log in again"
  }

  /// What a person learns after a login.
  func say(isNew: Bool) {
    let place = connection.server ?? connection.resource ?? connection.issuer
    Report.note("logged in: oauth://\(connection.name) is a token for \(place)")
    if !connection.grantedScopes.isEmpty {
      Report.note("scopes: \(connection.grantedScopes.joined(separator: " "))")
    }
    sayExpiry()
    if isNew {
      Report.note("give it to a server: --env VARIABLE=oauth://\(connection.name)")
    }
  }

  private func sayExpiry() {
    let renews = connection.canRefresh(now: now)
    guard let expires = connection.expires else {
      return Report.note(
        renews
          ? "the server does not say how long it lives; it is renewed before it is old"
          : "the server does not say how long it lives, and it cannot be renewed")
    }
    let left = DurationText.describe(seconds: expires - now)
    if renews {
      Report.note("it lives \(left) and is renewed by itself")
    } else {
      Report.warning("it lives \(left) and cannot be renewed: then log in again")
    }
  }
}
