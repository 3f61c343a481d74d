import Secrets
import Testing
import ValetTesting

@testable import Vault

@Suite struct ConnectionRecordTests {
  let work = try! ConnectionName("work")
  let home = try! ConnectionName("home")

  private func bytes(_ key: ConnectionKey?) -> [UInt8]? { key?.withBytes { Array($0) } }

  @Test func givesBackTheKeyOfAName() throws {
    let fixture = try Fixture([("a", "one")])
    let store = try fixture.open(options: VaultOptions(now: { 1_760_000_000 }))
    let (one, two) = (try ConnectionKey.random(), try ConnectionKey.random())
    #expect(bytes(one) != bytes(two) && one.connectionID != two.connectionID)
    try store.record(one, named: work)
    try store.record(two, named: home)
    for store in [store, try fixture.open()] {
      #expect(bytes(try store.connectionKey(named: work)) == bytes(one))
      #expect(try store.connectionKey(named: work)?.connectionID == one.connectionID)
      #expect(bytes(try store.connectionKey(named: home)) == bytes(two))
      #expect(try store.connectionKey(named: try ConnectionName("wor")) == nil)
      #expect(try store.connections().map(\.name) == [home, work])
      #expect(try store.connections().allSatisfy { $0.created == 1_760_000_000 })
      #expect(try store.get("a") == "one")
    }
    _ = try fixture.verify()
  }

  @Test func keepsOneKeyForAName() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    let (one, two) = (try ConnectionKey.random(), try ConnectionKey.random())
    #expect(try store.record(one, named: work) == nil)
    #expect(try store.record(two, named: work)?.connectionID == one.connectionID)
    #expect(try store.connections().count == 1)
    #expect(bytes(try store.connectionKey(named: work)) == bytes(two))
    #expect(try store.removeConnection(named: work))
    let generation = store.header.generation
    #expect(try !store.removeConnection(named: work))
    #expect(store.header.generation == generation)
    #expect(try store.connectionKey(named: work) == nil)
  }

  /// A relay holds nothing but this key, and goes on for days.
  @Test func aNewVaultKeyChangesNoConnectionKey() throws {
    let fixture = try Fixture([("a", "one")])
    let store = try fixture.open()
    let key = try ConnectionKey.random()
    try store.record(key, named: work)
    try store.changeKey(purge: true) { try $0.add(.test()) }
    try store.remove(try SecretName("a"))
    let found = try #require(try fixture.open().connectionKey(named: work))
    #expect(found.connectionID == key.connectionID)
    #expect(bytes(found) == bytes(key))
  }

  @Test func keepsWhatALaterVersionAdded() throws {
    let fixture = try Fixture()
    try fixture.create()
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    let payload = VectorGenerator.connectionRecord()
    try forge.insertRecords([(3, payload)], try fixture.key())
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    let store = try fixture.open()
    try store.set("b", "two")
    forge = Forge(try RawFile.read(fixture.vaultPath))
    let index = try forge.openIndex(try fixture.key())
    #expect(index.starts(with: [3, 0, UInt8(payload.count), 0, 0, 0] + payload))
  }

  /// Which keys there are when a copy is put in the place of a vault that went on.
  @Test func aRestoreTakesThePresentConnectionsOver() throws {
    let fixture = try Fixture([("s", "old")])
    let gone = try ConnectionName("gone")
    let other = try ConnectionName("other")
    let keys = try (0..<5).map { _ in try ConnectionKey.random() }
    let path = "\(fixture.folder.path)/copy"
    let store = try fixture.open()
    try store.record(keys[0], named: work)
    try store.record(keys[1], named: gone)
    try store.record(keys[2], named: other)
    try store.backup(to: path)
    // Logged out and in again; logged out; lost by an earlier restore; logged in.
    try store.record(keys[3], named: work)
    try store.removeConnection(named: gone)
    try store.removeConnection(named: other)
    try store.record(keys[4], named: home)
    let files = [2, 3, 4].map { keys[$0].connectionID }
    let restored = try VaultStore.restore(
      from: path, to: fixture.location,
      carrying: CarriedConnections(hasFile: { files.contains($0) })
    ) { try $0.unlock(with: .test()) }
    for store in [restored, try fixture.open()] {
      #expect(try store.get("s") == "old")
      #expect(try store.connections().map(\.name) == [home, other, work])
      #expect(bytes(try store.connectionKey(named: work)) == bytes(keys[3]))
      #expect(bytes(try store.connectionKey(named: other)) == bytes(keys[2]))
      #expect(bytes(try store.connectionKey(named: home)) == bytes(keys[4]))
    }
    _ = try fixture.verify()
  }

  @Test func aRestoreTakesThemOverFromAVaultWithAnotherKeyWhereThatIsAtHand() throws {
    let fixture = try Fixture([("s", "old")])
    let key = try ConnectionKey.random()
    let path = "\(fixture.folder.path)/copy"
    let store = try fixture.open()
    try store.backup(to: path)
    try store.changeKey(purge: true) { try $0.add(.test(KeyChangeTests.other)) }
    try store.record(key, named: work)
    for isAtHand in [false, true] {
      let present = "\(fixture.location.data)/vault.bak.1"
      let carried = CarriedConnections(presentKey: {
        isAtHand ? try? $0.unlock(with: .test(KeyChangeTests.other)) : nil
      })
      let restored = try VaultStore.restore(
        from: path, to: fixture.location, carrying: carried
      ) { try $0.unlock(with: .test()) }
      #expect(try restored.connections().map(\.name) == (isAtHand ? [work] : []))
      if !isAtHand {
        // Back to the one that was there.
        _ = try VaultStore.restore(from: present, to: fixture.location) {
          try $0.unlock(with: .test(KeyChangeTests.other))
        }
      }
    }
  }

  /// Its grants and its ways in are somebody else's.
  @Test func aRestoreOfAnotherVaultTakesNothingOver() throws {
    let (fixture, other) = (try Fixture([("s", "one")]), try Fixture([("s", "two")]))
    let path = "\(other.folder.path)/copy"
    try other.open().backup(to: path)
    try fixture.open().record(try ConnectionKey.random(), named: work)
    let restored = try VaultStore.restore(from: path, to: fixture.location) {
      try $0.unlock(with: .test())
    }
    #expect(try restored.connections().isEmpty)
  }
}
