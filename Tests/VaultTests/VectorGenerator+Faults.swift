import Secrets
import Testing

@testable import Vault

/// Vaults with one fault each.
extension VectorGenerator {
  /// The vault that faults are made in: `one` and `two`, four bytes each, behind a key file.
  private struct Base {
    let fixture: Fixture
    let original: Forge

    init() throws {
      fixture = try Fixture([("one", "AAAA"), ("two", "BBBB")])
      original = Forge(try RawFile.read(fixture.vaultPath))
    }

    func write(
      _ name: String, _ expect: Vector.Expectation, _ about: String, value: String? = nil,
      _ change: (inout Forge) throws -> Void
    ) throws {
      var forge = original
      try change(&forge)
      var vector = Vector(
        about: about, open: "key-file", secret: VectorGenerator.keyHex, expect: expect)
      vector["name"] = value
      try VectorGenerator.write(name, forge.bytes, vector)
    }
  }

  @Test func damagedVaults() throws {
    let base = try Base()
    let whole = base.original.bytes.count
    for (name, length) in [
      ("nothing", 0), ("magic", 5), ("header", 150), ("slot", 200), ("index", 2000),
      ("values", whole - 36), ("trailer", whole - 1),
    ] {
      try base.write("truncated-\(name)", .truncated, "\(length) bytes of \(whole)") {
        $0.bytes = Array($0.bytes[..<length])
      }
    }
    try base.write("appended", .appended, "one byte too many") { $0.bytes.append(0) }
    try base.write("magic", .notAVault, "another magic") { $0.bytes[7] = 0x54 }
    try base.write("corrupt-generation", .corruptHeader, "a flipped bit in the generation") {
      $0.bytes[33] ^= 1
    }
    try base.write("corrupt-version", .corruptHeader, "a flipped bit in the version") {
      $0.bytes[8] ^= 2
    }
    try base.write("corrupt-header-length", .corruptHeader, "a header length beyond 4,096") {
      $0.put(UInt32(4097), at: 12)
    }
    try base.write("corrupt-header-digest", .corruptHeader, "a flipped bit in the digest") {
      $0.bytes[$0.headerLength - 1] ^= 0x80
    }
    try base.write("corrupt-index", .corruptIndex, "a flipped bit in the index") {
      $0.bytes[$0.headerLength + 1000] ^= 1
    }
    try base.write("corrupt-index-tag", .corruptIndex, "a flipped bit in the index's tag") {
      $0.bytes[$0.valuesOffset - 1] ^= 1
    }
    try base.write("corrupt-value", .corruptValue, "a flipped bit in a value", value: "two") {
      $0.bytes[$0.valuesOffset + 5] ^= 1
    }
    try base.write("corrupt-trailer", .corruptTrailer, "a flipped bit in the trailer") {
      $0.bytes[whole - 1] ^= 1
    }
  }

  @Test func tamperedVaults() throws {
    let base = try Base()
    let key = try base.fixture.key()
    try base.write("tampered-generation", .tamperedHeader, "another generation, digest right") {
      $0.put(UInt64(99), at: 32)
      $0.fixDigest()
    }
    try base.write("tampered-mac", .tamperedHeader, "another MAC, digest right") {
      $0.bytes[$0.headerLength - 40] ^= 1
      $0.fixDigest()
    }
    try base.write("tampered-index", .tamperedIndex, "another index, trailer right") {
      $0.bytes[$0.headerLength + 1000] ^= 1
      $0.fixTrailer()
    }
    try base.write("tampered-value", .tamperedValue, "another value, trailer right", value: "two") {
      $0.bytes[$0.valuesOffset + 5] ^= 1
      $0.fixTrailer()
    }
    try base.write("tampered-swap", .tamperedValue, "two values swapped", value: "one") {
      let values = Array($0.bytes[$0.valuesOffset..<$0.valuesOffset + 8])
      $0.bytes.replaceSubrange(
        $0.valuesOffset..<$0.valuesOffset + 8, with: values[4...] + values[..<4])
      $0.fixTrailer()
    }
    try base.fixture.open().set("one", "CCCC")
    let newer = Forge(try RawFile.read(base.fixture.vaultPath))
    try base.write("tampered-older-index", .tamperedIndex, "the index of the write before") {
      let index = $0.headerLength..<$0.valuesOffset
      let older = Array($0.bytes[index])
      $0 = newer
      $0.bytes.replaceSubrange(index, with: older)
      $0.fixTrailer()
    }
    try base.write("slot-altered", .wrongKey, "another time in the slot, digest right") {
      $0.put(Int64(1), at: VaultFormat.slotsOffset + 32)
      $0.fixDigest()
    }
    try base.write("version-2", .unsupportedVersion, "version 2, keys right") {
      $0.put(UInt16(2), at: 8)
      $0.fixHeader(key)
    }
    try base.write("flags", .unknownFlags, "a flag, keys right") {
      $0.put(UInt16(4), at: 10)
      $0.fixHeader(key)
    }
  }

