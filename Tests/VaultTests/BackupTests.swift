import Files
import Platform
import Secrets
import Testing
import ValetTesting

@testable import Vault

@Suite struct BackupTests {
  @Test func theLastThreeGenerationsAreKept() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    for number in 1...5 { try store.set("s", "\(number)") }
    #expect(fixture.files == ["vault", "vault.bak.1", "vault.bak.2", "vault.bak.3", "vault.lock"])
    for (number, value) in [(1, "4"), (2, "3"), (3, "2")] {
      let copy = "\(fixture.location.data)/vault.bak.\(number)"
      let restored = try Fixture()
      let store = try VaultStore.restore(from: copy, to: restored.location) {
        try $0.unlock(with: .test())
      }
      #expect(try store.get("s") == value)
    }
  }

  @Test func aWriterKilledBeforeItsRenamePushesNoBackupOut() throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    for number in 1...5 { try store.set("s", "\(number)") }
    // As such a writer leaves it: backups moved on, the present vault linked, its own file there.
    func path(_ name: String) -> String { "\(fixture.location.data)/\(name)" }
    #expect(rename(path("vault.bak.2"), path("vault.bak.3")) == 0)
    #expect(rename(path("vault.bak.1"), path("vault.bak.2")) == 0)
    #expect(link(path("vault"), path("vault.bak.1")) == 0)
    try RawFile.write([1, 2, 3], to: path("vault.new"))
    try fixture.open().set("s", "6")
    #expect(fixture.files == ["vault", "vault.bak.1", "vault.bak.2", "vault.bak.3", "vault.lock"])
    let generations = try (1...3).map {
      Forge(try RawFile.read(path("vault.bak.\($0)"))).integer(at: 32, as: UInt64.self)
    }
    #expect(generations == [6, 5, 4])
  }

  /// As one leaves it that was killed while the backups moved on.
  @Test(arguments: 1...3) func aGapIsFilledBeforeTheOldestIsGivenUp(gap: Int) throws {
    let fixture = try Fixture()
    let store = try fixture.create()
    for number in 1...5 { try store.set("s", "\(number)") }
    func path(_ number: Int) -> String { "\(fixture.location.data)/vault.bak.\(number)" }
    let left = try (1...3).filter { $0 != gap }.map { try generation(path($0)) }
    #expect(unlink(path(gap)) == 0)
    try RawFile.write([1, 2, 3], to: "\(fixture.location.data)/vault.bak.new")
    try store.set("s", "6")
    #expect(fixture.files == ["vault", "vault.bak.1", "vault.bak.2", "vault.bak.3", "vault.lock"])
    #expect(try (1...3).map { try generation(path($0)) } == [6] + left)
  }

  private func generation(_ path: String) throws -> UInt64 {
    Forge(try RawFile.read(path)).integer(at: 32, as: UInt64.self)
  }

  @Test func aBackupOpensWithTheSameKeyAndReplacesNothing() throws {
    let fixture = try Fixture([("s", "1")])
    let path = "\(fixture.folder.path)/copy"
    let store = try fixture.open()
    try store.backup(to: path)
    #expect(try RawFile.read(path) == RawFile.read(fixture.vaultPath))
    #expect(vaultError { try store.backup(to: path) } == .file(.alreadyExists(path: path)))
    #expect(TemporaryFolder.names(in: fixture.folder.path) == ["copy", "data", "state"])
    var status = stat()
    #expect(lstat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test func aBackupTouchesNoOtherFile() throws {
    let fixture = try Fixture([("s", "1")])
    let path = "\(fixture.folder.path)/copy"
    let store = try fixture.open()
    try RawFile.write([1, 2, 3], to: path + ".new")
    try store.backup(to: path)
    #expect(try RawFile.read(path) == RawFile.read(fixture.vaultPath))
    unlink(path)
    // Whatever lies there under the name, even a link to nowhere.
    try RawFile.write([4, 5, 6], to: path)
    #expect(symlink("nowhere", path + ".link") == 0)
    for taken in [path, path + ".link"] {
      #expect(vaultError { try store.backup(to: taken) } == .file(.alreadyExists(path: taken)))
    }
    #expect(try RawFile.read(path) == [4, 5, 6])
    #expect(try RawFile.read(path + ".new") == [1, 2, 3])
    #expect(
      TemporaryFolder.names(in: fixture.folder.path)
        == ["copy", "copy.link", "copy.new", "data", "state"])
  }

  @Test func aDamagedVaultIsNotBackedUp() throws {
    let fixture = try Fixture([("s", "1")])
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    forge.bytes[forge.valuesOffset] ^= 1
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    let expected = VaultError.corrupt(.value(try SecretName("s")))
    let path = "\(fixture.folder.path)/copy"
    #expect(vaultError { try fixture.open().backup(to: path) } == expected)
    #expect(TemporaryFolder.names(in: fixture.folder.path) == ["data", "state"])
  }

  @Test func restoringGoesAboveEveryGenerationSeen() throws {
    let fixture = try Fixture([("s", "old")])
    let path = "\(fixture.folder.path)/copy"
    try fixture.open().backup(to: path)
    for _ in 1...5 { try fixture.open().set("s", "new") }
    let before = try fixture.open().header
    let store = try VaultStore.restore(from: path, to: fixture.location) {
      try $0.unlock(with: .test())
    }
    #expect(try store.get("s") == "old")
    #expect(store.header.generation == before.generation + 1)
    #expect(store.header.vaultID == before.vaultID)
    #expect(store.header.writeID != before.writeID)
    #expect(try fixture.open().warnings.isEmpty)
    #expect(try fixture.verify().versionCount == 1)
    // What was there is the newest backup.
    let copy = try RawFile.read("\(fixture.location.data)/vault.bak.1")
    #expect(copy.withUnsafeBytes { RandomID($0, at: 40) } == before.writeID)
  }

  @Test func aRestoredCopyMayHaveAKeyOfItsOwn() throws {
    let fixture = try Fixture([("s", "old")])
    let path = "\(fixture.folder.path)/copy"
    try fixture.open().backup(to: path)
    try fixture.open().changeKey(purge: true) { try $0.add(.test(KeyChangeTests.other)) }
    let store = try VaultStore.restore(from: path, to: fixture.location) {
      try $0.unlock(with: .test())
    }
    #expect(try store.get("s") == "old")
    #expect(try fixture.open().get("s") == "old")
  }

  @Test func aVaultThatDoesNotOpenCanBeRestoredAndIsKept() throws {
    let fixture = try Fixture([("s", "1"), ("s", "2")])
    let damaged = Array(try RawFile.read(fixture.vaultPath).dropLast(100))
    try RawFile.write(damaged, to: fixture.vaultPath)
    let store = try VaultStore.restore(
      from: "\(fixture.location.data)/vault.bak.1", to: fixture.location
    ) { try $0.unlock(with: .test()) }
    #expect(try store.get("s") == "1")
    #expect(try RawFile.read("\(fixture.location.data)/vault.bak.1") == damaged)
    // The damaged one had generation 3, which was recorded.
    #expect(store.header.generation == 4)
  }

  @Test func aBadCopyChangesNothing() throws {
    let fixture = try Fixture([("s", "1")])
    let path = "\(fixture.folder.path)/copy"
    let good = try RawFile.read(fixture.vaultPath)
    let before = fixture.files
    for offset in [0, 20, 400, good.count - 33, good.count - 1] {
      var bad = good
      bad[offset] ^= 1
      unlink(path)
      try RawFile.write(bad, to: path)
      let error = vaultError {
        _ = try VaultStore.restore(from: path, to: fixture.location) {
          try $0.unlock(with: .test())
        }
      }
      guard case .other(path, _) = error else {
        Issue.record("byte \(offset): \(String(describing: error))")
        continue
      }
      #expect(error?.exitCode == .corruptData)
    }
    #expect(
      vaultError {
        _ = try VaultStore.restore(from: path + "x", to: fixture.location) { _ in try .random() }
      } == .file(.missing(path: path + "x")))
    unlink(path)
    try RawFile.write(good, to: path)
    #expect(
      vaultError {
        _ = try VaultStore.restore(from: path, to: fixture.location) { _ in try .random() }
      } == .other(path: path, .staleKey))
    #expect(try RawFile.read(fixture.vaultPath) == good)
    #expect(fixture.files == before)
  }

  @Test func aCopyMayLieInAFolderOfEverybody() throws {
    let fixture = try Fixture([("s", "1")])
    let path = "\(fixture.folder.path)/stick/copy"
    #expect(mkdir("\(fixture.folder.path)/stick", 0o700) == 0)
    #expect(chmod("\(fixture.folder.path)/stick", 0o777) == 0)
    try fixture.open().backup(to: path)
    #expect(chmod(path, 0o666) == 0)
    let other = try Fixture()
    _ = try VaultStore.restore(from: path, to: other.location) { try $0.unlock(with: .test()) }
    #expect(try other.open().get("s") == "1")
    // The vault itself is ours alone, wherever it came from.
    var status = stat()
    #expect(lstat(other.vaultPath, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test func restoresWhereThereIsNoVault() throws {
    let fixture = try Fixture([("s", "1")])
    let path = "\(fixture.folder.path)/copy"
    try fixture.open().backup(to: path)
    let other = try Fixture()
    _ = try VaultStore.restore(from: path, to: other.location) { try $0.unlock(with: .test()) }
    #expect(try other.open().get("s") == "1")
    #expect(other.files == ["vault", "vault.lock"])
  }
}
