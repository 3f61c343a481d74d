package import Connections
package import SealedConnections
package import Secrets
package import Vault

/// A connection as a server has its token.
package struct HeldConnection: Sendable {
  package let name: ConnectionName
  package let key: ConnectionKey
  package var stored: StoredConnection

  package init(_ name: ConnectionName, _ key: ConnectionKey, _ stored: StoredConnection) {
    self.name = name
    self.key = key
    self.stored = stored
  }

  package var token: SharedSecret? { stored.record.accessToken }

  /// What stands for the version of a secret: it grows with every write.
  package var version: UInt32 { UInt32(truncatingIfNeeded: stored.generation) }
}
