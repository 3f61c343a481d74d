extension Grant {
  /// One line of what a person is asked to approve.
  private struct Line: Equatable {
    /// What it is about.
    let label: String
    let text: String
  }

  /// What a person is asked to approve, line by line: exact, untruncated, escaped.
  package var lines: [String] {
    var lines: [String] = []
    var last = ""
    for line in described {
      let label = line.label == last ? "" : line.label
      let gap = String(repeating: " ", count: max(1, 11 - label.utf8.count))
      lines.append("  \(label)\(gap)\(line.text)")
      last = line.label
    }
    return lines
  }

  /// What is new in comparison with an earlier grant of the same server, as lines: `-` for what was
  /// allowed and is not asked for any more, `+` for what is asked for now.
  package func news(comparedTo earlier: Grant) -> [String] {
    let (old, new) = (earlier.described, described)
    let (oldWords, newWords) = Self.differing(earlier.terms.arguments, terms.arguments)
    func lines(_ mark: String, _ all: [Line], _ others: [Line], _ words: [[UInt8]]) -> [String] {
      let changed = all.filter { $0.label != Self.argumentLabel && !others.contains($0) }
      return changed.map { "\(mark) \($0.label) \($0.text)" }
        + words.map { "\(mark) \(Self.argumentLabel) \(quoted($0))" }
    }
    return lines("-", old, new, oldWords) + lines("+", new, old, newWords)
  }

  /// What is between the words that two commands begin with and those that they end with: where
  /// two words changed places, each of them means something else.
  private static func differing(
    _ one: [[UInt8]], _ other: [[UInt8]]
  ) -> (one: [[UInt8]], other: [[UInt8]]) {
    var (one, other) = (one[...], other[...])
    while let first = one.first, first == other.first {
      one.removeFirst()
      other.removeFirst()
    }
    while let last = one.last, last == other.last {
      one.removeLast()
      other.removeLast()
    }
    return (Array(one), Array(other))
  }

  private static let argumentLabel = "with"

  private var described: [Line] {
    var lines = commandLines
    switch folder {
    case .at(let path): lines.append(Line(label: "starts in", text: quoted(path)))
    case .empty: lines.append(Line(label: "starts in", text: "an empty folder of mcp-valet's"))
    case .any:
      lines.append(
        Line(label: "starts in", text: "whatever folder its host is in, also one of strangers"))
    }
    // Where runners and interpreters look for settings that name their registries.
    lines.append(Line(label: "HOME is", text: terms.home.map(quoted) ?? "not set"))
    for place in terms.places where !terms.namesSearchPath {
      lines.append(Line(label: "PATH has", text: "\(quoted(place)), beside root's folders"))
    }
    for variable in terms.variables {
      var text = Self.text(of: variable)
      if CodeLoading.isPossible(through: variable.name) {
        text += "   (can load other code into it, or send it elsewhere)"
      }
      lines.append(Line(label: "gets", text: text))
    }
    for substitution in substitutions where substitution.written != substitution.given {
      lines.append(
        Line(
          label: "where", text: "it names \(substitution.written), it gets \(substitution.given)"))
    }
    lines += optionLines
    if let pin {
      let path = quoted(pin.path)
      lines.append(
        Line(
          label: "only while",
          text: "\(path) has its present content; what that loads, and a change right before the "
            + "start, go unseen"))
    }
    return lines
  }

  private var commandLines: [Line] {
    var lines: [Line] = []
    switch terms.program {
    case .file(let path): lines.append(Line(label: "runs", text: quoted(path)))
    case .runner(let runner):
      let name = runner.name.prefix { $0 != " " }
      lines.append(Line(label: "runs", text: "\(name), wherever PATH has it"))
    }
    for argument in terms.arguments {
      lines.append(Line(label: Self.argumentLabel, text: quoted(argument)))
    }
    if let form = package?.pinnedForm {
      let form = quoted(Array(form.utf8))
      lines.append(
        Line(label: "note", text: "whatever version is newest is run; to name one: \(form)"))
    }
    return lines
  }

  /// What a package runner is told to run.
  package var package: RunPackage? {
    guard case .runner(let runner) = terms.program else { return nil }
    return RunPackage(runner, arguments: terms.arguments)
  }

  private var optionLines: [Line] {
    let options = terms.options
    var lines: [Line] = []
    func add(_ option: String, _ text: String) { lines.append(Line(label: option, text: text)) }
    if options.executesInPlace { add("--exec", "what it prints is not redacted") }
    if options.allowsValuesInArguments {
      add("--in-argv", "every user of the machine can read values in its arguments")
    }
    if options.passesSecrets { add("--no-redact", "its host sees secrets that it prints") }
    for name in options.unredacted {
      add("shows", "\(quoted(Array(name.utf8))) to its host, where it prints that")
    }
    return lines
  }

  private static func text(of variable: LaunchTerms.Variable) -> String {
    switch variable.content {
    case .plain(let value): "\(escaped(variable.name))=\(quoted(value))"
    case .template(let text): "\(escaped(variable.name))=\(quoted(Array(text.utf8)))"
    }
  }
}
