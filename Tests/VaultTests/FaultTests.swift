import Files
import Platform
import Secrets
import Testing
import ValetTesting

@testable import Vault

/// Writes that fail: the vault is the old one, the error says why, and nothing is left behind.
@Suite struct FaultTests {
  /// A home on a file system of its own, its vault holding `victim` = `old`.
  private func home(on options: String) throws -> Home {
    let home = try Home()
    let disk: TinyFileSystem = try #require(TinyFileSystem(on: home.path, options: options))
    home.disk = disk
    let store = try home.createVault()
    try store.set("victim", "old")
    return home
  }

  private func expectFailure(
    _ error: VaultError?, code: Int32, in home: Home, files before: [String]
  ) throws {
    guard case .file(.system(_, _, code)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(home.files == before)
    #expect(try home.checkedVictim() == "old")
  }

  @Test(.enabled(if: Faults.canMount, "mounting a file system takes root"))
  func aFullDiskChangesNothing() throws {
    let home = try home(on: "size=64k")
    let store = try home.open()
    let before = home.files
    let large = try SecretBytes(count: 100_000)
    let error = vaultError {
      try store.write(try SecretName("large"), value: large, details: SecretDetails())
    }
    try expectFailure(error, code: ENOSPC, in: home, files: before)
    #expect(error?.hint == "free some space; nothing was changed")
    // What fits still goes in, from the same store.
    try store.set("victim", "new")
    #expect(try home.checkedVictim() == "new")
  }

  @Test(.enabled(if: Faults.canMount, "mounting a file system takes root"))
  func fullInodesChangeNothing() throws {
    let home = try home(on: "nr_inodes=8")
    let before = home.files
    // Takes every inode that is left.
    for number in 0..<8 { _ = try? RawFile.write([], to: "\(home.path)/\(number)") }
    let error = vaultError { try home.open().set("victim", "new") }
    try expectFailure(error, code: ENOSPC, in: home, files: before)
  }

  @Test(.enabled(if: Faults.canMount, "mounting a file system takes root"))
  func aReadOnlyFileSystemCanBeReadAndSaysWhyItCannotBeWritten() throws {
    let home = try home(on: "size=1m")
    let before = home.files
    #expect(Faults.remountReadOnly(home.path))
    let store = try home.open()
    try expectFailure(
      vaultError { try store.set("victim", "new") }, code: EROFS, in: home, files: before)
    #expect(store.warnings.isEmpty)
    let other = try Home()
    #expect(throws: VaultError.self) {
      _ = try VaultStore.create(
        VaultLocation(data: "\(home.path)/other", state: other.location.state)
      ) { try $0.add(.test()) }
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func aReadOnlyFolderChangesNothing() throws {
    let home = try Home()
    try home.createVault().set("victim", "old")
    let before = home.files
    chmod(home.location.data, 0o500)
    defer { chmod(home.location.data, 0o700) }
    try expectFailure(
      vaultError { try home.open().set("victim", "new") }, code: EACCES, in: home, files: before)
  }

  @Test(.enabled(if: Faults.hasPrlimit, "prlimit of util-linux is needed"))
  func aLimitOnFileSizesChangesNothing() throws {
    let home = try Home()
    try home.createVault().set("victim", "old")
    let write = home.command("large", "victim", "100000")
    // The signal ends a process that does not ignore it, in the middle of its write.
    let killed = try ChildProcess.run(["prlimit", "--fsize=16384"] + write)
    #expect(killed.status == 128 + SIGXFSZ)
    #expect(try home.checkedVictim() == "old")
    let failed = try ChildProcess.run(
      ["env", "--ignore-signal=XFSZ", "prlimit", "--fsize=16384"] + write)
    #expect(failed.status == ExitCode.inputOutput.rawValue)
    #expect(failed.output.contains("code: \(EFBIG)"))
    #expect(try home.checkedVictim() == "old")
    #expect(home.files == ["vault", "vault.bak.1", "vault.lock"])
    try home.expectNoLitterAfterNextWrite("after RLIMIT_FSIZE")
  }

  @Test(.enabled(if: Faults.canTrace, "strace is needed"))
  func aFailedSyncDiscardsTheNewFile() throws {
    let home = try Home()
    try home.createVault().set("victim", "old")
    let before = home.files
    let bytes = try RawFile.read(home.location.vaultPath)
    let outcome = try ChildProcess.run(
      [
        "strace", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e",
        "inject=fsync:error=EIO:when=1",
      ]
        + home.command("set", "victim", "new"))
    #expect(outcome.status == ExitCode.inputOutput.rawValue)
    #expect(outcome.output.contains("code: \(EIO)"))
    #expect(home.files == before)
    #expect(try RawFile.read(home.location.vaultPath) == bytes)
  }

  @Test(.enabled(if: Faults.canTrace, "strace is needed"))
  func aFailedSyncOfTheFolderIsReported() throws {
    let home = try Home()
    try home.createVault().set("victim", "old")
    let outcome = try ChildProcess.run(
      [
        "strace", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e",
        "inject=fsync:error=EIO:when=2",
      ]
        + home.command("set", "victim", "new"))
    #expect(outcome.status == ExitCode.inputOutput.rawValue)
    #expect(try home.checkedVictim() == "new")
    try home.expectNoLitterAfterNextWrite("after a failed sync of the folder")
  }

  @Test(.enabled(if: Faults.hasPrlimit, "prlimit of util-linux is needed"))
  func lackOfMemoryIsNotAWrongPassphrase() throws {
    let home = try Home()
    let location = home.location
    _ = try VaultStore.create(location) {
      let cost = PassphraseCost(operations: 2, memoryBytes: 512 << 20)
      try $0.add(.passphrase(try SecretBytes("right")), cost: cost)
    }
    func passphrase(_ text: String, limit: [String] = []) throws -> ChildProcess.Outcome {
      try ChildProcess.run(limit + [ChildProcess.writer, "passphrase", home.path, text])
    }
    #expect(try passphrase("right").status == 0)
    let wrong = try passphrase("wrong")
    #expect(wrong.status == ExitCode.denied.rawValue)
    #expect(wrong.output.contains("wrongKey"))
    for text in ["right", "wrong"] {
      let starved = try passphrase(text, limit: ["prlimit", "--as=\(400 << 20)"])
      #expect(starved.status == ExitCode.storeUnavailable.rawValue)
      #expect(starved.output.contains("notEnoughMemory(byteCount: \(512 << 20))"))
    }
  }
}
