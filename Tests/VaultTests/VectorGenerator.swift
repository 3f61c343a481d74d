import Platform
import Secrets
import Testing

@testable import Vault

/// Writes `Tests/Vectors/vault` anew:
///
///     MCP_VALET_WRITE_VECTORS=1 swift test --filter VectorGenerator
///
/// Ids and nonces are random, so every file changes; commit them when the format does.
@Suite(.enabled(if: getenv("MCP_VALET_WRITE_VECTORS") != nil, "only on demand"), .serialized)
struct VectorGenerator {
  static let keyHex = Vector.hex(Fixture.keyFile)

  static func write(_ name: String, _ bytes: [UInt8], _ vector: Vector) throws {
    try RawFile.write(bytes, to: "\(Vector.folder)/\(name).vault")
    try RawFile.write(Array(vector.text.utf8), to: "\(Vector.folder)/\(name).txt")
  }

  /// A vault that opens, and everything in it.
  static func write(
    _ name: String, _ about: String, _ fixture: Fixture, open: String = "key-file",
    secret: String = keyHex
  ) throws {
    var vector = Vector(about: about, open: open, secret: secret, expect: .ok)
    let sealed = try VaultStore.peek(fixture.location)
    let store = try sealed.open(try sealed.unlock(with: try vector.slotSecret()))
    let content = try VectorTests.describe(store)
    vector["vault-id"] = store.header.vaultID.description
    vector["generation"] = String(store.header.generation)
    vector["settings"] = content["settings"]
    vector["audit"] = content["audit"]
    for (key, values) in content.repeated { for value in values { vector.append(key, value) } }
    try write(name, try RawFile.read(fixture.vaultPath), vector)
  }

  @Test func plainVaults() throws {
    let options = VaultOptions(now: { 1_760_000_000 })
    let fixture = try Fixture()
    let store = try fixture.create(options: options)
    try Self.write("ok-empty", "a vault without secrets", fixture)
    try store.set("github/token", "ghp_example", note: "für die Kasse", expires: 1_790_000_000)
    try Self.write("ok-one-secret", "one secret with a note and an expiry", fixture)
    for value in ["one", "two", "three", "four"] { try store.set("db/password", value) }
    let bytes: [UInt8] = [0, 0x0a, 0xff, 0xfe, 0, 0x0d]
    try store.write(
      try SecretName("raw.bytes@host+x_y-z"), value: try SecretBytes(bytes),
      details: SecretDetails())
    try store.set("a/b/c/d/e/f/g/h", String(repeating: "v", count: 300))
    try store.updateSettings { $0.isUnattended = true }
    try store.updateSettings { $0.isRecoveryKeyShown = true }
    try Self.write("ok-versions", "values of several versions, of any bytes, and settings", fixture)
    try store.remove(try SecretName("github/token"))
    try store.changeKey(purge: true) { try $0.add(.test()) }
    try Self.write("ok-new-key", "the same after a removal and a new vault key", fixture)
  }

  @Test func recordsOfOtherTypes() throws {
    let fixture = try Fixture([("one", "AAAA")])
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    let key = try fixture.key()
    try forge.insertRecords(
      [(2, [1, 2, 3]), (0xbeef, []), (7, [4]), (6, Array(repeating: 5, count: 40))], key)
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    try Self.write("ok-unknown-records", "records of reserved and unknown types", fixture)
  }

  /// The payload of an audit log's record: log 01…, record 258, two roots, one byte of a later
  /// version.
  static let auditRecord: [UInt8] =
    Array(repeating: 1, count: 16) + [2, 1, 0, 0, 0, 0, 0, 0] + Array(repeating: 3, count: 32)
    + [2, 0, 0, 0, 0, 0, 0, 0] + Array(repeating: 4, count: 32) + Array(repeating: 5, count: 32)
    + [6]

