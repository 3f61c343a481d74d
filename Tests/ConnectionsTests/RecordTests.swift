import Connections
import Secrets
import Testing

@Suite struct RecordTests {
  @Test func everyFieldComesBack() throws {
    let record = try ConnectionRecord.full()
    let back = try ConnectionRecord(bytes: try record.bytes())
    #expect(back.name == record.name)
    #expect(back.server == record.server)
    #expect(back.resource == record.resource)
    #expect(back.issuer == record.issuer)
    #expect(back.endpoints == record.endpoints)
    #expect(back.requestedScopes == record.requestedScopes)
    #expect(back.grantedScopes == record.grantedScopes)
    #expect(back.grant == record.grant)
    #expect(back.accessToken?.text == "access-token")
    #expect(back.tokenType == record.tokenType)
    #expect(back.refreshToken?.text == "refresh-token")
    #expect(back.obtained == record.obtained)
    #expect(back.expires == record.expires)
    #expect(back.refreshExpires == record.refreshExpires)
    #expect(back.options == record.options)
    #expect(back.parameters == record.parameters)
    #expect(back.preset == record.preset)
    #expect(back.typedIssuer == record.typedIssuer && back.typedProvider == record.typedProvider)
    #expect(back.loggedIn == record.loggedIn)
    #expect(back.lastRefresh == record.lastRefresh)
    #expect(back.lastFailure == record.lastFailure)
    #expect(back.hasEnded)
    #expect(back.registrations.map(\.issuer) == record.registrations.map(\.issuer))
    let registration = try #require(back.registration)
    #expect(registration.clientID == "client-1")
    #expect(registration.clientSecret?.text == "client-secret")
    #expect(registration.origin == .dynamic)
    #expect(registration.authentication == .basic)
    #expect(registration.redirectURIs.count == 2)
    #expect(registration.secretExpires == 1_800_000_000)
    #expect(back.registrations[1].clientSecret == nil)
    #expect(try back.bytes() == record.bytes())
  }

  @Test func anEmptyRecordComesBack() throws {
    let back = try ConnectionRecord(bytes: try ConnectionRecord(name: "a").bytes())
    #expect(back.name == "a")
    #expect(back.accessToken == nil && back.expires == nil && back.registrations.isEmpty)
    #expect(back.issuer.isEmpty && !back.hasEnded)
  }

  @Test func keepsFieldsOfALaterVersion() throws {
    var bytes = try ConnectionRecord(name: "a").bytes()
    bytes += [0x00, 0x10, 3, 0, 0, 0, 7, 8, 9]
    let record = try ConnectionRecord(bytes: bytes)
    #expect(record.unknown.count == 1)
    #expect(try record.bytes() == bytes)
  }

  @Test func refusesAFieldThatMustBeUnderstood() throws {
    var bytes = try ConnectionRecord(name: "a").bytes()
    bytes += [0x00, 0x80, 0, 0, 0, 0]
    #expect(throws: ConnectionError.unknownField(0x8000)) { try ConnectionRecord(bytes: bytes) }
  }

  @Test func refusesAnotherVersion() throws {
    var bytes = try ConnectionRecord(name: "a").bytes()
    bytes[0] = 2
    #expect(throws: ConnectionError.unsupportedVersion(2)) { try ConnectionRecord(bytes: bytes) }
  }

  @Test func refusesEveryTruncation() throws {
    let bytes = try ConnectionRecord.full().bytes()
    for count in 0..<bytes.count {
      // What ends between two fields is whole, but lacks what it needs, or less is known.
      guard let record = try? ConnectionRecord(bytes: Array(bytes[..<count])) else { continue }
      #expect(try record.bytes().count == count)
    }
  }

  @Test func survivesEveryFlippedByte() throws {
    let bytes = try ConnectionRecord.full().bytes()
    for index in bytes.indices {
      for bit in [0x01, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] ^= bit
        // It ends, in a record or in an error; a record is what its bytes say.
        guard let record = try? ConnectionRecord(bytes: changed) else { continue }
        #expect(
          try record.bytes() == changed,
          "byte \(index) xor \(bit), of \(bytes[max(0, index - 8)...index])")
      }
    }
  }

  @Test func refusesTwoRegistrationsAtOneIssuer() throws {
    var record = ConnectionRecord(name: "a")
    record.set(
      ClientRegistration(
        issuer: "https://a", clientID: "b", origin: .dynamic, authentication: .none))
    let one = try record.bytes()
    let start = try #require(
      one.indices.first { one[$0...].starts(with: [26, 0]) && one[$0 + 3] == 0 })
    #expect(throws: ConnectionError.malformed("two registrations at one issuer")) {
      try ConnectionRecord(bytes: one + one[start...])
    }
  }

  @Test func refusesControlCharactersInTexts() throws {
    var record = ConnectionRecord(name: "a")
    record.issuer = "https://a\u{1B}[2J"
    let bytes = try record.bytes()
    #expect(throws: ConnectionError.self) { try ConnectionRecord(bytes: bytes) }
  }

  @Test func refusesARecordOverTheLimit() throws {
    var record = ConnectionRecord(name: "a")
    record.accessToken = SharedSecret(
      try SecretBytes(count: ConnectionLimits.maximumRecordLength))
    #expect(throws: ConnectionError.self) { _ = try record.encoded() }
  }

  @Test("A14 a registration belongs to its issuer") func registrationBelongsToItsIssuer() throws {
    var record = try ConnectionRecord.full()
    #expect(record.registration?.clientID == "client-1")
    record.issuer = "https://new.example.com"
    #expect(record.registration == nil)
    // Identical, not alike.
    record.issuer = "https://as.example.com"
    #expect(record.registration == nil)
  }
}
