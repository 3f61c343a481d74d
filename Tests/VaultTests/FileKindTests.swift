import Files
import Platform
import Secrets
import Testing
import ValetTesting

@testable import Vault

/// Whatever has the name of the vault and is no file of ours alone is refused, read or written.
@Suite struct FileKindTests {
  private func expectRefusal(_ expected: FileError, _ fixture: Fixture) throws {
    let before = fixture.files
    #expect(vaultError { _ = try VaultStore.peek(fixture.location) } == .file(expected))
    #expect(vaultError { _ = try fixture.create() } == .file(expected))
    #expect(fixture.files.filter { $0 != "vault.lock" } == before.filter { $0 != "vault.lock" })
  }

  @Test func refusesALink() throws {
    let fixture = try Fixture([("s", "1")])
    #expect(rename(fixture.vaultPath, "\(fixture.folder.path)/real") == 0)
    #expect(symlink("\(fixture.folder.path)/real", fixture.vaultPath) == 0)
    try expectRefusal(.symbolicLink(path: fixture.vaultPath), fixture)
  }

  @Test func refusesAFolderAndAFIFO() throws {
    let expected = "regular file"
    let fixture = try Fixture()
    _ = try OwnedFolder.open(fixture.vaultPath, create: true)
    try expectRefusal(.wrongKind(path: fixture.vaultPath, expected: expected), fixture)
    #expect(rmdir(fixture.vaultPath) == 0)
    #expect(mkfifo(fixture.vaultPath, 0o600) == 0)
    try expectRefusal(.wrongKind(path: fixture.vaultPath, expected: expected), fixture)
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o666] as [mode_t])
  func refusesAFileThatOthersMayOpen(mode: mode_t) throws {
    let fixture = try Fixture([("s", "1")])
    #expect(chmod(fixture.vaultPath, mode) == 0)
    let full = UInt32(S_IFREG) | UInt32(mode)
    try expectRefusal(.tooOpen(path: fixture.vaultPath, mode: full), fixture)
  }

  @Test(.enabled(if: geteuid() == 0, "giving a file away takes root"))
  func refusesAFileOfSomebodyElse() throws {
    let fixture = try Fixture([("s", "1")])
    #expect(chown(fixture.vaultPath, 65534, 65534) == 0)
    try expectRefusal(.wrongOwner(path: fixture.vaultPath, uid: 65534), fixture)
  }

  @Test func refusesAFolderThatOthersMayWrite() throws {
    let fixture = try Fixture([("s", "1")])
    #expect(chmod(fixture.location.data, 0o770) == 0)
    let full = UInt32(S_IFDIR) | 0o770
    try expectRefusal(.sharedFolder(path: fixture.location.data, mode: full), fixture)
  }

  @Test func saysWhenThereIsNone() throws {
    let fixture = try Fixture()
    let missing = VaultError.missing(path: fixture.vaultPath)
    #expect(vaultError { _ = try VaultStore.peek(fixture.location) } == missing)
    let store = try fixture.create()
    #expect(unlink(fixture.vaultPath) == 0)
    #expect(vaultError { _ = try store.get("s") } == missing)
    #expect(vaultError { try store.set("s", "1") } == missing)
    #expect(fixture.files == ["vault.lock"])
  }

  @Test func filesAndFoldersAreClosedToOthers() throws {
    let fixture = try Fixture([("s", "1"), ("t", "2")])
    for name in fixture.files + ["../state/vault-generation"] {
      var status = stat()
      #expect(lstat("\(fixture.location.data)/\(name)", &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600, "\(name)")
    }
    for path in [fixture.location.data, fixture.location.state] {
      var status = stat()
      #expect(lstat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o700, "\(path)")
    }
  }

  @Test func somethingElseIsNotAVault() throws {
    let fixture = try Fixture([("s", "1")])
    try RawFile.write(Array("{\"secrets\": []}".utf8), to: fixture.vaultPath)
    let expected = VaultError.notAVault(path: fixture.vaultPath)
    #expect(vaultError { _ = try VaultStore.peek(fixture.location) } == expected)
    #expect(vaultError { _ = try fixture.create() } == expected)
  }
}