  @Test func malformedVaults() throws {
    let base = try Base()
    let key = try base.fixture.key()
    let headers: [(String, String, (inout Forge) -> Void)] = [
      ("no-slots", "a slot count of 0", { $0.put(UInt16(0), at: 96) }),
      ("slot-count", "a slot count of 2, one slot", { $0.put(UInt16(2), at: 96) }),
      ("reserved", "a reserved byte of the header set", { $0.bytes[100] = 1 }),
      ("slot-reserved", "a reserved byte of a slot set", { $0.bytes[106] = 1 }),
      ("slot-cost", "passes in a slot without a passphrase", { $0.put(UInt32(3), at: 108) }),
      ("index-length", "an index that is no multiple of 4,096", { $0.put(UInt64(5000), at: 80) }),
      ("index-limit", "an index beyond 64 MiB", { $0.put(UInt64(1) << 40, at: 80) }),
      ("values-limit", "values beyond 1 GiB", { $0.put(UInt64.max, at: 88) }),
    ]
    for (name, about, change) in headers {
      try base.write("malformed-\(name)", .malformed, about) {
        change(&$0)
        $0.fixHeader(key)
      }
    }
    let length = 6 + VaultFormat.secretHeadLength + 3 + VaultFormat.versionLength
    let indexes: [(String, String, (inout [UInt8]) -> Void)] = [
      ("record-length", "a record longer than the index", { $0[4] = 0xff }),
      ("padding", "padding that is not zero", { $0[4095] = 1 }),
      ("payload", "a payload length that does not fit its parts", { $0[10] = 2 }),
      ("name", "a name with a space", { $0[6 + 36] = 0x20 }),
      (
        "name-twice", "two secrets of one name",
        { $0.replaceSubrange(length + 42..<length + 45, with: Array("one".utf8)) }
      ),
      ("secret-reserved", "a reserved field of a secret set", { $0[6 + 6] = 1 }),
      ("offset", "a value outside the values", { $0[length - 12] = 200 }),
    ]
    for (name, about, change) in indexes {
      try base.write("malformed-\(name)", .malformed, about) {
        var index = try $0.openIndex(key)
        change(&index)
        $0.sealIndex(index, key)
      }
    }
    try base.write("malformed-gap", .malformed, "bytes in the values that are no secret's") {
      let index = try $0.openIndex(key)
      $0.bytes.insert(0, at: $0.bytes.count - 32)
      $0.put(UInt64($0.valuesLength + 1), at: 88)
      $0.sealIndex(index, key)
    }
    try base.write("malformed-settings", .malformed, "two records of settings") {
      try $0.insertRecords([(5, [0, 0, 0, 0]), (5, [0, 0, 0, 0])], key)
    }
  }

  @Test func vaultsThatDoNotOpen() throws {
    let fixture = try Fixture()
    try fixture.create { try $0.add(.passphrase(try SecretBytes("right")), cost: .minimum) }
    let original = Forge(try RawFile.read(fixture.vaultPath))
    func write(
      _ name: String, _ expect: Vector.Expectation, _ about: String, open: String = "passphrase",
      secret: String = "right", _ change: (inout Forge) -> Void = { _ in }
    ) throws {
      var forge = original
      change(&forge)
      try Self.write(
        name, forge.bytes, Vector(about: about, open: open, secret: secret, expect: expect))
    }
    try write("wrong-passphrase", .wrongKey, "another passphrase", secret: "wrong")
    try write(
      "no-slot", .noSlot, "a key file, and no slot for one", open: "key-file", secret: Self.keyHex)
    try write(
      "recovery-key-typo", .recoveryKey, "a recovery key with one wrong character",
      open: "recovery-key",
      secret: "1000-0000-0000-0000-0000-0000-0000-0000-0000-0000-0000-0000-0000-0000")
    let costs: [(String, UInt32, UInt64)] = [
      ("few-passes", 1, 64 << 20), ("many-passes", 13, 64 << 20), ("little-memory", 2, 63 << 20),
      ("much-memory", 2, 1025 << 20), ("odd-memory", 2, (64 << 20) + 512),
    ]
    for (name, operations, memory) in costs {
      try write("derivation-\(name)", .derivationOutOfRange, "\(operations) × \(memory) bytes") {
        $0.put(operations, at: VaultFormat.slotsOffset + 4)
        $0.put(memory, at: VaultFormat.slotsOffset + 8)
        $0.fixDigest()
      }
    }
    let first = Array(original.bytes[VaultFormat.slotsOffset..<VaultFormat.slotsOffset + 112])
    try write("malformed-two-passphrases", .malformed, "two slots for a passphrase") {
      $0.bytes.insert(contentsOf: first, at: VaultFormat.slotsOffset)
      $0.put(UInt16(2), at: 96)
      $0.put(UInt32(168 + 224), at: 12)
      $0.fixDigest()
    }
  }
}
