import Secrets
import Testing

@testable import Vault

/// Vaults that a faulty or hostile writer with the key could make: everything fits, and yet.
@Suite struct MalformedTests {
  private func secretRecord(
    name: String = "x", note: [UInt8] = [],
    versions: [(number: UInt32, offset: UInt64, length: UInt32)] = [(1, 0, 1)], reserved: UInt16 = 0
  ) -> [UInt8] {
    func bytes<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    var record = bytes(UInt16(name.utf8.count)) + bytes(UInt16(note.count))
    record += bytes(UInt16(versions.count)) + bytes(reserved)
    record += [UInt8](repeating: 0, count: 28) + Array(name.utf8) + note
    for version in versions {
      record += [UInt8](repeating: 1, count: 16) + bytes(version.number)
      record += [UInt8](repeating: 0, count: 48) + bytes(version.offset) + bytes(version.length)
    }
    return record
  }

  /// Puts records into a vault that holds one value of one byte and opens it by every way.
  private func check(_ records: [(type: UInt16, payload: [UInt8])], _ reason: String) throws {
    let fixture = try Fixture([("s", "1")])
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    try forge.insertRecords(records, try fixture.key())
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    for action: (VaultStore) throws -> Void in [
      { _ = try $0.verify() }, { _ = try $0.list() }, { try $0.set("new", "v") },
    ] {
      switch vaultError({ try action(try fixture.open()) }) {
      case .malformed(let text): #expect(text.contains(reason))
      case let error: Issue.record("\(reason): \(String(describing: error))")
      }
    }
    #expect(try RawFile.read(fixture.vaultPath) == forge.bytes)
  }

  @Test func rejectsImpossibleRecords() throws {
    try check([(1, [])], "too short")
    try check([(1, secretRecord() + [0])], "do not fit")
    try check([(1, Array(secretRecord().dropLast()))], "do not fit")
    try check([(1, secretRecord(versions: []))], "do not fit")
    try check([(1, secretRecord(name: ""))], "do not fit")
    try check([(1, secretRecord(name: "a//b"))], "impossible name")
    try check([(1, secretRecord(name: "s"))], "twice")
    try check([(1, secretRecord(reserved: 1))], "reserved")
    try check([(1, secretRecord(note: [0xff]))], "no UTF-8")
    try check([(1, secretRecord(versions: [(1, 0, 1), (1, 0, 1)]))], "out of order")
    try check([(5, [0, 0, 0])], "too short")
    try check([(5, [0, 0, 0, 0]), (5, [0, 0, 0, 0])], "twice")
  }

  @Test func rejectsValuesOutsideTheirRegion() throws {
    for (offset, length) in [
      (UInt64(1), UInt32(1)), (0, 2), (.max, 1), (0, 0), (0, .max), (UInt64(Int.max), .max),
    ] {
      try check([(1, secretRecord(versions: [(1, offset, length)]))], "outside the values")
      // The way of a launch, which parses no more than it needs.
      let fixture = try Fixture([("s", "1")])
      var forge = Forge(try RawFile.read(fixture.vaultPath))
      try forge.insertRecords(
        [(1, secretRecord(versions: [(1, offset, length)]))], try fixture.key())
      try RawFile.write(forge.bytes, to: fixture.vaultPath)
      #expect(throws: VaultError.self) { _ = try fixture.open().get("x") }
      #expect(try fixture.open().get("s") == "1")
    }
  }

  @Test func rejectsAnIndexThatRunsOver() throws {
    let fixture = try Fixture([("s", "1")])
    let key = try fixture.key()
    let original = Forge(try RawFile.read(fixture.vaultPath))
    let plain = try original.openIndex(key)
    for (index, reason) in [
      ([2, 0, 0xff, 0xff, 0xff, 0xff] + plain.dropFirst(6), "longer than the index"),
      (plain.dropLast() + [1], "padding"),
      ([UInt8](repeating: 0, count: 4095) + [1], "padding"),
    ] {
      var forge = original
      forge.sealIndex(Array(index), key)
      try RawFile.write(forge.bytes, to: fixture.vaultPath)
      switch vaultError({ _ = try fixture.verify() }) {
      case .malformed(let text): #expect(text.contains(reason))
      case let error: Issue.record("\(reason): \(String(describing: error))")
      }
    }
  }

