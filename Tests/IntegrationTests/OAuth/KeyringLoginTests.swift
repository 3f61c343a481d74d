internal import Platform
internal import Testing
internal import ValetTesting

/// Connections of a vault whose key lies in an OS keyring, and nowhere else.
@Suite(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
struct KeyringLoginTests {
  private static let launch = [
    "run", "--env", "TOKEN=oauth://work", "--", "/bin/sh", "-c", "echo \"$TOKEN\"",
  ]

  @Test(
    "a login, launches and a refresh with the key in the OS keyring",
    arguments: KeyringPeer.Kind.allCases)
  func logsInAndRefreshes(kind: KeyringPeer.Kind) throws {
    let home = try Home()
    let keyring = try KeyringPeer(kind)
    let bus = keyring.environment
    let made = try home.valet(["vault", "init", "--keyring", "--unattended"], adding: bus)
    try #require(made.exitCode == 0, "\(made.errorText)")
    #expect(!TemporaryFolder.exists(home.keyFile))
    let server = try AuthorizationServer(.sdk, ["--token-seconds", "3"])

    // The kernel keeps the key for a while: each step is to ask the keyring.
    try home.lock()
    let login = try home.login("work", at: server, adding: bus)
    try #require(login.exitCode == 0, "\(login.errorText)\(home.browserLog(seconds: 1))")
    try home.allow(Self.launch, adding: bus)

    var tokens: [String] = []
    for round in 0..<3 {
      if round > 0 { usleep(3_200_000) }
      try home.lock()
      let run = try home.valet(Self.launch, adding: bus, allowing: false)
      try #require(run.exitCode == 0, "\(run.errorText)")
      tokens.append(run.text)
      // The first one may have been refreshed too, on a machine that took its time.
      #expect(server.tokenRequests("refresh_token") >= round)
    }
    #expect(Set(tokens).count == 3 && !tokens.contains("\n"))
    try home.lock()
    let refresh = try home.valet(["refresh", "work"], adding: bus)
    #expect(refresh.exitCode == 0, "\(refresh.errorText)")

    // A keyring that is locked gives nothing away, and nothing is sent.
    try home.lock()
    try keyring.lock()
    let before = server.requests("").count
    let locked = try home.valet(["token", "work", "--min-ttl", "1h"], adding: bus)
    #expect(locked.exitCode == 77 && locked.text.isEmpty, "\(locked.errorText)")
    #expect(
      locked.errorText.contains("the vault is locked: the OS keyring "), "\(locked.errorText)")
    #expect(server.requests("").count == before)
    try keyring.unlock()

    try home.lock()
    let logout = try home.valet(["logout", "work"], adding: bus)
    #expect(logout.exitCode == 0, "\(logout.errorText)")
    // The keyring has the vault's key and nothing of the login.
    let items = try keyring.shell("secret-tool search --all application mcp-valet 2>/dev/null")
    #expect(items.contains("label = mcp-valet: key of vault"))
    #expect(!items.contains("work"))
    PeerTable.record(AuthorizationServer.Kind.sdk.name, "OS keyring")
  }
}
