internal import Platform
internal import Secrets
internal import Testing

@testable import Launch

struct EnvironmentBlockTests {
  /// A block as `execve` would read it.
  private func strings(
    _ request: LaunchRequest, inherited: [[UInt8]] = [], values: [String: [UInt8]]
  ) throws(LaunchError) -> (argv: [[UInt8]], envp: [[UInt8]]) {
    let strings = CStrings(bytes: inherited)
    let plan = try LaunchPlan(request, inherited: InheritedEnvironment(list: strings.list))
    let block = try EnvironmentBlock(plan, files: RuntimeFiles()) { reference, body in
      guard let value = values[reference.description] else { return false }
      value.withUnsafeBytes { body($0) }
      return true
    }
    return block.withPointers { (Self.read($0), Self.read($1)) }
  }

  private static func read(_ list: UnsafePointer<UnsafeMutablePointer<CChar>?>) -> [[UInt8]] {
    var strings: [[UInt8]] = []
    var next = list
    while let string = next.pointee {
      strings.append((0..<strlen(string)).map { UInt8(bitPattern: string[$0]) })
      next += 1
    }
    return strings
  }

  private func request(_ variables: [LaunchRequest.Entry] = []) -> LaunchRequest {
    var request = LaunchRequest()
    request.command = [.init("server")]
    request.variables = variables
    return request
  }

  @Test func holdsExactlyWhatWasPlanned() throws {
    var request = request([.init("A", "x {{valet://a}} y {{valet://b}}"), .init("E", "")])
    request.command += [.init(""), .bytes([0xFF, 0x20])]
    let (argv, envp) = try strings(
      request, inherited: [Array("HOME=/h".utf8)],
      values: ["valet://a": Array("1".utf8), "valet://b": [0xFE, 0x0A, 0xFF]])
    #expect(argv == [Array("server".utf8), [], [0xFF, 0x20]])
    #expect(
      envp == [
        Array("HOME=/h".utf8), Array("A=x 1 y ".utf8) + [0xFE, 0x0A, 0xFF], Array("E=".utf8),
      ])
  }

  @Test func bytesThatAreNotUTF8PassUntouched() throws {
    let odd: [UInt8] = Array("ODD=".utf8) + [0x80, 0xFF, 0xC0]
    let name: [UInt8] = [0xE9] + Array("=latin".utf8)
    let envp = try strings(request(), inherited: [odd, name], values: [:]).envp
    #expect(envp == [odd, name])
  }

  @Test func takesAStringUpToTheKernelsLimit() throws {
    let longest = [UInt8](repeating: 0x61, count: EnvironmentBlock.maximumStringLength - 2)
    let envp = try strings(request([.init("A", "valet://a")]), values: ["valet://a": longest]).envp
    #expect(envp[0].count == 131_071)
    #expect(
      throws: LaunchError.invalid([.init(.variable("A"), .tooLong(byteCount: 131_072))])
    ) {
      try strings(request([.init("A", "valet://a")]), values: ["valet://a": longest + [0x61]])
    }
  }

  @Test func namesEveryValueThatCannotStand() throws {
    var request = request([
      .init("A", "valet://nul"), .init("B", "valet://absent"), .init("C", "text\0nul"),
      .init("D", "{{valet://absent}}"),
    ])
    request.files = [.init("F", "valet://absent")]
    let absent = try SecretReference("valet://absent")
    let expected: [LaunchProblem] = [
      .init(.variable("F"), .missing(absent)), .init(.variable("A"), .nul),
      .init(.variable("B"), .missing(absent)), .init(.variable("C"), .nul),
      .init(.variable("D"), .missing(absent)),
    ]
    #expect(throws: LaunchError.invalid(expected)) {
      try strings(request, values: ["valet://nul": [0x61, 0, 0x62]])
    }
    #expect(expected[1].hint == "hand it over as a file: --file A=REFERENCE")
  }

  @Test func takesAThousandVariablesAndAMegabyte() throws {
    let entries = (0..<1000).map { LaunchRequest.Entry("V\($0)", "valet://a") }
    let value = [UInt8](repeating: 0x7A, count: 1000)
    let envp = try strings(request(entries), values: ["valet://a": value]).envp
    #expect(envp.count == 1000)
    #expect(envp.allSatisfy { $0.suffix(1000) == value[...] })
  }

  @Test func aLookupThatChangesItsAnswerIsAnErrorAndNoOverrun() throws {
    var asked = 0
    let strings = CStrings([])
    let plan = try LaunchPlan(
      request([.init("A", "valet://a")]), inherited: InheritedEnvironment(list: strings.list))
    #expect(throws: LaunchError.self) {
      _ = try EnvironmentBlock(plan, files: RuntimeFiles()) { _, body in
        asked += 1
        [UInt8](repeating: 0x61, count: asked * 100).withUnsafeBytes { body($0) }
        return true
      }
    }
  }
}
