import Connections
import Platform
import Refreshing
import SealedConnections
import Synchronization
import Testing
import ValetTesting

/// A clock that a test sets; the server in the folder goes by it too.
private final class TestClock: Sendable {
  private let seconds: Mutex<Int64>
  private let path: String

  init(_ server: String) throws {
    seconds = Mutex(Int64(time(nil)))
    path = "\(server)/time"
    try move(by: 0)
  }

  var now: Int64 { seconds.withLock { $0 } }

  func move(by distance: Int64) throws {
    let now = seconds.withLock { value in
      value += distance
      return value
    }
    try TemporaryFolder.write(Array("\(now)".utf8), to: path)
  }
}

/// A running server's token, over days that pass in seconds.
@Suite struct KeeperTests {
  private func keeper(
    _ fixture: borrowing ServerFixture, _ clock: TestClock
  ) throws -> TokenKeeper {
    var options = fixture.options()
    options.now = { clock.now }
    let held = HeldConnection(fixture.name, fixture.key, try fixture.store.read(fixture.key))
    return TokenKeeper(held, in: fixture.store, options: options)
  }

  /// What comes next without moving the clock; `nil` when that is nothing.
  private func next(_ keeper: TokenKeeper, isIdle: Bool = true) -> TokenKeeper.Event? {
    let end = MonotonicInstant.now + .seconds(20)
    while MonotonicInstant.now < end {
      if let event = keeper.advance(isIdle: isIdle) { return event }
      guard keeper.nextLook != nil else { return nil }
      usleep(2_000)
    }
    return nil
  }

  private func token(_ event: TokenKeeper.Event?) -> String? {
    if case .renewed(let held)? = event { held.token?.text } else { nil }
  }

  @Test func threeDaysAreSeventyFourTokens() throws {
    let fixture = try ServerFixture(age: 0)
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    let end = clock.now + 3 * 86_400
    var count = 0
    while let time = keeper.nextWallTime, time < end {
      try clock.move(by: time - clock.now)
      count += 1
      #expect(token(next(keeper)) == "access-\(count)")
      // Nothing more until then.
      #expect(next(keeper) == nil)
    }
    // 72 hours of tokens that are renewed a minute before they end.
    #expect(count == 73)
    #expect(fixture.requests == (0..<count).map { "refresh-\($0)" })
  }

  @Test func aSuspendEndsWithAFreshToken() throws {
    let fixture = try ServerFixture(age: 0)
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    try clock.move(by: 9 * 3600)
    // Whatever it is busy with: its token is no good any more.
    #expect(token(next(keeper, isIdle: false)) == "access-1")
  }

  @Test func aClockThatIsSetBackMakesTheTokenStale() throws {
    let fixture = try ServerFixture(age: 0)
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    try clock.move(by: -30)
    #expect(next(keeper) == nil)
    try clock.move(by: -86_400)
    #expect(token(next(keeper)) == "access-1")
    #expect(keeper.nextWallTime.map { $0 > clock.now && $0 <= clock.now + 3600 } == true)
  }

  @Test func aBusyServerIsLeftAloneUntilItsTokenEnds() throws {
    let fixture = try ServerFixture(age: 0)
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    try clock.move(by: 3550)
    #expect(next(keeper, isIdle: false) == nil)
    #expect(keeper.nextWallTime == keeper.latestUse)
    try clock.move(by: 60)
    #expect(token(next(keeper, isIdle: false)) == "access-1")
  }

  @Test func whatAnotherProcessGotIsTaken() throws {
    let fixture = try ServerFixture(age: 0)
    let clock = try TestClock(fixture.server)
    let (one, other) = (try keeper(fixture, clock), try keeper(fixture, clock))
    try clock.move(by: 3590)
    #expect(token(next(one)) == "access-1")
    #expect(token(next(other)) == "access-1")
    #expect(fixture.requests.count == 1)
  }

  @Test func aServerThatIsDownIsAskedLessAndLessOften() throws {
    let fixture = try ServerFixture(age: 0)
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    try fixture.set("mode", "down")
    try clock.move(by: 3545)
    guard case .troubled? = next(keeper) else {
      Issue.record("a failure is not told")
      return
    }
    var pauses: [Int64] = []
    for _ in 0..<6 {
      let time = try #require(keeper.nextWallTime)
      pauses.append(time - clock.now)
      try clock.move(by: time - clock.now)
      // Told once.
      #expect(next(keeper) == nil)
    }
    #expect(pauses == [5, 10, 20, 40, 60, 60])
    try fixture.set("mode", "rotate")
    try clock.move(by: 60)
    #expect(token(next(keeper))?.hasPrefix("access-") == true)
    #expect(try fixture.record().hasEnded == false)
  }

  @Test func theEndOfALoginIsToldOnceAndTheNextLoginIsSeen() throws {
    let fixture = try ServerFixture(age: 0)
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    try fixture.set("mode", "refused")
    try clock.move(by: 40 * 3600)
    guard case .ended(let error)? = next(keeper) else {
      Issue.record("the end is not told")
      return
    }
    #expect(error.hint == "mcp-valet login work")
    #expect(keeper.nextWallTime == nil && keeper.nextLook != nil)
    usleep(2_200_000)
    #expect(keeper.advance(isIdle: true) == nil)
    let token = try secret("access-of-login")
    try fixture.store.update(fixture.key) { record in
      record.accessToken = token
      record.obtained = clock.now
      record.expires = clock.now + 3600
      record.hasEnded = false
    }
    #expect(self.token(next(keeper)) == "access-of-login")
    #expect(fixture.requests.count == 1)
  }

