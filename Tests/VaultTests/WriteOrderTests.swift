import Secrets
import Testing
import ValetTesting

@testable import Vault

/// The order of a write's steps, as the kernel sees them.
@Suite(.enabled(if: Faults.canTrace, "strace is needed")) struct WriteOrderTests {
  @Test func syncsTheFileBeforeItsRenameAndTheFolderAfter() throws {
    let home = try KillTests.copy(try KillTests.template())
    let calls = try KillTests.calls(home, home.command("set", "victim", "new"), from: "opened")
    let steps = calls.map(\.name).filter { ["fsync", "linkat", "renameat"].contains($0) }
    #expect(
      steps == [
        "fsync",  // vault.new
        "linkat",  // vault as vault.bak.new
        "renameat", "renameat",  // the older backups move on
        "renameat",  // vault.bak.new as vault.bak.1
        "renameat",  // vault.new as vault
        "fsync",  // the folder
        "renameat",  // state/vault-generation
      ])
  }

  /// A disk that swallows a write and says that all is well.
  @Test func readsBackWhatItWrote() throws {
    let template = try KillTests.template()
    let traced = try KillTests.copy(template)
    let command = traced.command("set", "victim", "new")
    let write = try KillTests.calls(traced, command, from: "opened").first { $0.name == "write" }
    let length = try RawFile.read(traced.location.vaultPath).count
    let home = try KillTests.copy(template)
    let before = home.files
    let outcome = try KillTests.inject(
      "retval=\(length)", at: try #require(write), home.command("set", "victim", "new"))
    #expect(outcome.status == ExitCode.inputOutput.rawValue)
    #expect(outcome.output.contains("readsBackDifferently"))
    #expect(home.files == before)
    #expect(try home.checkedVictim() == "old")
  }

  /// A launch opens one file, reads its start and its own value.
  @Test func aReadOpensTheVaultAlone() throws {
    let home = try KillTests.copy(try KillTests.template())
    let log = "\(home.temporary.path)/log"
    let outcome = try ChildProcess.run(
      ["strace", "-o", log, "-e", "trace=openat,pread64,write,fsync"]
        + home.command("get", "victim"))
    #expect(outcome.output == "opened\nold\ndone\n")
    let lines = String(decoding: try RawFile.read(log), as: UTF8.self).split(separator: "\n")
    let own = lines.filter { $0.contains(home.path) || $0.contains("\"vault") }
    #expect(!own.contains { $0.contains("O_WRONLY") || $0.contains("O_CREAT") })
    #expect(!lines.contains { $0.hasPrefix("fsync") })
  }
}
