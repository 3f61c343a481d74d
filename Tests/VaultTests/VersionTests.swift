import Files
import Secrets
import Testing
import ValetTesting

@testable import Vault

@Suite struct VersionTests {
  private let name: SecretName
  private let fixture: Fixture

  init() throws {
    name = try SecretName("s")
    fixture = try Fixture()
    let store = try fixture.create()
    for value in ["one", "two", "three"] { try store.set("s", value) }
  }

  private func values(_ store: VaultStore) throws -> [String] {
    try store.versions(of: name).map {
      "\($0.number):"
        + String(decoding: try store.read(name, version: $0.number).array(), as: UTF8.self)
    }
  }

  @Test func anOlderValueComesBackUnderANewNumber() throws {
    let store = try fixture.open()
    let result = try store.putBack(name, keepingOldVersions: 2)
    #expect(result.old == 2 && result.new == 4)
    #expect(try values(store) == ["4:two", "3:three", "2:two"])
    _ = try store.putBack(name, keepingOldVersions: 2)
    #expect(try values(try fixture.open()) == ["5:three", "4:two", "3:three"])
    #expect(try store.putBack(name, version: 4, keepingOldVersions: 0).new == 6)
    #expect(try values(try fixture.open()) == ["6:two"])
    _ = try fixture.verify()
  }

  @Test func whatIsNotThereCannotComeBack() throws {
    let store = try fixture.open()
    #expect(throws: VaultError.missingVersion(name, 9)) {
      _ = try store.putBack(name, version: 9, keepingOldVersions: 2)
    }
    try store.write(name, value: try SecretBytes("x"), details: .init(), keepingOldVersions: 0)
    #expect(throws: VaultError.noOlderVersion(name)) {
      _ = try store.putBack(name, keepingOldVersions: 2)
    }
    #expect(throws: StoreError.self) {
      _ = try store.putBack(try SecretName("none"), keepingOldVersions: 2)
    }
    #expect(try values(store) == ["4:x"])
  }

  @Test func keepsAsManyOlderValuesAsItIsTold() throws {
    let store = try fixture.open()
    for number in 4...9 {
      let written = try store.write(
        name, value: try SecretBytes("\(number)"), details: .init(), keepingOldVersions: 5)
      #expect(written == UInt32(number))
    }
    #expect(try store.versions(of: name).map(\.number) == [9, 8, 7, 6, 5, 4])
    try store.write(name, value: try SecretBytes("x"), details: .init(), keepingOldVersions: 1)
    #expect(try store.versions(of: name).map(\.number) == [10, 9])
  }

  @Test func aPurgeLeavesNoOlderValueAndNoBackup() throws {
    let store = try fixture.open()
    #expect(fixture.files.contains("vault.bak.1"))
    try store.write(
      name, value: try SecretBytes("x"), details: .init(), keepingOldVersions: 0, purge: true)
    #expect(try values(store) == ["4:x"])
    #expect(!fixture.files.contains { $0.hasPrefix("vault.bak") }, "\(fixture.files)")
  }

  @Test func marksTellValuesApart() throws {
    let store = try fixture.open()
    _ = try store.putBack(name, keepingOldVersions: 2)
    let marks = try store.fingerprints(of: name)
    #expect(marks.count == 3)
    #expect(marks[0] == marks[2] && marks[0] != marks[1])
    #expect(marks.allSatisfy { $0.utf8.count == 4 })
    #expect(try fixture.open().fingerprints(of: name) == marks)
  }

  @Test func marksSayNothingOutsideTheirVaultAndName() throws {
    let store = try fixture.open()
    try store.set("t", "three")
    let mark = try store.fingerprints(of: name)[0]
    #expect(try store.fingerprints(of: try SecretName("t"))[0] != mark)
    let other = try Fixture([("s", "three")])
    #expect(try other.open().fingerprints(of: name)[0] != mark)
  }
}
