package import Connections
internal import Platform
package import Secrets

/// Why `mcp-valet-net` gave no answer. What it answers when a server fails is a `NetFailure`.
package enum NetProcessError: Error, Equatable, Sendable {
  /// It is not installed; where it was looked for.
  case missing([String])
  /// It could not be started; an `errno`.
  case cannotStart(path: String, code: Int32)
  /// It ended, or closed its side, without an answer.
  case ended(path: String)
  /// No answer came in time.
  case timedOut(seconds: Int)
  /// What it said makes no sense.
  case exchange(ConnectionError)
}

extension NetProcessError: ReportableError {
  package var message: String {
    switch self {
    case .missing(let paths):
      paths.isEmpty
        ? "cannot find out where mcp-valet itself lies, and mcp-valet-net with it"
        : "mcp-valet-net is not installed: there is no " + paths[0]
    case .cannotStart(let path, let code):
      "cannot start \(path): \(String(cString: strerror(code)))"
    case .ended(let path): "\(path) ended without an answer"
    case .timedOut(let seconds): "the authorization server gave no answer within \(seconds) s"
    case .exchange(let error): "mcp-valet-net makes no sense: \(error.message)"
    }
  }

  package var hint: String? {
    switch self {
    case .missing, .ended, .exchange: OwnProgram.installationHint
    case .cannotStart: nil
    case .timedOut: "try again"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .missing: .configuration
    case .cannotStart, .ended: .storeUnavailable
    case .timedOut: .tryAgain
    case .exchange: .software
    }
  }
}
