package import Secrets

/// Failures of the command line itself.
package enum CommandError: Error, Equatable, Sendable {
  /// The words of the command line do not fit together.
  case usage(String, hint: String?)
  /// A person said no, or there was nobody to ask.
  case refused(String, hint: String?)
  /// Ctrl-C at a prompt.
  case interrupted
  /// What a command names is not there or does not fit.
  case configuration(String, hint: String?)
  /// A program that was to help, or a server that was to change, did not.
  case failed(String, hint: String?)
}

extension CommandError: ReportableError {
  package var message: String {
    switch self {
    case .usage(let text, _), .refused(let text, _), .configuration(let text, _),
      .failed(let text, _):
      text
    case .interrupted: "cancelled"
    }
  }
  package var hint: String? {
    switch self {
    case .usage(_, let hint), .refused(_, let hint), .configuration(_, let hint),
      .failed(_, let hint):
      hint
    case .interrupted: nil
    }
  }
  package var exitCode: ExitCode {
    switch self {
    case .usage: .usage
    case .refused: .denied
    case .interrupted: .interrupted
    case .configuration: .configuration
    case .failed: .storeUnavailable
    }
  }
}
