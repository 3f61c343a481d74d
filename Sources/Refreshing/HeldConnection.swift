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

  /// A copy of the token; `nil` where there is none, or no memory.
  package func copyOfToken() -> SecretBytes? {
    guard let token else { return nil }
    return token.withUnsafeBytes { try? SecretBytes(copying: $0) }
  }

  /// One more with every write of the connection.
  package var generation: UInt64 { stored.generation }

  /// What stands for the version of a secret: it grows with every write.
  package var version: UInt32 { UInt32(truncatingIfNeeded: stored.generation) }
}
