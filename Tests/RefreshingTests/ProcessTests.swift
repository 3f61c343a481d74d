import Connections
import Platform
import Refreshing
import SealedConnections
import Testing
import ValetTesting

/// Several processes that want the same token (A31).
@Suite(.serialized) struct ProcessTests {
  private static let environment = ["PATH": "/usr/bin:/bin"]

  private func lines(_ script: String, _ words: [String]) throws -> [String] {
    let run = try ProgramRun.run(
      ["/bin/sh", "-c", script, "sh"] + words, environment: Self.environment, seconds: 60)
    #expect(run.exitCode == 0, "\(run.errorText)")
    return run.text.split(separator: "\n").map(String.init)
  }

  private static let fifty = "for i in $(seq 50); do \"$@\" & done; wait"

  @Test("A31: fifty processes at once, one request")
  func fiftyProcessesMakeOneRequest() throws {
    let fixture = try ServerFixture()
    try fixture.set("delay", "300")
    let lines = try lines(Self.fifty, fixture.command())
    #expect(lines.count == 50)
    #expect(lines.allSatisfy { $0.hasPrefix("fresh access-1 ") }, "\(Set(lines))")
    #expect(lines.filter { $0.hasSuffix(" here") }.count == 1)
    #expect(fixture.requests == ["refresh-0"])
  }

  /// Their life is shorter than the margin can be: who waited takes what came.
  @Test func tokensThatLiveSecondsAreSharedToo() throws {
    let fixture = try ServerFixture()
    try fixture.set("delay", "600")
    try fixture.set("lifetime", "3")
    let lines = try lines(Self.fifty, fixture.command())
    #expect(lines.allSatisfy { $0.hasPrefix("fresh access-1 ") }, "\(Set(lines))")
    #expect(fixture.requests.count == 1)
  }

  @Test func fiftyProcessesShareAFailure() throws {
    let fixture = try ServerFixture(age: 4000)
    try fixture.set("delay", "300")
    try fixture.set("mode", "down")
    let lines = try lines(Self.fifty, fixture.command(["pause", "0"]))
    #expect(lines.count == 50 && lines.allSatisfy { $0.hasPrefix("failed ") }, "\(Set(lines))")
    // One that begins after all others have heard of it asks once more.
    #expect(fixture.requests.count <= 2)
  }

  @Test func fiftyProcessesShareTheEndOfALogin() throws {
    let fixture = try ServerFixture()
    try fixture.set("delay", "300")
    try fixture.set("mode", "refused")
    let lines = try lines(Self.fifty, fixture.command())
    #expect(lines.allSatisfy { $0.hasSuffix("| mcp-valet login work") }, "\(Set(lines))")
    #expect(fixture.requests.count == 1)
  }

  @Test func refreshesThatAreForcedAtOnceAreOne() throws {
    let fixture = try ServerFixture(age: 10)
    // Longer than the last of them takes to begin.
    try fixture.set("delay", "2000")
    let lines = try lines(Self.fifty, fixture.command(["forced"]))
    #expect(lines.allSatisfy { $0.hasPrefix("fresh access-1 ") }, "\(Set(lines))")
    #expect(fixture.requests.count == 1)
  }

  /// Killed before the server was asked, or after it answered and before that was stored.
  @Test(arguments: [0.05, 0.25, 0.6])
  func whoComesAfterAKilledProcessRecoversOrSaysSo(seconds: Double) throws {
    let fixture = try ServerFixture()
    try fixture.set("delay", "400")
    _ = try lines(
      "\"$@\" & sleep \(seconds); kill -9 $!; wait $! 2>/dev/null; true", fixture.command())
    try fixture.set("delay", "0")
    let next = try lines("\"$@\"", fixture.command())
    let requests = fixture.requests
    if next[0].hasPrefix("fresh") {
      #expect(try fixture.record().hasEnded == false)
    } else {
      #expect(next[0].hasSuffix("| mcp-valet login work"))
      #expect(try fixture.record().hasEnded)
    }
    #expect(requests.count <= 2)
    // Never a loop.
    for _ in 0..<3 { _ = try lines("\"$@\"", fixture.command()) }
    #expect(fixture.requests == requests)
  }

  /// Ctrl-C while the server is asked: what it answers is stored all the same.
  @Test func aSignalLosesNoToken() throws {
    let fixture = try ServerFixture()
    try fixture.set("delay", "700")
    let lines = try lines(
      "\"$@\" & sleep 0.3; kill -TERM $!; wait $!; echo $?", fixture.command())
    #expect(lines.last == "143")
    #expect(try fixture.record().refreshToken?.text == "refresh-1")
  }

  @Test func aSignalIsNotHeldBackForLong() throws {
    let fixture = try ServerFixture()
    try fixture.set("mode", "hang")
    let began = MonotonicInstant.now
    let lines = try lines(
      "\"$@\" & sleep 0.3; kill -INT $!; kill -TERM $!; wait $!; echo $?",
      fixture.command(["wait", "30"]))
    #expect(lines.last.map { ["143", "130"].contains($0) } == true)
    #expect(MonotonicInstant.now - began < .seconds(10))
  }
}
