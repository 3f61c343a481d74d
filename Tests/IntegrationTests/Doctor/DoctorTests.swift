internal import Platform
internal import Testing
internal import ValetTesting

/// What `doctor` finds, and that it does nothing but look.
@Suite struct DoctorTests {
  /// Everything below a home, with its times and the digests of its files.
  private func snapshot(_ home: borrowing Home) throws -> String {
    let run = try ProgramRun.run(
      [
        "/bin/bash", "-c",
        """
        cd "$1" && find . -printf '%p %y %m %T@ %C@ %s\\n' | sort &&
          find . -type f -print0 | sort -z | xargs -0r sha256sum
        """, "-", home.path,
      ], environment: ["PATH": "/usr/bin:/bin"])
    try #require(run.exitCode == 0, "\(run.errorText)")
    return run.text
  }

  @Test func findsNothingWrongWhereThereIsNothing() throws {
    let home = try Home()
    let report = try DoctorReport(try home.valet(["doctor", "--json"]))
    #expect(report.exitCode == 0, "\(report)")
    #expect(report["vault"].first?.next == "mcp-valet set NAME")
    #expect(report.outcomes.allSatisfy { ["ok", "note"].contains($0) }, "\(report)")
    #expect(try snapshot(home).split(separator: "\n").count == 1)
  }

