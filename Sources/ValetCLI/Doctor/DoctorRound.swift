internal import Broker
internal import Platform
internal import Secrets

/// What one check found.
struct CheckResult {
  let name: String
  let findings: [CheckFinding]
  let milliseconds: Int64

  var wantsAction: Bool { findings.contains { $0.outcome.wantsAction } }

  /// What `--json` prints.
  struct Entry: Encodable {
    var check: String
    var outcome: String
    var message: String
    var next: String?
    var milliseconds: Int64
  }

  var entries: [Entry] {
    findings.map {
      Entry(
        check: name, outcome: $0.outcome.rawValue, message: printable($0.message, limit: .max),
        next: $0.next.map { printable($0, limit: .max) }, milliseconds: milliseconds)
    }
  }

  /// For people: the outcome, the check, what was found; below it what to type, in one line, so that
  /// it can be copied.
  ///
  /// - Parameter width: columns of the terminal; `nil` where there is none, and no line is broken.
  func lines(_ style: TerminalStyle, width: Int?) -> [String] {
    var lines: [String] = []
    for finding in findings {
      let word = finding.outcome.rawValue.padded(to: 11)
      var lead = "\(style.colored(word, finding.outcome.color)) \(name.padded(to: 12)) "
      let message = printable(finding.message, limit: .max)
      let room = width.map { max($0 - Self.indent, Self.leastRoom) }
      for line in message.broken(at: room) {
        lines.append(lead + line)
        lead = "".padded(to: Self.indent)
      }
      if let next = finding.next {
        lines.append("\("".padded(to: 9))-> \(printable(next, limit: .max))")
      }
    }
    return lines
  }

  /// Columns in front of what was found.
  private static let indent = 25
  /// Of a terminal that is narrower than anybody reads in, the words take what they need.
  private static let leastRoom = 30
}

/// Runs checks one after the other, none for longer than the limit.
struct DoctorRound {
  /// 3 s: as long as a launch waits for a keyring.
  static let limit = Duration.seconds(3)

  private(set) var results: [CheckResult] = []
  private var examination: Examination

  init(_ examination: Examination) { self.examination = examination }

  mutating func run(_ check: Check) -> CheckResult {
    let start = MonotonicInstant.now
    let findings = findings(of: check)
    let time = (MonotonicInstant.now - start).components
    let result = CheckResult(
      name: check.name, findings: findings,
      milliseconds: time.seconds * 1000 + time.attoseconds / 1_000_000_000_000_000)
    results.append(result)
    return result
  }

  private mutating func findings(of check: Check) -> [CheckFinding] {
    if check.needsHome, examination.context == nil {
      return [CheckFinding(.notChecked, "nobody knows where your files are; see 'home'")]
    }
    if !examination.silent.isDisjoint(with: check.resources) {
      return [CheckFinding(.notChecked, "what it needs did not answer an earlier check")]
    }
    let examination = examination
    let answer = BoundedCall.run(within: Self.limit) { check.body(examination) }
    if let answer { return answer }
    self.examination.silent.formUnion(check.resources)
    return [
      CheckFinding(
        .failure, "no answer within \(Self.limit.components.seconds) s: \(Self.suspects(check))",
        next: "look for a hung program or file system: mount; systemctl --user")
    ]
  }

  private static func suspects(_ check: Check) -> String {
    var words: [String] = []
    if check.resources.contains(.files) { words.append("the file system of your files") }
    if check.resources.contains(.hosts) { words.append("the file system of the hosts' files") }
    if check.resources.contains(.bus) { words.append("the session bus") }
    if check.resources.contains(.system) { words.append("the system's own files") }
    if check.resources.contains(.servers) { words.append("a running server") }
    return words.joined(separator: ", or ")
  }

  /// The last line for people.
  var summary: String {
    let findings = results.flatMap(\.findings)
    func count(_ outcome: CheckFinding.Outcome, _ one: String, _ many: String) -> String? {
      let number = findings.count { $0.outcome == outcome }
      return number == 0 ? nil : "\(number) \(number == 1 ? one : many)"
    }
    let parts = [
      count(.failure, "failure", "failures"), count(.warning, "warning", "warnings"),
      count(.notChecked, "thing not checked", "things not checked"),
    ].compactMap { $0 }
    return parts.isEmpty ? "nothing is wrong" : parts.joined(separator: ", ")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// Lines of at most so many characters, broken between words; a longer word has a line of its own.
  fileprivate func broken(at width: Int?) -> [String] {
    guard let width else { return [self] }
    var lines: [String] = []
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}

extension CheckFinding.Outcome {
  fileprivate var color: TerminalStyle.Color {
    switch self {
    case .ok: .green
    case .note: .plain
    case .warning: .yellow
    case .failure: .red
    case .notChecked: .faint
    }
  }
}
