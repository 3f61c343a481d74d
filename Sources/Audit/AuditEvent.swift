/// Something that is to be found in the log afterwards. Names and versions; there is no place for a
/// value.
package struct AuditEvent: Equatable, Sendable {
  /// What happened.
  package enum Kind: String, CaseIterable, Sendable {
    /// A server was started with secrets.
    case released
    /// A launch was refused, or a command that would have handed out a secret.
    case refused
    /// A running server is replaced by one with these secrets.
    case swapped
    /// A supervised server ended.
    case exited
    /// A secret got a value by hand.
    case stored
    /// A secret got a new value, for running servers as well.
    case rotated
    /// An older value is the present one again.
    case restored
    case removed
    /// A value was printed.
    case read
    case unlocked, locked
    /// Something else in the vault was written: its ways in, its key, its settings.
    case changed
    case granted, denied
    /// An OAuth login, and its end.
    case loggedIn, loggedOut
    /// The first record under a new chain of keys.
    case begun
    /// The first record of a file that goes on where another ended.
    case continued
    /// Bytes in front of it are no record.
    case torn
    /// Records are missing that had been written.
    case cut
  }

  /// How it ended, as far as it is known when it is recorded.
  package enum Outcome: String, CaseIterable, Sendable {
    case ok, refused, failed
  }

  /// A secret by its reference, and which value of it.
  package struct Secret: Equatable, Sendable {
    /// As a reference is written, such as `valet://github/token`.
    package var reference: String
    /// `nil` where a store counts none.
    package var version: UInt32?

    package init(_ reference: String, version: UInt32? = nil) {
      self.reference = reference
      self.version = version
    }
  }

  package var kind: Kind
  package var outcome: Outcome
  /// The server's name; `nil` where no server has to do with it.
  package var server: String?
  package var secrets: [Secret] = []
  /// The program that was or would have been executed, as it was found; no arguments.
  package var command: String?
  /// What else a person should know, such as why it was refused. Never text of a secret.
  package var detail: String?
  /// What a server ended with.
  package var exitCode: Int32?

  package init(_ kind: Kind, _ outcome: Outcome = .ok) {
    self.kind = kind
    self.outcome = outcome
  }
}
