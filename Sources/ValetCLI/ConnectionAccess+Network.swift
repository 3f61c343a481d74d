internal import Broker
internal import Connections
internal import NetClient
internal import SealedConnections
internal import Secrets
internal import Vault

extension ConnectionAccess {
  /// A token that lives long enough, refreshed where it does not.
  ///
  /// - Parameter minimumLife: seconds.
  func token(of name: ConnectionName, minimumLife: Int64) throws -> SharedSecret {
    let record = try refreshed(name) { $0.needsRefresh(now: Context.now, minimumLife: minimumLife) }
    guard let token = record.accessToken else { throw StoreError.missing(.oauth(name)) }
    return token
  }

  /// The connection with a new token.
  func refresh(_ name: ConnectionName) throws -> ConnectionRecord {
    try refreshed(name) { _ in true }
  }

  private func refreshed(
    _ name: ConnectionName, where isStale: (ConnectionRecord) -> Bool
  ) throws -> ConnectionRecord {
    let key = try key(of: name)
    let lock = try store.lock(key.connectionID)
    let present = try store.read(key)
    guard isStale(present.record) else { return present.record }
    let net = try NetProcess.start(.begin(.init(.refresh, present.record)))
    switch try net.lastMessage(within: .seconds(30)) {
    case .result(let record):
      _ = try store.write(record, over: present, key, under: lock)
      lock.release()
      return record
    case .failure(let failure):
      var record = present.record
      record.apply(failure, time: Context.now)
      _ = try store.write(record, over: present, key, under: lock)
      throw failure
    default: throw NetProcessError.exchange(.malformed("an answer to another question"))
    }
  }

  /// Tells the server to end the tokens.
  func revoke(_ name: ConnectionName) throws -> [NetMessage.Revocation] {
    let record = try store.read(try key(of: name)).record
    guard record.accessToken != nil || record.refreshToken != nil else { return [] }
    let net = try NetProcess.start(.begin(.init(.revoke, record)))
    switch try net.lastMessage(within: Self.revocationLimit) {
    case .revoked(let revocations): return revocations
    case .failure(let failure): throw failure
    default: throw NetProcessError.exchange(.malformed("an answer to another question"))
    }
  }

  /// Two tokens, each with a server's 10 s.
  private static var revocationLimit: Duration { .seconds(25) }
}
