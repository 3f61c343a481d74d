internal import Platform
internal import Testing
internal import ValetTesting

/// A vault is gone, and backups that it made of itself are there.
@Suite struct LostVaultTests {
  private func expectKept(_ home: borrowing Home, _ words: [String], input: String = "v") throws {
    let before = home.allFiles
    let run = try home.valet(words, input: input)
    #expect(run.exitCode == 78, "\(words): \(run.errorText)")
    #expect(run.errorText.contains("there are backups of one"), "\(run.errorText)")
    #expect(
      run.errorText.contains("mcp-valet vault restore \(home.vault).bak."), "\(run.errorText)")
    #expect(run.errorText.contains("move \(home.valetHome)/data/vault.bak.* elsewhere"))
    #expect(home.allFiles == before)
  }

  /// Each write of a new vault would move the old one's backups on, until they are gone.
  @Test func makesNoVaultOverBackups() throws {
    let home = try Home.full()
    try home.remove("valet/data/vault")
    for words in [
      ["set", "x"], ["vault", "init"], ["vault", "init", "--key-file", home.keyFile],
      ["vault", "init", "--key-file", "\(home.path)/other"],
    ] { try expectKept(home, words) }
    let moved = try home.shell(
      "mkdir away; mv valet/data/vault.bak.* away; rm key; \"$VALET\" vault init --key-file \"$HOME/key\""
    )
    #expect(moved.exitCode == 0, "\(moved.errorText)")
  }

  /// Of a backup that is there: the newest may be lost, or damaged.
  @Test(arguments: ["", "rm valet/data/vault.bak.1", "echo x >valet/data/vault.bak.1"])
  func namesTheBackupToRestore(change: String) throws {
    let home = try Home.full()
    try home.remove("valet/data/vault")
    #expect(try home.shell(change).exitCode == 0)
    let best = "\(home.vault).bak.\(change.isEmpty ? 1 : 2)"
    let doctor = try DoctorReport(home.valet(["doctor", "--json"]))
    let finding = doctor["vault"].first
    #expect(finding?.outcome == "failure", "\(doctor)")
    #expect(finding?.next == "mcp-valet vault restore \(best)", "\(doctor)")
    let leave = try home.valet(["leave", "--dry-run"])
    #expect(leave.errorText.contains("mcp-valet vault restore \(best)"), "\(leave.errorText)")
    let restored = try home.valet(["vault", "restore", best])
    #expect(restored.exitCode == 0, "\(restored.errorText)")
  }

  /// Killed right before the vault goes, and taken up again: nobody agreed to lose what came then.
  @Test(.enabled(if: Programs.areInstalled("/usr/bin/strace")), arguments: [false, true])
  func guardsBackupsAfterALeaveThatWasInterrupted(isNewVault: Bool) throws {
    let home = try Home.full()
    let killed = try home.leaveKilled(
      before: 1, of: "unlink", on: isNewVault ? "\(home.valetHome)/state/leaving" : home.vault)
    #expect(killed.exitCode == 137, "\(killed.errorText)")
    #expect(TemporaryFolder.exists("\(home.valetHome)/state/leaving"))
    if isNewVault {
      let made = try home.valet(["vault", "init", "--key-file", home.keyFile, "--unattended"])
      #expect(made.exitCode == 0, "\(made.errorText)")
    } else {
      let doctor = try DoctorReport(home.valet(["doctor", "--json"]))
      #expect(
        doctor["vault"].contains {
          $0.next == "mcp-valet leave" && $0.message.contains("was interrupted")
        }, "\(doctor)")
    }
    try home.set("x", "first")
    try home.set("x", "second")
    try home.remove("valet/data/vault")
    let run = try home.valet(["leave", "--yes"])
    #expect(run.exitCode == 69, "\(run.errorText)")
    #expect(run.errorText.contains("there are backups of one"), "\(run.errorText)")
    #expect(TemporaryFolder.exists("\(home.vault).bak.1"))
  }
}
