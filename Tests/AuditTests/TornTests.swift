import Platform
import Testing
import ValetTesting

@testable import Audit

/// What interrupted writers leave.
@Suite struct TornTests {
  @Test func aTornLineIsMarkedByTheNextWriter() throws {
    for cut in [1, 5, 200] {
      let home = try AuditHome()
      try home.write(2)
      let key = try home.read("audit.key")
      try home.write(1)
      try home.replace("audit.key", key)
      try home.replace("audit.log", Array(try home.read("audit.log").dropLast(cut)))
      #expect(try home.verify().findings == [])
      #expect(try home.verify().notes.count == 1)
      try home.write(1)
      let result = try home.verify()
      #expect(result.findings == [], "\(cut)")
      // A line that lacks nothing but its newline is a record.
      #expect(result.notes.count == (cut == 1 ? 0 : 1), "\(cut)")
      #expect(result.last == 5)
    }
  }

  @Test func recordsThatTheKeyDoesNotKnowOfAreTakenOver() throws {
    let home = try AuditHome()
    try home.write(1)
    let key = try home.read("audit.key")
    try home.write(3)
    let later = try home.read("audit.key")
    try home.replace("audit.key", key)
    #expect(try home.verify() == .intact(5))
    _ = try AuditLog.open(in: home.state, identity: home.identity())
    #expect(try home.read("audit.key") == later)
    try home.write(1)
    #expect(try home.verify() == .intact(6))
  }

  @Test func anEpochThatTheKeyFileDidNotHearOfIsMarked() throws {
    let home = try AuditHome()
    try home.write(1)
    let key = try home.read("audit.key")
    home.roots.insert(Array(repeating: 8, count: 32), at: 0)
    // Only the first record of the new epoch reached the log.
    _ = try AuditLog.open(in: home.state, identity: home.identity())
    try home.replace("audit.key", key)
    try home.write(1)
    let result = try home.verify()
    #expect(result.findings == [])
    #expect(result.last == 5)
    #expect(result.recordCount == 5)
  }

  @Test func aFileThatWasFullIsGoneOnWith() throws {
    let home = try AuditHome()
    try home.write(2)
    // Killed between the rename and the key file, and before the new file.
    rename("\(home.state)/audit.log", "\(home.state)/audit.log.1")
    try home.write(1)
    #expect(try home.verify() == .intact(5))
    #expect(
      try AuditSnapshot.read(in: home.state).records.map(\.event)
        == ["begun", "released", "released", "continued", "released"])
  }

  @Test func rubbishThatSomebodyAppendsIsTold() throws {
    let home = try AuditHome()
    try home.write(1)
    try home.replace("audit.log", try home.read("audit.log") + Array("rubbish\nmore".utf8))
    try home.write(1)
    let result = try home.verify()
    #expect(result.findings == [])
    #expect(result.notes == [.torn(byteCount: 13, 3)])
  }

  /// Killed, or without power, between the first record and the key file.
  @Test(arguments: [0, 208]) func aFirstLogThatWasInterruptedIsBegunAgain(keyLength: Int) throws {
    let home = try AuditHome()
    _ = try AuditLog.open(in: home.state, identity: home.identity())
    let begun = try home.read("audit.log")
    for length in [0, 100, begun.count] {
      try home.replace("audit.log", Array(begun.prefix(length)))
      try home.replace("audit.key", [UInt8](repeating: 0, count: keyLength))
      #expect(try home.verify().findings == [], "\(length)")
      try home.write(1)
      let result = try home.verify()
      #expect(result.findings == [], "\(length)")
      #expect(result.notes == (length == 100 ? [.torn(byteCount: 101, 1)] : []), "\(length)")
    }
  }

  @Test func aKeyFileThatIsLostIsAFinding() throws {
    let home = try AuditHome()
    try home.write(2)
    for key in [[], [UInt8](repeating: 0, count: 208)] {
      try home.replace("audit.key", key)
      #expect(try home.verify().findings == [.keyMissing])
    }
  }

  /// Where the key is lost, and the end of the log was torn.
  @Test func aLogThatIsBegunAnewCountsWhatIsTorn() throws {
    let home = try AuditHome()
    try home.write(2)
    try home.replace("audit.log", try home.read("audit.log") + Array("half a rec".utf8))
    try home.replace("audit.key", [])
    try home.write(1)
    let result = try home.verify()
    #expect(result.findings == [])
    #expect(result.notes == [.torn(byteCount: 11, 4)])
  }

  /// The order that a disk may keep: the names reach it before the key file does.
  @Test func theFullFileHasItsNameBeforeTheKeyFileSaysSo() throws {
    let home = try AuditHome()
    try home.write(2)
    let key = try home.read("audit.key")
    rename("\(home.state)/audit.log", "\(home.state)/audit.log.1")
    try home.replace("audit.log", [])
    try home.replace("audit.key", key)
    try home.write(1)
    #expect(try home.verify() == .intact(5))
  }
}
