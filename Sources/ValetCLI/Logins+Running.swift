internal import Broker
internal import Connections
internal import Control
internal import Refreshing
internal import SealedConnections
internal import Secrets
internal import Vault

extension Logins {
  /// The running servers that have a token of it.
  func holders(of name: ConnectionName) -> [LiveServer] {
    guard let servers = try? LiveServers(context).servers else { return [] }
    return servers.filter { $0.holds(.oauth(name)) }
  }

  /// As a server's version of the token; `nil` when there is no such connection.
  func version(of name: ConnectionName) throws -> UInt32? {
    guard let key = try vault.connectionKey(named: name) else { return nil }
    return HeldConnection(name, key, try store.read(key)).version
  }

  /// Gives the present token to the running servers that have an older one, and says what became of
  /// each: at once, and not when the older one is due. The server may have ended it, or it has not
  /// the scopes that somebody has just logged in for.
  ///
  /// What fails here fails no login: it is stored, and the relays find it when they look next.
  ///
  /// - Parameter isNew: whether the connection was made by this login. Servers may run with a token of
  ///   an earlier one of that name; what keeps it fresh for them gets this one's key, else it would
  ///   look for news in a file that is gone.
  func handOver(_ name: ConnectionName, isNew: Bool = false, isQuiet: Bool = false) {
    var report = OutcomeReport(json: isQuiet)
    do {
      let rotation = Rotation(context: context, reference: .oauth(name))
      // Read when it is our turn: the token that comes last is the one that is stored last.
      try rotation.alone {
        let key = try key(of: name)
        let held = HeldConnection(name, key, try store.read(key))
        guard let token = held.copyOfToken() else { return }
        try rotation.distribute(
          token, version: held.version, connection: isNew ? try ConnectionHandover(held) : nil,
          report: &report)
      }
    } catch {
      let reason = Report.reportable(error).message
      Report.warning("running servers were not given the token: \(reason)")
    }
    if report.outcomes.contains(where: { $0.failure != nil || $0.result == .unsupervised }) {
      Report.warning(
        "not every running server has the new token: mcp-valet reload --secret oauth://\(name)")
    }
  }
}