  @Test func auditHeads() throws {
    let fixture = try Fixture([("one", "AAAA")])
    let key = try fixture.key()
    let original = Forge(try RawFile.read(fixture.vaultPath))
    var forge = original
    try forge.insertRecords([(4, Self.auditRecord)], key)
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    try Self.write("ok-audit-head", "a record of the audit log, with two roots", fixture)
    let faults: [(String, String, [(type: UInt16, payload: [UInt8])])] = [
      (
        "short", "a record of the audit log that is too short",
        [(4, Array(repeating: 1, count: 63))]
      ),
      ("roots", "more roots than there are bytes", [(4, Self.auditRecord.dropLast(2))]),
      (
        "root-count", "seventeen roots",
        [(4, Array(repeating: 1, count: 56) + [17] + Array(repeating: 0, count: 7 + 17 * 32))]
      ),
      (
        "reserved", "a reserved byte set",
        [(4, Array(repeating: 1, count: 56) + Array(repeating: 0, count: 7) + [1])]
      ),
      ("twice", "two records of the audit log", [(4, Self.auditRecord), (4, Self.auditRecord)]),
    ]
    for (name, about, records) in faults {
      var forge = original
      try forge.insertRecords(records, key)
      try Self.write(
        "malformed-audit-\(name)", forge.bytes,
        Vector(about: about, open: "key-file", secret: Self.keyHex, expect: .malformed))
    }
  }

  @Test func slots() throws {
    let recovery = (0..<32).map { UInt8(200 - 3 * $0) }
    let keyring = [UInt8](repeating: 0xa5, count: 32)
    let fixture = try Fixture()
    let store = try fixture.create()
    try store.addSlot(.passphrase(try SecretBytes("correct horse ⚡")), cost: .minimum)
    try store.addSlot(.recoveryKey(try SecretBytes(recovery)))
    try store.addSlot(.keyring(try SecretBytes(keyring)))
    for number in 5...8 { try store.addSlot(.test(Array(repeating: UInt8(number), count: 32))) }
    try store.set("s", "value")
    let text = String(
      decoding: try RecoveryKey.text(of: try SecretBytes(recovery)).array(), as: UTF8.self)
    let about = "eight slots, opened by "
    try Self.write("ok-slot-key-file", about + "the first key file", fixture)
    try Self.write(
      "ok-slot-last", about + "the last key file", fixture,
      secret: Vector.hex(Array(repeating: 8, count: 32)))
    try Self.write(
      "ok-slot-passphrase", about + "the passphrase", fixture, open: "passphrase",
      secret: "correct horse ⚡")
    try Self.write(
      "ok-slot-recovery-key", about + "the recovery key", fixture, open: "recovery-key",
      secret: text)
    try Self.write(
      "ok-slot-recovery-key-typed", about + "the recovery key, typed carelessly", fixture,
      open: "recovery-key", secret: text.lowercased().map { $0 == "0" ? "o" : "\($0)" }.joined())
    try Self.write(
      "ok-slot-keyring", about + "the key in the OS keyring", fixture, open: "keyring",
      secret: Vector.hex(keyring))
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    let key = try fixture.key()
    let index = try forge.openIndex(key)
    forge.put(UInt16(77), at: VaultFormat.slotsOffset + 7 * VaultFormat.slotLength)
    forge.sealIndex(index, key)
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    try Self.write("ok-unknown-slot", "the last slot is of an unknown type", fixture)
  }

  @Test func valuesInAnotherOrder() throws {
    let fixture = try Fixture([("one", "AAAA"), ("two", "BBBB")])
    let key = try fixture.key()
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    var index = try forge.openIndex(key)
    let record = 6 + VaultFormat.secretHeadLength + 3 + VaultFormat.versionLength
    // Offsets of both versions, and the values themselves.
    index[record - 12] = 4
    index[2 * record - 12] = 0
    let values = Array(forge.bytes[forge.valuesOffset..<forge.valuesOffset + 8])
    forge.bytes.replaceSubrange(
      forge.valuesOffset..<forge.valuesOffset + 8, with: values[4...] + values[..<4])
    forge.sealIndex(index, key)
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    try Self.write("ok-value-order", "values in another order than their records", fixture)
  }
}