  @Test func findsNothingWrongWithAServerThatIsAllowed() throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    let words = ["demo", "--env", "A=valet://a", "--", "/bin/cat"]
    #expect(try home.valet(["add"] + words).exitCode == 0)
    #expect(try home.valet(["allow", "--yes", "demo"]).exitCode == 0)
    let report = try DoctorReport(try home.valet(["doctor", "--json"]))
    #expect(report.exitCode == 0, "\(report)")
    #expect(report["servers"].first?.message.hasPrefix("1 configured server names") == true)
    #expect(report["grants"].first?.message.hasPrefix("1 configured server is allowed") == true)
    #expect(report["audit"].first?.outcome == "ok")
    let text = try home.valet(["doctor"])
    #expect(text.text.hasSuffix("\nnothing is wrong\n"), "\(text.text)")
    #expect(!text.text.contains("value-of-a"))
    #expect(!text.text.contains("\u{1b}"))
  }

  /// Every state of a vault, and the same before and after.
  @Test(arguments: ["unlocked", "locked", "damaged", "cut", "foreign"])
  func writesNothing(state: String) throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    #expect(
      try home.valet(["add", "demo", "--env", "A=valet://a", "--", "/bin/cat"]).exitCode == 0)
    try home.write(#"{"mcpServers":{"x":{"command":"npx","args":["run"]}}}"#, to: "mcp.json")
    let script = """
      mkdir -p .cursor && mv mcp.json .cursor/ || exit
      case \(state) in
        locked) "$VALET" lock; rm valet/config/key-file ;;
        damaged) printf x | dd of=valet/data/vault bs=1 seek=70 conv=notrunc ;;
        cut) truncate -s 100 valet/data/vault ;;
        foreign) echo text >valet/data/vault; echo '{' >valet/config/servers.json; mkdir -p -m 700 valet/run; : >valet/run/1.sock ;;
      esac
      """
    #expect(try home.shell(script).exitCode == 0)
    let before = try snapshot(home)
    for words in [["doctor"], ["doctor", "--json"]] {
      let run = try home.valet(words)
      #expect([0, 1].contains(run.exitCode), "\(run.errorText)")
      #expect(!run.text.contains("value-of-a") && run.errorText.isEmpty, "\(run.errorText)")
    }
    #expect(try snapshot(home) == before)
  }

  /// No file is opened for writing, made, renamed or removed, also where no snapshot looks.
  @Test(.enabled(if: Programs.areInstalled("/usr/bin/strace")))
  func makesNoFileAnywhere() throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    let trace = "\(home.path)/trace"
    let run = try ProgramRun.run(
      [
        "/usr/bin/strace", "-f", "-o", trace, "-e",
        "trace=open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,link,linkat,"
          + "symlink,symlinkat,chmod,fchmod,fchmodat,chown,fchown,truncate,ftruncate",
        Programs.broker, "doctor",
      ], environment: home.environment)
    #expect([0, 1].contains(run.exitCode), "\(run.errorText)")
    let calls = File.text(trace).split(separator: "\n")
    #expect(calls.count > 50)
    let writing = calls.filter { call in
      let isOpening = call.contains(" open")
      let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].contains { call.contains($0) }
      // How a program ended is no call; one that has told its version is ended.
      if !isOpening { return !call.contains("+++") && !call.contains("---") }
      // Its lock makes nobody read half a record; the file is there.
      return writes && !call.contains("audit.key") && !call.contains("/dev/null")
    }
    #expect(writing.isEmpty, "\(writing)")
  }

  @Test func saysWhatToDoWithoutAnEnvironment() throws {
    let run = try ProgramRun.run([Programs.broker, "doctor", "--json"], environment: [:])
    let report = try DoctorReport(run)
    #expect(report.exitCode == 1)
    #expect(report["home"].first?.message == "HOME is not set")
    #expect(report["vault"].first?.outcome == "not-checked")
    #expect(report["memory"].first?.outcome != "not-checked")
  }

  /// A passphrase that a terminal could be asked for.
  @Test func asksNobodyAtATerminal() throws {
    let home = try Home.withPassphrase()
    try home.set("a", "value")
    try home.lock()
    let doctor = try home.start(["doctor"], onTerminal: true)
    #expect(doctor.wait() == 0, "\(doctor.text)")
    #expect(!doctor.text.contains("Passphrase"))
    #expect(doctor.text.contains("mcp-valet unlock"))
    #expect(doctor.text.contains("not-checked secrets"), "\(doctor.text)")
  }

  @Test func hasColoursOnATerminalOnlyAndNotWithNoColor() throws {
    let home = try Home()
    let terminal = ["TERM": "xterm-256color"]
    let colored = try home.start(["doctor"], adding: terminal, onTerminal: true)
    #expect(colored.wait() == 0)
    #expect(colored.text.contains("\u{1b}[32mok"), "\(colored.text)")
    for plain in [
      try home.start(
        ["doctor"], adding: ["TERM": "xterm", "NO_COLOR": "1"], onTerminal: true),
      try home.start(["doctor"], adding: ["TERM": "dumb"], onTerminal: true),
    ] {
      #expect(plain.wait() == 0)
      #expect(!plain.text.contains("\u{1b}"), "\(plain.text)")
    }
    #expect(try !home.valet(["doctor"], adding: terminal).text.contains("\u{1b}"))
  }

  @Test(.enabled(if: geteuid() == 0, "becomes another user"))
  func saysWhoseFilesTheseAreToAnotherUser() throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    // Programs in a folder that is closed to others cannot be started at all.
    chmod(home.path, 0o755)
    let run = try home.shell(
      """
      programs=$(mktemp -d) && chmod 755 "$programs" && cp "$VALET" "$VALET"-ctl "$VALET"-net "$programs" || exit 9
      setpriv --reuid=65534 --regid=65534 --clear-groups "$programs/mcp-valet" doctor --json
      code=$?; rm -r "$programs"; exit $code
      """)
    let report = try DoctorReport(run)
    #expect(report.exitCode == 1)
    #expect(report["home"].contains { $0.next == "sudo -u '#0' mcp-valet doctor" }, "\(report)")
    #expect(report["vault"].first?.outcome == "failure", "\(report)")
  }

  @Test func describesItsJSON() throws {
    let home = try Home.withVault()
    let report = try DoctorReport(try home.valet(["doctor", "--json"]))
    let outcomes = ["ok", "note", "warning", "failure", "not-checked"]
    #expect(report.outcomes.allSatisfy(outcomes.contains))
    #expect(report.keys.isSubset(of: ["check", "outcome", "message", "next", "milliseconds"]))
    let help = try home.valet(["doctor", "--help"]).text
    for word in outcomes + report.keys { #expect(help.contains(word), "\(word)") }
    // Every check is named in the README, so that its word can be looked up.
    let readme = File.text("\(Programs.repository)/README.md")
    for check in report.checks { #expect(readme.contains("`\(check)`"), "\(check)") }
  }

  /// What a host leaves of a desktop's environment is enough to find the bus.
  @Test(.enabled(if: geteuid() == 0, "a /run/user of its own needs root"))
  func findsTheBusOfADesktopWithoutItsVariables() throws {
    let home = try Home()
    try home.write(
      """
      valet() { env -i HOME="\(home.path)" PATH=/usr/bin:/bin "\(Programs.broker)" "$@"; }
      printf value | valet set v 2>/dev/null || exit 9
      valet doctor --json
      """, to: "session.sh")
    let run = try ProgramRun.run(
      [Programs.peer("user-session.sh"), "\(home.path)/session.sh"],
      environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
    let report = try DoctorReport(run)
    #expect(
      report["bus"].first?.message == "found without any variable: unix:path=/run/user/0/bus",
      "\(report)")
    #expect(report["keyring"].first?.outcome == "ok", "\(report)")
    #expect(report["slots"].first?.outcome == "warning", "\(report)")
  }
}
