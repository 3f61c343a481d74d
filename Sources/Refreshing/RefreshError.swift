package import Connections
package import NetClient
package import SealedConnections
package import Secrets

/// Why a connection gives no token, or no new one.
package enum RefreshError: Error, Sendable {
  /// The vault knows no connection of that name.
  case unknown(ConnectionName)
  /// The authorization server ended the login, or nobody has finished one yet; what it said, where
  /// it said something.
  case ended(ConnectionName, reason: String?)
  /// The token ran out, and nothing is there to get another one with.
  case expired(ConnectionName)
  /// The authorization server did not give another token.
  case refused(ConnectionName, NetFailure)
  /// A refresh failed a moment ago, and was not tried again.
  case failedBefore(ConnectionName, message: String)
  /// Another process holds the connection for too long.
  case busy(ConnectionName, seconds: Int)
  case net(ConnectionName, NetProcessError)
  case store(ConnectionName, ConnectionStoreError)
}

extension RefreshError {
  /// The connection that the error is about.
  package var name: ConnectionName {
    switch self {
    case .unknown(let name), .ended(let name, _), .expired(let name), .refused(let name, _),
      .failedBefore(let name, _), .busy(let name, _), .net(let name, _), .store(let name, _):
      name
    }
  }

  /// Whether nothing but a new login helps.
  package var needsLogin: Bool {
    switch self {
    case .unknown, .ended, .expired: true
    case .refused(_, let failure):
      !failure.effect.isDisjoint(with: [.dropsTokens, .dropsRegistration])
    case .store(_, let error):
      switch error {
      case .missing, .corrupt, .malformed, .tampered: true
      default: false
      }
    case .failedBefore, .busy, .net: false
    }
  }
}

extension RefreshError {
  /// Whether asking again by itself gives the same: somebody has to do something first. Where the
  /// server did not end the login (``needsLogin``), what is stored stays as it is.
  package var isFinal: Bool {
    if case .refused(_, let failure) = self { return !failure.effect.contains(.isTransient) }
    return needsLogin
  }
}

extension RefreshError: ReportableError {
  package var message: String {
    switch self {
    case .unknown(let name): "there is no connection \(name)"
    case .ended(let name, let reason):
      "the login of the connection \(name) has ended" + (reason.map { ": \($0)" } ?? "")
    case .expired(let name):
      "the connection \(name) cannot get another token: there is nothing to refresh it with"
    case .refused(let name, let failure):
      "the connection \(name) got no new token: \(failure.message)"
    case .failedBefore(let name, let message):
      "the connection \(name) got no new token a moment ago: \(message)"
    case .busy(let name, let seconds):
      "another process has been refreshing the connection \(name) for \(seconds) s"
    case .net(let name, let error): "the connection \(name) got no new token: \(error.message)"
    case .store(let name, let error): "the connection \(name): \(error.message)"
    }
  }

  package var hint: String? {
    if needsLogin { return "mcp-valet login \(name)" }
    return switch self {
    // A file of ours, to be corrected first.
    case .refused(_, let failure) where failure.exitCode == .usage: failure.hint
    case .refused(_, let failure) where failure.code == "refused-address":
      "mcp-valet login \(name) --private-addresses"
    case .refused(_, let failure) where isFinal && failure.exitCode == .denied:
      "mcp-valet login \(name)"
    case .refused(_, let failure): failure.hint ?? "mcp-valet refresh \(name)"
    case .failedBefore(let name, _): "mcp-valet refresh \(name)"
    case .busy: "try again, or end the process that hangs"
    case .net(_, let error): error.hint
    case .store(_, let error): error.hint
    case .unknown, .ended, .expired: nil
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .unknown: .configuration
    case .ended, .expired: .denied
    case .refused(_, let failure): failure.exitCode
    case .failedBefore, .busy: .tryAgain
    case .net(_, let error): error.exitCode
    case .store(_, let error): error.exitCode
    }
  }
}
