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
    #expect(log.contains("language en"), "\(log)")
    try keepPictures(home, "denied")
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
