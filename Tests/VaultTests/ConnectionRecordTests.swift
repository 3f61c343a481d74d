import Secrets
import Testing

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
    try store.record(one, named: work)
    try store.record(two, named: work)
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
}
