import Files
import Platform
import Secrets
import Testing
import ValetTesting

@testable import Vault

/// File systems without hard links, as memory sticks have them. link(2) fails as it does there; the
/// rest of such a file system is not needed to see what becomes of the files.
@Suite(.enabled(if: Faults.canTrace, "strace is needed")) struct NoLinkTests {
  static let answers = ["EPERM", "EOPNOTSUPP", "ENOSYS"]

  private func run(
    _ faults: [String], _ command: [String]
  ) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      ["strace", "-qq", "-o", "/dev/null", "-e", "trace=linkat,renameat"]
        + faults.flatMap { ["-e", "inject=\($0)"] } + command)
  }

  private func contents(_ home: Home) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in home.files { contents[name] = try RawFile.read("\(home.location.data)/\(name)") }
    return contents
  }

  @Test(arguments: answers) func aWriteSaysThatItKeepsNoBackup(answer: String) throws {
    let home = try Home()
    try home.createVault().set("victim", "old")
    #expect(home.files == ["vault", "vault.bak.1", "vault.lock"])
    #expect(unlink("\(home.location.data)/vault.bak.1") == 0)
    let outcome = try run(["linkat:error=\(answer)"], home.command("set", "victim", "new"))
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("warning noBackup"), "\(outcome.output)")
    #expect(home.files == ["vault", "vault.lock"])
    #expect(try home.checkedVictim() == "new")
  }

  /// Those of a vault that came from another file system.
  @Test func backupsThatAreThereStay() throws {
    let home = try KillTests.copy(try KillTests.template())
    var before = try contents(home)
    #expect(before.count == 5)
    for number in 1...5 {
      let outcome = try run(["linkat:error=EPERM"], home.command("set", "victim", "\(number)"))
      #expect(outcome.status == 0, "\(outcome.output)")
    }
    before["vault"] = try RawFile.read(home.location.vaultPath)
    #expect(try contents(home) == before)
  }

  @Test(arguments: answers) func aBackupIsWrittenAndReplacesNothing(answer: String) throws {
    let home = try Home()
    try home.createVault().set("victim", "old")
    let stick = "\(home.temporary.path)/stick"
    #expect(mkdir(stick, 0o700) == 0)
    let command = home.command("backup", "\(stick)/copy")
    let outcome = try run(["linkat:error=\(answer)"], command)
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(TemporaryFolder.names(in: stick) == ["copy"])
    #expect(try RawFile.read("\(stick)/copy") == RawFile.read(home.location.vaultPath))
    let restored = try Home()
    _ = try VaultStore.restore(from: "\(stick)/copy", to: restored.location) {
      try $0.unlock(with: .test())
    }
    #expect(try restored.checkedVictim() == "old")

    try RawFile.write([1, 2, 3], to: "\(stick)/copy")
    let again = try run(["linkat:error=\(answer)"], command)
    #expect(again.status == ExitCode.inputOutput.rawValue)
    #expect(again.output.contains("alreadyExists"), "\(again.output)")
    #expect(TemporaryFolder.names(in: stick) == ["copy"])
    #expect(try RawFile.read("\(stick)/copy") == [1, 2, 3])
  }

  @Test func aBackupThatFailsInItsLastStepLeavesNothing() throws {
    let home = try Home()
    try home.createVault().set("victim", "old")
    let stick = "\(home.temporary.path)/stick"
    #expect(mkdir(stick, 0o700) == 0)
    let outcome = try run(
      ["linkat:error=EPERM", "renameat:error=EIO"], home.command("backup", "\(stick)/copy"))
    #expect(outcome.status == ExitCode.inputOutput.rawValue)
    #expect(outcome.output.contains("code: \(EIO)"), "\(outcome.output)")
    #expect(TemporaryFolder.names(in: stick) == [])
  }
}
