package import Secrets

/// What a launch could not do, for a host that can only be spoken to in JSON-RPC.
package struct FailureReport: Equatable, Sendable {
  /// One thing that is wrong; see ``ReportableError``.
  package struct Problem: Equatable, Sendable {
    package let message: String
    package let hint: String?

    package init(message: String, hint: String? = nil) {
      self.message = message
      self.hint = hint
    }

    package init(_ error: some ReportableError) {
      self.init(message: error.message, hint: error.hint)
    }
  }

  /// What the process will end with.
  package let exitCode: Int32
  /// Of the JSON-RPC error: positive, so far outside the reserved range (S8).
  let errorCode: Int32
  /// At least one.
  package let problems: [Problem]

  package init(exitCode: ExitCode, problems: [Problem]) {
    self.exitCode = exitCode.rawValue
    errorCode = exitCode.rawValue
    self.problems = problems
  }

  /// Of a server that ended before it answered anything.
  ///
  /// - Parameters:
  ///   - name: the server's.
  ///   - exitCode: what the server has ended with, as a shell has it.
  package init(server name: String, _ end: ServerEnd, exitCode: Int32) {
    var message = "\(name) \(end.event) before it answered"
    if !end.lastWords.isEmpty { message += ": \(end.lastWords)" }
    self.exitCode = exitCode
    // An error without a code, or with that of success, is none to some hosts.
    errorCode = exitCode == 0 ? ExitCode.storeUnavailable.rawValue : exitCode
    problems = [Problem(message: message)]
  }

  /// All problems on one line that a person can act on, such as
  /// `mcp-valet: no secret valet://github/token — run: mcp-valet set github/token`.
  ///
  /// Hosts show this where space is short, and so a hint that several problems share is said once,
  /// and beyond ``maximumMessageLength`` the rest is counted; the whole is in `data`.
  package var message: String {
    var parts: [String] = []
    var length = 0
    for (index, problem) in problems.enumerated() {
      let isLastOfItsHint = !problems[(index + 1)...].contains { $0.hint == problem.hint }
      let part = Self.line(problem, withHint: isLastOfItsHint)
      length += part.utf8.count
      if length > Self.maximumMessageLength, index > 0 {
        parts.append("and \(problems.count - index) more")
        break
      }
      parts.append(part)
    }
    return "mcp-valet: " + parts.joined(separator: "; ")
  }

  /// 2,000 bytes: a screen of a host's error dialogue.
  package static let maximumMessageLength = 2000

  private static func line(_ problem: Problem, withHint: Bool) -> String {
    let message = onOneLine(problem.message)
    guard withHint, let hint = problem.hint.map(onOneLine) else { return message }
    return hint.utf8.starts(with: "mcp-valet ".utf8)
      ? "\(message) — run: \(hint)" : "\(message) — \(hint)"
  }

  static func onOneLine(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { line.append(isUnprintable(scalar) ? " " : scalar) }
    return String(line)
  }
}
