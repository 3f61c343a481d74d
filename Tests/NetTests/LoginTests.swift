import Connections
import OAuth
import Secrets
import Testing

@Suite struct LoginTests {
  @Test func aWholeLifeOfALogin() throws {
    let server = try AuthorizationServer()
    let login = try run(.login, connection(server))
    #expect(login.failure == nil)
    let record = try #require(login.record)
    #expect(record.issuer == server.origin)
    #expect(record.resource == server.server)
    #expect(record.accessToken != nil && record.refreshToken != nil)
    #expect(record.grantedScopes == ["read", "offline_access"])
    #expect(record.tokenType == "bearer")
    #expect(record.registration?.origin == .dynamic)
    #expect((record.expires ?? 0) - (record.obtained ?? 0) == 3600)
    #expect(record.loggedIn != nil && record.lastRefresh == nil)
    #expect(try server.strayed().isEmpty)

    let refresh = try run(.refresh, record)
    let refreshed = try #require(refresh.record)
    #expect(!isEqual(refreshed.accessToken, to: record.accessToken))
    #expect(!isEqual(refreshed.refreshToken, to: record.refreshToken))
    #expect(refreshed.lastRefresh != nil && refreshed.loggedIn == record.loggedIn)

    let revocations = try #require(try run(.revoke, refreshed).revocations)
    #expect(revocations.map(\.token) == [.refresh, .access])
    #expect(revocations.allSatisfy { $0.outcome == .revoked })
    let again = try #require(try run(.refresh, refreshed).failure)
    #expect(again.code == "invalid_grant")
    #expect(again.effect == .dropsTokens)
  }
}
