internal import Platform
internal import Testing
internal import ValetTesting

/// What some peers have and others lack: device codes, client credentials, clients that were
/// registered by hand, servers that must not be trusted.
@Suite(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
struct OtherGrantTests {
  typealias Kind = AuthorizationServer.Kind

  static let withDevices: [Kind] = [.djangoToolkit, .glewlwyd].filter(\.isInstalled)

  /// django-oauth-toolkit does not name its device endpoint in its metadata: a row of one's own does.
  ///
  /// - Returns: the words of `login` that name it.
  static func writeDevicePreset(_ home: borrowing Home) throws -> [String] {
    try #require(home.shell("mkdir -p -m 700 valet/config").exitCode == 0)
    try home.write(
      """
      {"authorizationServers": {"dot": {
        "hosts": ["127.0.0.1"], "paths": ["/o"],
        "endpoints": {"device": "{origin}/o/device-authorization/"}}}}
      """, to: "valet/config/presets.json")
    return ["--provider", "dot"]
  }

  @Test("a code typed on another device", arguments: withDevices)
  func logsInByDeviceCode(kind: Kind) throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(kind, ["--token-seconds", "3"])
    var words = ["login", "tv", "--issuer", server.issuer, "--device"]
    if kind == .djangoToolkit { words += try Self.writeDevicePreset(home) }
    let login = try home.valet(
      words + ["--client-id", "device-client", "--scope", "mcp"], adding: try home.browser())
    #expect(login.exitCode == 0, "\(login.errorText)\(home.browserLog(seconds: 1))")
    #expect(login.errorText.contains("type this code: "), "\(login.errorText)")
    #expect(try home.connection("tv")["grant"].text == "device")
    let first = try home.token("tv")
    usleep(3_200_000)
    #expect(try home.token("tv") != first)
    PeerTable.record(kind.name, "device")
    PeerTable.record(kind.name, "refresh")
  }

  @Test(
    "a machine's own login, with a secret from the vault",
    arguments: [Kind.djangoToolkit, .glewlwyd].filter(\.isInstalled))
  func logsInWithClientCredentials(kind: Kind) throws {
    let home = try Home.withVault()
    // What has to be encoded first, where the server decodes it (RFC 6749 section 2.3.1).
    try home.set(
      "ci/client", kind == .glewlwyd ? "machine-secret" : "machine secret/with +&")
    let server = try AuthorizationServer(kind, ["--token-seconds", "3"])
    let login = try home.valet(
      [
        "login", "ci", "--issuer", server.issuer, "--client-credentials", "--client-id",
        "machine-client", "--client-secret", "valet://ci/client", "--scope", "mcp",
      ])
    #expect(login.exitCode == 0, "\(login.errorText)")
    let first = try home.token("ci")
    usleep(3_200_000)
    #expect(try home.token("ci") != first)
    let audit = try home.valet(["audit", "--secret", "ci/client"])
    #expect(audit.text.contains("read"), "\(audit.text)")
    PeerTable.record(kind.name, "client credentials")
  }

  @Test(
    "a client that was registered by hand, with a secret and a fixed redirect",
    arguments: [Kind.djangoToolkit, .sdk, .glewlwyd].filter(\.isInstalled))
  func logsInAsAKnownClient(kind: Kind) throws {
    let home = try Home.withVault()
    try home.set("client", "known-secret")
    let server = try AuthorizationServer(kind, ["--token-seconds", "3"])
    let redirect =
      kind == .djangoToolkit ? "http://127.0.0.1/callback" : "http://127.0.0.1:3118/callback"
    let login = try home.login(
      "work", at: server,
      [
        "--issuer", server.issuer, "--client-id", "known-client", "--client-secret",
        "valet://client", "--redirect-uri", redirect,
        "--scope", "mcp",
      ])
    #expect(login.exitCode == 0, "\(login.errorText)\(home.browserLog(seconds: 1))")
    #expect(server.requests("POST").filter { $0.contains("regist") }.isEmpty)
    var tokens = [try home.token("work")]
    for _ in 0..<2 {
      usleep(3_200_000)
      tokens.append(try home.token("work"))
    }
    #expect(Set(tokens).count == 3)
    let logout = try home.valet(["logout", "work"])
    // The SDK's server wants the secret in the body for that, whatever the client is registered for.
    let answer =
      kind == .sdk ? "refused to revoke the refresh token" : "the refresh token is revoked"
    #expect(logout.errorText.contains(answer), "\(logout.errorText)")
    for capability in ["login", "known client", "refresh", "rotation"] {
      PeerTable.record(kind.name, capability)
    }
    if kind != .sdk { PeerTable.record(kind.name, "revocation") }
  }

  @Test(
    "registers itself at a server that answers 200 to that",
    .enabled(if: Kind.glewlwyd.isInstalled))
  func registersAtGlewlwyd() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.glewlwyd)
    let login = try home.login("work", at: server, ["--scope", "mcp"])
    #expect(login.exitCode == 0, "\(login.errorText)\(home.browserLog(seconds: 1))")
    #expect(try !home.token("work").isEmpty)
    PeerTable.record(Kind.glewlwyd.name, "registration")
  }

  @Test("A18: refuses a server that does not say it knows PKCE, unless told otherwise")
  func refusesWithoutPKCE() throws {
    let home = try Home.withVault()
    try home.set("client", "known-secret")
    let server = try AuthorizationServer(.oidcMock, ["--token-seconds", "3"])
    let words = [
      "--issuer", server.issuer, "--scope", "openid", "--client-id", "known-client",
      "--client-secret", "valet://client",
    ]
    let refused = try home.login("work", at: server, words)
    #expect(refused.exitCode != 0)
    #expect(refused.errorText.contains("--pkce-unadvertised"), "\(refused.errorText)")
    #expect(server.requests("POST").isEmpty)
    #expect(try home.valet(["connections", "--json"]).text == "[\n\n]\n")
    let login = try home.login("work", at: server, words + ["--pkce-unadvertised"])
    #expect(login.exitCode == 0, "\(login.errorText)\(home.browserLog(seconds: 1))")
    let first = try home.token("work")
    usleep(3_200_000)
    #expect(try home.token("work") != first)
    PeerTable.record(Kind.oidcMock.name, "refresh")
    PeerTable.record(Kind.oidcMock.name, "known client")
    PeerTable.record(Kind.oidcMock.name, "login", "with --pkce-unadvertised")
    PeerTable.record(Kind.oidcMock.name, "rightly refused", "no PKCE advertised")
  }

  @Test("A23: refuses an answer whose issuer is not the one that was asked")
  func refusesAnotherIssuer() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.djangoToolkit, ["--mixed-up"])
    let login = try home.valet(
      ["login", "work", "--issuer", server.issuer, "--scope", "mcp"], adding: try home.browser())
    #expect(login.exitCode != 0, "\(login.errorText)")
    #expect(login.errorText.contains("the answer comes from"), "\(login.errorText)")
    #expect(server.tokenRequests("", status: 200) == 0)
    #expect(server.tokenRequests("", status: 400) == 0)
    #expect(try home.valet(["connections", "--json"]).text == "[\n\n]\n")
    PeerTable.record(Kind.djangoToolkit.name, "rightly refused", "mixed-up issuer")
  }
}
