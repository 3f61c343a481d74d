internal import Platform
internal import Testing
internal import ValetTesting

/// The vault's own commands, from end to end.
@Suite struct VaultCommandTests {
  private let show = ["run", "--env", "A=valet://a", "--", "/bin/sh", "-c", "echo \"[$A]\""]

  private func expect(
    _ run: ProgramRun, _ code: Int32, _ words: String...,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(run.exitCode == code, "\(run.errorText)", sourceLocation: location)
    for word in words {
      #expect(
        run.errorText.contains(word), "\(run.errorText)", sourceLocation: location)
    }
  }

  /// Opens the vault anew, by a passphrase alone.
  private func unlock(
    _ home: borrowing Home, _ passphrase: String, _ options: String...
  ) throws -> ProgramRun {
    try home.lock()
    return try home.valet(["unlock", "--passphrase-stdin"] + options, input: "\(passphrase)\n")
  }

  @Test(.enabled(if: Kernel.keepsKeys, "no kernel key cache here"))
  func locksAndUnlocks() throws {
    let home = try Home.withPassphrase("correct horse")
    // The first command leaves the key cached.
    try home.set("a", "value")
    #expect(try home.valet(show).text == "[value]\n")
    #expect(try home.valet(["vault", "status"]).text.contains("unlocked, for 11h 59m"))
    try home.lock()
    expect(try home.valet(show), 77, "the vault is locked", "hint: mcp-valet unlock")
    #expect(try home.valet(["vault", "status"]).text.contains("state       locked"))
    expect(try unlock(home, "wrong horse"), 77, "wrong passphrase")
    expect(try home.valet(show), 77)
    expect(try unlock(home, "correct horse"), 0)
    #expect(try home.valet(show).text == "[value]\n")
    expect(try unlock(home, "correct horse", "--no-cache"), 0)
    expect(try home.valet(show), 77, "the vault is locked")
    expect(try unlock(home, "correct horse", "--for", "1s"), 0)
    #expect(try home.valet(show).text == "[value]\n")
    usleep(1_100_000)
    expect(try home.valet(show), 77, "the vault is locked")
  }

  @Test func addsListsAndRemovesWaysIn() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    let add = ["vault", "slot", "add", "--passphrase-stdin"]
    expect(try home.valet(add, input: "correct horse"), 0)
    let listed = try home.valet(["vault", "slot", "list"]).text
    #expect(listed.contains("1     key file"), "\(listed)")
    #expect(listed.contains("2     passphrase"), "\(listed)")
    let second = try home.valet(add, input: "another horse")
    #expect(second.exitCode != 0)
    #expect(try home.valet(["vault", "slot", "list"]).text == listed)
    for number in ["0", "3", "-1", "99999999999999999999"] {
      #expect(try home.valet(["vault", "slot", "rm", number]).exitCode != 0)
    }
    expect(try unlock(home, "correct horse"), 0)
    expect(try home.valet(["vault", "slot", "rm", "1"]), 0)
    try home.lock()
    // The key file is still there, and opens nothing any more.
    expect(try home.valet(show), 77, "the vault is locked")
    expect(try unlock(home, "correct horse"), 0)
    let last = try home.valet(["vault", "slot", "rm", "1"])
    #expect(last.exitCode != 0)
    expect(try unlock(home, "correct horse"), 0)
  }

  @Test(arguments: [true, false]) func changesThePassphrase(keepsKey: Bool) throws {
    let home = try Home.withPassphrase("old horse")
    try home.set("a", "value")
    let backup = "\(home.path)/backup"
    expect(try home.valet(["vault", "backup", backup]), 0)
    let words = ["vault", "passwd", "--passphrase-stdin"] + (keepsKey ? ["--keep-key"] : [])
    expect(try home.valet(words, input: "new horse"), 0, "still open with the old")
    // What was cached before is of use only while the vault key stays.
    #expect(try home.valet(show).text == "[value]\n")
    expect(try unlock(home, "old horse"), 77, "wrong passphrase")
    expect(try unlock(home, "new horse"), 0)
    #expect(try home.valet(show).text == "[value]\n")
    // A copy from before opens with what opened it then.
    let other = try Home()
    let restore = ["vault", "restore", backup, "--passphrase-stdin"]
    expect(try other.valet(restore, input: "new horse"), 77, "wrong passphrase")
    #expect(!TemporaryFolder.exists(other.vault))
    expect(try other.valet(restore, input: "old horse"), 0)
    #expect(try other.valet(show).text == "[value]\n")
  }

  @Test func showsARecoveryKeyOnce() throws {
    let home = try Home.withPassphrase("correct horse")
    try home.set("a", "value")
    expect(try home.valet(["set", "b"], input: "x"), 0, "vault recovery")
    let shown = try home.valet(["vault", "recovery"])
    expect(shown, 0, "not shown again")
    let key = shown.text.split(separator: "\n").joined()
    #expect(key.count > 50)
    let reminded = try home.valet(["set", "b"], input: "y")
    #expect(!reminded.errorText.contains("vault recovery"), "\(reminded.errorText)")
    #expect(try home.valet(["vault", "status"]).text.contains("recovery    made"))
    expect(try unlock(home, key, "--recovery"), 0)
    #expect(try home.valet(show).text == "[value]\n")
    // One character typed wrongly.
    let typed = (key.first == "A" ? "B" : "A") + key.dropFirst()
    let mistyped = try unlock(home, typed, "--recovery")
    #expect(mistyped.exitCode != 0 && !mistyped.errorText.contains(typed))
    expect(try unlock(home, "correct horse"), 0)
    // The next one takes its place.
    let next = try home.valet(["vault", "recovery"])
    expect(next, 0)
    expect(try unlock(home, key, "--recovery"), 77)
    expect(try unlock(home, next.text, "--recovery"), 0)
  }

  @Test func rekeysAndDropsOnlyWhenTold() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    try home.set("a", "value")
    let key = try home.valet(["vault", "recovery"]).text
    let kept = "ls valet/data | grep -c vault.bak"
    #expect(try home.shell(kept).text == "3\n")
    let before = File.bytes(home.vault)
    let refused = try home.valet(["vault", "rekey"])
    #expect(refused.exitCode != 0)
    #expect(refused.errorText.contains("recovery"), "\(refused.errorText)")
    #expect(File.bytes(home.vault) == before)
    expect(try home.valet(["vault", "rekey", "--drop"]), 0, "dropped: recovery key")
    // What is kept from now on has the new key.
    let other = try Home()
    let copy = "\(home.valetHome)/data/vault.bak.1"
    expect(
      try other.valet(["vault", "restore", "--recovery", "--passphrase-stdin", copy], input: key),
      77)
    #expect(try home.shell(kept).text == "1\n")
    expect(try unlock(home, key, "--recovery"), 77)
    try home.lock()
    #expect(try home.valet(show).text == "[value]\n")
    #expect(try home.valet(["vault", "status", "--verify"]).exitCode == 0)
  }

  @Test func rekeysBehindAPassphrase() throws {
    let home = try Home.withPassphrase("correct horse")
    try home.set("a", "value")
    let rekey = try home.start(["vault", "rekey"], onTerminal: true)
    // The key is cached, and still the passphrase is needed to wrap the new one.
    for _ in 0..<(Kernel.keepsKeys ? 1 : 2) {
      try rekey.expect("Passphrase")
      try rekey.type("correct horse\n")
    }
    #expect(rekey.wait() == 0, "\(rekey.text)")
    expect(try unlock(home, "correct horse"), 0)
    #expect(try home.valet(show).text == "[value]\n")
  }

  /// Its grants and settings come with a copy, so an agent with a shell must not choose one.
  @Test func asksBeforeItRestores() throws {
    let home = try Home.withPassphrase("correct horse", unattended: false)
    try home.set("a", "first")
    let backup = "\(home.path)/backup"
    expect(try home.valet(["vault", "backup", backup]), 0)
    // One that asks nobody is no better for it.
    let theirs = try Home.withVault()
    let other = "\(home.path)/other"
    expect(try theirs.valet(["vault", "backup", other]), 0)
    try home.set("a", "second")
    let restore = ["vault", "restore", "--passphrase-stdin"]
    expect(try home.valet(restore + [backup], input: "correct horse"), 77, "nobody to ask")
    #expect(try home.valet(["vault", "restore", other]).exitCode != 0)
    let asked = try home.start(["vault", "restore", backup], onTerminal: true)
    try asked.expect("Passphrase")
    try asked.type("correct horse\n")
    try asked.expect("in the place of the present vault? [y/N]")
    try asked.type("n\n")
    #expect(asked.wait() == 77, "\(asked.text)")
    let count = { (home: borrowing Home) in
      try home.valet(["versions", "a"]).text.split(separator: "\n").count
    }
    let before = try count(home)
    let agreed = try home.start(["vault", "restore", backup], onTerminal: true)
    try agreed.expect("Passphrase")
    try agreed.type("correct horse\n")
    try agreed.expect("in the place of the present vault? [y/N]")
    try agreed.type("y\n")
    #expect(agreed.wait() == 0, "\(agreed.text)")
    #expect(try count(home) == before - 1)
  }

  @Test func backsUpAndRestores() throws {
    let home = try Home.withVault()
    try home.set("a", "first")
    let backup = "\(home.path)/backup"
    expect(try home.valet(["vault", "backup", backup]), 0)
    var status = stat()
    #expect(stat(backup, &status) == 0 && status.st_mode & 0o777 == 0o600)
    let again = try home.valet(["vault", "backup", backup])
    #expect(again.exitCode != 0)
    try home.set("a", "second")
    expect(try home.valet(["vault", "restore", backup]), 0, "restored 1 secrets")
    #expect(try home.valet(show).text == "[first]\n")
    // Chosen, not slipped in.
    #expect(try !home.valet(["list"]).errorText.contains("older copy"))
    // A copy that is no vault leaves the present one alone.
    try home.write("not a vault", to: "garbage")
    expect(try home.valet(["vault", "restore", "\(home.path)/garbage"]), 65)
    #expect(try home.valet(show).text == "[first]\n")
  }

  @Test func reportsAnOlderCopyInItsPlace() throws {
    let home = try Home.withVault()
    try home.set("a", "first")
    expect(try home.shell("cp -p valet/data/vault old"), 0)
    try home.set("a", "second")
    try home.set("a", "third")
    expect(try home.shell("cp -p old valet/data/vault"), 0)
    for words in [["list"], show, ["vault", "status"], ["vault", "status", "--verify"]] {
      let run = try home.valet(words)
      expect(run, 0, "older copy", "vault restore")
      let said = run.errorText.split(separator: "\n").filter { $0.contains("older copy") }
      #expect(said.count == 1, "\(run.errorText)")
    }
    // Also when the record beside the vault was put back, or lost: the kernel's cache remembers.
    if Kernel.keepsKeys {
      expect(try home.shell("rm valet/state/vault-generation"), 0)
      expect(try home.valet(show), 0, "older copy")
    }
  }

  /// The generation stands in the header for everybody to read, and nothing vouches for it.
  @Test func reportsAnOlderCopyOfALockedVault() throws {
    let home = try Home.withPassphrase("correct horse")
    try home.set("a", "first")
    try home.lock()
    let status = ["vault", "status"]
    let before = try home.valet(status)
    #expect(before.text.contains("generation  2 (not verified while locked)"), "\(before.text)")
    #expect(!before.errorText.contains("older copy"), "\(before.errorText)")
    expect(try home.shell("cp -p valet/data/vault old"), 0)
    expect(try unlock(home, "correct horse"), 0)
    try home.set("a", "second")
    try home.set("a", "third")
    try home.lock()
    expect(try home.shell("cp -p old valet/data/vault"), 0)
    expect(
      try home.valet(status), 0, "looks like an older copy", "generation 2, and 4 was seen",
      "mcp-valet unlock")
    // Unlocked, it is known to be one, and goes on being said.
    expect(try unlock(home, "correct horse"), 0, "the vault is an older copy")
    for words in [status, status + ["--verify"]] {
      let unlocked = try home.valet(words)
      expect(unlocked, 0, "the vault is an older copy: generation 2, and 4 was seen before")
      let said = unlocked.errorText.split(separator: "\n").filter { $0.contains("older copy") }
      #expect(said.count == 1, "\(unlocked.errorText)")
      #expect(unlocked.text.contains("generation  2\n"), "\(unlocked.text)")
    }
  }

  enum Damage: String, CaseIterable, Sendable {
    case empty = ": >vault"
    case truncated = "truncate -s -1 vault"
    case extended = "printf x >>vault"
    case flippedInHeader = "flip 40"
    case flippedInValue = "flip $(($(stat -c %s vault)-40))"
    case garbage = "head -c 5000 /dev/urandom >vault"
    case readable = "chmod 644 vault"
    case link = "mv vault elsewhere; ln -s elsewhere vault"
    case folder = "rm vault; mkdir vault"
    case fifo = "rm vault; mkfifo -m 600 vault"
    case openFolder = "chmod 777 ."

    func inflict(on home: borrowing Home) throws {
      // Never to the byte that it is already.
      let script = """
        flip() {
          byte=$(od -An -tu1 -j "$1" -N 1 vault)
          printf "\\\\$(printf %o $((byte ^ 255)))" |
            dd of=vault bs=1 seek="$1" conv=notrunc status=none
        }
        cd valet/data && umask 077 && \(rawValue)
        """
      try #require(try home.shell(script).exitCode == 0)
    }

    var isCorruption: Bool {
      switch self {
      case .readable, .link, .folder, .fifo, .openFolder: false
      default: true
      }
    }
  }

  @Test(arguments: Damage.allCases) func refusesADamagedVaultAndLeavesItAlone(
    damage: Damage
  ) throws {
    let home = try Home.withVault()
    // Long enough that the last bytes are a value's.
    try home.set("a", String(repeating: "value ", count: 1000))
    try home.allow(show)
    try damage.inflict(on: home)
    let describe = "ls -l valet/data/vault; cat valet/data/vault | cksum"
    let before = damage == .fifo || damage == .folder ? "" : try home.shell(describe).text
    for (words, input) in [(show, ""), (["set", "b"], "value"), (["vault", "init"], "")] {
      let run = try home.valet(words, input: input, seconds: 20)
      #expect(run.exitCode != 0 && run.exitCode != 124, "\(words)")
      if words == show {
        #expect(run.exitCode == (damage.isCorruption ? 65 : 74), "\(run.errorText)")
        #expect(!run.errorText.contains("passphrase") && !run.errorText.contains("locked"))
      }
    }
    if !before.isEmpty {
      #expect(try home.shell(describe).text == before)
    }
  }

  /// A launch opens the index and its own values; who writes or verifies looks at all of it.
  @Test func writesOverNothingThatIsDamagedElsewhere() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    try home.set("b", String(repeating: "value ", count: 1000))
    try home.allow(show)
    try Damage.flippedInValue.inflict(on: home)
    expect(try home.shell("cp valet/data/vault copy"), 0)
    #expect(try home.valet(show).text == "[value]\n")
    expect(try home.valet(["vault", "status", "--verify"]), 65)
    expect(try home.valet(["set", "c"], input: "value"), 65)
    expect(try home.valet(["rm", "b"]), 65)
    expect(try home.shell("cmp copy valet/data/vault"), 0)
  }

  @Test func makesNoSecondVault() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    let key = File.bytes(home.keyFile)
    #expect(try home.valet(["vault", "init"]).exitCode != 0)
    let other = ["vault", "init", "--key-file", "\(home.path)/other-key"]
    #expect(try home.valet(other).exitCode != 0)
    #expect(!TemporaryFolder.exists("\(home.path)/other-key"))
    #expect(File.bytes(home.keyFile) == key)
    #expect(key.count == 32)
    let present = try Home()
    try present.write("somebody's file", to: "key")
    #expect(try present.valet(["vault", "init", "--key-file", present.keyFile]).exitCode != 0)
    #expect(File.text(present.keyFile) == "somebody's file")
    #expect(!TemporaryFolder.exists(present.vault))
  }
}
