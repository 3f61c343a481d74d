internal import Platform
internal import Testing
internal import ValetTesting

/// What `doctor` promises of itself: it looks and does nothing else, and shows no value.
@Suite struct DoctorPromiseTests {
  /// Values in every place that it looks at.
  private static let canaries = [
    "canary-in-the-vault", "canary-in-the-keyring", "canary-in-a-grant", "canary-of-a-host",
    "canary-access", "canary-refresh", "canary-in-an-argument",
    "ghp_canaryZx81kQvR7mTn0LbYw4sHcJd2Gf",
  ]

  /// Nothing that anybody wrote down is repeated, wherever it stands.
  @Test func showsNoValueOfAnyPlace() throws {
    let home = try Home()
    let keyring = try KeyringPeer()
    let bus = keyring.environment
    let script = """
      set -e
      printf canary-in-the-vault | "$VALET" set github/token
      printf canary-in-the-keyring | "$VALET" set --store keyring other
      "$VALET" vault slot add --key-file "$PWD/key"
      "$VALET" vault unattended on || true
      "$VALET" add demo --env A=valet://github/token --env PLAIN=canary-in-a-grant \
        --env B=keyring://other -- /bin/cat canary-in-an-argument
      mkdir .cursor
      cat >.cursor/mcp.json <<'END'
      {"mcpServers": {
        "a": {"command": "npx", "args": ["--key=canary-in-an-argument"],
              "env": {"K": "ghp_canaryZx81kQvR7mTn0LbYw4sHcJd2Gf"}},
        "b": {"command": "mcp-valet", "args": ["run", "demo"], "env": {"X": "canary-of-a-host"}},
        "c": {"command": "mcp-valet", "args": ["run", "c", "--env", "Y=canary-of-a-host", "--",
              "no-such-program", "canary-in-an-argument"],
              "env": {"W": "{{valet://canary-of-a-host", "Z": "{{valet://canary-of-a-host!}}", "Y": "valet://{canary-of-a-host}"}},
        "d": {"command": "mcp-valet", "args": ["run", "d", "canary-in-an-argument"]},
        "e": {"command": "mcp-valet", "args": ["run", "e", "--canary-in-an-argument"]},
        "f": {"command": "mcp-valet", "args": ["run", "f", "--env", "canary-in-an-argument", "--", "x"]}}}
      END
      """
    let set = try home.shell(script, adding: bus)
    try #require(set.exitCode == 0, "\(set.errorText)")
    let connected = try ConnectedHome()
    try connected.login(access: "canary-access", refresh: "canary-refresh")
    for words in [["doctor"], ["doctor", "--json"]] {
      for run in [
        try home.valet(words, adding: bus), try home.valet(words),
        try connected.home.valet(words),
      ] {
        #expect([0, 1].contains(run.exitCode) && run.output.count > 500, "\(run.errorText)")
        for canary in Self.canaries {
          #expect(!run.text.contains(canary) && !run.errorText.contains(canary), "\(run.text)")
        }
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0, "mounts a file system"))
  func worksOnAFileSystemThatCannotBeWrittenTo() throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    let run = try ProgramRun.run(
      [
        "/usr/bin/unshare", "-m", "/bin/bash", "-c",
        """
        mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 9
        : >"$1/probe" && exit 8
        exec "$2" doctor --json
        """, "-", home.path, Programs.broker,
      ], environment: home.environment.merging(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]) { $1 })
    let report = try DoctorReport(run)
    #expect(report["space"].first?.message.contains("is read-only") == true, "\(report)")
    #expect(report["vault"].first?.outcome == "ok", "\(report)")
    #expect(report["audit"].first?.outcome == "ok", "\(report)")
    // That it is so is the only fault.
    #expect(Set(report.entries.filter { $0.outcome == "failure" }.map(\.check)) == [], "\(report)")
  }

  /// Neither a look, nor the tab key, nor `vault status` is a use of a secret.
  @Test(
    .enabled(if: Kernel.keepsKeys, "no kernel key cache here"),
    arguments: ["doctor", "vault status", "---completion get -- positional@0 2 0 mcp-valet get ''"])
  func leavesTheIdleLimitAlone(words: String) throws {
    let home = try Home.withPassphrase("correct horse")
    try home.set("a", "value")
    try home.lock()
    let unlock = try home.valet(
      ["unlock", "--passphrase-stdin", "--idle", "6s"], input: "correct horse")
    try #require(unlock.exitCode == 0, "\(unlock.errorText)")
    // Whenever it is asked meanwhile, the vault is locked 6 s after it was unlocked.
    let run = try home.shell(
      "for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do \"$VALET\" \(words); sleep 0.5; done",
      adding: ["SAP_SHELL": "bash"])
    #expect(!run.output.isEmpty)
    #expect(try home.valet(["vault", "status"]).text.contains("locked; mcp-valet unlock"))
  }

  /// An upgrade that left one of the three programs behind.
  @Test(arguments: ["mcp-valet", "mcp-valet-net"]) func findsAProgramOfAnotherVersion(
    name: String
  ) throws {
    let home = try Home()
    let script = """
      mkdir bin && cp "$VALET" "$VALET"-ctl "$VALET"-net bin || exit 9
      bin/mcp-valet-ctl doctor --json >well.json
      printf '#!/bin/sh\\necho 0.0.9\\n' >bin/\(name)
      bin/mcp-valet-ctl doctor --json
      """
    let report = try DoctorReport(try home.shell(script))
    let well = File.text("\(home.path)/well.json")
    #expect(!well.contains("of version") && !well.contains("of no known version"), "\(well)")
    let found = report["versions"].first { $0.outcome == "failure" }
    #expect(
      found?.message.contains("bin/\(name) is of version 0.0.9, and the") == true, "\(report)")
    #expect(try home.shell("rm bin/\(name); bin/mcp-valet-ctl doctor").text.contains("is missing"))
  }

  @Test func eachProgramSaysItsVersion() throws {
    let home = try Home()
    let run = try home.shell(
      #""$VALET" --version; "$VALET" run --version; "$VALET"-net --version"#)
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 3 && Set(lines).count == 1, "\(run.text)\(run.errorText)")
  }

  /// There the folder of `servers.json` has another name than in one folder for everything.
  @Test func takesAPublicDefinitionForWhatItIsInTheUsersFolders() throws {
    let home = try Home()
    let script = """
      set -e
      unset MCP_VALET_HOME
      "$VALET" vault init --key-file "$PWD/key" --unattended
      "$VALET" add demo -- /bin/cat
      chmod 644 .config/mcp-valet/servers.json
      "$VALET" doctor --json >well.json
      chmod 664 .config/mcp-valet/servers.json
      chmod 644 .local/share/mcp-valet/vault
      mkdir -p -m 700 .local/state/mcp-valet/refused
      : >.local/state/mcp-valet/refused/7
      chmod 666 .local/state/mcp-valet/refused/7
      "$VALET" doctor --json
      """
    let report = try DoctorReport(try home.shell(script))
    let well = File.text("\(home.path)/well.json")
    #expect(!well.contains("servers.json is open"), "\(well)")
    for name in ["servers.json", "share/mcp-valet/vault", "state/mcp-valet/refused/7"] {
      #expect(
        report["files"].contains {
          $0.outcome == "failure" && $0.message.contains("\(name) is open to other users")
        }, "\(name): \(report)")
    }
  }
}
