package import Secrets

/// What keeps a file from being encrypted.
package enum AgeError: Error, Equatable, Sendable {
  /// No recipient in the form of `age1…`; `reason` is a clause.
  case recipient(reason: String)
  /// Recipients that other programs know, such as SSH keys.
  case foreignRecipient
  /// One that age itself knows, of another kind than X25519: `age1pq1…`, or a plugin's
  /// `age1NAME1…`; `kind` is what stands before the last `1`.
  case otherKind(String)
  /// Nobody could open the file.
  case noRecipients
  /// A passphrase takes 256 MiB, a recipient next to nothing.
  case outOfMemory
}

extension AgeError: ReportableError {
  package var message: String {
    switch self {
    case .recipient(let reason): "malformed recipient: \(reason)"
    case .foreignRecipient: "only recipients of age's own kind, age1…, are known here"
    case .otherKind("age1pq"): "post-quantum recipients, age1pq1…, are not known here yet"
    case .otherKind(let kind): "recipients of a plugin, \(printable(kind))1…, are not known here"
    case .noRecipients: "there is no recipient"
    case .outOfMemory: "not enough memory for the encryption"
    }
  }

  package var hint: String? {
    switch self {
    case .recipient, .foreignRecipient, .noRecipients:
      "age-keygen makes a key, and prints its recipient"
    case .otherKind:
      "age-keygen, without options, makes a key of the kind that is: age1 and 58 characters more"
    case .outOfMemory: "free some memory, or raise the limit of this session or container"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .recipient, .foreignRecipient, .otherKind, .noRecipients: .usage
    case .outOfMemory: .storeUnavailable
    }
  }
}

extension AgeError {
  init(_ error: SecretMemoryError) { self = .outOfMemory }
}
