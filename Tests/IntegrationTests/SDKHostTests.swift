internal import Testing
internal import ValetTesting

/// The official SDK starts real servers through the broker, in every mode that it has.
@Suite(.enabled(if: Programs.python != nil, "needs MCP_VALET_TEST_VENV (packaging/test.sh)"))
struct SDKHostTests {
  static let ways = [[], ["--exec"]]

  /// What each mode of the host must have agreed on with a server of both eras.
  private func checkVersions(_ reports: [SDKHost.Report]) {
    for report in reports {
      let version = ["handshake", "session"].contains(report.mode) ? "2025-11-25" : "2026-07-28"
      #expect(report.protocolVersion == version, "\(report)")
    }
  }

  /// The host waits 2 s after it closed the server's input, then sends SIGTERM.
  private func checkCleanEnd(_ outcome: SDKHost.Outcome) {
    for report in outcome.reports {
      #expect(report.closeSeconds.map { $0 < 2 } == true, "\(report)")
    }
  }

  @Test(arguments: ways) func handsASecretOver(way: [String]) throws {
    let home = try Home.withVault()
    try home.set("demo/token", "a secret for the example")
    let outcome = try SDKHost.run(
      ["--list-tools", "--call", "echo", "--arguments", #"{"text": "Grüße\n"}"#, "--secret-stdin"],
      server: [Programs.broker, "run"] + way + ["demo", "--"] + Programs.exampleServer,
      home: home, environment: ["DEMO_TOKEN": "valet://demo/token"],
      input: "a secret for the example")
    for report in outcome.reports {
      #expect(report.isOK && report.received, "\(report)")
      #expect(report.tools == ["echo", "secret_fingerprint"])
      #expect(report.resultText == "Grüße\n")
    }
    checkVersions(outcome.reports)
    checkCleanEnd(outcome)
    #expect(!outcome.run.errorText.contains("a secret for the example"))
  }

  @Test(arguments: ways) func startsTheTimeServer(way: [String]) throws {
    let home = try Home.withVault()
    try home.set("time/key", "value-of-time")
    let outcome = try SDKHost.run(
      [
        "--list-tools", "--call", "convert_time", "--arguments",
        #"{"source_timezone": "UTC", "time": "12:00", "target_timezone": "Asia/Tokyo"}"#,
      ],
      server: [Programs.broker, "run"] + way + [
        "--env", "TIME_KEY=valet://time/key", "--", try #require(Programs.python), "-m",
        "mcp_server_time", "--local-timezone", "UTC",
      ], home: home)
    for report in outcome.reports {
      #expect(report.isOK, "\(report)")
      #expect(report.tools == ["get_current_time", "convert_time"])
      #expect(report.resultText?.contains("T21:00:00+09:00") == true, "\(report)")
    }
    checkVersions(outcome.reports)
    checkCleanEnd(outcome)
  }

  @Test(arguments: ways) func startsTheGitServer(way: [String]) throws {
    let home = try Home.withVault()
    try home.set("git/key", "value-of-git")
    let made = try home.shell(
      """
      git init -q -b trunk repository && cd repository && git config user.email a@b.c &&
      git config user.name tester && git commit -q --allow-empty -m 'A first commit'
      """)
    try #require(made.exitCode == 0, "\(made.errorText)")
    let repository = "\(home.path)/repository"
    let outcome = try SDKHost.run(
      ["--list-tools", "--call", "git_log", "--arguments", #"{"repo_path": "\#(repository)"}"#],
      server: [Programs.broker, "run"] + way + [
        "--env", "GIT_KEY=valet://git/key", "--", try #require(Programs.python), "-m",
        "mcp_server_git", "--repository", repository,
      ], home: home)
    for report in outcome.reports {
      #expect(report.isOK, "\(report)")
      #expect(report.tools.contains("git_log"))
      #expect(report.resultText?.contains("A first commit") == true, "\(report)")
    }
    checkVersions(outcome.reports)
    checkCleanEnd(outcome)
  }

  /// A server that does not care about the end of its input, and one that ignores SIGTERM too.
  @Test(arguments: ["", "trap '' TERM;"]) func endsAStubbornServerInTime(trap: String) throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    // Of all numbers of seconds one that nobody else sleeps.
    let seconds = Int.random(in: 100_000...999_999)
    let server = "\(trap) \(Programs.exampleServer.joined(separator: " ")); sleep \(seconds)"
    let outcome = try SDKHost.run(
      ["--list-tools"], modes: ["auto"],
      server: [Programs.broker, "run", "--env", "A=valet://a", "--", "/bin/sh", "-c", server],
      home: home)
    let report = try #require(outcome.reports.first)
    #expect(report.isOK, "\(report)")
    // 2 s to SIGTERM, 2 s more to SIGKILL, 1 s for a machine that is busy.
    #expect(report.closeSeconds.map { $0 < 5 } == true, "\(report)")
    #expect(Processes.all { $0.contains("\(seconds)") }.isEmpty)
  }
}
