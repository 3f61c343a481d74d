import Platform
import Testing
import ValetTesting

@testable import Audit

@Suite struct AuditLogTests {
  @Test func aLogThatIsWrittenVerifies() throws {
    let home = try AuditHome()
    try home.write(5)
    #expect(try home.verify() == .intact(6))
    let records = try AuditSnapshot.read(in: home.state).records
    #expect(records.map(\.event) == ["begun"] + Array(repeating: "released", count: 5))
    #expect(records.last?.secrets == [AuditEvent.Secret("valet://github/token", version: 3)])
    #expect(records.last?.server == "github")
    #expect(records.last?.command == "/usr/bin/node")
    #expect(records.last?.processID == UInt64(getpid()))
    #expect(records.last?.host?.hasPrefix("/") == true)
    #expect(records.last?.time.count == 24)
  }

  @Test func aLockedVaultGoesOnWithTheKeyThatIsThere() throws {
    let home = try AuditHome()
    try home.write(1)
    let log = try AuditLog.open(in: home.state, identity: AuditIdentity(vaultID: home.vaultID))
    try log.record([AuditHome.event])
    _ = consume log
    #expect(try home.verify() == .intact(3))
  }

  @Test func anEarlierKeyIsNotInTheKeyFile() throws {
    let home = try AuditHome()
    try home.write(1)
    let before = try home.read("audit.key")[144..<176]
    try home.write(1)
    let after = try home.read("audit.key")
    #expect(after.count == AuditState.byteCount)
    #expect(
      !String(decoding: after, as: UTF8.self).contains(String(decoding: before, as: UTF8.self)))
    // It can be made from the one before, and not the other way round.
    let memory = KeyMemory()
    memory.key.copyBytes(from: before)
    memory.advance(by: 1)
    #expect(memory.key.elementsEqual(after[144..<176]))
  }

  @Test func filesAreOursAlone() throws {
    let home = try AuditHome()
    try home.write(1)
    for name in ["audit.key", "audit.log"] {
      var status = stat()
      #expect(stat("\(home.state)/\(name)", &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
    chmod("\(home.state)/audit.log", 0o644)
    #expect(throws: AuditError.self) { try home.write(1) }
  }

  @Test func aLinkInTheLogsPlaceIsRefused() throws {
    for name in ["audit.key", "audit.log"] {
      let home = try AuditHome()
      mkdir(home.state, 0o700)
      symlink("\(home.path)/elsewhere", "\(home.state)/\(name)")
      #expect(throws: AuditError.self) { try home.write(1) }
      #expect(access("\(home.path)/elsewhere", F_OK) != 0)
    }
  }

  @Test func anotherVaultsLogIsRefused() throws {
    let home = try AuditHome()
    try home.write(1)
    var other = home.identity()
    other.vaultID = Array(repeating: 1, count: 16)
    #expect(throws: AuditError.otherVault(path: "\(home.state)/audit.key")) {
      _ = try AuditLog.open(in: home.state, identity: other)
    }
    let log = try AuditLog.open(in: home.state, identity: other, takesOver: true)
    try log.record([AuditHome.event])
    _ = consume log
    #expect(try home.verify().findings == [])
  }

  @Test func anotherLogOfTheVaultIsRefused() throws {
    let home = try AuditHome()
    let anchor = try home.write(1)
    let elsewhere = try AuditHome()
    var identity = home.identity()
    identity.logID = anchor.logID
    #expect(throws: AuditError.keyMissing(path: "\(elsewhere.state)/audit.key")) {
      _ = try AuditLog.open(in: elsewhere.state, identity: identity)
    }
    try elsewhere.write(1)
    #expect(throws: AuditError.otherLog(path: "\(elsewhere.state)/audit.key")) {
      _ = try AuditLog.open(in: elsewhere.state, identity: identity)
    }
  }

  @Test func aVaultThatComesLaterGoesOnWithTheLog() throws {
    let home = try AuditHome()
    let log = try AuditLog.open(in: home.state, identity: nil)
    try log.record([AuditHome.event])
    _ = consume log
    try home.write(1)
    let result = try home.verify()
    #expect(result.findings == [])
    #expect(result.notes == [.unproved(1...2)])
    #expect(result.last == 4)
  }

  @Test func aNewVaultKeyBeginsANewEpoch() throws {
    let home = try AuditHome()
    try home.write(1)
    home.roots.insert(Array(repeating: 8, count: 32), at: 0)
    try home.write(1)
    #expect(try home.verify() == .intact(4))
    home.roots.removeLast()
    #expect(try home.verify().notes == [.unproved(1...2)])
  }

  @Test func aFullFileGetsANumberAndTheChainGoesOn() throws {
    let home = try AuditHome()
    var event = AuditHome.event
    event.detail = String(repeating: "x", count: 4000)
    for _ in 0..<20 where access("\(home.state)/audit.log.6", F_OK) != 0 {
      let log = try AuditLog.open(in: home.state, identity: home.identity())
      try log.record(Array(repeating: event, count: 400))
    }
    #expect(
      try AuditFilesOnDisk.names(home.state)
        == ["audit.key", "audit.log", "audit.log.3", "audit.log.4", "audit.log.5", "audit.log.6"])
    let result = try home.verify()
    #expect(result.findings == [])
    #expect(result.notes.count == 1)
    unlink("\(home.state)/audit.log.4")
    #expect(try home.verify().findings.count == 1)
    unlink("\(home.state)/audit.log.3")
    #expect(try home.verify().findings.contains(.missingFile(3)))
  }

  @Test func textFromElsewhereStaysOneLine() throws {
    let home = try AuditHome()
    var event = AuditHome.event
    event.server = "a\"b\\\n\u{2028}\u{0}é"
    event.detail = String(repeating: "é", count: 4000)
    let log = try AuditLog.open(in: home.state, identity: home.identity())
    try log.record([event])
    _ = consume log
    #expect(try home.verify() == .intact(2))
    #expect(try AuditSnapshot.read(in: home.state).records.last?.server == event.server)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.007Z"), (951_782_400, "2000-02-29T00:00:00.007Z"),
    (1_709_251_199, "2024-02-29T23:59:59.007Z"), (1_709_251_200, "2024-03-01T00:00:00.007Z"),
    (4_107_542_399, "2100-02-28T23:59:59.007Z"), (4_107_542_400, "2100-03-01T00:00:00.007Z"),
    (1_798_761_599, "2026-12-31T23:59:59.007Z"),
  ])
  func timesAreThoseOfTheCalendar(seconds: Int, text: String) {
    var line: [UInt8] = []
    AuditClock.append(seconds: seconds, milliseconds: 7, to: &line)
    #expect(String(decoding: line, as: UTF8.self) == text)
  }

  @Test func aRecordThatIsTooLongIsRefused() throws {
    let home = try AuditHome()
    try home.write(1)
    var event = AuditHome.event
    event.secrets = Array(
      repeating: AuditEvent.Secret(String(repeating: "s", count: 500)), count: 3000)
    let log = try AuditLog.open(in: home.state, identity: home.identity())
    #expect(throws: AuditError.self) { try log.record([event]) }
    _ = consume log
    #expect(try home.verify() == .intact(2))
  }
}
