internal import Secrets

/// What `mcp-valet-net` says.
package enum NetMessage: Sendable {
  case progress(Progress)
  /// The page on which the person logs in is to be opened, and shown as text as well.
  ///
  /// - Parameters:
  ///   - url: https, or http on loopback; ASCII without blanks, quotes or control characters, so it
  ///     may be printed, and given to a program as one argument behind `--`.
  ///   - redirect: where the browser is sent afterwards.
  ///   - listens: whether that redirect is received here; else only pasting helps.
  case authorize(url: String, redirect: String, listens: Bool)
  /// A code that the person types on another device's page (RFC 8628).
  case device(DevicePrompt)
  /// The changed record, to be stored before anything in it is used.
  case result(ConnectionRecord)
  /// What became of each token that was to be revoked.
  case revoked([Revocation])
  case failure(NetFailure)

  package struct DevicePrompt: Sendable, Equatable {
    /// At most 64 printable characters.
    package var userCode: String
    /// As ``NetMessage/authorize(url:redirect:listens:)``'s.
    package var verificationURL: String
    /// The same with the code in it, where the server offers it.
    package var completeURL: String?
    /// Seconds from now.
    package var expiresIn: UInt32

    package init(
      userCode: String, verificationURL: String, completeURL: String?, expiresIn: UInt32
    ) {
      self.userCode = userCode
      self.verificationURL = verificationURL
      self.completeURL = completeURL
      self.expiresIn = expiresIn
    }
  }

  package struct Revocation: Sendable, Equatable {
    package enum Token: UInt8, Sendable, CaseIterable {
      case refresh = 1
      case access = 2
    }
    package enum Outcome: UInt8, Sendable, CaseIterable {
      /// The server says that the token is void.
      case revoked = 1
      /// The server refused; several refuse clients without a secret.
      case refused = 2
      /// No answer, or one that cannot be understood.
      case unreachable = 3
      /// The server has no way to revoke.
      case unsupported = 4
    }

    package var token: Token
    package var outcome: Outcome
    /// What the server said, as a terminal may be given it; may be empty.
    package var detail: String

    package init(_ token: Token, _ outcome: Outcome, detail: String = "") {
      self.token = token
      self.outcome = outcome
      self.detail = printable(detail, limit: 300)
    }
  }

  /// Whether nothing comes behind it.
  package var isLast: Bool {
    switch self {
    case .result, .revoked, .failure: true
    case .progress, .authorize, .device: false
    }
  }
}
