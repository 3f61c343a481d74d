internal import Platform
internal import Testing
internal import ValetTesting

/// Whole logins in a real browser. `MCP_VALET_PICTURES` names a folder for what it showed at the end.
@Suite(
  .enabled(
    if: Programs.python != nil && Programs.areInstalled("/usr/bin/chromium"),
    "needs Chromium and the peers from PyPI"),
  .serialized)
struct ChromiumLoginTests {
  typealias Kind = AuthorizationServer.Kind

  /// Copies the pictures to where somebody looks at them.
  private func keepPictures(_ home: borrowing Home, _ name: String) throws {
    guard let folder = Programs.variable("MCP_VALET_PICTURES") else { return }
    for picture in ["light", "dark", "narrow"] {
      let copy = "cp pictures/\(picture).png '\(folder)/\(name)-\(picture).png'"
      #expect(try home.shell(copy).exitCode == 0)
    }
  }

  /// What the page that the login ends at must be like: the script tells it line by line.
  private func checkPage(_ log: String, status: String = "200") {
    let lines = log.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.first?.hasPrefix("\(status) http://127.0.0.1:") == true, "\(log)")
    #expect(lines.contains("language en"), "\(log)")
    #expect(lines.contains("overflows False"), "\(log)")
    // It loads nothing, from nowhere.
    #expect(!lines.contains { $0.hasPrefix("asked ") }, "\(log)")
    #expect(!log.contains("Content Security Policy"), "\(log)")
  }

  @Test("a login with its consent page", arguments: [Kind.djangoToolkit, .sdk, .fastMCP])
  func logsIn(kind: Kind) throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(kind)
    let login = try home.valet(
      ["login", "work"] + server.target, adding: try home.browser(chromium: true), seconds: 120)
    #expect(login.exitCode == 0, "\(login.errorText)\(home.browserLog(seconds: 1))")
    let log = home.browserLog()
    checkPage(log)
    #expect(log.contains("\nLogged in\n"), "\(log)")
    #expect(try !home.token("work").isEmpty)
    try keepPictures(home, "login-\(kind.rawValue)")
    PeerTable.record(kind.name, "Chromium")
  }

  @Test("a person's no ends at a page that helps") func isDenied() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    let login = try home.valet(
      ["login", "work"] + server.target, adding: try home.browser("--deny", chromium: true),
      seconds: 120)
    #expect(login.exitCode == 77, "\(login.errorText)")
    let log = home.browserLog()
    checkFailure(log, login, says: "access_denied")
    try LyingServerTests.expectNothing(home)
    try keepPictures(home, "denied")
  }

  /// What the page of a login that failed says: what happened, what helps, that nothing was stored.
  private func checkFailure(_ log: String, _ login: ProgramRun, says: String) {
    checkPage(log, status: "400")
    #expect(log.contains("\nNot logged in – mcp-valet\nNot logged in\n"), "\(log)")
    let paragraphs = log.split(separator: "\n").filter { $0.hasPrefix("says ") }
    #expect(paragraphs.contains { $0.contains(says) }, "\(log)")
    #expect(paragraphs.contains { $0.contains("Nothing was stored.") }, "\(log)")
    // The same hint as in the terminal.
    let hint = login.errorText.split(separator: "\n").first { $0.hasPrefix("mcp-valet: hint: ") }
    let words = hint.map { $0.dropFirst("mcp-valet: hint: ".count) } ?? "?"
    #expect(paragraphs.contains { $0.hasPrefix("says What helps: \(words)") }, "\(log) \(words)")
  }

  @Test("a script in what the server says is text on the page") func showsTextOnly() throws {
    let home = try Home.withVault()
    let text = "<script>document.title='taken'</script><img src=http://127.0.0.1:9/x>"
    let server = try LyingServer([
      """
      answers./token={"status":400,"json":{"error":"invalid_request","error_description":"\(text)"}}
      """
    ])
    let login = try home.valet(
      ["login", "work", server.url], adding: try home.browser(chromium: true), seconds: 120)
    #expect(login.exitCode == 77, "\(login.errorText)")
    let log = home.browserLog()
    checkFailure(log, login, says: text)
    try LyingServerTests.expectNothing(home)
    try keepPictures(home, "script")
  }

  @Test(
    "a client that was registered by hand",
    arguments: [Kind.djangoToolkit, .glewlwyd, .oidcMock].filter(\.isInstalled))
  func logsInAsAKnownClient(kind: Kind) throws {
    let home = try Home.withVault()
    try home.set("client", "known-secret")
    let server = try AuthorizationServer(kind)
    let redirect =
      kind == .djangoToolkit ? "http://127.0.0.1/callback" : "http://127.0.0.1:3118/callback"
    let other =
      kind == .oidcMock ? ["--scope", "openid", "--pkce-unadvertised"] : ["--scope", "mcp"]
    // A secret goes nowhere but where the person says.
    let issuer = kind == .djangoToolkit ? ["--issuer", server.issuer] : []
    let words =
      issuer + [
        "--client-id", "known-client", "--client-secret", "valet://client", "--redirect-uri",
        redirect,
      ]
    let login = try home.valet(
      ["login", "work"] + server.target + words + other,
      adding: try home.browser(chromium: true), seconds: 120)
    #expect(login.exitCode == 0, "\(login.errorText)\(home.browserLog(seconds: 1))")
    let log = home.browserLog()
    checkPage(log)
    #expect(log.contains("\nLogged in\n"), "\(log)")
    #expect(try !home.token("work").isEmpty)
    try keepPictures(home, "known-\(kind.rawValue)")
    PeerTable.record(kind.name, "Chromium known client")
  }

  @Test("a browser on another machine: its address is pasted") func pastesTheAddress() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk)
    let login = try home.start(
      ["login", "work", "--timeout", "2m"] + server.target,
      adding: try home.browser("--keep", chromium: true),
      onTerminal: true)
    try login.expect("paste it here")
    let log = home.browserLog(seconds: 60)
    let line = log.split(separator: "\n").first.map(String.init) ?? ""
    try #require(line.hasPrefix("redirect http://127.0.0.1:"), "\(log)")
    // It could not get here by itself.
    #expect(server.tokenRequests("") == 0)
    try login.type(String(line.dropFirst("redirect ".count)) + "\n")
    try login.expect("logged in: oauth://work")
    #expect(login.wait() == 0, "\(login.text)")
    #expect(try !home.token("work").isEmpty)
    PeerTable.record(Kind.sdk.name, "Chromium paste-back")
  }

  @Test("a code typed on another device", .enabled(if: Kind.djangoToolkit.isInstalled))
  func logsInByDeviceCode() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.djangoToolkit)
    let preset = try OtherGrantTests.writeDevicePreset(home)
    let login = try home.valet(
      ["login", "tv", "--issuer", server.issuer, "--device", "--client-id", "device-client"]
        + ["--scope", "mcp"] + preset, adding: try home.browser(chromium: true), seconds: 120)
    #expect(login.exitCode == 0, "\(login.errorText)\(home.browserLog(seconds: 1))")
    PeerTable.record(Kind.djangoToolkit.name, "Chromium device")
  }
}
