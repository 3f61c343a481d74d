internal import Platform
internal import Testing
internal import ValetTesting

/// What a login that waits for a long time says.
@Suite(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
struct LoginReminderTests {
  @Test("tells every half minute that it waits, how long still, and how to cancel")
  func remindsOfTheWait() throws {
    let home = try Home.withVault()
    let server = try StallingServer()
    let login = try home.start(
      ["login", "work", server.url, "--no-browser", "--timeout", "5m"], onTerminal: true)
    try login.expect("waiting for you, ")
    try login.expect(" at most; Ctrl-C cancels")
    let start = ContinuousClock.now
    try login.expect("still waiting, 4m", seconds: 50)
    try login.expect(" left; Ctrl-C cancels")
    let taken = ContinuousClock.now - start
    #expect(taken > .seconds(28) && taken < .seconds(45), "\(taken)")
    // And goes on waiting.
    #expect(login.wait(seconds: 0.2) == nil)
    try login.type("\u{3}")
    #expect(login.wait(seconds: 5) == 130, "\(login.text)")
    try LyingServerTests.expectNothing(home)
  }
}
