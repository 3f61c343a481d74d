internal import Platform
internal import Testing
internal import ValetTesting

/// One fault each, the check that finds it, and what is to be typed.
@Suite struct DoctorFaultTests {
  struct Fault: CustomTestStringConvertible, Sendable {
    /// For `bash`, in the home; the vault holds `a`, and `demo` is allowed to have it.
    let script: String
    let check: String
    var outcome = "failure"
    /// In the message, and in what to type.
    let words: [String]

    var testDescription: String { "\(check): \(script.prefix(60))" }
  }

  static let faults = [
    Fault(
      script: "chmod 644 valet/data/vault", check: "files",
      words: ["data/vault is open to other users", "chmod go-rwx"]),
    Fault(
      script: "chmod 770 valet/state", check: "files",
      words: ["other users can write to the folder", "chmod go-rwx"]),
    Fault(
      script: "mv valet/data x && ln -s ../x valet/data", check: "files",
      words: ["data is a symbolic link", "links are refused"]),
    Fault(
      script: "mkdir open && chmod 777 open && cp -a valet open/ && cd open && mv valet ../valet2",
      check: "home", outcome: "note", words: ["MCP_VALET_HOME puts everything into"]),
    Fault(
      script: "truncate -s 100 valet/data/vault", check: "vault", words: ["the vault is corrupt"]),
    Fault(
      script: "echo no >valet/data/vault", check: "vault", words: ["vault restore"]),
    Fault(
      script: "cp valet/data/vault x && printf z | \"$VALET\" set z && mv x valet/data/vault",
      check: "vault", outcome: "warning", words: ["an older copy", "vault restore FILE"]),
    Fault(
      script: "\"$VALET\" lock; rm valet/config/key-file", check: "vault", outcome: "note",
      words: ["it is locked", "mcp-valet unlock"]),
    Fault(
      script: "\"$VALET\" lock; rm valet/config/key-file", check: "key-file", outcome: "warning",
      words: ["nothing says where it is", "config/key-file"]),
    Fault(
      script: "head -c 32 /dev/zero >key", check: "key-file",
      words: ["is not the vault's key file", "vault slot list"]),
    Fault(
      script: "chmod 644 key", check: "key-file", words: ["open to other users", "chmod"]),
    Fault(
      script: "printf x | \"$VALET\" set old --expires 2020-01-01", check: "secrets",
      words: ["old expired on 2020-01-01", "mcp-valet rotate old"]),
    Fault(
      script: "printf x | \"$VALET\" set soon --expires $(date -d '3 days' +%F)", check: "secrets",
      outcome: "warning", words: ["soon expires in", "mcp-valet rotate soon"]),
    Fault(
      script: "\"$VALET\" rm a", check: "servers",
      words: ["'demo' of servers.json names valet://a, and there is none", "mcp-valet set a"]),
    Fault(
      script: "echo '{' >valet/config/servers.json", check: "servers",
      words: ["servers.json:2:1"]),
    Fault(
      script: "sed -i 's,/bin/cat,/bin/true,' valet/config/servers.json", check: "grants",
      outcome: "warning",
      words: ["is not what was allowed: the command is", "mcp-valet allow demo"]),
    Fault(
      script: "\"$VALET\" deny demo", check: "grants", outcome: "warning",
      words: ["is allowed nothing yet", "mcp-valet allow demo"]),
    Fault(
      script: """
        cp /bin/cat program && "$VALET" allow --yes --folder any other A=a -- "$PWD/program" && rm program
        """, check: "grants", outcome: "warning",
      words: ["'other' is allowed to start", "not there any more", "mcp-valet deny other"]),
    Fault(
      script:
        "sed -i '2s/set/get/;2s/stored/changed/' valet/state/audit.log; sed -i 3d valet/state/audit.log",
      check: "audit", words: ["record", "mcp-valet audit verify"]),
    Fault(
      script: """
        mkdir .cursor; echo '{"mcpServers":{"x":{"command":"/gone/mcp-valet","args":["run","demo"]}}}' \
          >.cursor/mcp.json
        """, check: "hosts",
      words: ["'x' of Cursor is started by /gone/mcp-valet, which cannot be executed", "write /"]),
    Fault(
      script: "mkdir .codex; printf '[mcp_servers.x]\\ncommand = oops\\n' >.codex/config.toml",
      check: "hosts", words: ["Codex: ", "config.toml:2:"]),
    Fault(
      script: """
        mkdir .cursor; echo '{"mcpServers":{"x":{"command":"npx","args":["-y","p"],"env":{"K":"ghp_secret"}}}}' \
          >.cursor/mcp.json
        """, check: "hosts", outcome: "note",
      words: ["Cursor: 0 of 1 through mcp-valet", "mcp-valet scan"]),
    Fault(
      script: """
        mkdir .cursor; echo '{"mcpServers":{"x":{"command":"mcp-valet","args":["run","demo"],
        "env":{"MCP_VALET_HOME":"/else"}}}}' >.cursor/mcp.json
        """, check: "hosts", outcome: "warning",
      words: ["sets MCP_VALET_HOME", "look for the vault"]),
    Fault(
      script: """
        mkdir .cursor; echo '{"mcpServers":{"x":{"command":"mcp-valet","args":["run","nobody"]}}}' \
          >.cursor/mcp.json
        """, check: "servers",
      words: ["'x' of Cursor is started by 'run nobody'", "mcp-valet add nobody"]),
    Fault(
      script: """
        mkdir .cursor; echo '{"mcpServers":{"x":{"command":"mcp-valet",
        "args":["run","x","--","no-such-program"]}}}' >.cursor/mcp.json
        """, check: "path", outcome: "warning",
      words: ["starts no-such-program, which graphical hosts do not find", "command -v"]),
    Fault(
      script:
        "printf 'a\\033[31mb' | sed 's,.*,{\"mcpServers\":{\"&\":1}},' >valet/config/servers.json",
      check: "servers", words: []),
  ]

