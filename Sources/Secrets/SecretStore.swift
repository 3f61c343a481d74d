/// Where secrets live. The vault and the OS keyring are stores; later, outside managers.
///
/// Every store passes the conformance suite in `ValetTesting`. A locked or unreachable store is an
/// error and never looks like an absent secret.
package protocol SecretStore {
  /// The scheme whose references this store answers.
  var scheme: SecretReference.Scheme { get }

  /// All secrets of ours in the store, sorted by name; never values.
  ///
  /// - Throws: ``StoreError``, or an error of the store's own module.
  func list() throws -> [SecretSummary]

  /// Reads many values in one round.
  ///
  /// References that the store does not hold are left out: the caller reports all of them at once.
  ///
  /// - Parameter references: references of this store's scheme; a repeated one is read once.
  /// - Throws: ``StoreError``, or an error of the store's own module; never for a missing secret.
  func read(_ references: [SecretReference]) throws -> SecretValues

  /// Stores `value` under `name`: a new secret, or the new value (in the vault: a new version) of
  /// an existing one, whose note and expiry stay where `details` leaves them `nil`.
  ///
  /// - Parameter value: 1 byte to ``SecretLimits/maximumValueLength`` bytes of any kind.
  func write(_ name: SecretName, value: borrowing SecretBytes, details: SecretDetails) throws

  /// Removes the secret with all its versions.
  ///
  /// - Throws: ``StoreError/missing(_:)`` when there is none of that name.
  func remove(_ name: SecretName) throws
}

/// Limits that hold in every store.
package enum SecretLimits {
  /// 1 MiB: larger than any key or certificate chain, small enough to hold in locked memory.
  package static let maximumValueLength = 1 << 20
  /// 4 KiB of UTF-8: a remark, not a document.
  package static let maximumNoteLength = 4096
}

/// What a person says about a secret while storing it.
package struct SecretDetails: Sendable, Equatable {
  /// At most ``SecretLimits/maximumNoteLength`` bytes; `nil` leaves an existing note.
  package var note: String?
  /// Seconds since 1970-01-01T00:00:00Z; `nil` leaves an existing expiry.
  package var expires: Int64?

  package init(note: String? = nil, expires: Int64? = nil) {
    self.note = note
    self.expires = expires
  }
}

/// A line of `list`.
package struct SecretSummary: Sendable, Equatable {
  package var name: SecretName
  /// When the present value was stored, in seconds since 1970-01-01T00:00:00Z; `nil` if unknown.
  package var stored: Int64?
  /// Seconds since 1970-01-01T00:00:00Z; `nil` when the secret does not expire.
  package var expires: Int64?
  package var note: String

  package init(name: SecretName, stored: Int64?, expires: Int64? = nil, note: String = "") {
    self.name = name
    self.stored = stored
    self.expires = expires
    self.note = note
  }
}

/// The failures that stores share; each is a different answer to a person.
package enum StoreError: Error, Equatable, Sendable {
  /// The store answers and holds no such secret.
  case missing(SecretReference)
  /// The store is there and locked.
  case locked(SecretReference.Scheme)
  /// There is no such store on this machine or in this session; the reason says why.
  case unavailable(SecretReference.Scheme, reason: String)
  /// The store did not answer within the deadline.
  case timedOut(SecretReference.Scheme, seconds: Int)
  /// Several items match where one is wanted.
  case ambiguous(SecretReference, count: Int)
  /// The store knows nothing of the vault that is to vouch for a launch: somebody may have put
  /// another one in the place of the person's own.
  case notAnchored(SecretReference.Scheme)
  /// The store answered with an error of its own.
  case failed(SecretReference.Scheme, reason: String)
  case valueTooLarge(SecretName, byteCount: Int)
  case emptyValue(SecretName)
  case noteTooLong(SecretName, byteCount: Int)
}

extension StoreError: ReportableError {
  package var message: String {
    switch self {
    case .missing(.oauth(let name)): "there is no connection \(name)"
    case .missing(let reference): "no secret \(reference)"
    case .locked(let scheme): "\(Self.title(scheme)) is locked"
    case .unavailable(let scheme, let reason):
      "\(Self.title(scheme)) is not available: \(reason)"
    case .timedOut(let scheme, let seconds):
      "\(Self.title(scheme)) did not answer within \(seconds) s"
    case .ambiguous(let reference, let count): "\(count) items match \(reference)"
    case .notAnchored(let scheme):
      "\(Self.title(scheme)) releases nothing under this vault, which it does not know"
    case .failed(let scheme, let reason): "\(Self.title(scheme)) failed: \(reason)"
    case .valueTooLarge(let name, let byteCount):
      "the value for \(name) has \(byteCount) bytes, the limit is \(SecretLimits.maximumValueLength)"
    case .emptyValue(let name): "the value for \(name) is empty"
    case .noteTooLong(let name, let byteCount):
      "the note for \(name) has \(byteCount) bytes, the limit is \(SecretLimits.maximumNoteLength)"
    }
  }

  package var hint: String? {
    switch self {
    case .missing(.vault(let name)): "mcp-valet set \(name)"
    case .missing(.keyring(let name)): "mcp-valet set --store keyring \(name)"
    case .missing(.keyringItem): "look at the item's attributes in your keyring program"
    case .missing(.oauth(let name)): "mcp-valet login \(name)"
    case .locked(.valet): "mcp-valet unlock"
    case .locked: "unlock the keyring in your desktop's keyring program"
    case .unavailable(.keyring, _):
      "start a Secret Service such as gnome-keyring, or keep the secret in the vault"
    case .unavailable: "mcp-valet vault status"
    case .timedOut: "look for a keyring prompt on your screen, or log in to the desktop again"
    case .ambiguous: "add attributes until one item is left"
    case .notAnchored: "look at where the vault is: mcp-valet vault status; then mcp-valet allow"
    case .failed: nil
    case .valueTooLarge: "store a reference to a file, or split the value"
    case .emptyValue: "give a value of at least one byte"
    case .noteTooLong: "shorten the note"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .missing, .ambiguous: .configuration
    case .locked, .notAnchored: .denied
    case .unavailable, .timedOut, .failed: .storeUnavailable
    case .valueTooLarge, .emptyValue, .noteTooLong: .usage
    }
  }

  private static func title(_ scheme: SecretReference.Scheme) -> String {
    switch scheme {
    case .valet: "the vault"
    case .keyring: "the OS keyring"
    case .oauth: "the connection store"
    }
  }
}
