internal import Platform
internal import Secrets
internal import Testing

@testable import Launch

/// Who gets what, decided without touching a file or a store.
struct PlanTests {
  private let request: LaunchRequest = {
    var request = LaunchRequest()
    request.command = [.init("server")]
    return request
  }()

  private func plan(
    _ request: LaunchRequest, inherited: [String] = []
  ) throws -> (Planned, CStrings) {
    let strings = CStrings(inherited)
    return (
      Planned(try LaunchPlan(request, inherited: InheritedEnvironment(list: strings.list))), strings
    )
  }

  /// A plan in words: names with what they get.
  private struct Planned {
    let plan: LaunchPlan
    let variables: [String]

    init(_ plan: LaunchPlan) {
      self.plan = plan
      variables = plan.variables.map {
        switch $0.content {
        case .inherited(let whole): String(decoding: whole, as: UTF8.self)
        case .plain(let value): String(decoding: $0.name + [0x3d] + value, as: UTF8.self)
        case .template(let template):
          "\(String(decoding: $0.name, as: UTF8.self))<\(template)>"
        }
      }
    }
  }

  private func problems(
    _ request: LaunchRequest, inherited: [String] = []
  ) -> [LaunchProblem] {
    let strings = CStrings(inherited)
    do throws(LaunchError) {
      _ = try LaunchPlan(request, inherited: InheritedEnvironment(list: strings.list))
    } catch {
      if case .invalid(let problems) = error { return problems }
    }
    return []
  }

  private func reference(_ text: String) throws -> SecretReference { try SecretReference(text) }

  @Test func aServerWithoutSecretsGetsTheWholeEnvironment() throws {
    let (planned, _) = try plan(request, inherited: ["HOME=/h", "AWS_KEY=k", "X=1=2"])
    #expect(planned.variables == ["HOME=/h", "AWS_KEY=k", "X=1=2"])
    #expect(planned.plan.dropped == [])
    #expect(!planned.plan.holdsSecrets)
  }

