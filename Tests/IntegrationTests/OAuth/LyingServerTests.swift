internal import Platform
internal import Testing
internal import ValetTesting

/// Whole logins at a server that lies: each is refused and explained, sends nothing where it should
/// not go, leaves nothing behind, and stands in the audit log.
@Suite(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
struct LyingServerTests {
  /// Nothing of a login is stored.
  static func expectNothing(_ home: borrowing Home) throws {
    #expect(try home.valet(["connections", "--json"]).text == "[\n\n]\n")
    let files = try home.shell("ls -A valet/data/connections 2>/dev/null | grep -v lock")
    #expect(files.text.isEmpty, "\(files.text)")
  }

  @Test(arguments: Lie.all) func seesThrough(lie: Lie) throws {
    let home = try Home.withVault()
    let server = try LyingServer(lie.behaviours)
    let start = ContinuousClock.now
    let login = try home.valet(
      ["login", "work", server.url] + lie.words, adding: try home.browser(), seconds: 60)
    // 10 s for an answer, and what a loaded machine takes.
    #expect(ContinuousClock.now - start < .seconds(40))
    #expect([65, 69, 75, 77, 78].contains(login.exitCode), "\(login.exitCode) \(login.errorText)")
    let lines = login.errorText.split(separator: "\n").map(String.init)
    let reason = try #require(
      lines.first { $0.hasPrefix("mcp-valet: error: ") }, "\(login.errorText)")
    #expect(lines.contains { $0.hasPrefix("mcp-valet: hint: ") }, "\(login.errorText)")
    #expect(login.errorText.contains(lie.says), "\(login.errorText)")
    #expect(login.text.isEmpty)
    // Nothing that moves the cursor, or turns what follows round.
    let hasMarks = login.errorText.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" }
    #expect(!hasMarks)
    // Nothing goes where it should not.
    #expect(server.requests().filter(\.isElsewhere).isEmpty)
    if lie.stage.rawValue < Lie.Stage.registration.rawValue {
      #expect(server.count("/register") == 0)
    }
    if lie.stage.rawValue < Lie.Stage.authorization.rawValue {
      #expect(!TemporaryFolder.exists("\(home.path)/browser.new"))
      #expect(!TemporaryFolder.exists("\(home.path)/browser.log"))
    }
    if lie.stage.rawValue < Lie.Stage.token.rawValue { #expect(server.count("/token") == 0) }
    // Nothing is stored, and what happened is on record.
    try Self.expectNothing(home)
    let audit = try home.valet(["audit", "--json"])
    let events = try #require(ReferenceJSON.parse(audit.output), "\(audit.errorText)").elements
    let failed = events.filter { $0["event"].text == "loggedIn" }
    #expect(failed.count == 1 && failed[0]["outcome"].text == "failed", "\(audit.text)")
    let told = reason.dropFirst("mcp-valet: error: ".count)
    #expect(failed.first?["detail"].text.map { told.hasPrefix($0) || $0.hasPrefix(told) } == true)
    // The next login, with the truth, is not held up by it.
    #expect(try home.valet(["connections"]).exitCode == 0)
  }

  /// Where metadata and tokens lie, and how long they may be.
  static let limits = [
    ("/.well-known/oauth-authorization-server", 16 << 10),
    ("/.well-known/oauth-protected-resource/mcp", 16 << 10), ("/register", 16 << 10),
    ("/token", 1 << 20),
  ]

  @Test("an answer of exactly its limit is taken, one more byte is not", arguments: limits)
  func holdsTheLimit(path: String, limit: Int) throws {
    let home = try Home.withVault()
    for isAnnounced in [true, false] {
      for (bytes, code) in [(limit, Int32(0)), (limit + 1, 69)] {
        let server = try LyingServer([
          "pads.\(path)={\"bytes\":\(bytes),\"announced\":\(isAnnounced)}"
        ])
        let login = try home.valet(["login", "work", server.url], adding: try home.browser())
        #expect(login.exitCode == code, "\(bytes) \(isAnnounced): \(login.errorText)")
        if code == 0 {
          #expect(try home.valet(["logout", "work"]).exitCode == 0)
        } else {
          #expect(login.errorText.contains("more than \(limit) bytes"), "\(login.errorText)")
        }
        try Self.expectNothing(home)
      }
    }
  }

  @Test("a stolen port: nobody is sent there (A32)") func findsAStolenPort() throws {
    let home = try Home.withVault()
    let (server, thief) = (try LyingServer([]), try LyingServer([]))
    let port = thief.origin.split(separator: ":").last.map(String.init) ?? ""
    let login = try home.valet(
      ["login", "work", server.url, "--redirect-port", port], adding: try home.browser())
    #expect(login.exitCode == 78, "\(login.errorText)")
    #expect(login.errorText.contains(port), "\(login.errorText)")
    #expect(server.count("/authorize") == 0 && thief.requests().isEmpty)
    try Self.expectNothing(home)
  }

  @Test("presets.json in the folder of a project is not read") func ignoresAProjectsPresets() throws
  {
    let home = try Home.withVault()
    let server = try LyingServer(["no_metadata=true", "no_resource_metadata=true"])
    let row = """
      {"authorizationServers": {"evil": {"hosts": ["127.0.0.1"],
        "endpoints": {"authorization": "{origin}/evil", "token": "{origin}/evil"}}}}
      """
    // Everywhere but in the folder of the person's own configuration.
    let made = try home.shell(
      "mkdir -p repo/config repo/.mcp-valet repo/.config/mcp-valet repo/valet/config valet/config "
        + "&& chmod -R go-w .")
    try #require(made.exitCode == 0)
    let places = [
      "repo/presets.json", "repo/config/presets.json", "repo/.mcp-valet/presets.json",
      "repo/.config/mcp-valet/presets.json", "repo/valet/config/presets.json", "valet/presets.json",
    ]
    for place in places { try home.write(row, to: place) }
    for words in [
      ["--provider", "evil", server.url], ["--provider", "evil", "--issuer", server.origin],
      ["--issuer", server.origin],
    ] {
      let login = try home.shell(
        "cd repo && \"$VALET\" login work \(words.joined(separator: " "))",
        adding: try home.browser())
      #expect(login.exitCode != 0, "\(login.errorText)")
      #expect(!login.errorText.contains("known provider"), "\(login.errorText)")
      #expect(server.count("/evil") == 0)
    }
    // It is the place that counts: the same row beside servers.json is read.
    try home.write(row, to: "valet/config/presets.json")
    let login = try home.valet(
      [
        "login", "work", "--provider", "evil", "--issuer", server.origin, "--client-id", "a",
        "--pkce-unadvertised", "--timeout", "3s",
      ],
      adding: try home.browser())
    #expect(login.errorText.contains("known provider: evil"), "\(login.errorText)")
    #expect(server.count("/evil") == 1)
  }
}
