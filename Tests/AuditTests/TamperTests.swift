import Platform
import Testing
import ValetTesting

@testable import Audit

@Suite struct TamperTests {
  /// Ten records, the first of which begins the log.
  static func home() throws -> AuditHome {
    let home = try AuditHome()
    try home.write(9)
    return home
  }

  @Test func everyChangedByteIsFound() throws {
    let home = try Self.home()
    let bytes = try home.read("audit.log")
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<400 {
      var changed = bytes
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      changed[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      try home.replace("audit.log", changed)
      let line = bytes[..<index].count { $0 == UInt8(ascii: "\n") } + 1
      let findings = try home.verify().findings
      #expect(!findings.isEmpty, "byte \(index) of line \(line)")
    }
  }

  @Test func aChangedRecordIsNamed() throws {
    let home = try Self.home()
    var lines = try home.lines()
    let text = String(decoding: lines[4], as: UTF8.self)
    lines[4] = Array(text.replacing("github/token", with: "github/tokem").utf8)
    try home.setLines(lines)
    #expect(try home.verify().findings == [.changed(5, file: "audit.log", line: 5)])
  }

  @Test func missingRecordsAreNamed() throws {
    let home = try Self.home()
    var lines = try home.lines()
    lines.removeSubrange(3...5)
    try home.setLines(lines)
    #expect(try home.verify().findings == [.missing(4...6)])
  }

  @Test func reorderedRecordsAreNamed() throws {
    let home = try Self.home()
    var lines = try home.lines()
    lines.swapAt(3, 4)
    try home.setLines(lines)
    #expect(try home.verify().findings == [.reordered(4, file: "audit.log", line: 5)])
  }

  @Test func aRepeatedRecordIsNamed() throws {
    let home = try Self.home()
    var lines = try home.lines()
    lines.insert(lines[3], at: 6)
    try home.setLines(lines)
    #expect(try home.verify().findings == [.repeated(4, file: "audit.log", line: 7)])
  }

  @Test func foreignLinesAreNamed() throws {
    let home = try Self.home()
    var lines = try home.lines()
    lines.insert(Array("rubbish".utf8), at: 6)
    try home.setLines(lines)
    #expect(
      try home.verify().findings == [.foreign(byteCount: 8, file: "audit.log", line: 7)])
  }

  @Test func aCutLogIsFoundByItsKeyFile() throws {
    let home = try Self.home()
    try home.setLines(Array(try home.lines().prefix(6)))
    #expect(try home.verify().findings == [.cut(after: 6, known: 10, .keyFile)])
    // The next writer leaves evidence, and nobody can make up for it.
    try home.write(1)
    let result = try home.verify()
    #expect(result.findings == [.missing(7...10)])
    #expect(try AuditSnapshot.read(in: home.state).records.map(\.event).contains("cut"))
  }

  @Test func aLogThatWasPutBackWithItsKeyIsFoundByTheVault() throws {
    let home = try AuditHome()
    try home.write(3)
    let (key, log) = (try home.read("audit.key"), try home.read("audit.log"))
    let anchor = try home.write(3)
    try home.replace("audit.key", key)
    try home.replace("audit.log", log)
    #expect(try home.verify(anchor).findings == [.cut(after: 4, known: 7, .vault)])
    let session = try AuditLog.open(in: home.state, identity: home.identity(anchor))
    #expect(session.warnings == [.cut(byteCount: nil)])
    try session.record([AuditHome.event])
    _ = consume session
    // A number is not given out twice.
    #expect(try home.verify(anchor).findings == [.missing(5...7)])
    #expect(try home.verify(anchor).last == 9)
  }

  @Test func recordsBeforeAStolenKeyCannotBeForged() throws {
    let home = try AuditHome()
    try home.write(3)
    // Whoever has the present key can write what comes, and nothing that came.
    let memory = KeyMemory()
    memory.bytes.copyBytes(from: try home.read("audit.key"))
    var lines = try home.lines()
    let record = try #require(lines[2].withUnsafeBytes { AuditRecord($0) })
    var forged: [UInt8] = []
    _ = AuditLine.append(
      AuditHome.event,
      at: .init(number: 3, previous: record.previous, key: UnsafeRawBufferPointer(memory.key)),
      to: &forged)
    lines[2] = forged.dropLast()
    try home.setLines(lines)
    #expect(try home.verify().findings.contains(.changed(3, file: "audit.log", line: 3)))
  }

  @Test func anInventedEpochIsNoProof() throws {
    let home = try Self.home()
    unlink("\(home.state)/audit.key")
    let log = try AuditLog.open(in: home.state, identity: nil)
    try log.record([AuditHome.event])
    _ = consume log
    #expect(try home.verify().findings == [.unproved(11...12)])
  }

  @Test func aKeyFileOfAnotherTimeIsFound() throws {
    let home = try AuditHome()
    try home.write(2)
    let key = try home.read("audit.key")
    try home.write(2)
    let later = try home.read("audit.key")
    var mixed = later
    mixed.replaceSubrange(144..<176, with: key[144..<176])
    mixed.replaceSubrange(176..<208, with: mixed[..<176].withUnsafeBytes { AuditHash.digest($0) })
    try home.replace("audit.key", mixed)
    #expect(try home.verify().findings == [.keyDiffers])
    unlink("\(home.state)/audit.key")
    #expect(try home.verify().findings == [.keyMissing])
    try home.replace("audit.key", later.dropLast())
    #expect(try home.verify().findings == [.keyMissing])
    #expect(throws: AuditError.keyDamaged(path: "\(home.state)/audit.key")) { try home.write(1) }
  }

  @Test func aDeletedLogIsFound() throws {
    let home = try AuditHome()
    let anchor = try home.write(3)
    unlink("\(home.state)/audit.log")
    #expect(try home.verify(anchor).findings == [.cut(after: 0, known: 4, .vault)])
    try home.write(1, anchor: anchor)
    #expect(try home.verify(anchor).findings == [.missing(1...4)])
    unlink("\(home.state)/audit.log")
    unlink("\(home.state)/audit.key")
    #expect(try home.verify(anchor).findings == [.cut(after: 0, known: 4, .vault)])
  }

  @Test func whileTheVaultIsLockedTheOrderIsChecked() throws {
    let home = try Self.home()
    var lines = try home.lines()
    func findings() throws -> [AuditVerification.Finding] {
      AuditVerifier(try AuditSnapshot.read(in: home.state), anchors: [], withRoots: nil)
        .run().findings
    }
    #expect(try findings() == [])
    lines[4] = Array(
      String(decoding: lines[4], as: UTF8.self).replacing("node", with: "nope").utf8)
    try home.setLines(lines)
    #expect(try findings() == [.changed(5, file: "audit.log", line: 5)])
  }
}
