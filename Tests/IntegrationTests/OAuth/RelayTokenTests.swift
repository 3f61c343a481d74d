import Platform
import Testing
import ValetTesting

/// What becomes of tokens in a relay, beside that its server gets them.
@Suite(.serialized) struct RelayTokenTests {
  /// Waits for a number of refreshes, and until their tokens are where they belong.
  private func awaitRefreshes(_ count: Int, of fixture: borrowing ConnectedHome) throws {
    let end = MonotonicInstant.now + .seconds(20)
    while fixture.requests.count < count {
      try #require(MonotonicInstant.now < end, "\(fixture.requests)")
      usleep(20_000)
    }
    usleep(500_000)
  }

  @Test func aTokenThatWasReplacedInItsFileIsRedacted() throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    var relay = try RelayedServer(fixture.home, ["--file", "FILE=oauth://work"])
    try relay.begin()
    let path = try #require(try relay.ask("file")["result"]["path"].text)
    try awaitRefreshes(1, of: fixture)
    #expect(try TemporaryFolder.read(path) == Array("access-1".utf8))
    let answer = try relay.ask("file")["result"]["text"].text
    #expect(answer?.contains("access-") == false, "\(answer ?? "-")")
  }

  @Test func aTokenThatASwapBroughtIsRedacted() throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    var relay = try RelayedServer(fixture.home, ["--env", "TOKEN=oauth://work"])
    try relay.begin()
    let first = try relay.processID()
    try awaitRefreshes(1, of: fixture)
    #expect(try relay.processID() != first)
    let answer = try relay.ask("token")["result"]["token"].text
    #expect(answer?.contains("access-") == false, "\(answer ?? "-")")
  }

  /// An upgrade puts other programs where ours lay; what runs goes on with those it began with.
  @Test func anUpgradeEndsNoRefreshing() throws {
    let fixture = try ConnectedHome(age: 0, life: 5)
    let folder = "\(fixture.home.path)/bin"
    try #require(mkdir(folder, 0o755) == 0)
    let built = Programs.broker.dropLast("mcp-valet".count)
    for name in ["mcp-valet", "mcp-valet-ctl", "mcp-valet-net"] {
      let copy = try fixture.home.shell("cp '\(built)\(name)' '\(folder)/\(name)'")
      try #require(copy.exitCode == 0, "\(copy.errorText)")
    }
    let launch =
      ["run", "--no-redact", "demo", "--env", "TOKEN=oauth://work", "--"] + RelayedServer.command
    try fixture.home.allow(launch)
    let live = try LiveProgram(
      ["\(folder)/mcp-valet"] + launch, environment: fixture.home.environment)
    try live.type(#"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{}}"# + "\n")
    try live.expect("supportedVersions", seconds: 30)
    // As packaging/quickstart.sh does it; the new one is of another version and speaks otherwise.
    let upgrade = try fixture.home.shell(
      """
      cd '\(folder)' && for name in mcp-valet mcp-valet-ctl mcp-valet-net; do
        printf '#!/bin/sh\\nexit 3\\n' >new && chmod 755 new && mv new $name
      done
      """)
    #expect(upgrade.exitCode == 0, "\(upgrade.errorText)")
    try awaitRefreshes(1, of: fixture)
    #expect(fixture.requests == ["refresh-0 access-1"])
    #expect(!live.errorText.contains("mcp-valet-net"), "\(live.errorText)")
  }

  /// To a process, a suspend is a time in which it is not run.
  @Test func theFirstCallAfterASuspendMeetsAFreshToken() throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    try fixture.set("delay", "0.5")
    var relay = try RelayedServer(fixture.home, ["--no-redact", "--env", "TOKEN=oauth://work"])
    try relay.begin()
    relay.program.send(SIGSTOP)
    sleep(5)
    let number = try relay.send("tools/call")
    relay.program.send(SIGCONT)
    let answer = try relay.message()
    #expect(answer["id"].number == "\(number)")
    #expect(answer["result"]["token"].text == "access-1")
  }

  /// The answer to a refresh comes when nobody listens any more, and the server still has a call.
  @Test func theEndIsWaitedForWithoutWork() throws {
    let fixture = try ConnectedHome(age: 0, life: 6)
    try fixture.set("delay", "0.5")
    var relay = try RelayedServer(fixture.home, ["--no-redact", "--env", "TOKEN=oauth://work"])
    try relay.begin()
    let end = MonotonicInstant.now + .seconds(20)
    while fixture.requests.isEmpty, MonotonicInstant.now < end { usleep(10_000) }
    try relay.send("sleep", #"{"seconds":2}"#)
    usleep(100_000)
    relay.program.closeInput()
    usleep(1_500_000)
    let ticks = try Processes.ticks(of: relay.program.processID)
    #expect(ticks < 40, "hundredths of a second of work: \(ticks)")
    #expect(relay.program.wait() == 0)
  }

  /// A plain program, whose input is at its end from the start.
  @Test func aProgramWithoutAHostHasItsFileRenewed() throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    let run = try fixture.home.valet(
      [
        "run", "--no-redact", "--file", "FILE=oauth://work", "--", "/bin/sh", "-c",
        "sleep 6; cat $FILE",
      ])
    #expect(run.text == "access-1\n", "\(run.errorText)")
    #expect(run.exitCode == 0)
  }

  @Test(.enabled(if: geteuid() == 0, "reads the memory of others"))
  func aRelayHoldsNoRefreshToken() throws {
    let (present, next) = ("refresh-canary-7138", "refresh-1")
    let fixture = try ConnectedHome(age: 0, life: 4, refresh: present)
    try fixture.set("login", present)
    var relay = try RelayedServer(fixture.home, ["--no-redact", "--env", "TOKEN=oauth://work"])
    try relay.begin()
    let ours = Array(Processes.tree(of: relay.program.processID).prefix(2))
    #expect(try Scan(for: present, processes: ours, folders: []).found.isEmpty)
    try awaitRefreshes(1, of: fixture)
    #expect(try relay.ask("token")["result"]["token"].text == "access-1")
    for text in [present, next] {
      let scan = try Scan(for: text, processes: ours, folders: [])
      #expect(scan.found.isEmpty, "\(text): \(scan.found)")
    }
    // What it does hold is found, where nothing is written to disk from.
    let held = try Scan(for: "access-1", processes: ours, folders: []).found
    #expect(!held.isEmpty && held.allSatisfy { $0.contains("/mem locked") }, "\(held)")
  }
}
