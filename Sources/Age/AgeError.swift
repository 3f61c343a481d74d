package import Secrets

/// What keeps a file from being encrypted.
package enum AgeError: Error, Equatable, Sendable {
  /// No recipient in the form of `age1…`; `reason` is a clause.
  case recipient(reason: String)
  /// Recipients that other programs know, such as SSH keys.
  case foreignRecipient
  case noRecipients
  case outOfMemory
}

extension AgeError: ReportableError {
  package var message: String {
    switch self {
    case .recipient(let reason): "malformed recipient: \(reason)"
    case .foreignRecipient: "only recipients of age's own kind, age1…, are known here"
    case .noRecipients: "there is no recipient"
    case .outOfMemory: "not enough memory for the encryption"
    }
  }

  package var hint: String? {
    switch self {
    case .recipient, .foreignRecipient, .noRecipients:
      "age-keygen makes a key, and prints its recipient"
    case .outOfMemory: "free some memory, or raise the limit of this session or container"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .recipient, .foreignRecipient, .noRecipients: .usage
    case .outOfMemory: .storeUnavailable
    }
  }
}

extension AgeError {
  init(_ error: SecretMemoryError) { self = .outOfMemory }
}
