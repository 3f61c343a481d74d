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
}
