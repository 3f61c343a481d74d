package import Connections
package import SealedConnections
package import Secrets
package import Vault

/// A connection as a server has its token: nothing that gets another token is in it.
package struct HeldConnection: Sendable {
  /// As the vault has it.
  package let name: ConnectionName
  /// Opens the connection's file.
  package let key: ConnectionKey
  /// The access token; `nil` where there is none.
  package let token: SharedSecret?
  /// One more with every write of the connection.
  package let generation: UInt64
  let life: TokenLife

  /// Takes the access token and its times; the refresh token and the client stay behind.
  package init(_ name: ConnectionName, _ key: ConnectionKey, _ stored: StoredConnection) {
    self.name = name
    self.key = key
    token = stored.record.accessToken
    generation = stored.generation
    life = TokenLife(stored)
  }

  /// A copy of the token; `nil` where there is none, or no memory.
  package func copyOfToken() -> SecretBytes? {
    guard let token else { return nil }
    return token.withUnsafeBytes { try? SecretBytes(copying: $0) }
  }

  /// Whether it is of the same login: one after a logout has a connection of its own.
  package func isOfConnection(_ other: HeldConnection) -> Bool {
    key.connectionID == other.key.connectionID
  }

  /// What stands for the version of a secret: it grows with every write.
  package var version: UInt32 { UInt32(truncatingIfNeeded: generation) }
}

/// What is known of the life of a token. Times are Unix seconds.
struct TokenLife: Sendable {
  /// Of the file that it was read from.
  var writeID: RandomID
  var obtained: Int64?
  /// `nil` where the server did not say.
  var expires: Int64?
  /// When it ends or is taken to; `nil`: never.
  var effectiveExpiry: Int64?

  init(_ stored: StoredConnection) {
    writeID = stored.writeID
    obtained = stored.record.obtained
    expires = stored.record.expires
    effectiveExpiry = stored.record.effectiveExpiry
  }

  /// As ``ConnectionRecord/margin(ofLife:)``.
  var margin: Int64 {
    guard let effectiveExpiry else { return 0 }
    return ConnectionRecord.margin(ofLife: effectiveExpiry - (obtained ?? effectiveExpiry))
  }
}
