internal import Testing
internal import ValetTesting

/// How long the kernel is to keep a key was said by whoever unlocked the vault; another key of the
/// same vault does not change that.
@Suite(.enabled(if: Kernel.keepsKeys, "no kernel key cache here")) struct KeyRetentionTests {
  enum Change: String, CaseIterable, Sendable {
    case passwd, passwdKeepKey, rekey, restore, restoreOfAnother

    /// Words, and what they read.
    func command(_ home: borrowing Home) -> (words: [String], input: String) {
      switch self {
      case .passwd: (["vault", "passwd", "--passphrase-stdin"], "new horse")
      case .passwdKeepKey: (["vault", "passwd", "--keep-key", "--passphrase-stdin"], "new horse")
      case .rekey: (["vault", "rekey", "--passphrase-stdin"], "correct horse")
      case .restore: (["vault", "restore", "--passphrase-stdin", "backup"], "correct horse")
      case .restoreOfAnother: (["vault", "restore", "--passphrase-stdin", "other"], "other horse")
      }
    }
  }

  private func home(unlockedWith options: [String]) throws -> Home {
    let home = try Home.withPassphrase("correct horse")
    try home.set("a", "value")
    let other = try Home.withPassphrase("other horse")
    try other.set("a", "value")
    try home.expectSuccess(["vault", "backup", "backup"])
    try home.expectSuccess(["vault", "rekey", "--passphrase-stdin"], input: "correct horse")
    try other.expectSuccess(["vault", "backup", "\(home.path)/other"])
    try home.lock()
    try home.expectSuccess(["unlock", "--passphrase-stdin"] + options, input: "correct horse")
    return home
  }

  private func state(_ home: borrowing Home) throws -> String {
    let lines = try home.valet(["vault", "status"]).text.split(separator: "\n")
    return String(lines.first { $0.hasPrefix("state") }?.dropFirst(12) ?? "")
  }

  @Test(arguments: Change.allCases) func staysAsItWasSaid(change: Change) throws {
    let home = try home(unlockedWith: ["--for", "30m", "--idle", "10m"])
    let (words, input) = change.command(home)
    try home.expectSuccess(words, input: input)
    let state = try state(home)
    #expect(state.hasPrefix("unlocked, for 29m "), "\(state)")
    #expect(state.hasSuffix(" more, or 10m without use"), "\(state)")
    // And it is the key that opens the vault now.
    #expect(try home.valet(["get", "a"]).text == "value")
  }

  /// There the key file opens the vault, and would leave its key with the kernel.
  @Test(arguments: Change.allCases) func aLockedVaultStaysLocked(change: Change) throws {
    let home = try home(unlockedWith: ["--no-cache"])
    try home.expectSuccess(["unlock", "--passphrase-stdin"], input: "correct horse")
    try home.expectSuccess(["vault", "slot", "add", "--key-file", home.keyFile])
    try home.lock()
    let (words, input) = change.command(home)
    try home.expectSuccess(words, input: input)
    #expect(try state(home) == "locked; mcp-valet unlock")
  }

  /// As after `vault init`: nobody has said anything else.
  @Test func theFirstVaultOfAHomeStaysUnlocked() throws {
    let home = try home(unlockedWith: [])
    let new = try Home()
    let restore = ["vault", "restore", "--passphrase-stdin", "\(home.path)/other"]
    try new.expectSuccess(restore, input: "other horse")
    #expect(try state(new).hasPrefix("unlocked, for 11h 59m more"))
  }

  /// `lock` only knows the vault that is there.
  @Test func theKeyOfAVaultThatWasReplacedIsForgotten() throws {
    let home = try home(unlockedWith: [])
    try home.expectSuccess(["vault", "backup", "mine"])
    let (words, input) = Change.restoreOfAnother.command(home)
    try home.expectSuccess(words, input: input)
    try home.lock()
    #expect(try home.shell("cp mine valet/data/vault").exitCode == 0)
    #expect(try state(home) == "locked; mcp-valet unlock")
  }
}

extension Home {
  /// Runs `mcp-valet` in the home's folder.
  fileprivate func expectSuccess(
    _ words: [String], input: String = "", at location: SourceLocation = #_sourceLocation
  ) throws {
    let run = try ProgramRun.run(
      [Programs.broker] + words, environment: environment, input: Array(input.utf8), folder: path)
    #expect(run.exitCode == 0, "\(run.errorText)", sourceLocation: location)
  }
}
