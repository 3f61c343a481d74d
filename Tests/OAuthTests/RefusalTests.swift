import Connections
import Testing

@testable import OAuth

/// What a refusal of the token endpoint means, and what may be said of it.
@Suite struct RefusalTests {
  private func refresh(
    _ json: String, client origin: ClientRegistration.Origin = .dynamic,
    _ change: (inout PresetRules) -> Void = { _ in }
  ) async throws -> (ConnectionRecord?, OAuthError?) {
    let world = FakeSurroundings()
    var record = Example.record
    record.issuer = Example.issuer
    record.endpoints.token = Example.token
    record.set(
      ClientRegistration(
        issuer: Example.issuer, clientID: "c",
        clientSecret: try SharedSecret(text: "client/secret"),
        origin: origin, authentication: .post))
    record.refreshToken = try SharedSecret(text: "refresh-0-of-before")
    var rules = PresetRules(row: "acme")
    change(&rules)
    record.preset = rules
    try world.fake.on(Example.token, json: json)
    do {
      return (try await OAuthTests.record(.refresh, record, in: world), nil)
    } catch let error as OAuthError {
      record.apply(error.failure, time: 1)
      return (record, error)
    }
  }

  @Test("A27 a provider's own word for a void refresh token ends the login") func ownWords()
    async throws
  {
    for (code, effect) in [("gone", .dropsTokens), ("other", [])] as [(String, NetFailure.Effect)] {
      let (_, error) = try await refresh("{\"error\":\"\(code)\"}") { $0.endingErrors = ["gone"] }
      #expect(error?.effect == effect)
    }
  }

  @Test("only the token type that a row names is taken beside Bearer") func tokenTypes()
    async throws
  {
    for (type, row, isTaken) in [
      ("user", nil, false), ("user", "user", true), ("mac", "user", false),
      ("bearer", "user", true),
    ] as [(String, String?, Bool)] {
      let (_, error) = try await refresh(
        "{\"access_token\":\"a\",\"token_type\":\"\(type)\"}"
      ) { $0.tokenType = row }
      #expect((error == nil) == isTaken, "\(type) \(row ?? "-")")
    }
  }

  @Test("a client that the person gave is not forgotten at a server's word")
  func givenClientStays() async throws {
    for origin in ClientRegistration.Origin.allCases {
      let (record, _) = try await refresh(#"{"error":"invalid_client"}"#, client: origin)
      #expect((record?.registration == nil) == (origin == .dynamic))
      #expect(record?.hasEnded == true && record?.refreshToken == nil)
    }
  }

  @Test(
    "no message repeats what was sent",
    arguments: ["refresh-0-of-before", "client/secret", "client%2Fsecret"])
  func echoes(secret: String) async throws {
    for json in [
      #"{"error":"invalid_request","error_description":"bad: \#(secret)!"}"#,
      #"{"error":"\#(secret)"}"#,
    ] {
      let (record, error) = try await refresh(json)
      let message = try #require(error).message
      #expect(!message.contains(secret) && !(error?.code.contains(secret) ?? true), "\(message)")
      #expect(record?.lastFailure?.message.contains(secret) == false)
    }
  }
}
