internal import Platform
internal import Testing
internal import ValetTesting

/// Machines that lack something, or whose clock lies.
@Suite struct MachineTests {
  private let show = [
    "run", "--no-redact", "--env", "A=valet://a", "--", "/bin/sh", "-c", "echo \"[$A]\"",
  ]

  /// Runs `mcp-valet` behind another program.
  private func valet(
    _ home: borrowing Home, behind words: [String], _ command: [String], input: String = ""
  ) throws -> ProgramRun {
    try ProgramRun.run(
      words + [Programs.broker] + command, environment: home.environment,
      input: Array(input.utf8)
    ).unmarked
  }

  @Test(
    .enabled(if: Programs.areInstalled("/usr/bin/faketime"), "needs faketime"),
    arguments: ["-3d", "-4000d", "+4000d"])
  func worksWhenTheClockIsSet(offset: String) throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    try home.set("old", "value")
    let clock = [
      "/usr/bin/env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "/usr/bin/faketime", "-f", offset,
    ]
    // So that a clock that is not set is noticed.
    let date = try ProgramRun.run(
      clock + ["/bin/date", "+%Y"], environment: home.environment
    ).text
    if offset != "-3d" { #expect(date != (try home.shell("date +%Y").text)) }

    let set = try valet(home, behind: clock, ["set", "a"], input: "newer")
    #expect(set.exitCode == 0, "\(set.errorText)")
    try home.allow(show)
    #expect(try valet(home, behind: clock, show).text == "[newer]\n")
    let listed = try valet(home, behind: clock, ["list"])
    #expect(listed.exitCode == 0 && listed.text.contains("old"), "\(listed.errorText)")
    #expect(!listed.text.contains("-1"), "\(listed.text)")
    let versions = try valet(home, behind: clock, ["versions", "a"])
    #expect(versions.exitCode == 0)
    // The newest version is the one written last, whatever the clock says.
    #expect(try home.valet(show).text == "[newer]\n")
    try home.set("a", "newest")
    #expect(try home.valet(show).text == "[newest]\n")
    let unlocked = try valet(home, behind: clock, ["unlock", "--for", "1h"])
    #expect(unlocked.exitCode == 0, "\(unlocked.errorText)")
    #expect(try valet(home, behind: clock, show).text == "[newest]\n")
  }

  /// An image, or a mount of a container, that nobody can write to but for the audit log: no lock,
  /// no record of what runs, and still what is needed to start a server.
  @Test(
    .enabled(if: Kernel.mounts, "mounting takes root"),
    arguments: [":", "rm -r valet/run", "rm -r valet/run; mkdir -m 700 valet/run"])
  func unlocksOnAReadOnlyFileSystem(before: String) throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    try home.allow(["run", "--env", "A=valet://a", "--", "/bin/sh", "-c", "echo [$A]"])
    try home.lock()
    let script = """
      mkdir -p valet/run
      cp -a valet/state state
      \(before)
      unshare --mount --propagation private sh -c '
        mount --bind valet valet && mount -o remount,bind,ro valet || exit 99
        if touch valet/touched; then exit 98; fi
        "$VALET" run --env A=valet://a -- /bin/sh -c "echo [\\$A]"; echo "code $?."
        mount --bind state valet/state || exit 97
        "$VALET" run --env A=valet://a -- /bin/sh -c "echo [\\$A]"; echo "code $?."
        "$VALET" set b <key; echo "code $?."'
      """
    let run = try home.shell(script)
    #expect(run.text == "code 74.\ncode 0.\ncode 74.\n", "\(run.errorText)")
    #expect(run.errorText.contains("printed on its standard output: [value]\n"))
    // Nothing is said of a lock that nobody misses.
    let lines = run.errorText.split(separator: "\n")
    #expect(!lines.contains { $0.contains("unlock") }, "\(run.errorText)")
  }

  static let faults = [
    ["keyctl:error=ENOSYS", "add_key:error=ENOSYS"],
    // What seccomp answers in most containers.
    ["keyctl:error=EPERM", "add_key:error=EPERM"],
    ["add_key:error=EDQUOT"], ["add_key:error=ENOMEM"],
    ["keyctl:error=EACCES"], ["keyctl:error=ENOKEY:when=1"],
  ]

  @Test(
    .enabled(if: Programs.areInstalled("/usr/bin/strace"), "needs strace"), arguments: faults)
  func worksWithoutAKernelKeyring(fault: [String]) throws {
    let home = try Home()
    let strace =
      ["/usr/bin/strace", "-f", "-qq", "-o", "/dev/null"]
      + fault.flatMap { ["-e", "inject=\($0)"] }
    let made = try valet(
      home, behind: strace, ["vault", "init", "--key-file", home.keyFile, "--unattended"])
    #expect(made.exitCode == 0, "\(made.errorText)")
    // Said to a person, once.
    let notes = made.errorText.split(separator: "\n").filter { $0.contains("not kept") }
    #expect(notes.count == 1, "\(made.errorText)")
    let set = try valet(home, behind: strace, ["set", "a"], input: "value")
    #expect(set.exitCode == 0, "\(set.errorText)")
    try home.allow(show)
    // A launch says nothing of it to a host.
    let run = try valet(home, behind: strace, show)
    #expect(run.text == "[value]\n", "\(run.errorText)")
    #expect(!run.errorText.contains("kept"), "\(run.errorText)")
    let passphrase = try valet(
      home, behind: strace, ["vault", "slot", "add", "--passphrase-stdin"], input: "horse")
    #expect(passphrase.exitCode == 0, "\(passphrase.errorText)")
    let unlock = try valet(
      home, behind: strace, ["unlock", "--passphrase-stdin"], input: "horse")
    #expect(unlock.exitCode == 0)
    #expect(unlock.errorText.contains("not kept"), "\(unlock.errorText)")
    let lock = try valet(home, behind: strace, ["lock"])
    #expect(![1, 70, 139].contains(lock.exitCode), "\(lock.errorText)")
    #expect(try valet(home, behind: strace, ["list"]).text.contains("a "))
  }
}
