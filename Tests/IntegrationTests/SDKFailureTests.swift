internal import Testing
internal import ValetTesting

/// A launch that fails in front of the official SDK: whatever the host's mode, its error says what
/// is wrong and what to type.
@Suite(.enabled(if: Programs.python != nil, "needs MCP_VALET_TEST_VENV (packaging/test.sh)"))
struct SDKFailureTests {
  /// Starts the broker from a shell that says its exit code, as no host of the SDK does.
  private func check(
    _ home: borrowing Home, _ words: [String], code: Int32, names: [String],
    adding: [String: String] = [:]
  ) throws {
    let outcome = try SDKHost.run(
      ["--list-tools"],
      server: [
        "/bin/sh", "-c", #""$0" "$@"; echo "exit code $?." >&2"#, Programs.broker, "run",
      ] + words, home: home, environment: adding)
    for report in outcome.reports {
      let message = try #require(report.errorMessage, "\(report)")
      for name in names { #expect(message.contains(name), "\(report)") }
      #expect(report.errorCode == "\(code)", "\(report)")
    }
    let ends = outcome.run.errorText.split(separator: "\n").filter { $0.hasPrefix("exit code") }
    #expect(ends.map(String.init) == outcome.reports.map { _ in "exit code \(code)." })
    for name in names { #expect(outcome.run.errorText.contains(name)) }
  }

  @Test func namesTwoMissingSecretsAtOnce() throws {
    let home = try Home.withVault()
    try check(
      home, ["--env", "A=valet://one", "--env", "B=x{{valet://two}}", "--", "/bin/true"], code: 78,
      names: ["valet://one", "mcp-valet set one", "valet://two", "mcp-valet set two"])
  }

  @Test func saysThatTheVaultIsLocked() throws {
    let home = try Home.withPassphrase()
    try home.lock()
    try check(
      home, ["--env", "A=valet://one", "--", "/bin/true"], code: 77,
      names: ["locked", "mcp-valet unlock"])
  }

  @Test func saysThatThereIsNoVault() throws {
    let home = try Home()
    try check(
      home, ["--env", "A=valet://one", "--", "/bin/true"], code: 69,
      names: ["no vault", "mcp-valet vault init"])
  }

  @Test func namesAnUnknownServer() throws {
    let home = try Home.withVault()
    try check(home, ["nobody"], code: 78, names: ["nobody", "mcp-valet add"])
  }

  @Test func namesACommandThatIsNotFound() throws {
    let home = try Home.withVault()
    try home.set("one", "value")
    try check(
      home, ["--env", "A=valet://one", "--", "no-such-command-anywhere"], code: 127,
      names: ["no-such-command-anywhere"])
  }

  @Test func namesAPlaceholderThatTheHostLeft() throws {
    let home = try Home.withVault()
    try check(
      home, ["--", "/bin/true"], code: 78, names: ["TOKEN", "${user_config.token}"],
      adding: ["TOKEN": "${user_config.token}"])
  }

  @Test func saysThatTheKeyringIsNotAvailable() throws {
    let home = try Home.withVault()
    try check(
      home, ["--env", "A=keyring://one", "--", "/bin/true"], code: 69, names: ["OS keyring"],
      adding: ["DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"])
  }
}
