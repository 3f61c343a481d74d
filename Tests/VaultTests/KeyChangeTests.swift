import Files
import Secrets
import Testing
import ValetTesting

@testable import Vault

@Suite struct KeyChangeTests {
  static let other = [UInt8](repeating: 9, count: 32)

  @Test func aNewKeySealsEverythingAnew() throws {
    let fixture = try Fixture([("a", "1"), ("b", "22"), ("a", "333")])
    let store = try fixture.open()
    let before = Forge(try RawFile.read(fixture.vaultPath))
    let oldKey = try fixture.key()
    let lost = try store.changeKey(purge: false) { try $0.add(.test(Self.other)) }
    #expect(lost.isEmpty)
    let after = Forge(try RawFile.read(fixture.vaultPath))
    #expect(
      Array(before.bytes[before.valuesOffset..<before.bytes.count - 32])
        != Array(after.bytes[after.valuesOffset..<after.bytes.count - 32]))
    #expect(try store.get("a") == "333")
    let sealed = try VaultStore.peek(fixture.location)
    #expect(sealed.header.vaultID == store.header.vaultID)
    #expect(vaultError { _ = try sealed.unlock(with: .test()) } == .wrongKey(.keyFile))
    #expect(vaultError { try sealed.check(oldKey) } == .staleKey)
    let reopened = try VaultStore.open(
      fixture.location, key: try sealed.unlock(with: .test(Self.other)))
    #expect(try reopened.get("b") == "22")
    #expect(try reopened.read(try SecretName("a"), version: 1).array() == Array("1".utf8))
    #expect(try reopened.verify().versionCount == 3)
  }

  @Test func purgeRemovesTheCopiesThatOpenWithTheOldKey() throws {
    let fixture = try Fixture([("a", "1")])
    try fixture.open().changeKey(purge: true) { try $0.add(.test()) }
    #expect(fixture.files == ["vault", "vault.lock"])
  }

  @Test func namesTheSlotsThatWouldBeLost() throws {
    let fixture = try Fixture([("a", "1")])
    let store = try fixture.open()
    try store.addSlot(.recoveryKey(try SecretBytes(Self.other)))
    try store.addSlot(.test(Self.other))
    let before = try RawFile.read(fixture.vaultPath)
    #expect(throws: VaultError.slotsWouldBeLost([.recoveryKey, .keyFile])) {
      try store.changeKey(purge: true) { try $0.add(.test()) }
    }
    #expect(throws: VaultError.lastSlot) { try store.changeKey(purge: true) { _ in } }
    #expect(throws: VaultError.slotExists(.keyring)) {
      try store.changeKey(dropping: .drop, purge: true) {
        try $0.add(.keyring(try SecretBytes(Self.other)))
        try $0.add(.keyring(try SecretBytes(Self.other)))
      }
    }
    #expect(try RawFile.read(fixture.vaultPath) == before)
    let lost = try store.changeKey(dropping: .drop, purge: true) { try $0.add(.test()) }
    #expect(lost.map(\.kind) == [.recoveryKey, .keyFile])
    #expect(try fixture.open().get("a") == "1")
  }

  @Test func aStoreWithTheOldKeyNeitherReadsNorWrites() throws {
    let fixture = try Fixture([("a", "1")])
    let (one, two) = (try fixture.open(), try fixture.open())
    try one.changeKey(purge: false) { try $0.add(.test()) }
    let before = try RawFile.read(fixture.vaultPath)
    // Not "tampered": a key of before is the likelier reason.
    #expect(vaultError { _ = try two.get("a") } == .staleKey)
    #expect(vaultError { try two.set("a", "2") } == .staleKey)
    #expect(try RawFile.read(fixture.vaultPath) == before)
    try one.set("a", "3")
    #expect(try fixture.open().get("a") == "3")
  }

  @Test func aKeyFromTheCacheOpensTheVault() throws {
    let fixture = try Fixture([("a", "1")])
    let cached = try fixture.open().withKey { Array($0) }
    let key = try VaultKey(cached: cached)
    #expect(try VaultStore.open(fixture.location, key: key).get("a") == "1")
    #expect(vaultError { _ = try VaultKey(cached: cached.dropLast()) } == .staleKey)
  }

  @Test func keyFilesHoldExactly32BytesForTheirOwnerAlone() throws {
    let fixture = try Fixture([("a", "1")])
    let path = "\(fixture.folder.path)/keys/file"
    let made = try KeyFile.create(path)
    try fixture.open().addSlot(made)
    let key = try VaultStore.peek(fixture.location).unlock(with: try KeyFile.read(path))
    #expect(try VaultStore.open(fixture.location, key: key).get("a") == "1")
    #expect(vaultError { _ = try KeyFile.create(path) } == .file(.alreadyExists(path: path)))
    try RawFile.write([UInt8](repeating: 1, count: 33), to: path)
    #expect(vaultError { _ = try KeyFile.read(path) } == .keyFileLength(path: path, byteCount: 33))
    #expect(
      vaultError { _ = try KeyFile.read(path + "x") } == .file(.missing(path: path + "x")))
    // What a killed process or a power failure leaves of one.
    for blank in [[], [UInt8](repeating: 0, count: 32)] {
      try RawFile.write(blank, to: path)
      _ = try KeyFile.create(path)
      #expect(try RawFile.read(path).contains { $0 != 0 })
    }
  }
}
