import Grants
import Secrets
import Testing

@testable import Vault

@Suite struct GrantRecordTests {
  @Test func givesBackWhatWasRecorded() throws {
    let fixture = try Fixture([("a", "one")])
    let store = try fixture.open()
    let (full, runner) = (try VectorGenerator.fullGrant(), VectorGenerator.runnerGrant())
    #expect(try store.record([full, runner]))
    for store in [store, try fixture.open()] {
      #expect(try store.grants() == [full, runner])
      #expect(try store.grants(of: "files") == [runner])
      #expect(try store.grants(of: "file").isEmpty)
      #expect(try store.get("a") == "one")
    }
    _ = try fixture.verify()
  }

  @Test func writesNothingForWhatIsThere() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    var grant = VectorGenerator.runnerGrant()
    #expect(try store.record([grant]))
    let generation = store.header.generation
    grant.created += 60
    #expect(try !store.record([grant]))
    #expect(store.header.generation == generation)
    #expect(try store.removeGrants(of: "nobody") == 0)
    #expect(store.header.generation == generation)
  }

  @Test func replacesTheGrantOfTheSameFolderOnly() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    var grant = VectorGenerator.runnerGrant()
    var elsewhere = grant
    elsewhere.folder = .at(Array("/srv".utf8))
    try store.record([grant, elsewhere])
    grant.terms.arguments = []
    try store.record([grant])
    #expect(try store.grants() == [grant, elsewhere])
    #expect(try store.removeGrants(of: "files") { $0.folder == elsewhere.folder } == 1)
    #expect(try store.grants() == [grant])
    try store.record([elsewhere])
    #expect(try store.removeGrants(of: "files") == 2)
    #expect(try store.grants().isEmpty)
  }

  @Test func survivesOtherChanges() throws {
    let fixture = try Fixture([("a", "one")])
    let store = try fixture.open()
    let grant = try VectorGenerator.fullGrant()
    try store.record([grant])
    try store.set("b", "two")
    try store.remove(try SecretName("a"))
    try store.changeKey(purge: true) { try $0.add(.test()) }
    #expect(try fixture.open().grants() == [grant])
    #expect(try fixture.open().get("b") == "two")
  }

  /// A layout of later may forbid what this one cannot tell.
  @Test func allowsNothingByAnUnknownLayoutAndKeepsIt() throws {
    let fixture = try Fixture()
    try fixture.create()
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    let payload = try #require(VectorGenerator.runnerGrant().encoded())
    let later = [2, 0] + payload.dropFirst(2)
    try forge.insertRecords([(2, later)], try fixture.key())
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    let store = try fixture.open()
    #expect(try store.grants(of: "files").isEmpty)
    try store.record([VectorGenerator.runnerGrant()])
    #expect(try store.removeGrants(of: "files") == 1)
    let kept = try store.contents().records.contains {
      if case .other(2, let bytes) = $0 { bytes == later } else { false }
    }
    #expect(kept)
  }

  @Test func refusesACutGrantOnALaunchToo() throws {
    let fixture = try Fixture()
    try fixture.create()
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    let payload = try #require(VectorGenerator.runnerGrant().encoded())
    try forge.insertRecords([(2, payload.dropLast())], try fixture.key())
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    let store = try fixture.open()
    let error = vaultError { _ = try store.grants(of: "files") }
    guard case .malformed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func sealsNotesForThisVaultOnly() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    let note = Array("a refusal".utf8)
    let sealed = try store.sealNote(note)
    #expect(try fixture.open().openNote(sealed) == note)
    #expect(try Fixture().create().openNote(sealed) == nil)
    for position in sealed.indices {
      var changed = sealed
      changed[position] ^= 1
      #expect(try store.openNote(changed) == nil)
    }
    #expect(try store.openNote(Array(sealed.prefix(40))) == nil)
    #expect(try store.openNote([]) == nil)
  }
}
