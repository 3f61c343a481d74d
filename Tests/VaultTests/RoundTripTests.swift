import Secrets
import Testing
import ValetTesting

@testable import Vault

@Suite struct RoundTripTests {
  @Test(arguments: [1, 2, 4095, 4096, 65537, 1 << 20])
  func valuesOfEveryLengthComeBack(count: Int) throws {
    let fixture = try Fixture([("other", "x")])
    let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ 7) }
    let name = try SecretName("a/b")
    try fixture.open().write(name, value: try SecretBytes(value), details: SecretDetails())
    #expect(try fixture.open().read(name).array() == value)
    let reference = SecretReference.vault(name)
    let values = try fixture.open().read([reference])
    #expect(values.withValue(of: reference) { Array($0) } == value)
    #expect(try fixture.verify().secretCount == 2)
  }

  @Test func namesOfEveryLengthAreFound() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    let names =
      (1...40).map { String(repeating: "n", count: $0) } + (1...40).map { "s-\($0)/token" }
    try store.writeAll { add in
      for name in names {
        try add(try SecretName(name), try SecretBytes("value of \(name)"), SecretDetails())
      }
    }
    let references = try names.map { SecretReference.vault(try SecretName($0)) }
    let values = try fixture.open().read(references + references)
    for (name, reference) in zip(names, references) {
      let value = values.withValue(of: reference) { String(decoding: $0, as: UTF8.self) }
      #expect(value == "value of \(name)")
    }
  }

  @Test func leavesOutWhatItDoesNotHold() throws {
    let fixture = try Fixture([("here", "1")])
    let here = SecretReference.vault(try SecretName("here"))
    let gone = SecretReference.vault(try SecretName("gone"))
    let alien = SecretReference.keyring(try SecretName("here"))
    let values = try fixture.open().read([gone, here, alien])
    #expect(values.references == [here])
    #expect(try fixture.open().read([]).references.isEmpty)
  }

  @Test func keepsPresentAndTwoOlderVersions() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    for value in ["one", "two", "three", "four"] { try store.set("s", value) }
    let name = try SecretName("s")
    #expect(try store.versions(of: name).map(\.number) == [4, 3, 2])
    #expect(try store.versions(of: name).map(\.byteCount) == [4, 5, 3])
    #expect(try store.read(name, version: 2).array() == Array("two".utf8))
    #expect(try store.read(name, version: 3).array() == Array("three".utf8))
    #expect(try store.get("s") == "four")
    #expect(throws: VaultError.missingVersion(name, 1)) { _ = try store.read(name, version: 1) }
    try store.write(
      name, value: try SecretBytes("five"), details: SecretDetails(), keepingOldVersions: 0)
    #expect(try store.versions(of: name).map(\.number) == [5])
    #expect(
      try fixture.verify() == VerificationReport(secretCount: 1, versionCount: 1, byteCount: 4))
  }

  @Test func detailsStayUntilTheyAreChanged() throws {
    let fixture = try Fixture()
    let store = try fixture.create(options: VaultOptions(now: { 1_700_000_000 }))
    try store.set("s", "1", note: "für die Kasse", expires: 1_800_000_000)
    try store.set("s", "2")
    let expected = SecretSummary(
      name: try SecretName("s"), stored: 1_700_000_000, expires: 1_800_000_000,
      note: "für die Kasse")
    #expect(try fixture.open().list() == [expected])
    try store.set("s", "3", note: "", expires: 0)
    #expect(try store.list().map(\.note) == [""])
    #expect(try store.list().map(\.expires) == [nil])
  }

  @Test func versionsKeepTheirOrderWhenTheClockIsSetBack() throws {
    let fixture = try Fixture()
    let before = try fixture.create(options: VaultOptions(now: { 2_000_000_000 }))
    try before.set("s", "old")
    let after = try fixture.open(options: VaultOptions(now: { 1_000_000_000 }))
    try after.set("s", "new")
    #expect(try fixture.open().get("s") == "new")
    #expect(
      try after.versions(of: try SecretName("s")).map(\.created) == [1_000_000_000, 2_000_000_000])
    #expect(after.warnings.isEmpty)
    #expect(try fixture.verify().versionCount == 2)
  }

  @Test func anotherInstanceSeesWhatWasWritten() throws {
    let fixture = try Fixture([("s", "1")])
    let (one, two) = (try fixture.open(), try fixture.open())
    #expect(try two.get("s") == "1")
    try one.set("s", "2")
    #expect(try two.get("s") == "2")
    try two.set("t", "3")
    #expect(try one.list().map(\.name.text) == ["s", "t"])
    try one.set("u", "4")
    #expect(try fixture.open().list().map(\.name.text) == ["s", "t", "u"])
  }

  @Test func settingsComeBack() throws {
    let fixture = try Fixture([("s", "1")])
    let store = try fixture.open()
    #expect(try store.settings() == VaultSettings())
    try store.updateSettings { $0.isUnattended = true }
    try store.updateSettings { $0.isRecoveryKeyShown = true }
    #expect(
      try fixture.open().settings()
        == VaultSettings(isUnattended: true, isRecoveryKeyShown: true))
    try store.remove(try SecretName("s"))
    #expect(try fixture.open().settings().isUnattended)
  }

  @Test func refusesWhatIsBeyondTheLimits() throws {
    let fixture = try Fixture([("s", "1")])
    let store = try fixture.open()
    let name = try SecretName("s")
    #expect(throws: StoreError.emptyValue(name)) { try store.set("s", "") }
    #expect(throws: StoreError.valueTooLarge(name, byteCount: (1 << 20) + 1)) {
      try store.write(name, value: try SecretBytes(count: (1 << 20) + 1), details: SecretDetails())
    }
    #expect(throws: StoreError.noteTooLong(name, byteCount: 4097)) {
      try store.set("s", "2", note: String(repeating: "n", count: 4097))
    }
    #expect(throws: StoreError.missing(.vault(try SecretName("t")))) {
      try store.remove(try SecretName("t"))
    }
    #expect(try fixture.open().get("s") == "1")
  }

  @Test func purgeRemovesTheBackups() throws {
    let fixture = try Fixture([("s", "1"), ("t", "2"), ("u", "3")])
    #expect(fixture.files == ["vault", "vault.bak.1", "vault.bak.2", "vault.bak.3", "vault.lock"])
    try fixture.open().remove(try SecretName("s"), purge: true)
    #expect(fixture.files == ["vault", "vault.lock"])
    #expect(try fixture.verify().secretCount == 2)
  }
}
