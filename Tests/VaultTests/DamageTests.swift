import Platform
import Secrets
import Testing

@testable import Vault

/// Damage by accident: any unkeyed checksum notices, and says corrupt.
@Suite struct DamageTests {
  /// A vault small enough to damage it in every place.
  static func small() throws -> (fixture: Fixture, bytes: [UInt8]) {
    let fixture = try Fixture([("github/token", "ghp_value"), ("db", "\u{1}\u{2}")])
    return (fixture, try RawFile.read(fixture.vaultPath))
  }

  @Test func rejectsEveryTruncation() throws {
    let (fixture, bytes) = try Self.small()
    for length in 0..<bytes.count {
      try RawFile.write(Array(bytes[..<length]), to: fixture.vaultPath)
      let error = vaultError { _ = try fixture.verify() }
      switch error {
      case .truncated(let expected, length) where expected <= bytes.count: continue
      default: Issue.record("cut to \(length) bytes: \(String(describing: error))")
      }
    }
  }

  @Test(arguments: [1, 2, 31, 32, 4096]) func rejectsWhatWasAppended(count: Int) throws {
    let (fixture, bytes) = try Self.small()
    try RawFile.write(bytes + [UInt8](repeating: 0, count: count), to: fixture.vaultPath)
    let expected = VaultError.appended(expected: bytes.count, actual: bytes.count + count)
    #expect(vaultError { _ = try fixture.verify() } == expected)
  }

  @Test func classifiesEverySingleBitFlip() throws {
    let (fixture, bytes) = try Self.small()
    let forge = Forge(bytes)
    let names = try ["github/token", "db"].map { try SecretName($0) }
    let file = open(fixture.vaultPath, O_WRONLY | O_CLOEXEC)
    defer { close(file) }
    var unexpected = 0
    for offset in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes[offset] ^ (1 << UInt8(bit))
        pwrite(file, &flipped, 1, off_t(offset))
        let error = vaultError { _ = try fixture.verify() }
        let isRight =
          switch (error, offset) {
          case (.notAVault, 0..<8): true
          case (.corrupt(.header), 8..<forge.headerLength): true
          // The length of the header: beyond the end of this file.
          case (.truncated, 12..<16): true
          case (.corrupt(.index), forge.headerLength..<forge.valuesOffset): true
          case (.corrupt(.value(let name)), forge.valuesOffset..<(bytes.count - 32)):
            names.contains(name)
          case (.corrupt(.trailer), (bytes.count - 32)...): true
          default: false
          }
        if !isRight, unexpected < 10 {
          unexpected += 1
          Issue.record("bit \(bit) of byte \(offset): \(String(describing: error))")
        }
      }
      var original = bytes[offset]
      pwrite(file, &original, 1, off_t(offset))
    }
    #expect(try fixture.verify().secretCount == 2)
  }

  @Test func namesTheSecretWhoseValueIsDamaged() throws {
    let (fixture, bytes) = try Self.small()
    var forge = Forge(bytes)
    let first = try SecretName("github/token")
    forge.bytes[forge.valuesOffset + 3] ^= 1
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    let store = try fixture.open()
    // The other one is as good as ever, and the index is untouched.
    #expect(try store.get("db") == "\u{1}\u{2}")
    #expect(try store.list().count == 2)
    #expect(vaultError { _ = try store.get("github/token") } == .corrupt(.value(first)))
    #expect(vaultError { _ = try store.read(first) } == .corrupt(.value(first)))
  }

  @Test func neverWritesOverADamagedVault() throws {
    let (fixture, bytes) = try Self.small()
    let store = try fixture.open()
    for offset in [20, 300, bytes.count - 40, bytes.count - 1] {
      var damaged = bytes
      damaged[offset] ^= 0x10
      try RawFile.write(damaged, to: fixture.vaultPath)
      let before = fixture.files
      #expect(throws: VaultError.self) { try store.set("new", "value") }
      #expect(throws: VaultError.self) { try fixture.open().set("new", "value") }
      #expect(throws: (any Error).self) {
        _ = try fixture.create()
      }
      #expect(try RawFile.read(fixture.vaultPath) == damaged)
      #expect(fixture.files == before)
    }
  }
}