  @Test func rejectsOverlapsAndGaps() throws {
    for versions in [[(1 as UInt32, 0 as UInt64, 1 as UInt32)], []] {
      let fixture = try Fixture([("s", "1"), ("t", "2")])
      let key = try fixture.key()
      var forge = Forge(try RawFile.read(fixture.vaultPath))
      let plain = try forge.openIndex(key)
      // The second record at the place of the first value, or gone.
      let first = 6 + VaultFormat.secretHeadLength + 1 + VaultFormat.versionLength
      var second = Array(plain[first..<2 * first])
      if versions.isEmpty { second = [] } else { second[second.count - 12] = 0 }
      var index = plain[..<first] + second
      index += [UInt8](repeating: 0, count: 4096 - index.count)
      forge.sealIndex(Array(index), key)
      try RawFile.write(forge.bytes, to: fixture.vaultPath)
      switch vaultError({ _ = try fixture.verify() }) {
      case .malformed, .tampered(.value): break
      case let error: Issue.record("\(String(describing: error))")
      }
    }
  }

  @Test func keepsWhatItDoesNotKnow() throws {
    let fixture = try Fixture([("s", "1")])
    let key = try fixture.key()
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    let records: [(type: UInt16, payload: [UInt8])] = [
      (2, [1, 2, 3]), (0xbeef, []), (5, [0xfc, 0xff, 0xff, 0xff, 9, 8, 7]), (7, [4]),
      (6, [UInt8](repeating: 5, count: 100)), (2, [6]),
    ]
    try forge.insertRecords(records, key)
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    let prefix = try forge.openIndex(key).prefix(6 * 6 + 3 + 7 + 1 + 100 + 1)
    let store = try fixture.open()
    try store.set("s", "2")
    try store.set("t", "3")
    try store.remove(try SecretName("s"))
    #expect(try store.settings() == VaultSettings())
    #expect(try Forge(try RawFile.read(fixture.vaultPath)).openIndex(key).starts(with: prefix))
    // Flags and bytes of later versions stay where ours change.
    try store.updateSettings { $0.isUnattended = true }
    let settings = try Forge(try RawFile.read(fixture.vaultPath)).openIndex(key)[21..<28]
    #expect(Array(settings) == [0xfd, 0xff, 0xff, 0xff, 9, 8, 7])
    #expect(try fixture.verify().secretCount == 1)
  }

  @Test func rejectsHeadersThatNoWriterMakes() throws {
    let fixture = try Fixture([("s", "1")])
    let key = try fixture.key()
    let original = Forge(try RawFile.read(fixture.vaultPath))
    func error(_ change: (inout Forge) -> Void) throws -> VaultError? {
      var forge = original
      change(&forge)
      forge.fixHeader(key)
      try RawFile.write(forge.bytes, to: fixture.vaultPath)
      return vaultError { _ = try fixture.open() }
    }
    #expect(try error { $0.put(UInt16(2), at: 8) } == .unsupportedVersion(2))
    #expect(try error { $0.put(UInt16(0x8000), at: 10) } == .unknownFlags(0x8000))
    let changes: [(inout Forge) -> Void] = [
      { $0.put(UInt16(0), at: 96) }, { $0.put(UInt16(9), at: 96) }, { $0.put(UInt16(2), at: 96) },
      { $0.bytes[98] = 1 }, { $0.bytes[103] = 1 }, { $0.put(UInt16(1), at: 104 + 2) },
      { $0.put(UInt32(2), at: 104 + 4) }, { $0.put(UInt64(16), at: 80) },
      { $0.put(UInt64(4096 + 15), at: 80) }, { $0.put(UInt64.max, at: 80) },
      { $0.put(UInt64.max, at: 88) }, { $0.put(UInt64(1) << 31, at: 88) },
    ]
    for change in changes {
      switch try error(change) {
      case .malformed: break
      case let error: Issue.record("\(String(describing: error))")
      }
    }
  }
}
