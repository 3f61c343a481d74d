extension Grant {
  /// What a person is asked to approve, line by line: exact, untruncated, escaped.
  package var lines: [String] {
    var lines = commandLines
    switch folder {
    case .at(let path): lines.append("  starts in  \(quoted(path))")
    case .empty: lines.append("  starts in  an empty folder of mcp-valet's")
    case .any: lines.append("  starts in  whatever folder its host is in")
    }
    var lead = "  gets       "
    for variable in terms.variables {
      lines.append(lead + Self.text(of: variable))
      lead = "             "
      if CodeLoading.isPossible(through: variable.name) {
        lines.append(lead + "  ^ can load other code into it, or send it elsewhere")
      }
    }
    for substitution in substitutions where substitution.written != substitution.given {
      lines.append("  where it names \(substitution.written), it gets \(substitution.given)")
    }
    lines += optionLines
    if let pin {
      lines.append("  only while \(quoted(pin.path)) has its present content;")
      lines.append("             what that loads, and a change right before the start, go unseen")
    }
    return lines
  }

  private var commandLines: [String] {
    var lines: [String] = []
    switch terms.program {
    case .file(let path): lines.append("  runs       \(quoted(path))")
    case .runner(let runner):
      lines.append("  runs       \(runner.name.prefix { $0 != " " }), wherever PATH has it")
    }
    var lead = "  with       "
    for argument in terms.arguments {
      lines.append(lead + quoted(argument))
      lead = "             "
    }
    if let package, let form = package.pinnedForm {
      let form = quoted(Array(form.utf8))
      lines.append("  note       whatever version is newest is run; to name one: \(form)")
    }
    return lines
  }

  /// What a package runner is told to run.
  package var package: RunPackage? {
    guard case .runner(let runner) = terms.program else { return nil }
    return RunPackage(runner, arguments: terms.arguments)
  }

  private var optionLines: [String] {
    let options = terms.options
    var lines: [String] = []
    if options.executesInPlace { lines.append("  --exec: what it prints is not redacted") }
    if options.allowsValuesInArguments {
      lines.append("  --in-argv: every user of the machine can read values in its arguments")
    }
    if options.passesSecrets { lines.append("  --no-redact: its host sees secrets that it prints") }
    for name in options.unredacted {
      lines.append("  its host sees \(quoted(Array(name.utf8))) where it prints that")
    }
    return lines
  }

  private static func text(of variable: LaunchTerms.Variable) -> String {
    switch variable.content {
    case .plain(let value): "\(escaped(variable.name))=\(quoted(value))"
    case .template(let text): "\(escaped(variable.name))=\(quoted(Array(text.utf8)))"
    }
  }

  /// What is new in comparison with an earlier grant of the same server, as lines.
  package func news(comparedTo earlier: Grant) -> [String] {
    var news = earlier.lines.filter { !lines.contains($0) }.map { "- \($0.drop { $0 == " " })" }
    news += lines.filter { !earlier.lines.contains($0) }.map { "+ \($0.drop { $0 == " " })" }
    return news
  }
}
