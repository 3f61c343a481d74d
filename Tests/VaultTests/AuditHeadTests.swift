import Secrets
import Testing

@testable import Vault

@Suite struct AuditHeadTests {
  final class Recorder: VaultAuditor {
    var changes: [[VaultChange]] = []
    var failures = 0
    var refuses = false

    func willWrite(_ changes: [VaultChange]) throws(VaultError) -> AuditHead? {
      if refuses { throw .notRecorded(message: "full", hint: nil, .inputOutput) }
      self.changes.append(changes)
      return AuditHead(
        logID: Array(repeating: 1, count: 16), number: UInt64(self.changes.count),
        digest: Array(repeating: 2, count: 32))
    }

    func didFail(_ changes: [VaultChange]) { failures += 1 }
  }

  @Test func everyWriteIsRecordedBeforeItIsDone() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    let recorder = Recorder()
    store.auditor = recorder
    let name = try SecretName("a")
    try store.set("a", "1")
    try store.set("a", "2")
    _ = try store.putBack(name, keepingOldVersions: 2)
    try store.updateSettings { $0.isUnattended = true }
    try store.remove(name)
    try store.addSlot(.test(Array(repeating: 9, count: 32)))
    try store.changeKey(dropping: .drop, purge: false) { try $0.add(.test()) }
    #expect(
      recorder.changes == [
        [.stored(name, 1)], [.stored(name, 2)], [.stored(name, 3)], [.other("the settings")],
        [.removed(name)], [.other("a new key file")], [.other("a new vault key")],
      ])
    #expect(try store.auditHead()?.number == 7)
    #expect(try fixture.open().auditHead()?.number == 7)
  }

  @Test func nothingIsWrittenThatCannotBeRecorded() throws {
    let fixture = try Fixture([("a", "1")])
    let store = try fixture.open()
    let recorder = Recorder()
    recorder.refuses = true
    store.auditor = recorder
    #expect(throws: VaultError.notRecorded(message: "full", hint: nil, .inputOutput)) {
      try store.set("a", "2")
    }
    #expect(try fixture.open().versions(of: try SecretName("a")).count == 1)
    #expect(recorder.failures == 0)
  }

  @Test func rootsOfEarlierKeysAreKept() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    func roots(_ store: VaultStore) throws -> [[UInt8]] {
      var roots: [[UInt8]] = []
      try store.forEachAuditRoot { roots.append(Array($0)) }
      return roots
    }
    var expected = try roots(store)
    #expect(expected.count == 1)
    for _ in 0..<17 {
      try store.changeKey(purge: true) { try $0.add(.test()) }
      let found = try roots(store)
      #expect(Array(found.dropFirst()) == Array(expected.prefix(16)))
      expected = found
    }
    #expect(try roots(try fixture.open()) == expected)
    #expect(Set(expected).count == 17)
  }
}
