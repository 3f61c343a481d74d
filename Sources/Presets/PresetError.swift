package import JSONText
package import Secrets

/// Why a file of overrides is not taken. Nothing of such a file is applied.
package enum PresetError: Error, Equatable, Sendable {
  case tooLarge(limit: Int)
  /// Not JSON; the reason is `JSONTextError/description`.
  case malformed(reason: String, at: TextPosition)
  /// The second of two members with one name.
  case duplicateMember(path: String)
  /// A member that means nothing, by its path such as `authorizationServers.acme.issuer`.
  case unknownMember(path: String)
  case missingMember(path: String)
  /// A value of the wrong kind, or one that may not stand there; `expected` says what may.
  case unexpectedValue(path: String, expected: String)
}

extension PresetError: ReportableError {
  package var message: String {
    switch self {
    case .tooLarge(let limit): "the file of presets is larger than \(limit) bytes"
    case .malformed(let reason, let position):
      "line \(position.line), column \(position.column) of the file of presets: \(reason)"
    case .duplicateMember(let path): "the file of presets has '\(printable(path))' twice"
    case .unknownMember(let path):
      "the file of presets has a member '\(printable(path))' that means nothing"
    case .missingMember(let path): "the file of presets lacks '\(printable(path))'"
    case .unexpectedValue(let path, let expected):
      "'\(printable(path))' in the file of presets is not \(expected)"
    }
  }

  package var hint: String? {
    "correct presets.json in the configuration folder, or go on without it by --no-preset"
  }

  package var exitCode: ExitCode { .configuration }
}
