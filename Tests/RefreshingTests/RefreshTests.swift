import Connections
import NetClient
import Platform
import Refreshing
import SealedConnections
import Testing
import ValetTesting
import Vault

@Suite struct RefreshTests {
  @Test func asksNobodyForATokenThatIsFresh() throws {
    let fixture = try ServerFixture(age: 10)
    let result = try fixture.refresh()
    #expect(result.outcome.token == "access-0" && !result.hasRefreshed)
    #expect(fixture.requests.isEmpty)
  }

  @Test("A25: the new refresh token is stored before the access token is used")
  func storesBothTokens() throws {
    let fixture = try ServerFixture()
    let result = try fixture.refresh()
    #expect(result.outcome.isFresh && result.hasRefreshed)
    #expect(result.outcome.token == "access-1")
    let record = try fixture.record()
    #expect(record.accessToken?.text == "access-1" && record.refreshToken?.text == "refresh-1")
    #expect(record.lastFailure == nil && record.lastRefresh != nil)
    #expect(!record.needsRefresh(now: Int64(time(nil))))
    #expect(fixture.requests == ["refresh-0"])
    #expect(try fixture.refresh().outcome.token == "access-1")
  }

  @Test("A25: where no new refresh token comes the old one stays")
  func keepsTheOldRefreshToken() throws {
    let fixture = try ServerFixture()
    try fixture.set("mode", "keep")
    #expect(try fixture.refresh().outcome.token == "access-1")
    #expect(try fixture.record().refreshToken?.text == "refresh-0")
  }

