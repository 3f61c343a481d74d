import Connections
import Secrets
import Testing

@Suite struct FreshnessTests {
  private let start: Int64 = 1_790_000_000

  private func token(life: Int64?, refresh: Bool = true) throws -> ConnectionRecord {
    var record = ConnectionRecord(name: "a")
    record.issuer = "https://as"
    record.endpoints.token = "https://as/token"
    record.set(
      ClientRegistration(
        issuer: "https://as", clientID: "b", origin: .dynamic, authentication: .none))
    record.accessToken = try secret("access")
    record.refreshToken = refresh ? try secret("refresh") : nil
    record.obtained = start
    record.expires = life.map { start + $0 }
    return record
  }

  @Test(arguments: [(0, 0), (1, 1), (5, 1), (60, 6), (300, 30), (600, 60), (601, 60), (3600, 60)])
  func marginIsATenthOrAMinute(life: Int64, margin: Int64) {
    #expect(ConnectionRecord.margin(ofLife: life) == margin)
  }

  @Test func isStaleFromTheMarginOn() throws {
    let record = try token(life: 3600)
    #expect(!record.needsRefresh(now: start))
    #expect(!record.needsRefresh(now: start + 3539))
    #expect(record.needsRefresh(now: start + 3540))
    #expect(record.isUsable(now: start + 3599))
    #expect(!record.isUsable(now: start + 3600))
  }

  @Test func aTokenOfSecondsIsNotAlwaysStale() throws {
    let record = try token(life: 5)
    #expect(!record.needsRefresh(now: start + 3))
    #expect(record.needsRefresh(now: start + 4))
  }

  @Test func aTokenThatWasNeverGoodIsStale() throws {
    #expect(try token(life: 0).needsRefresh(now: start))
    #expect(try token(life: -5).needsRefresh(now: start))
  }

  @Test func minimumLifeAsksEarlier() throws {
    let record = try token(life: 3600)
    #expect(!record.needsRefresh(now: start, minimumLife: 300))
    #expect(record.needsRefresh(now: start + 3300, minimumLife: 300))
  }

  @Test func unknownExpiryIsNotImmortal() throws {
    let record = try token(life: nil)
    #expect(!record.needsRefresh(now: start + 3500))
    #expect(record.needsRefresh(now: start + 3541))
    // And yet the token may go on living: it is not withheld.
    #expect(record.isUsable(now: start + 1_000_000))
  }

  @Test func unknownExpiryWithoutRefreshTokenIsLeftAlone() throws {
    let record = try token(life: nil, refresh: false)
    #expect(!record.needsRefresh(now: start + 1_000_000))
    #expect(record.isUsable(now: start + 1_000_000))
    #expect(!record.canRefresh(now: start))
  }

  @Test func unknownExpiryFollowsThePreset() throws {
    var record = try token(life: nil)
    record.preset = PresetRules(row: "a")
    record.preset?.defaultLifetime = 28_800
    #expect(!record.needsRefresh(now: start + 28_000))
    #expect(record.needsRefresh(now: start + 28_740))
  }

  @Test func aClockThatWasSetBackAsksForARefresh() throws {
    let record = try token(life: 3600)
    #expect(!record.needsRefresh(now: start - 30))
    #expect(record.needsRefresh(now: start - 61))
    #expect(record.isUsable(now: start - 61))
  }

  @Test func whatIsNotThereIsStale() throws {
    var record = try token(life: 3600)
    record.accessToken = nil
    #expect(record.needsRefresh(now: start))
    #expect(!record.isUsable(now: start))
  }

  @Test func canRefreshWhileThereIsSomethingToRefreshWith() throws {
    var record = try token(life: 3600)
    #expect(record.canRefresh(now: start))
    record.refreshExpires = start + 10
    #expect(!record.canRefresh(now: start + 10))
    record.refreshToken = nil
    record.grant = .clientCredentials
    #expect(record.canRefresh(now: start + 10))
    record.hasEnded = true
    #expect(!record.canRefresh(now: start + 10))
  }

  @Test("A27 a transient failure drops nothing") func transientFailureDropsNothing() throws {
    var record = try token(life: 3600)
    record.apply(
      NetFailure(
        code: "server_error", message: "busy", exitCode: .tryAgain,
        effect: [.isTransient, .dropsTokens, .dropsRegistration]), time: start)
    #expect(record.accessToken != nil && record.refreshToken != nil && !record.hasEnded)
    #expect(record.registration != nil)
    #expect(record.lastFailure?.code == "server_error")
  }

  @Test("A27 invalid_grant drops the tokens, invalid_client the registration")
  func failuresDropWhatTheyName() throws {
    var record = try token(life: 3600)
    record.apply(
      NetFailure(
        code: "invalid_grant", message: "void", exitCode: .denied, effect: .dropsTokens),
      time: start)
    #expect(record.accessToken == nil && record.refreshToken == nil && record.hasEnded)
    #expect(record.registration != nil)
    record.apply(
      NetFailure(
        code: "invalid_client", message: "unknown", exitCode: .denied,
        effect: .dropsRegistration), time: start)
    #expect(record.registration == nil)
  }
}
