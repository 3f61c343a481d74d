internal import Platform
internal import Testing
internal import ValetTesting

/// Servers come with company: `npx` and `uvx` start them, and they start others.
@Suite struct DescendantTests {
  /// A server with a child in a session of its own and one that let go of its parent; all of them
  /// sleep a number of seconds that nobody else does.
  private func start(
    _ home: borrowing Home, _ seconds: Int, server: String = "exec cat"
  ) throws -> LiveProgram {
    try home.set("a", "value")
    let live = try home.start([
      "run", "--env", "A=valet://a", "--", "/bin/sh", "-c",
      "setsid sleep \(seconds) & (setsid sh -c 'sleep \(seconds) & :' &); echo ready; \(server)",
    ])
    try live.expect("ready")
    try #require(waits { sleepers(seconds).count == 2 })
    return live
  }

  private func sleepers(_ seconds: Int) -> [pid_t] {
    Processes.all { $0 == ["sleep", "\(seconds)"] }
  }

  @Test(arguments: [SIGKILL, SIGTERM, SIGHUP, SIGINT])
  func noneOutlivesTheBroker(signal: Int32) throws {
    let home = try Home.withVault()
    let seconds = Int.random(in: 100_000...999_999)
    let live = try start(home, seconds)
    live.send(signal)
    #expect(live.wait() == 128 + signal)
    #expect(waits { sleepers(seconds).isEmpty })
  }

  @Test func noneOutlivesTheServer() throws {
    let home = try Home.withVault()
    let seconds = Int.random(in: 100_000...999_999)
    let live = try start(home, seconds, server: "cat; exit 7")
    live.closeInput()
    #expect(live.wait() == 7)
    #expect(waits { sleepers(seconds).isEmpty })
  }

  @Test(arguments: [([], "exit 0"), ([], "exit 3"), (["--exec"], "exit 3"), ([], "kill -9 $$")])
  func theServersOwnEndIsOurs(way: [String], end: String) throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    let run = try home.valet(
      ["run"] + way + ["--env", "A=valet://a", "--", "/bin/sh", "-c", end])
    let codes = ["exit 0": 0, "exit 3": 3, "kill -9 $$": 137] as [String: Int32]
    #expect(run.exitCode == codes[end])
    #expect(!run.errorText.contains("error"))
  }
}