  @Test func theProgramOnTheNetworkGetsTheRecordAndNothingElse() throws {
    setenv("MCP_VALET_TEST_SECRET", "never handed on", 1)
    let leaked = open("/dev/null", O_RDONLY)
    defer { close(leaked) }
    let fixture = try ServerFixture()
    _ = try fixture.refresh()
    #expect(
      fixture.surroundings == ["descriptors 0 1 2 3", "arguments mcp-valet-net", "environment"])
  }

  @Test func takesNothingButTokensFromTheProgramOnTheNetwork() throws {
    let fixture = try ServerFixture()
    _ = try fixture.refresh()
    #expect(try fixture.record().endpoints.token == fixture.server)
    try fixture.set("mode", "foreign")
    let result = try fixture.refresh { $0.isForced = true }
    #expect(result.outcome.token == "access-1" && result.outcome.error != nil)
    #expect(try fixture.record().name == "work")
  }

  @Test func aForcedRefreshIsDoneAlsoWhenTheTokenIsFresh() throws {
    let fixture = try ServerFixture(age: 10)
    #expect(try fixture.refresh { $0.isForced = true }.outcome.token == "access-1")
    #expect(try fixture.refresh { $0.minimumLife = 7200 }.outcome.token == "access-2")
    #expect(try fixture.refresh { $0.minimumLife = 300 }.outcome.token == "access-2")
    #expect(fixture.requests.count == 2)
  }

  // MARK: Failures

  @Test("A27: a transient error drops nothing, and the token is used while it is good")
  func aServerThatIsDownDropsNothing() throws {
    let fixture = try ServerFixture(age: 3570)
    try fixture.set("mode", "down")
    let result = try fixture.refresh()
    #expect(result.outcome.token == "access-0" && !result.outcome.isFresh)
    #expect(try fixture.record().refreshToken?.text == "refresh-0")
    #expect(try fixture.record().lastFailure?.code == "unreachable")
    // No storm: the next one does not ask again at once, a person may.
    _ = try fixture.refresh()
    #expect(fixture.requests.count == 1)
    try fixture.set("mode", "rotate")
    #expect(try fixture.refresh { $0.isForced = true }.outcome.token == "access-2")
    #expect(try fixture.record().lastFailure == nil)
  }

  @Test func aServerThatIsDownFailsWhatHasRunOut() throws {
    let fixture = try ServerFixture(age: 4000)
    try fixture.set("mode", "down")
    let result = try fixture.refresh()
    #expect(result.outcome.token == nil)
    #expect(result.outcome.error?.needsLogin == false)
    let again = try fixture.refresh().outcome.error
    guard case .failedBefore(_, "the server is down") = again else {
      Issue.record("\(String(describing: again))")
      return
    }
    #expect(try fixture.refresh { $0.pauseSeconds = 0 }.outcome.token == nil)
    #expect(fixture.requests.count == 2)
  }

  @Test("A27: invalid_grant ends the login, and says what to type")
  func aRefusedTokenEndsTheLogin() throws {
    let fixture = try ServerFixture()
    try fixture.set("mode", "refused")
    let error = try #require(try fixture.refresh().outcome.error)
    #expect(error.needsLogin && error.hint == "mcp-valet login work")
    let record = try fixture.record()
    #expect(record.hasEnded && record.accessToken == nil && record.refreshToken == nil)
    #expect(record.registration?.clientID == "client")
    // Never a loop: nobody asks again.
    for _ in 0..<3 {
      guard case .ended(_, "the server refused") = try fixture.refresh().outcome.error else {
        Issue.record("an ended login is not called so")
        return
      }
    }
    #expect(fixture.requests.count == 1)
  }

  @Test func nothingToRefreshWithIsSaid() throws {
    let fixture = try ServerFixture(age: 4000) { $0.refreshToken = nil }
    guard case .expired = try fixture.refresh().outcome.error else {
      Issue.record("a token without a successor")
      return
    }
    let good = try ServerFixture(age: 3570) { $0.refreshToken = nil }
    #expect(try good.refresh().outcome.token == "access-0")
    #expect(good.requests.isEmpty && fixture.requests.isEmpty)
  }

  @Test(arguments: ["die", "vanish", "garbage"])
  func aProgramThatFailsDropsNothing(mode: String) throws {
    let fixture = try ServerFixture(age: 3570)
    try fixture.set("mode", mode)
    let result = try fixture.refresh()
    #expect(result.outcome.token == "access-0")
    guard case .net = result.outcome.error else {
      Issue.record("\(String(describing: result.outcome.error))")
      return
    }
    #expect(try fixture.record().refreshToken?.text == "refresh-0")
    // The server may have changed the token without our having it: then it says so, once.
    try fixture.set("mode", "rotate")
    let next = try fixture.refresh { $0.isForced = true }.outcome
    if mode == "vanish" {
      #expect(next.error?.needsLogin == true)
      #expect(try fixture.record().hasEnded)
    } else {
      #expect(next.token?.hasPrefix("access-") == true && next.isFresh)
    }
  }

  @Test func aServerThatNeverAnswersIsGivenUp() throws {
    let fixture = try ServerFixture(age: 3570)
    try fixture.set("mode", "hang")
    let result = try fixture.refresh { $0.answerWait = .milliseconds(300) }
    #expect(result.outcome.token == "access-0")
    guard case .net(_, .timedOut) = result.outcome.error else {
      Issue.record("\(String(describing: result.outcome.error))")
      return
    }
    #expect(TemporaryFolder.names(in: fixture.store.path).count == 2)
  }

  @Test func aProgramThatIsNotInstalledIsSaid() throws {
    let fixture = try ServerFixture()
    let error = try fixture.refresh {
      $0.program = NetExecutable("/nonexistent/mcp-valet-net")
    }.outcome.error
    #expect(error?.message.contains("mcp-valet-net is not installed") == true)
    #expect(error?.hint == "install mcp-valet again, all three programs at once")
    #expect(try fixture.record().lastFailure == nil)
  }

  @Test("A27: the store is read again before anything is dropped")
  func tokensThatCameMeanwhileAreNotDropped() throws {
    let fixture = try ServerFixture()
    try fixture.set("mode", "refused")
    try fixture.set("delay", "400")
    let refresh = TokenRefresh(
      fixture.name, fixture.key, try fixture.store.read(fixture.key), in: fixture.store,
      options: fixture.options())
    #expect(refresh.advance() == nil)
    var record = try fixture.record()
    record.accessToken = try secret("access-of-another")
    record.expires = Int64(time(nil)) + 3600
    try fixture.exchange(for: record)
    let outcome = TokenRefresh.finish([refresh])[0]
    #expect(outcome.token == "access-of-another" && outcome.isFresh)
    #expect(try fixture.record().hasEnded == false)
  }

  /// What could not be foreseen, such as a folder of another machine that is away for a moment.
  @Test func aDiskThatDoesNotTakeTheTokensIsTriedAgain() throws {
    let fixture = try ServerFixture()
    try fixture.set("delay", "300")
    let refresh = TokenRefresh(
      fixture.name, fixture.key, try fixture.store.read(fixture.key), in: fixture.store,
      options: fixture.options())
    #expect(refresh.advance() == nil)
    let path = fixture.store.path(of: fixture.key.connectionID)
    // Nothing can take the place of a folder.
    try #require(rename(path, "\(path).away") == 0 && mkdir(path, 0o700) == 0)
    let end = MonotonicInstant.now + .seconds(10)
    while fixture.requests.isEmpty, MonotonicInstant.now < end { usleep(10_000) }
    let later = MonotonicInstant.now + .milliseconds(900)
    while MonotonicInstant.now < later {
      #expect(refresh.advance() == nil)
      usleep(20_000)
    }
    try #require(rmdir(path) == 0 && rename("\(path).away", path) == 0)
    #expect(TokenRefresh.finish([refresh])[0].token == "access-1")
    #expect(try fixture.record().refreshToken?.text == "refresh-1")
    #expect(fixture.requests == ["refresh-0"])
  }
}
