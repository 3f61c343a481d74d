internal import Platform
internal import Testing
internal import ValetTesting

/// A launch that waits says so, and does not wait for ever while its host does.
@Suite struct LaunchWaitTests {
  private func holdLock(_ home: borrowing Home) throws -> LiveProgram {
    mkdir("\(home.valetHome)/run", 0o700)
    let holder = try LiveProgram(
      ["/usr/bin/python3", Programs.peer("hold_lock.py"), "\(home.valetHome)/run/unlock.lock"],
      environment: ["PATH": "/usr/bin:/bin"])
    try holder.expect("held")
    return holder
  }

  private func lockedHome() throws -> Home {
    let home = try Home.withPassphrase()
    try home.set("a", "value")
    try home.lock()
    return home
  }

  private static let request = #"{"jsonrpc":"2.0","id":1,"method":"initialize"}"# + "\n"

  @Test func aLockThatAnotherHoldsIsSaidAfterASecondAndAnsweredAfterFive() throws {
    let home = try lockedHome()
    let holder = try holdLock(home)
    let start = ContinuousClock.now
    let live = try home.start(["run", "--env", "A=valet://a", "--", "/bin/cat"])
    try live.type(Self.request)
    #expect(live.reads(seconds: 4) { $0.errorText.contains("waiting for another mcp-valet") })
    #expect(ContinuousClock.now - start > .milliseconds(900))
    let answer = try live.line(seconds: 8)
    #expect(ContinuousClock.now - start > .milliseconds(4900))
    #expect(answer.contains(#""id":1,"error":{"code":75"#), "\(answer)")
    #expect(answer.contains("still waits for another mcp-valet"), "\(answer)")
    // It is too late for a server, whatever happens to the lock.
    holder.closeInput()
    #expect(holder.wait() == 0)
    try live.type(#"{"jsonrpc":"2.0","id":2,"method":"server/discover"}"# + "\n")
    #expect(try live.line().contains(#""id":2,"error""#))
    live.closeInput()
    #expect(live.wait() == 75)
    // Said once.
    #expect(live.errorText.components(of: "waiting for another") == 1, "\(live.errorText)")
  }

  @Test func aPromptOnSomebodysScreenIsGivenItsTime() throws {
    let home = try lockedHome()
    let holder = try holdLock(home)
    // What another launch leaves while it asks.
    try home.write("\(Self.nanoseconds)", to: "valet/run/unlock.prompt")
    let live = try home.start(["run", "--env", "A=valet://a", "--", "/bin/cat"])
    try live.type(Self.request)
    #expect(!live.reads(seconds: 7) { !$0.output.isEmpty })
    // Nobody has unlocked the vault meanwhile, and nobody can be asked here.
    holder.closeInput()
    #expect(try live.line().contains(#""error":{"code":77"#))
    live.closeInput()
    #expect(live.wait() == 77)
  }

  @Test func aQuickLaunchSaysNothing() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    let run = try home.valet(["run", "--env", "A=valet://a", "--", "/bin/sleep", "1.5"])
    #expect(run.exitCode == 0)
    #expect(!run.errorText.contains("waiting"), "\(run.errorText)")
  }

  private static var nanoseconds: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
