internal import Testing
internal import ValetTesting

/// What `doctor --json` printed.
struct DoctorReport: CustomStringConvertible {
  struct Entry {
    let check: String
    let outcome: String
    let message: String
    let next: String?
    /// Of the whole check.
    let milliseconds: Int
  }

  let exitCode: Int32
  let entries: [Entry]
  /// Of all entries.
  let keys: Set<String>

  init(_ run: ProgramRun) throws {
    exitCode = run.exitCode
    let json = try #require(ReferenceJSON.parse(run.output), "\(run.text)\(run.errorText)")
    var keys: Set<String> = []
    entries = try json.elements.map { element in
      guard case .object(let members) = element else { throw NotAnObject() }
      keys.formUnion(members.map(\.name))
      return Entry(
        check: try #require(element["check"].text), outcome: try #require(element["outcome"].text),
        message: try #require(element["message"].text), next: element["next"].text,
        milliseconds: try #require(element["milliseconds"].number.flatMap { Int($0) }))
    }
    self.keys = keys
    try #require(!entries.isEmpty)
  }

  private struct NotAnObject: Error {}

  /// What a check found.
  subscript(check: String) -> [Entry] { entries.filter { $0.check == check } }

  var outcomes: [String] { entries.map(\.outcome) }
  var checks: Set<String> { Set(entries.map(\.check)) }

  var description: String {
    entries.map { "\($0.outcome) \($0.check): \($0.message) -> \($0.next ?? "")" }
      .joined(separator: "\n")
  }
}
