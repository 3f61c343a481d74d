internal import Connections
internal import Files
internal import NetClient
package import Refreshing
internal import SealedConnections
package import Secrets
package import Vault

/// The tokens of OAuth connections, fresh as they are handed over.
package struct TokenAccess {
  private let store: ConnectionStore
  private let vault: VaultStore
  private let options: RefreshOptions

  /// - Parameter vault: opened; it has the connections' keys.
  package init(_ context: Context, vault: VaultStore, options: RefreshOptions = RefreshOptions()) {
    store = ConnectionStore(context.locations)
    self.vault = vault
    var options = options
    options.network = NetworkSettings.read(in: context.locations)
    self.options = options
  }

  /// Reads the tokens of connections, those that are stale refreshed before; all of them at once.
  ///
  /// - Parameters:
  ///   - names: each once.
  ///   - refreshes: whether servers may be asked; else a stale token is as good as a fresh one.
  ///   - failures: gets why a connection has no token.
  /// - Returns: what has one.
  /// - Throws: `VaultError`.
  package func read(
    _ names: [ConnectionName], refreshes: Bool, failures: inout [RefreshError]
  ) throws(VaultError) -> [HeldConnection] {
    var held: [HeldConnection] = []
    var stale: [TokenRefresh] = []
    for name in names {
      guard let key = try vault.connectionKey(named: name) else {
        failures.append(.unknown(name))
        continue
      }
      do throws(ConnectionStoreError) {
        let stored = try store.read(key)
        if refreshes, options.asksFor(stored.record) {
          stale.append(TokenRefresh(name, key, stored, in: store, options: options))
        } else {
          held.append(HeldConnection(name, key, stored))
        }
      } catch {
        failures.append(.store(name, error))
      }
    }
    if !stale.isEmpty { refresh(stale, &held, &failures) }
    return held
  }

  private func refresh(
    _ stale: [TokenRefresh], _ held: inout [HeldConnection], _ failures: inout [RefreshError]
  ) {
    LaunchWatch.expectServer(of: stale[0].name)
    let outcomes = TokenRefresh.finish(stale)
    LaunchWatch.noteExchangeEnd()
    for (refresh, outcome) in zip(stale, outcomes) {
      switch outcome {
      case .fresh(let stored): held.append(HeldConnection(refresh.name, refresh.key, stored))
      case .usable(let stored, let error):
        // Said, since the next launch may find it run out.
        Report.note("\(error.message); the token that is still valid is used")
        held.append(HeldConnection(refresh.name, refresh.key, stored))
      case .failed(let error): failures.append(error)
      }
    }
  }

  /// The tokens of connections as a store gives its values.
  ///
  /// - Throws: `SecretMemoryError`.
  static func values(_ connections: [HeldConnection]) throws(SecretMemoryError) -> SecretValues {
    var length = 0
    for connection in connections { length += connection.token?.count ?? 0 }
    var memory = try SecretBytes(count: length)
    var places: [SecretValues.Place] = []
    var offset = 0
    for connection in connections {
      guard let token = connection.token else { continue }
      let range = offset..<offset + token.count
      memory.withUnsafeMutableBytes { memory in
        let target = UnsafeMutableRawBufferPointer(rebasing: memory[range])
        token.withUnsafeBytes { target.copyMemory(from: $0) }
      }
      places.append(
        .init(.oauth(connection.name), range, version: connection.version))
      offset = range.upperBound
    }
    return SecretValues(memory: memory, places: places)
  }
}

extension ResolvedValues {
  /// What keeps the tokens fresh while the server runs. They hold the connections' keys, and no
  /// refresh token.
  func keepers() throws -> [TokenKeeper] {
    if connections.isEmpty { return [] }
    let context = try Context.current()
    var options = RefreshOptions()
    options.network = NetworkSettings.read(in: context.locations)
    // Where there is none, the first refresh says so.
    options.program = try? NetExecutable.installed()
    let store = ConnectionStore(context.locations)
    return connections.map { TokenKeeper($0, in: store, options: options) }
  }
}
