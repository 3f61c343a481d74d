internal import Broker
internal import Connections
internal import NetClient
internal import Refreshing
internal import SealedConnections
internal import Secrets
internal import Vault

extension Logins {
  /// A token that lives long enough, refreshed where it does not; one that is still valid where no
  /// better one is to be had, which is said then.
  ///
  /// - Parameter minimumLife: seconds.
  /// - Throws: `RefreshError`.
  func token(of name: ConnectionName, minimumLife: Int64) throws -> SharedSecret {
    var options = RefreshOptions()
    options.minimumLife = minimumLife
    let stored: StoredConnection
    switch try refresh(name, options) {
    case .fresh(let connection): stored = connection
    case .usable(let connection, let error):
      Report.note("\(error.message); the token that is still valid is used")
      stored = connection
    case .failed(let error): throw error
    }
    guard let token = stored.record.accessToken else { throw RefreshError.expired(name) }
    if let expires = stored.record.expires, expires - Context.now < minimumLife {
      let life = DurationText.describe(seconds: expires - Context.now)
      Report.note("the server gives no longer-lived one: it ends in \(life)")
    }
    return token
  }

  /// The connection with a new token.
  ///
  /// - Throws: `RefreshError`.
  func refresh(_ name: ConnectionName) throws -> ConnectionRecord {
    var options = RefreshOptions()
    options.isForced = true
    switch try refresh(name, options) {
    case .fresh(let stored): return stored.record
    case .usable(_, let error), .failed(let error): throw error
    }
  }

  private func refresh(
    _ name: ConnectionName, _ options: RefreshOptions
  ) throws -> TokenRefresh.Outcome {
    let key = try key(of: name)
    let present = try store.read(key)
    guard options.asksFor(present.record) else { return .fresh(present) }
    var options = options
    options.network = NetworkSettings.read(in: context.locations)
    let work = SlowWork("asking the server for a token of '\(name)'")
    defer { work.end() }
    return TokenRefresh.finish(
      [TokenRefresh(name, key, present, in: store, options: options)])[0]
  }

  /// Tells the server to end the tokens; the caller has the connection's lock.
  ///
  /// - Throws: `NetFailure`, `NetProcessError`, `ConnectionStoreError`.
  func revoke(_ name: ConnectionName) throws -> [NetMessage.Revocation] {
    let record = try store.read(try key(of: name)).record
    guard record.accessToken != nil || record.refreshToken != nil else { return [] }
    let settings = NetworkSettings.read(in: context.locations)
    let net = try NetProcess.start(.begin(.init(.revoke, record, settings: settings)))
    switch try net.lastMessage(within: Self.revocationLimit) {
    case .revoked(let revocations): return revocations
    case .failure(let failure): throw failure
    default: throw NetProcessError.exchange(.malformed("an answer to another question"))
    }
  }

  /// Two tokens, each with a server's 10 s.
  private static var revocationLimit: Duration { .seconds(25) }
}
