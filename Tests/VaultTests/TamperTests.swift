import Platform
import Secrets
import Testing
import ValetTesting

@testable import Vault

/// Changes on purpose: whoever makes them sets every unkeyed checksum right.
@Suite struct TamperTests {
  @Test func noByteOfTheHeaderCanBeChanged() throws {
    let (fixture, bytes) = try DamageTests.small()
    let cached = try VaultKey(cached: try fixture.key().withBytes { Array($0) })
    var seen: Set<String> = []
    for offset in 8..<Forge(bytes).headerLength - 32 {
      var forge = Forge(bytes)
      forge.bytes[offset] ^= 0x01
      if (12..<16).contains(offset) { continue }
      forge.fixDigest()
      try RawFile.write(forge.bytes, to: fixture.vaultPath)
      let error = vaultError { _ = try fixture.verify() }
      switch error {
      case .tampered(.header), .wrongKey(.keyFile), .noSlot(.keyFile), .malformed, .truncated,
        .appended, .unsupportedVersion, .unknownFlags:
        seen.insert(String(String(describing: error).prefix(28)))
      default: Issue.record("byte \(offset): \(String(describing: error))")
      }
      // A key that is known to be the right one is not fooled either.
      #expect(throws: VaultError.self) { try VaultStore.peek(fixture.location).check(cached) }
    }
    #expect(seen.count >= 7, "\(seen)")
  }

  @Test func noBitOfTheIndexCanBeChanged() throws {
    let (fixture, bytes) = try DamageTests.small()
    for offset in stride(from: Forge(bytes).headerLength, to: Forge(bytes).valuesOffset, by: 7) {
      var forge = Forge(bytes)
      forge.bytes[offset] ^= 0x80
      forge.fixTrailer()
      try RawFile.write(forge.bytes, to: fixture.vaultPath)
      #expect(vaultError { _ = try fixture.open() } == .tampered(.index))
    }
  }

  @Test func noBitOfAValueCanBeChanged() throws {
    let (fixture, bytes) = try DamageTests.small()
    for offset in Forge(bytes).valuesOffset..<bytes.count - 32 {
      var forge = Forge(bytes)
      forge.bytes[offset] ^= 0x04
      forge.fixTrailer()
      try RawFile.write(forge.bytes, to: fixture.vaultPath)
      switch vaultError({ _ = try fixture.verify() }) {
      case .tampered(.value): break
      case let error: Issue.record("byte \(offset): \(String(describing: error))")
      }
    }
  }

  @Test func anOlderIndexCannotBeSplicedIn() throws {
    let fixture = try Fixture([("s", "first")])
    let old = Forge(try RawFile.read(fixture.vaultPath))
    let store = try fixture.open()
    try store.write(
      try SecretName("s"), value: try SecretBytes("again"), details: SecretDetails(),
      keepingOldVersions: 0)
    let new = Forge(try RawFile.read(fixture.vaultPath))
    #expect(old.bytes.count == new.bytes.count)

    // The old index alone, under the new header.
    var spliced = new
    let index = old.headerLength..<old.valuesOffset
    spliced.bytes.replaceSubrange(index, with: old.bytes[index])
    spliced.fixTrailer()
    try RawFile.write(spliced.bytes, to: fixture.vaultPath)
    #expect(vaultError { _ = try fixture.open() } == .tampered(.index))

    // With its nonce in the new header.
    spliced.bytes.replaceSubrange(56..<80, with: old.bytes[56..<80])
    spliced.fixDigest()
    try RawFile.write(spliced.bytes, to: fixture.vaultPath)
    #expect(vaultError { _ = try fixture.open() } == .tampered(.header))

    // Old header and index over new values: a rollback of the names, not of the value.
    spliced = old
    let values = new.valuesOffset..<new.bytes.count
    spliced.bytes.replaceSubrange(values, with: new.bytes[values])
    spliced.fixTrailer()
    try RawFile.write(spliced.bytes, to: fixture.vaultPath)
    let name = try SecretName("s")
    #expect(vaultError { _ = try fixture.open().get("s") } == .tampered(.value(name)))
  }

