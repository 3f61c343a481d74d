package import JSONText
package import Secrets

/// What can be wrong with a host's file. No case holds a value of the file: there are secrets in it.
package enum HostError: Error, Equatable, Sendable {
  /// The limit is in bytes.
  case tooLarge(path: String, limit: Int)
  /// Not of its format; `reason` is a clause.
  case malformed(path: String, at: TextPosition, reason: String)
  /// An edit that cannot be made where it was asked for; `reason` is a clause.
  case notEditable(path: String, at: TextPosition, reason: String)
  /// What an edit names is not there any more.
  case notThere(path: String, what: String)
  /// `known` are the hosts that there are.
  case unknownHost(String, known: [String])
}

extension HostError: ReportableError {
  package var message: String {
    switch self {
    case .tooLarge(let path, let limit): "\(path) is larger than \(limit) bytes"
    case .malformed(let path, let at, let reason), .notEditable(let path, let at, let reason):
      "\(path):\(at.line):\(at.column): \(reason)"
    case .notThere(let path, let what): "\(path) has no \(printable(what))"
    case .unknownHost(let name, _): "unknown host '\(printable(name))'"
    }
  }

  package var hint: String? {
    switch self {
    case .tooLarge: nil
    case .malformed: "correct the file at that line and column"
    case .notEditable: "change the file by hand"
    case .notThere: "the file changed meanwhile; look at it and try again"
    case .unknownHost(_, let known): "the hosts are \(known.joined(separator: ", "))"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .unknownHost: .usage
    case .notThere: .tryAgain
    case .tooLarge, .malformed, .notEditable: .configuration
    }
  }
}
