internal import Secrets

/// Why an operation on the keyring did not work, before it is known what was wanted.
enum KeyringFailure: Error, Equatable {
  /// The other side answered with a D-Bus error, such as
  /// `org.freedesktop.DBus.Error.ServiceUnknown`.
  case remote(name: String, message: String)
  /// GLib itself gave up: the connection closed, or an answer made no sense.
  case local(message: String)
  case expired
  /// libsecret is not installed, or is not the one we know.
  case notLoaded(message: String)
  /// There is no bus to talk to; the reason fits behind "the OS keyring is not available: ".
  case noBus(reason: String)
  case locked
  case noDefaultCollection
  /// A value that was read right after it was written is another one.
  case notKept
  /// The keyring found an item and kept its value back.
  case withheld
  case ambiguous(SecretReference, count: Int)
  /// No item vouches for the vault.
  case notAnchored

  /// Whether the connection is as good as before.
  var leavesConnectionUsable: Bool {
    switch self {
    case .locked, .noDefaultCollection, .notKept, .withheld, .ambiguous, .notAnchored: true
    case .remote, .local, .expired, .notLoaded, .noBus: false
    }
  }

  /// - Parameter deadline: the one of the operation.
  func storeError(deadline: Duration) -> StoreError {
    switch self {
    case .remote("org.freedesktop.Secret.Error.IsLocked", _), .locked: .locked(.keyring)
    case .remote("org.freedesktop.DBus.Error.ServiceUnknown", _),
      .remote("org.freedesktop.DBus.Error.NameHasNoOwner", _):
      .unavailable(.keyring, reason: "no Secret Service answers on the session bus")
    case .remote(let name, let message)
    where name.utf8.starts(with: "org.freedesktop.DBus.Error.Spawn".utf8):
      .unavailable(.keyring, reason: "the Secret Service does not start: \(Self.clause(message))")
    case .remote("org.freedesktop.DBus.Error.NoReply", _),
      .remote("org.freedesktop.DBus.Error.Disconnected", _):
      .failed(.keyring, reason: "the Secret Service went away")
    case .remote(let name, let message):
      .failed(.keyring, reason: message.isEmpty ? name : Self.clause(message))
    case .local(let message): .failed(.keyring, reason: Self.clause(message))
    case .expired:
      .timedOut(.keyring, seconds: Int(max(1, deadline.components.seconds)))
    case .notLoaded(let message):
      .unavailable(.keyring, reason: "libsecret cannot be loaded: \(Self.clause(message))")
    case .noBus(let reason): .unavailable(.keyring, reason: reason)
    case .noDefaultCollection: .unavailable(.keyring, reason: "it has no default collection")
    case .notKept: .failed(.keyring, reason: "it did not keep the value as it was written")
    case .withheld: .failed(.keyring, reason: "it found an item and did not hand over its value")
    case .ambiguous(let reference, let count): .ambiguous(reference, count: count)
    case .notAnchored: .notAnchored(.keyring)
    }
  }

  /// Somebody else's sentence as part of ours: one line, no full stop.
  private static func clause(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.utf8.last == UInt8(ascii: ".") ? String(line.dropLast()) : line
  }
}