  @Test func valuesCannotBeSwappedBetweenRecords() throws {
    let fixture = try Fixture([("one", "AAAA"), ("two", "BBBB")])
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    let one = forge.valuesOffset..<forge.valuesOffset + 4
    let two = one.upperBound..<one.upperBound + 4
    let first = Array(forge.bytes[one])
    forge.bytes.replaceSubrange(one, with: Array(forge.bytes[two]))
    forge.bytes.replaceSubrange(two, with: first)
    forge.fixTrailer()
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    let store = try fixture.open()
    for name in ["one", "two"] {
      let expected = VaultError.tampered(.value(try SecretName(name)))
      #expect(vaultError { _ = try store.get(name) } == expected)
    }
  }

  @Test func valuesAndIndexesCannotBeSwappedBetweenVaults() throws {
    let (one, two) = (try Fixture([("s", "AAAA")]), try Fixture([("s", "BBBB")]))
    let mine = Forge(try RawFile.read(one.vaultPath))
    let other = Forge(try RawFile.read(two.vaultPath))
    var forge = mine
    forge.bytes.replaceSubrange(
      mine.valuesOffset..., with: other.bytes[other.valuesOffset...])
    forge.fixTrailer()
    try RawFile.write(forge.bytes, to: one.vaultPath)
    let expected = VaultError.tampered(.value(try SecretName("s")))
    #expect(vaultError { _ = try one.open().get("s") } == expected)

    forge = mine
    forge.bytes.replaceSubrange(
      mine.headerLength..., with: other.bytes[other.headerLength...])
    try RawFile.write(forge.bytes, to: one.vaultPath)
    #expect(vaultError { _ = try one.open() } == .tampered(.index))
    // The other vault's key, as if a cache had mixed them up.
    let stale = try VaultKey(cached: try two.open().withKey { Array($0) })
    try RawFile.write(mine.bytes, to: one.vaultPath)
    #expect(vaultError { try VaultStore.peek(one.location).check(stale) } == .staleKey)
  }

  @Test func aSlotOfAnotherVaultDoesNotOpen() throws {
    let (one, two) = (try Fixture([("s", "1")]), try Fixture([("s", "2")]))
    var forge = Forge(try RawFile.read(one.vaultPath))
    let slot = VaultFormat.slotsOffset..<VaultFormat.slotsOffset + VaultFormat.slotLength
    forge.bytes.replaceSubrange(slot, with: try RawFile.read(two.vaultPath)[slot])
    forge.fixDigest()
    try RawFile.write(forge.bytes, to: one.vaultPath)
    #expect(vaultError { _ = try one.open() } == .wrongKey(.keyFile))
  }

  @Test func anOlderCopyIsReportedAndStillOpens() throws {
    let fixture = try Fixture([("s", "1")])
    let old = try RawFile.read(fixture.vaultPath)
    try fixture.open().set("s", "2")
    let present = try fixture.open()
    #expect(present.warnings.isEmpty)
    try RawFile.write(old, to: fixture.vaultPath)
    let store = try fixture.open()
    #expect(store.warnings == [.rolledBack(found: 2, seen: 3)])
    #expect(try store.get("s") == "1")
    // On the launch path the caller knows the generation from its cache.
    let sealed = try VaultStore.peek(fixture.location)
    let launched = try sealed.open(try fixture.key(), knownGeneration: present.header.generation)
    #expect(launched.warnings == [.rolledBack(found: 2, seen: 3)])
    // A write does not hide it before the vault is ahead again.
    try store.set("t", "3")
    try store.set("t", "4")
    #expect(try fixture.open().warnings.isEmpty)
    #expect(try fixture.open().header.generation == 4)
    // An open store notices as well.
    #expect(try present.get("s") == "1")
    try RawFile.write(old, to: "\(fixture.folder.path)/old")
    #expect(rename("\(fixture.folder.path)/old", fixture.vaultPath) == 0)
    #expect(try present.get("s") == "1")
    #expect(present.warnings == [.rolledBack(found: 2, seen: 4)])
  }
}
