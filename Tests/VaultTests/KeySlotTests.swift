import Secrets
import Testing

@testable import Vault

@Suite struct KeySlotTests {
  static func secrets() throws -> [(KeySlot.Kind, () throws -> SlotSecret)] {
    let bytes = [UInt8](repeating: 7, count: 32)
    return [
      (.passphrase, { .passphrase(try SecretBytes("correct horse")) }),
      (.recoveryKey, { .recoveryKey(try SecretBytes(bytes)) }),
      (.keyring, { .keyring(try SecretBytes(bytes)) }),
      (.keyFile, { .keyFile(try SecretBytes(bytes)) }),
    ]
  }

  @Test func everyKindOpensItsSlotAndNoOther() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    for (_, secret) in try Self.secrets() { try store.addSlot(try secret(), cost: .minimum) }
    try store.set("s", "value")
    #expect(
      try store.slots().map(\.kind) == [.keyFile, .passphrase, .recoveryKey, .keyring, .keyFile])
    for (kind, secret) in try Self.secrets() {
      let key = try VaultStore.peek(fixture.location).unlock(with: try secret())
      #expect(try VaultStore.open(fixture.location, key: key).get("s") == "value", "\(kind)")
    }
  }

  @Test func tellsAWrongKeyFromAMissingSlot() throws {
    let fixture = try Fixture()
    try fixture.create { try $0.add(.passphrase(try SecretBytes("right")), cost: .minimum) }
    let sealed = try VaultStore.peek(fixture.location)
    #expect(
      vaultError { _ = try sealed.unlock(with: .passphrase(try SecretBytes("wrong"))) }
        == .wrongKey(.passphrase))
    #expect(vaultError { _ = try sealed.unlock(with: .test()) } == .noSlot(.keyFile))
    #expect(
      vaultError { _ = try sealed.unlock(with: .passphrase(try SecretBytes(""))) }
        == .passphraseLength(0))
    _ = try sealed.unlock(with: .passphrase(try SecretBytes("right")))
  }

  static let mebibyte: UInt64 = 1 << 20
  static let outOfRange: [PassphraseCost] = [
    PassphraseCost(operations: 1, memoryBytes: 64 * mebibyte),
    PassphraseCost(operations: 13, memoryBytes: 64 * mebibyte),
    PassphraseCost(operations: .max, memoryBytes: 1024 * mebibyte),
    PassphraseCost(operations: 2, memoryBytes: 64 * mebibyte - 1024),
    PassphraseCost(operations: 2, memoryBytes: 1024 * mebibyte + 1024),
    PassphraseCost(operations: 2, memoryBytes: 64 * mebibyte + 1),
    PassphraseCost(operations: 12, memoryBytes: .max),
    PassphraseCost(operations: 0, memoryBytes: 0),
  ]

  /// The slot is genuine, the passphrase right: only the range can be the reason. The largest
  /// parameters would take days, so that the test ends shows that nothing was derived.
  @Test(arguments: outOfRange)
  func refusesParametersOutOfRangeBeforeDeriving(cost: PassphraseCost) throws {
    let (operations, memoryBytes) = (cost.operations, cost.memoryBytes)
    let fixture = try Fixture()
    try fixture.create { try $0.add(.passphrase(try SecretBytes("right")), cost: .minimum) }
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    forge.put(operations, at: VaultFormat.slotsOffset + 4)
    forge.put(memoryBytes, at: VaultFormat.slotsOffset + 8)
    forge.fixDigest()
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    let sealed = try VaultStore.peek(fixture.location)
    var error: VaultError?
    // The best of several: a busy machine adds to some of them.
    let times = try (0..<8).map { _ in
      try ContinuousClock().measure {
        let passphrase = SlotSecret.passphrase(try SecretBytes("right"))
        error = vaultError { _ = try sealed.unlock(with: passphrase) }
      }
    }
    #expect(
      error == .derivationOutOfRange(operations: operations, memoryBytes: memoryBytes))
    // The cheapest derivation that is allowed takes longer than that.
    let best = try #require(times.min())
    #expect(best < .milliseconds(20))
    #expect(throws: VaultError.self) {
      try fixture.open().addSlot(
        .passphrase(try SecretBytes("x")), cost: cost)
    }
  }

  @Test func keepsSlotsOfKindsItDoesNotKnow() throws {
    let fixture = try Fixture([("s", "1")])
    let store = try fixture.open()
    try store.addSlot(.test(Array(repeating: 9, count: 32)))
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    let unknown = VaultFormat.slotsOffset + VaultFormat.slotLength
    forge.put(UInt16(77), at: unknown)
    forge.put(UInt16(0xffff), at: unknown + 2)
    try resealHeader(&forge, fixture)
    let reopened = try fixture.open()
    #expect(try reopened.slots().map(\.kind) == [.keyFile, nil])
    try reopened.set("s", "2")
    let written = try RawFile.read(fixture.vaultPath)
    #expect(Array(written[unknown..<unknown + 112]) == Array(forge.bytes[unknown..<unknown + 112]))
    // It is in nobody's way, but it does not count as a way in.
    let slots = try reopened.slots()
    #expect(throws: VaultError.lastSlot) { try reopened.removeSlot(slots[0]) }
    #expect(throws: VaultError.slotsWouldBeLost([nil])) {
      try reopened.changeKey(purge: false) { try $0.add(.test()) }
    }
    #expect(
      try reopened.changeKey(dropping: .drop, purge: false) { try $0.add(.test()) }.count == 1)
    #expect(try fixture.open().get("s") == "2")
  }

  private func resealHeader(_ forge: inout Forge, _ fixture: Fixture) throws {
    let key = try fixture.key()
    forge.sealIndex(try Forge(try RawFile.read(fixture.vaultPath)).openIndex(key), key)
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
  }

  @Test func limitsTheNumberOfSlots() throws {
    let fixture = try Fixture([("s", "1")])
    let store = try fixture.open()
    try store.addSlot(.keyring(try SecretBytes.random(count: 32)))
    #expect(throws: VaultError.slotExists(.keyring)) {
      try store.addSlot(.keyring(try SecretBytes.random(count: 32)))
    }
    for number in 2..<8 {
      try store.addSlot(.test(Array(repeating: UInt8(number), count: 32)))
    }
    #expect(throws: VaultError.tooManySlots) {
      try store.addSlot(.test(Array(repeating: 8, count: 32)))
    }
    #expect(try fixture.verify().secretCount == 1)
    for slot in try store.slots().dropFirst() { try store.removeSlot(slot) }
    let last = try store.slots()[0]
    #expect(throws: VaultError.lastSlot) { try store.removeSlot(last) }
    #expect(try fixture.open().get("s") == "1")
  }

  @Test func aRemovedSlotDoesNotOpenAnyMore() throws {
    let fixture = try Fixture([("s", "1")])
    let store = try fixture.open()
    try store.addSlot(.test(Array(repeating: 9, count: 32)))
    let mine = try store.slots()[0]
    try store.removeSlot(mine)
    #expect(vaultError { _ = try fixture.open() } == .wrongKey(.keyFile))
    #expect(throws: VaultError.changedMeanwhile) { try store.removeSlot(mine) }
  }

  @Test func replacingASlotKeepsTheKey() throws {
    let fixture = try Fixture([("s", "1")])
    let store = try fixture.open()
    try store.replaceSlot(.keyring(try SecretBytes([UInt8](repeating: 1, count: 32))))
    try store.replaceSlot(.keyring(try SecretBytes([UInt8](repeating: 2, count: 32))))
    #expect(try store.slots().map(\.kind) == [.keyFile, .keyring])
    let sealed = try VaultStore.peek(fixture.location)
    #expect(
      vaultError {
        _ = try sealed.unlock(with: .keyring(try SecretBytes([UInt8](repeating: 1, count: 32))))
      } == .wrongKey(.keyring))
    let key = try sealed.unlock(with: .keyring(try SecretBytes([UInt8](repeating: 2, count: 32))))
    try sealed.check(key)
  }
}
