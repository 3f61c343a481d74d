package import JSONText
package import Secrets

/// What can be wrong with a configuration file. `path` is for the message only, and no case holds
/// a value of the file: people paste secrets into them.
package enum HostConfigError: Error, Equatable, Sendable {
  case tooLarge(path: String, limit: Int)
  /// Not JSON; `reason` is a clause.
  case malformed(path: String, at: TextPosition, reason: String)
  case duplicateKey(path: String, at: TextPosition, key: String)
  /// A value of the wrong kind; both texts are clauses such as "args" and "an array of strings".
  case wrongType(path: String, at: TextPosition, what: String, expected: String)
  /// A value of the right kind that cannot be used; `at` is absent for one from a command line.
  case invalidValue(path: String, at: TextPosition?, what: String, reason: String)
  /// A key under `valet` that this version does not know.
  case unknownOption(path: String, at: TextPosition, key: String)
  case missingCommand(path: String, at: TextPosition, server: String)
  /// `at` is absent for a name from a command line.
  case invalidServerName(ServerNameError, path: String, at: TextPosition?)
  case reference(ReferenceError, path: String, at: TextPosition)
  /// `known` are the names that are there, in the order of the file.
  case unknownServer(String, path: String, known: [String])
  /// As ``unknownServer(_:path:known:)``, of one that is to be removed.
  case nothingToRemove(String, path: String, known: [String])
  case serverExists(String, path: String)
  /// A variable given twice on a command line.
  case repeatedVariable(String)

  /// The same error about what is not in a file yet.
  var withoutPosition: HostConfigError {
    guard case .invalidValue(let path, _, let what, let reason) = self else { return self }
    return .invalidValue(path: path, at: nil, what: what, reason: reason)
  }
}

extension HostConfigError: ReportableError {
  package var message: String {
    switch self {
    case .tooLarge(let path, let limit): "\(path) is larger than \(limit) bytes"
    case .malformed(let path, let position, let reason):
      Self.place(path, position) + reason
    case .duplicateKey(let path, let position, let key):
      Self.place(path, position) + "the key '\(printable(key))' stands twice in one object"
    case .wrongType(let path, let position, let what, let expected):
      Self.place(path, position) + "\(printable(what)) is not \(expected)"
    case .invalidValue(let path, let position, let what, let reason):
      Self.place(path, position) + "\(printable(what)) \(reason)"
    case .unknownOption(let path, let position, let key):
      Self.place(path, position) + "unknown option '\(printable(key))' under 'valet'"
    case .missingCommand(let path, let position, let server):
      Self.place(path, position) + "server '\(printable(server))' has no command"
    case .invalidServerName(let error, let path, let position):
      Self.place(path, position) + error.reason
    case .reference(let error, let path, let position):
      Self.place(path, position) + error.message
    case .unknownServer(let name, let path, _), .nothingToRemove(let name, let path, _):
      "no server '\(printable(name))' in \(path)"
    case .serverExists(let name, let path):
      "server '\(printable(name))' is in \(path) already"
    case .repeatedVariable(let name): "variable '\(printable(name))' is given twice"
    }
  }

  package var hint: String? {
    switch self {
    case .tooLarge: nil
    case .malformed(_, _, let reason) where reason == JSONTextError(.comment, at: 0).description:
      "remove the comments, this file is plain JSON"
    case .malformed(_, _, let reason)
    where reason == JSONTextError(.trailingComma, at: 0).description:
      "remove that comma"
    case .malformed: "correct the file at that line and column"
    case .duplicateKey: "remove one of the two"
    case .invalidValue(_, nil, _, _), .repeatedVariable: "correct the command line"
    case .wrongType, .invalidValue: "correct the value at that line and column"
    case .unknownOption:
      "the options are drainSeconds, exec, files, inArgv, keep, noRedact and swap"
    case .missingCommand: "give it a \"command\"; servers with a \"url\" cannot be started here"
    case .invalidServerName: "choose a name such as 'github'"
    case .reference(let error, _, _): error.hint
    case .unknownServer(let name, _, let known):
      Self.alternatives(
        to: name, known, adding: "mcp-valet add \(ServerName.word(name)) -- COMMAND")
    case .nothingToRemove(let name, _, let known):
      known.isEmpty ? nil : Self.alternatives(to: name, known, adding: nil)
    case .serverExists(let name, _): "mcp-valet remove \(printable(name))"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .serverExists, .repeatedVariable: .usage
    case .invalidServerName(_, _, nil), .invalidValue(_, nil, _, _): .usage
    default: .configuration
    }
  }

  /// The server that was meant, or else all that there are and how to add another.
  private static func alternatives(
    to name: String, _ known: [String], adding command: String?
  ) -> String? {
    if let closest = ServerName.closest(to: name, in: known) {
      return "did you mean '\(printable(closest))'?"
    }
    if known.isEmpty { return command }
    let list = "known servers: " + known.prefix(20).map(printable).joined(separator: ", ")
    return command.map { "\(list); to add this one: \($0)" } ?? list
  }

  private static func place(_ path: String, _ position: TextPosition?) -> String {
    position.map { "\(path):\($0.line):\($0.column): " } ?? ""
  }
}
