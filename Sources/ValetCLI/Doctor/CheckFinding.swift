internal import Broker
internal import Secrets

/// One line of a check: what was found, and what to type next.
struct CheckFinding: Sendable {
  enum Outcome: String, CaseIterable, Sendable {
    case ok
    /// Worth knowing; nothing to do.
    case note
    /// It works, and something is to be done about it.
    case warning
    /// Something does not work.
    case failure
    case notChecked = "not-checked"

    /// Whether a person has something to do.
    var wantsAction: Bool { self == .warning || self == .failure }
  }

  let outcome: Outcome
  /// One line, lower case, no full stop. Never holds a value.
  let message: String
  /// The command to type, or what to do where no command does it.
  let next: String?

  init(_ outcome: Outcome, _ message: String, next: String? = nil) {
    self.outcome = outcome
    self.message = message
    self.next = next
  }

  /// An error as a finding.
  ///
  /// - Parameters:
  ///   - subject: what stands in front of the error's message, such as `github: `.
  ///   - next: in the place of the error's own hint.
  init(
    _ error: any Error, as outcome: Outcome = .failure, about subject: String = "",
    next: String? = nil
  ) {
    let reported = Report.reportable(error)
    self.init(outcome, subject + reported.message, next: next ?? reported.hint)
  }
}
