/// One thing in which a launch is not what was granted.
package enum GrantDifference: Equatable, Sendable {
  case program(granted: LaunchTerms.Program, wanted: LaunchTerms.Program)
  /// A package runner lies where no program was to be found.
  case place([UInt8])
  case arguments(granted: [[UInt8]], wanted: [[UInt8]])
  /// `nil` where the present folder is not known.
  case folder(granted: [UInt8], wanted: [UInt8]?)
  case home
  case variableAdded(LaunchTerms.Variable)
  case variableChanged(granted: LaunchTerms.Variable, wanted: LaunchTerms.Variable)
  case variableMissing([UInt8])
  /// An option of ours that the grant does not have.
  case option(String)
  /// The file that is run has another content than the one that was pinned, or cannot be read.
  case content(path: [UInt8])
}

extension GrantDifference {
  /// A clause. Templates are shown, plain values are not: it goes to the host, where an agent reads
  /// it, and a variable may hold a secret that nobody has moved into a store yet.
  package var message: String {
    switch self {
    case .program(let granted, let wanted):
      "the command is \(Self.text(wanted)) and not \(Self.text(granted))"
    case .place(let path): "PATH leads to the package runner in \(escaped(path))"
    case .arguments(let granted, let wanted): Self.text(granted: granted, wanted: wanted)
    case .folder(let granted, let wanted):
      "the working folder is \(wanted.map(escaped) ?? "unknown") and not \(escaped(granted))"
    case .home: "HOME has another value"
    case .variableAdded(let variable):
      "variable \(escaped(variable.name)) is new\(Self.template(of: variable, " as "))"
    case .variableChanged(let granted, let wanted):
      "variable \(escaped(wanted.name)) has another value"
        + Self.template(of: wanted, ": ") + Self.template(of: granted, ", granted was ")
    case .variableMissing(let name): "variable \(escaped(name)) is not set"
    case .option(let option): "\(escaped(Array(option.utf8))) is new"
    case .content(let path): "the content of \(escaped(path)) is not the one that was pinned"
    }
  }

  /// As ``message``, without the words of the command line, of which one may be a key that somebody
  /// has not moved into a store yet: the audit log keeps it for good.
  package var summary: String {
    if case .arguments = self { return "its arguments are different" }
    return message
  }

  private static func text(_ program: LaunchTerms.Program) -> String {
    switch program {
    case .file(let path): escaped(path)
    case .runner(let runner): "\(runner.name) along PATH"
    }
  }

  private static func template(of variable: LaunchTerms.Variable, _ lead: String) -> String {
    guard case .template(let text) = variable.content else { return "" }
    return lead + escaped(Array(text.utf8))
  }

  private static func text(granted: [[UInt8]], wanted: [[UInt8]]) -> String {
    for (position, word) in wanted.enumerated() {
      guard position < granted.count else { return "argument \(quoted(word)) is new" }
      if word != granted[position] {
        return "argument \(position + 1) is \(quoted(word)) and not \(quoted(granted[position]))"
      }
    }
    return "argument \(quoted(granted[wanted.count])) is missing"
  }
}
