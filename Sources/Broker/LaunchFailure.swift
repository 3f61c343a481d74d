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
      self.init(problems.map(ReportedProblem.init))
    } else {
      self.init([Report.reportable(error)])
    }
  }

  /// Two errors that stood in the way of the same launch.
  init(_ first: any Error, _ second: any Error) {
    self.init(LaunchFailure(first).problems + LaunchFailure(second).problems)
  }

  var message: String { problems.map(\.message).joined(separator: "; ") }
  var hint: String? {
    let hints = problems.compactMap(\.hint)
    return hints.isEmpty ? nil : hints.joined(separator: "; ")
  }
  /// That of the first problem.
  var exitCode: ExitCode { problems.first?.exitCode ?? .software }
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
