internal import Testing
internal import ValetTesting

/// Rotations under the official SDK at full speed: every request gets one answer, from a server with
/// a value that was not replaced before the request was sent. See `Tests/Peers/sdk_load.py`.
@Suite(.serialized) struct RotationLoadTests {
  /// Modes of `sdk_host.py`, one for each era.
  private static let modes = ["handshake", "stateless"]
  /// 10,000 with the long tests.
  private static let requestCount = Programs.runsLongTests ? 10_000 : 1_500

  private func load(_ options: [String], mode: String) throws -> ReferenceJSON.Tree {
    let home = try Home.withVault()
    let python = try #require(Programs.python)
    let words =
      [python, Programs.peer("sdk_load.py"), "--valet", Programs.broker, "--mode", mode]
      + ["--requests", "\(Self.requestCount)"] + options + ["--"] + Programs.exampleServer
    let run = try ProgramRun.run(words, environment: home.environment, seconds: 300)
    let report = try #require(
      ReferenceJSON.parse(Array(run.text.utf8)), "\(run.text)\(run.errorText.suffix(2_000))")
    #expect(run.exitCode == 0, "\(run.text)")
    func number(_ name: String) -> Int? { report[name].number.flatMap { Int($0) } }
    #expect(number("requests") == Self.requestCount)
    #expect((number("answers") ?? 0) + (number("errors") ?? 0) == Self.requestCount)
    #expect(number("wrong") == 0 && number("unanswered") == 0, "\(run.text)")
    return report
  }

  @Test(arguments: modes) func rotationsEvery200MillisecondsGoUnnoticed(mode: String) throws {
    let report = try load(["--every", "0.2"], mode: mode)
    #expect(report["errors"].number == "0")
    #expect((report["values"].number.flatMap { Int($0) } ?? 0) >= 2, "no rotation took effect")
  }

  @Test(arguments: modes) func aServerKilledInTheMiddleOfASwapCostsOnlyItsOpenRequests(
    mode: String
  ) throws {
    // Often, so that some are hit while two servers run.
    let report = try load(["--every", "0.05", "--kill"], mode: mode)
    #expect((report["kills"].number.flatMap { Int($0) } ?? 0) > 0, "nothing was killed")
  }

  @Test(arguments: modes) func eightHostsOfOneServerGoOn(mode: String) throws {
    let report = try load(["--every", "0.2", "--hosts", "8"], mode: mode)
    #expect(report["errors"].number == "0")
  }
}
