internal import Platform
internal import Testing
internal import ValetTesting

/// Killed at any point: what is run again comes to the same end, and no key of a host is lost on the
/// way.
@Suite(.enabled(if: Programs.areInstalled("/usr/bin/strace"))) struct LeaveKillTests {
  private static let changes = "unlink,unlinkat,rename,renameat,renameat2,rmdir"

  /// - Parameter isAsked: whether the second one asks a person.
  private func finish(
    _ home: borrowing Home, isAsked: Bool, adding: [String: String] = [:], code: Int32 = 0
  ) throws {
    if isAsked {
      let last = try home.leave(adding: adding)
      #expect(last.wait() == code, "\(last.text)")
    } else {
      let last = try home.valet(["leave", "--yes"], adding: adding)
      #expect(last.exitCode == code, "\(last.errorText)")
    }
    #expect(home.isLeft == true, "\(home.allFiles)")
  }

  /// At a change of a file, whichever.
  @Test(arguments: [1, 3, 6, 10, 14, 18, 20, 22, 24, 26, 30])
  func goesOnAfterAKill(change: Int) throws {
    let home = try Home.full()
    let killed = try home.leaveKilled(before: change, of: Self.changes)
    if change <= 10 { #expect(killed.exitCode != 0) }
    if killed.exitCode != 0 {
      #expect(home.isLeft == false)
      if !TemporaryFolder.exists(home.vault) {
        #expect(home.hasHostKeys == true, "\(killed.errorText)")
      }
      // In turns: nobody is there to be asked, though the vault that said so is gone.
      try finish(home, isAsked: change % 4 == 0)
    }
    #expect(home.hasHostKeys == true)
    #expect(home.isLeft == true, "\(home.allFiles)")
  }

  /// Before each of its phases, by the file that it begins with.
  @Test(arguments: [
    ("unlink", "data/vault"), ("unlink", "data/vault.bak.1"), ("unlink", "config/servers.json"),
    ("unlink", "state/audit.key"),
    ("rmdir", "data"), ("unlink", "state/leaving"),
  ])
  func goesOnAfterAKillInEachPhase(calls: String, file: String) throws {
    let keyring = try KeyringPeer()
    let bus = keyring.environment
    let home = try Home.full(adding: bus, slot: ["--keyring"])
    #expect(
      try home.valet(["set", "--store", "keyring", "k"], input: "v", adding: bus).exitCode == 0)
    let killed = try home.leaveKilled(
      before: 1, of: calls, on: "\(home.valetHome)/\(file)", adding: bus)
    #expect(killed.exitCode == 137, "\(killed.exitCode) \(killed.errorText)")
    #expect(home.hasHostKeys && !home.isLeft)
    try finish(home, isAsked: false, adding: bus)
    let search = "secret-tool search --all application mcp-valet 2>&1 | grep -c label || true"
    #expect(try keyring.shell(search) == "0\n")
  }

  /// Once its last file is gone, what is left are empty folders.
  @Test(arguments: ["state", ""]) func removesEmptyFoldersOfOneThatWasKilled(folder: String) throws
  {
    let home = try Home.full()
    let path = folder.isEmpty ? home.valetHome : "\(home.valetHome)/\(folder)"
    let killed = try home.leaveKilled(before: 1, of: "rmdir", on: path)
    #expect(killed.exitCode == 137 && !home.isLeft, "\(killed.errorText)")
    let again = try home.valet(["leave"])
    #expect(again.exitCode == 0, "\(again.errorText)")
    #expect(home.isLeft == true, "\(home.allFiles)")
  }

  /// A login is ended at its server or named, whenever it was killed.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 8, 10, 12])
  func goesOnWithLoginsAfterAKill(change: Int) throws {
    let connected = try ConnectedHome()
    let killed = try connected.home.leaveKilled(before: change, of: Self.changes)
    if change <= 6 { #expect(killed.exitCode == 137, "\(killed.exitCode) \(killed.errorText)") }
    if killed.exitCode != 137 { return }
    let isThere = TemporaryFolder.exists(connected.home.vault)
    let last = try connected.home.valet(["leave", "--yes"])
    #expect([0, 69].contains(last.exitCode), "\(last.errorText)")
    let said = killed.errorText + last.errorText
    if isThere { #expect(said.contains("oauth://work"), "\(said)") }
    #expect(connected.home.isLeft == true, "\(connected.home.allFiles) \(last.errorText)")
  }

  /// While its server was being told; the next one finds a server that is down, and says so.
  @Test(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
  func goesOnAfterAKillWhileItRevokes() throws {
    var server: StallingServer? = try StallingServer(at: "revoke")
    let home = try Home.withVault()
    let login = try home.valet(
      ["login", "work", try #require(server?.url)], adding: try home.browser())
    try #require(login.exitCode == 0, "\(login.errorText)")
    let killed = try home.start(["leave", "--yes"])
    try server?.expectStall()
    killed.send(SIGKILL)
    #expect(killed.wait() == 137)
    #expect(TemporaryFolder.exists(home.vault))
    server = nil
    let last = try home.valet(["leave", "--yes"])
    #expect(last.exitCode == 69, "\(last.errorText)")
    #expect(last.errorText.contains("left: oauth://work: "), "\(last.errorText)")
    #expect(home.isLeft == true, "\(home.allFiles)")
  }
}