  @Test(arguments: faults) func namesTheFaultAndWhatToType(fault: Fault) throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    let words = ["demo", "--env", "A=valet://a", "--", "/bin/cat"]
    #expect(try home.valet(["add"] + words).exitCode == 0)
    #expect(try home.valet(["allow", "--yes", "--folder", "any"] + ["demo"]).exitCode == 0)
    let set = try home.shell(fault.script)
    try #require(set.exitCode == 0, "\(set.errorText)")
    let run = try home.valet(["doctor", "--json"])
    let report = try DoctorReport(run)
    #expect(
      report.exitCode == (["failure", "warning"].contains(fault.outcome) ? 1 : report.exitCode))
    let isFound = report[fault.check].contains { entry in
      entry.outcome == fault.outcome
        && fault.words.allSatisfy { "\(entry.message) -> \(entry.next ?? "")".contains($0) }
    }
    #expect(isFound, "\(report)")
    for secret in ["value-of-a", "ghp_secret"] { #expect(!run.text.contains(secret)) }
    // A name cannot colour the terminal of whoever looks.
    #expect(!run.output.contains(0x1b))
    #expect(try !home.valet(["doctor"]).output.contains(0x1b))
  }
}

/// What does not answer.
@Suite struct DoctorPatienceTests {
  /// Checks that waited as long as a keyring or a check is waited for; how long a whole run takes
  /// says more of the machine.
  private func waiting(_ report: DoctorReport) -> Set<String> {
    Set(report.entries.filter { $0.milliseconds >= 1_900 }.map(\.check))
  }

  /// The bus answers and the keyring behind it does not.
  @Test(arguments: KeyringPeer.Kind.allCases) func waitsForAHungKeyringOnce(
    kind: KeyringPeer.Kind
  ) throws {
    let home = try Home()
    let keyring = try KeyringPeer(kind)
    let bus = keyring.environment
    try #require(
      try home.valet(["set", "a"], input: "value", adding: bus).exitCode == 0)
    let well = try DoctorReport(try home.valet(["doctor", "--json"], adding: bus))
    #expect(
      well["keyring"].first?.message.contains("unlocked, 0 secrets of ours") == true, "\(well)")
    #expect(well["slots"].first?.next == "mcp-valet vault slot add --passphrase", "\(well)")
    try home.lock()
    try keyring.hang()
    let report = try DoctorReport(try home.valet(["doctor", "--json"], adding: bus))
    #expect(waiting(report).count == 1, "\(report)")
    #expect(report.exitCode == 1)
    #expect(report["keyring"].first?.outcome == "failure", "\(report)")
    #expect(report["keyring"].first?.message.contains("did not answer") == true, "\(report)")
    #expect(report["secrets"].first?.outcome == "not-checked", "\(report)")
  }

  @Test func waitsForABusThatAcceptsAndIsSilent() throws {
    let home = try Home()
    let silent = try LiveProgram(
      [
        "/usr/bin/python3", "-c",
        """
        import socket, sys, time
        s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(9); print("up", flush=True)
        sys.stdin.read()
        """, "\(home.path)/bus",
      ], environment: ["PATH": "/usr/bin:/bin"])
    try silent.expect("up")
    let run = try home.valet(
      ["doctor", "--json"],
      adding: ["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(home.path)/bus"])
    let report = try DoctorReport(run)
    #expect(waiting(report) == ["keyring"], "\(report)")
    #expect(report["keyring"].first?.outcome == "failure", "\(report)")
    #expect(report["audit"].first?.outcome == "ok", "\(report)")
  }

  @Test(.enabled(if: geteuid() == 0, "mounts a file system")) func survivesAFileSystemThatHangs()
    throws
  {
    let home = try Home.withVault()
    let run = try ProgramRun.run(
      [
        "/usr/bin/python3", Programs.peer("hung-mount.py"), "\(home.valetHome)/data",
        Programs.broker, "doctor", "--json",
      ], environment: home.environment)
    let report = try DoctorReport(run)
    #expect(waiting(report).count == 1, "\(report)")
    #expect(report.exitCode == 1)
    let silent = report.entries.filter { $0.message.hasPrefix("no answer within 3 s") }
    #expect(silent.count == 1, "\(report)")
    #expect(report["audit"].first?.outcome == "not-checked", "\(report)")
    #expect(report["memory"].first?.outcome == "ok", "\(report)")
  }
}
