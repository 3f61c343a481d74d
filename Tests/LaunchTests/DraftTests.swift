internal import Platform
internal import Secrets
internal import Testing

@testable import Launch

/// A launch that cannot start is looked at to its end all the same.
struct DraftTests {
  /// `body` with the draft of a request; `inherited` lives as long.
  private func draft(
    _ command: [String], _ variables: [LaunchRequest.Entry] = [],
    files: [LaunchRequest.Entry] = [], inherited: [String] = [],
    _ body: (LaunchDraft) throws -> Void
  ) rethrows {
    var request = LaunchRequest()
    request.command = command.map { .init($0) }
    request.variables = variables
    request.files = files
    let strings = CStrings(inherited)
    try withExtendedLifetime(strings) {
      try body(LaunchDraft(request, inherited: InheritedEnvironment(list: strings.list)))
    }
  }

  private func missing(_ place: LaunchProblem.Place, _ name: String) throws -> LaunchProblem {
    .init(place, .missing(try SecretReference("valet://\(name)")))
  }

  @Test func asksForTheReferencesOfTheSoundWords() throws {
    try draft(
      ["server", "{{file:valet://a", "{{file:valet://b}}"],
      [
        .init("C", "valet://c"), .init("D", "${D}"), .init("C", "valet://again"),
        .init("MCP_VALET_E", "valet://e"),
      ],
      files: [.init("F=", "valet://f")], inherited: ["G={{valet://g}}", "H={{valet://h"]
    ) { draft in
      #expect(draft.plan == nil)
      let names = draft.references.compactMap(\.name?.text)
      #expect(names.sorted() == ["again", "b", "c", "e", "f", "g"])
      let lacking = draft.problems { _, _ in false }
      let expected = [
        try missing(.argument(2), "b"), try missing(.variable("G"), "g"),
        try missing(.variable("C"), "c"), try missing(.variable("C"), "again"),
        try missing(.variable("MCP_VALET_E"), "e"), try missing(.variable("F="), "f"),
      ]
      #expect(lacking.count == expected.count && expected.allSatisfy(lacking.contains))
    }
  }

  @Test func tellsAMissingSecretOnceForEachVariable() throws {
    try draft(["server"], [.init("A", "{{valet://a}}{{valet://a}}"), .init("B", "valet://a")]) {
      let expected = [try missing(.variable("A"), "a"), try missing(.variable("B"), "a")]
      #expect($0.problems { _, _ in false } == expected)
    }
  }

  @Test func looksForTheCommandBesideOtherProblems() throws {
    draft(["no-such-command-anywhere", "${X}"], [.init("A", "${A}")]) {
      #expect($0.problems.count == 2)
      #expect($0.commandFault == .commandNotFound("no-such-command-anywhere"))
    }
    draft(["true", "${X}"]) { #expect($0.commandFault == nil) }
  }

  /// What is wrong with the command's own words must not be told twice, nor another word be taken
  /// for the command.
  @Test(arguments: [
    [], [""], ["${COMMAND}", "no-such-command-anywhere"], ["valet://a"], ["{{nope://a}}", "x"],
  ])
  func doesNotLookForACommandThatNobodyNamed(command: [String]) {
    draft(command) {
      #expect($0.problems.count == 1)
      #expect($0.commandFault == nil)
    }
  }

  @Test(arguments: ["${PATH}", "/bin:{{valet://path}}", "/bin:{{valet://path"])
  func doesNotLookAlongAPathThatNobodyKnows(path: String) {
    draft(["no-such-command-anywhere"], [.init("PATH", path)]) {
      #expect($0.problems.count == 1)
      #expect($0.commandFault == nil)
    }
  }

  @Test func saysThatThereIsNoPlaceForFiles() {
    let nowhere = [MemoryPlace.session("/nonexistent")]
    draft(["server"], [.init("A", "{{file:valet://a}} {{valet://")]) {
      #expect($0.placeFault(nowhere) == nil)
    }
    draft(["server"], [.init("A", "{{file:valet://a}}"), .init("B", "${B}")]) {
      guard case .noMemoryFolder = $0.placeFault(nowhere) else {
        Issue.record("\(String(describing: $0.placeFault(nowhere)))")
        return
      }
    }
  }
}