  @Test func whatNobodyCanMendByAskingAgainIsToldOnceAndDropsNothing() throws {
    let fixture = try ServerFixture(age: 0)
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    try fixture.set("mode", "scope")
    // While the token is good, nothing is said and nothing is asked again.
    try clock.move(by: 3550)
    #expect(next(keeper) == nil)
    #expect(fixture.requests.count == 1 && keeper.nextWallTime == keeper.latestUse)
    try clock.move(by: 60)
    guard case .ended(let error)? = next(keeper) else {
      Issue.record("the end is not told")
      return
    }
    #expect(error.hint == "mcp-valet login work")
    #expect(!error.needsLogin && keeper.nextWallTime == nil)
    #expect(fixture.requests.count == 2)
    let record = try fixture.record()
    #expect(record.refreshToken?.text == "refresh-0" && !record.hasEnded)
    // Somebody mends it: `mcp-valet refresh`.
    try fixture.set("mode", "rotate")
    #expect(
      try fixture.refresh { options in
        options.isForced = true
        options.now = { clock.now }
      }.outcome.isFresh)
    usleep(2_200_000)
    #expect(token(next(keeper)) == "access-3")
  }

  @Test func aTokenWithoutASuccessorIsUsedToItsEnd() throws {
    let fixture = try ServerFixture(age: 0) { $0.refreshToken = nil }
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    try clock.move(by: 3550)
    #expect(next(keeper) == nil)
    #expect(keeper.nextWallTime == keeper.latestUse)
    try clock.move(by: 51)
    guard case .ended(.expired)? = next(keeper) else {
      Issue.record("its end is not told")
      return
    }
  }

  /// A server that says so must not make us start a server a hundred times a second.
  @Test func tokensThatLiveASecondAreNotRenewedMoreOften() throws {
    let fixture = try ServerFixture(age: 0)
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    try fixture.set("lifetime", "1")
    try clock.move(by: 3600)
    #expect(token(next(keeper)) == "access-1")
    #expect(next(keeper) == nil)
    #expect(keeper.nextWallTime == clock.now + 2)
  }

  /// Only a guess says that its token is old.
  @Test func aBusyServerWhoseTokenHasNoKnownEndIsGivenMoreTime() throws {
    let fixture = try ServerFixture(age: 0)
    var record = try fixture.record()
    record.expires = nil
    try fixture.exchange(for: record)
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    try clock.move(by: 3605)
    #expect(next(keeper, isIdle: false) == nil)
    try clock.move(by: 60)
    #expect(token(next(keeper, isIdle: false)) == "access-1")
  }

  @Test func aFileThatComesBackIsTaken() throws {
    let fixture = try ServerFixture(age: 0)
    let clock = try TestClock(fixture.server)
    let keeper = try keeper(fixture, clock)
    #expect(rename(fixture.store.path, fixture.store.path + ".away") == 0)
    try clock.move(by: 3545)
    guard case .ended? = next(keeper) else {
      Issue.record("a connection that is gone is not told")
      return
    }
    #expect(rename(fixture.store.path + ".away", fixture.store.path) == 0)
    #expect(try awaitToken(keeper) == "access-0")
  }

  @Test func aClockThatJumpedAheadEndsNothingForGood() throws {
    let fixture = try ServerFixture(age: 0)
    var record = try fixture.record()
    let clock = try TestClock(fixture.server)
    record.refreshExpires = clock.now + 86_400
    try fixture.exchange(for: record)
    let keeper = try keeper(fixture, clock)
    try clock.move(by: 10 * 86_400)
    guard case .ended? = next(keeper) else {
      Issue.record("a refresh token that has ended is not told")
      return
    }
    try clock.move(by: -10 * 86_400 + 3590)
    #expect(try awaitToken(keeper) == "access-0")
    try clock.move(by: 5)
    #expect(token(next(keeper)) == "access-1")
  }

  /// A keeper whose login has ended looks every 2 s.
  private func awaitToken(_ keeper: TokenKeeper) throws -> String? {
    let end = MonotonicInstant.now + .seconds(10)
    while MonotonicInstant.now < end {
      if let event = keeper.advance(isIdle: true) { return token(event) }
      usleep(20_000)
    }
    return nil
  }

  @Test func theEndWaitsForAllAtOnceAndNotForOthers() throws {
    let fixture = try ServerFixture(age: 0)
    try fixture.set("delay", "5000")
    let clock = try TestClock(fixture.server)
    // One has asked the server, the others wait for it.
    let keepers = try (0..<4).map { _ in try keeper(fixture, clock) }
    try clock.move(by: 3590)
    for keeper in keepers { #expect(keeper.advance(isIdle: true) == nil) }
    let start = MonotonicInstant.now
    TokenKeeper.finish(keepers, within: .milliseconds(300))
    #expect(MonotonicInstant.now - start < .milliseconds(1200))
    #expect(fixture.requests.count == 1)
  }
}