  @Test func aServerWithSecretsGetsTheBaselineAndWhatWasTold() throws {
    var request = request
    request.variables = [.init("TOKEN", "Bearer {{valet://a/b}}"), .init("PLAIN", "p")]
    request.keep = ["KEPT", "ABSENT"]
    let (planned, _) = try plan(
      request,
      inherited: [
        "HOME=/h", "LC_ALL=C", "LCX=1", "TZ=UTC", "AWS_KEY=k", "KEPT=yes", "REF=keyring://x",
        "LANGUAGE=en", "TMPDIR=/t", "XDG_RUNTIME_DIR=/r",
      ])
    #expect(
      planned.variables == [
        "HOME=/h", "LC_ALL=C", "TZ=UTC", "KEPT=yes", "REF<keyring://x>", "LANGUAGE=en",
        "TMPDIR=/t", "TOKEN<Bearer {{valet://a/b}}>", "PLAIN<p>",
      ])
    #expect(planned.plan.dropped == ["LCX", "AWS_KEY", "XDG_RUNTIME_DIR"])
    #expect(
      planned.plan.values
        == [try reference("keyring://x"), try reference("valet://a/b")].reversed())
  }

  @Test func theCommandLineComesBeforeTheDefinitionBeforeTheHost() throws {
    var request = request
    request.definition = [.init("A", "definition"), .init("B", "definition"), .init("D", "d")]
    request.variables = [.init("A", "line")]
    request.files = [.init("D", "valet://d")]
    let (planned, _) = try plan(request, inherited: ["A=host", "B=host", "PATH=/bin", "D=x"])
    #expect(
      planned.variables == ["PATH=/bin", "B<definition>", "D<{{file:valet://d}}>", "A<line>"])
  }

  @Test func theFirstOfDuplicatesWins() throws {
    let (planned, _) = try plan(request, inherited: ["A=1", "B=x", "A=2", "=odd", "alone"])
    #expect(planned.variables == ["A=1", "B=x"])
  }

  @Test func ourOwnVariablesAreNeverPassedOn() throws {
    let (planned, _) = try plan(request, inherited: ["MCP_VALET_HOME=/x", "A=1"])
    #expect(planned.variables == ["A=1"])
    var request = request
    request.variables = [.init("MCP_VALET_X", "1")]
    request.keep = ["MCP_VALET_HOME"]
    #expect(
      problems(request) == [
        .init(.variable("MCP_VALET_X"), .reservedName),
        .init(.keep("MCP_VALET_HOME"), .reservedName),
      ])
  }

  @Test func tellsAllProblemsAtOnce() throws {
    var request = request
    request.command = [.init("server"), .init("valet://a"), .init("{{nope://a}}")]
    request.variables = [
      .init("", "x"), .init("A=B", "x"), .init("C", "valet://b//c"), .init("D", "1"),
      .init("D", "2"),
    ]
    request.files = [.init("D", "valet://d"), .init("E", "not a reference")]
    let found = problems(request, inherited: ["F={{valet://x", "G=${user_config.key}"])
    #expect(found.count == 10)
    #expect(found.contains(.init(.variable(""), .emptyName)))
    #expect(found.contains(.init(.variable("A=B"), .equalsInName)))
    #expect(found.filter { $0 == .init(.variable("D"), .duplicate) }.count == 2)
    #expect(found.contains(.init(.argument(1), .valueInArgument(try reference("valet://a")))))
    #expect(
      found.contains(
        .init(.variable("G"), .reference(.unfilledPlaceholder("${user_config.key}")))))
    let error = LaunchError.invalid(found)
    for name in ["variable C", "variable E", "variable F", "variable G", "argument 2"] {
      #expect(error.message.contains(name))
    }
    #expect(error.exitCode == .configuration)
  }

  @Test(arguments: ["${TOKEN}", "${input:token}", "a ${user_config.token} b"])
  func aPlaceholderThatAHostLeftIsAProblem(value: String) {
    var request = request
    request.definition = [.init("A", value)]
    #expect(problems(request).count == 1)
    #expect(problems(self.request, inherited: ["A=\(value)"]).count == 1)
  }

  @Test(arguments: [("${TOKEN}", 1), ("--x=${user_config.a}", 1), ("${input:x}", 0), ("a${B}", 0)])
  func argumentsMayHoldTheServersOwnLanguage(argument: String, count: Int) {
    var request = request
    request.command.append(.init(argument))
    #expect(problems(request).count == count)
  }

  @Test(arguments: [
    "{{http://x}}", "{{file:foo://x}}", "oauth:abcdef", "keyring:x", "https://a/b", "{{ x }}",
    "${A} ${B}", "{{valet:x}}",
  ])
  func whatAHostMayMeanOtherwiseStaysLiteral(value: String) throws {
    let (planned, _) = try plan(request, inherited: ["A=\(value)"])
    #expect(planned.variables == ["A=\(value)"])
  }

  @Test(arguments: [
    "{{http://user:hunter2@x}} {{valet://a}}", "{{valet://a hunter2",
    "{{valet://a}} {{valet://b hunter2",
    "valet://", "{{file:valet://}}",
  ])
  func whatAHostCertainlyMeansAsAReferenceIsAProblemThatShowsNoOtherPart(value: String) {
    let found = problems(request, inherited: ["A=\(value)"])
    #expect(found.count == 1)
    #expect(!LaunchError.invalid(found).message.contains("hunter2"))
  }

  @Test func aReferenceInBytesThatAreNotUTF8IsAProblemAndOtherBytesPass() throws {
    let good = CStrings(bytes: [Array("A=".utf8) + [0xFF, 0x7B, 0x7B, 0xC0]])
    let plan = try LaunchPlan(request, inherited: InheritedEnvironment(list: good.list))
    guard case .inherited(let whole) = try #require(plan.variables.first).content else { return }
    #expect(Array(whole) == Array("A=".utf8) + [0xFF, 0x7B, 0x7B, 0xC0])

    let bad = CStrings(bytes: [Array("A={{valet://x}}".utf8) + [0xFF]])
    #expect(throws: LaunchError.invalid([.init(.variable("A"), .notUTF8)])) {
      try LaunchPlan(request, inherited: InheritedEnvironment(list: bad.list))
    }
  }

  @Test func valuesInArgumentsNeedTheirOwnLeave() throws {
    var request = request
    request.command += [.init("--token={{valet://a}}"), .init("{{file:valet://b}}")]
    let found = problems(request)
    #expect(found == [.init(.argument(1), .valueInArgument(try reference("valet://a")))])
    #expect(found[0].hint?.contains("{{file:valet://a}}") == true)
    request.options.allowsValuesInArguments = true
    let (planned, _) = try plan(request)
    #expect(planned.plan.values == [try reference("valet://a")])
    #expect(planned.plan.files.map(\.fileName) == ["b"])
  }

  @Test func filesAreRefusedWithExec() {
    var request = request
    request.options.executesInPlace = true
    request.files = [.init("A", "valet://a")]
    request.command.append(.init("{{file:valet://b}}"))
    #expect(
      problems(request) == [
        .init(.variable("A"), .fileWithExec), .init(.argument(1), .fileWithExec),
      ])
  }

  @Test func oneFileForEachValueUnderAPlainAndUniqueName() throws {
    var request = request
    request.files = [
      .init("A", "valet://x/y"), .init("../B c", "valet://z"), .init("C", "valet://x/y"),
    ]
    request.variables = [
      .init("D", "{{file:valet://a/b}} {{file:valet://a-b}} {{file:valet://x/y}}"),
      .init("E", "{{file:keyring://?service=x}}"),
      .init("F", "{{file:valet://.hidden}}"),
    ]
    let (planned, _) = try plan(request)
    #expect(
      planned.plan.files.map(\.fileName) == [
        "A", "_.-B-c", "a-b", "a-b-2", "keyring-item", "_hidden",
      ])
  }

  @Test(arguments: [[], [LaunchRequest.Word("")], [.bytes([])]])
  func anEmptyCommandIsAProblem(command: [LaunchRequest.Word]) {
    var request = request
    request.command = command
    #expect(problems(request) == [.init(.command, .emptyCommand)])
    #expect(LaunchError.invalid(problems(request)).exitCode == .usage)
  }

  @Test func neitherTheCommandNorThePathComeFromAStore() throws {
    var request = request
    request.options.allowsValuesInArguments = true
    request.command = [.init("valet://a")]
    request.variables = [.init("PATH", "/bin:{{valet://b}}")]
    #expect(
      problems(request) == [
        .init(.variable("PATH"), .referenceInPath), .init(.command, .referenceInCommand),
      ])
  }

  @Test func everyProblemAndErrorHasWordsInTheHousesForm() {
    let faults: [LaunchProblem.Fault] = [
      .emptyCommand, .referenceInCommand, .emptyName, .equalsInName, .nulInName, .duplicate,
      .reservedName, .referenceInPath, .notUTF8, .fileWithExec, .nul, .tooLong(byteCount: 1),
    ]
    for fault in faults {
      let message = LaunchProblem(.variable("X"), fault).message
      #expect(message.hasPrefix("variable X: ") && !message.hasSuffix("."))
    }
  }
}
