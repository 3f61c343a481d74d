internal import Platform
internal import Testing
internal import ValetTesting

/// Values that a server reads from files.
@Suite struct ValueFileTests {
  /// Prints the path, then waits for the end of its input. (A shell that waits for another program
  /// would put SIGINT off until that ends.)
  private let server = ["--", "/bin/sh", "-c", "echo \"$PEM\"; exec cat"]

  private func started(_ home: borrowing Home) throws -> (live: LiveProgram, file: String) {
    let live = try home.start(["run", "--file", "PEM=valet://pem"] + server)
    return (live, try live.line())
  }

  @Test func liesInMemoryForItsOwnerAlone() throws {
    let home = try Home.withVault()
    try home.set("pem", "line one\nline two")
    let (live, file) = try started(home)
    var status = stat()
    #expect(lstat(file, &status) == 0)
    #expect(status.st_mode == S_IFREG | 0o600)
    #expect(status.st_uid == geteuid())
    let kind = try home.shell("stat -f -c %T '\(file)'; stat -c %a \"$(dirname '\(file)')\"")
    #expect(kind.text == "tmpfs\n700\n")
    #expect(File.text(file) == "line one\nline two")
    // The server may read it again and again, wherever in its life.
    usleep(100_000)
    #expect(File.text(file) == "line one\nline two")
    live.closeInput()
    #expect(live.wait() == 0)
    #expect(!TemporaryFolder.exists(file))
    let folder = file.split(separator: "/").dropLast().joined(separator: "/")
    #expect(!TemporaryFolder.exists("/\(folder)"))
  }

  @Test(arguments: [SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGSEGV])
  func goesHoweverTheBrokerEnds(signal: Int32) throws {
    let home = try Home.withVault()
    try home.set("pem", "value")
    let (live, file) = try started(home)
    #expect(TemporaryFolder.exists(file))
    live.send(signal)
    #expect(live.wait() == 128 + signal)
    #expect(waits { !TemporaryFolder.exists(file) })
  }

  @Test func goesWhenTheServerDies() throws {
    let home = try Home.withVault()
    try home.set("pem", "value")
    let run = try home.valet([
      "run", "--file", "PEM=valet://pem", "--", "/bin/sh", "-c", "echo \"$PEM\"; kill -9 $$",
    ])
    #expect(run.exitCode == 137)
    let file = try #require(run.text.split(separator: "\n").first.map(String.init))
    #expect(file.hasSuffix("/PEM"))
    #expect(!TemporaryFolder.exists(file))
  }

  @Test(arguments: [["--file", "PEM=valet://pem"], ["--env", "PEM=x{{file:valet://pem}}"]])
  func isRefusedWhereNobodyWouldRemoveIt(words: [String]) throws {
    let home = try Home.withVault()
    try home.set("pem", "value")
    let run = try home.valet(["run", "--exec"] + words + server)
    #expect(run.exitCode == 64)
    #expect(run.output.isEmpty)
    #expect(run.errorText.contains("--exec"), "\(run.errorText)")
  }

  /// The disk's own folders are put over those in memory, where only this test sees it.
  @Test(
    .enabled(if: geteuid() == 0, "mounts need root"),
    .enabled(if: Disk.isUnderTheRepository, "the repository lies in memory"),
    arguments: [[], ["XDG_RUNTIME_DIR"]])
  func isRefusedWithoutATmpfs(named: [String]) throws {
    let home = try Home.withVault()
    try home.set("pem", "value")
    try home.allow(["run", "--file", "PEM=valet://pem", "--", "echo", "started"])
    let named = named.map { "\($0)=$disk" }.joined(separator: " ")
    let run = try home.shell(
      """
      disk=$(mktemp -d "\(Programs.repository)/.build/value-file-test.XXXXXX") || exit
      trap 'rm -rf "$disk"' EXIT
      unshare --mount --propagation private /bin/sh -c "
        mount --bind $disk /dev/shm && { [ ! -d /run/user ] || mount --bind $disk /run/user; } &&
        exec env \(named) $VALET run --file PEM=valet://pem -- echo started" </dev/null
      """)
    #expect(run.exitCode == 78 || run.exitCode == 69, "\(run.exitCode) \(run.errorText)")
    #expect(run.output.isEmpty)
    #expect(run.errorText.contains("tmpfs"), "\(run.errorText)")
  }
}

private enum Disk {
  static let isUnderTheRepository: Bool = {
    let run = try? ProgramRun.run(
      ["/usr/bin/stat", "-f", "-c", "%T", Programs.repository], environment: [:])
    return run.map { $0.exitCode == 0 && $0.text != "tmpfs\n" } ?? false
  }()
}
