internal import Launch
internal import Secrets

/// Everything that keeps a launch from starting, so that a person mends it in one go.
struct LaunchFailure: ReportableError {
  /// At least one.
  let problems: [any ReportableError]

  init(_ problems: [any ReportableError]) { self.problems = problems }

  /// Any error of a launch, taken apart into its problems.
  init(_ error: any Error) {
    if let failure = error as? LaunchFailure {
      self = failure
    } else if case LaunchError.invalid(let problems)? = error as? LaunchError {
      self.init(problems)
    } else {
      self.init([Report.reportable(error)])
    }
  }

  init(_ problems: [LaunchProblem]) { self.init(problems.map(ReportedProblem.init)) }

  var message: String { problems.map(\.message).joined(separator: "; ") }
  var hint: String? {
    let hints = problems.compactMap(\.hint)
    return hints.isEmpty ? nil : hints.joined(separator: "; ")
  }
  /// That of the first problem, but 64 only where every one is a matter of usage: a definition or
  /// a store that is wrong too has to be mended by more than another command line.
  var exitCode: ExitCode {
    for problem in problems where problem.exitCode != .usage { return problem.exitCode }
    return problems.first?.exitCode ?? .software
  }
}

private struct ReportedProblem: ReportableError {
  let message: String
  let hint: String?
  let exitCode: ExitCode

  init(_ problem: LaunchProblem) {
    message = problem.message
    hint = problem.hint
    exitCode = problem.exitCode
  }
}
