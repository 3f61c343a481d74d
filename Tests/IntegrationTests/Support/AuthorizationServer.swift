internal import Platform
internal import Testing
internal import ValetTesting

/// A real authorization server on loopback, which tells every request that it gets; see
/// `Tests/Peers/oauth`.
final class AuthorizationServer {
  enum Kind: String, CaseIterable, Sendable {
    case djangoToolkit = "django_toolkit"
    case glewlwyd
    case sdk = "sdk_server"
    case fastMCP = "fastmcp_server"
    case oidcMock = "oidc_mock"

    /// The path of its token endpoint.
    var tokenPath: String {
      switch self {
      case .djangoToolkit: "/o/token/"
      case .glewlwyd: "/api/oidc/token"
      case .sdk, .fastMCP: "/token"
      case .oidcMock: "/oauth2/token"
      }
    }

    /// Whether there is everything to run it.
    var isInstalled: Bool {
      Programs.python != nil && (self != .glewlwyd || Programs.areInstalled("/usr/bin/glewlwyd"))
    }
  }

  let kind: Kind
  let issuer: String
  /// `http://127.0.0.1:PORT`
  let origin: String
  /// The MCP server behind it, where it has one.
  let url: String?
  /// The resource that it knows, where that is no MCP server.
  let resource: String?
  private let program: LiveProgram

  /// - Parameter words: such as `--token-seconds 3`.
  init(_ kind: Kind, _ words: [String] = []) throws {
    self.kind = kind
    program = try LiveProgram(
      [try #require(Programs.python), Programs.peer("oauth/\(kind.rawValue).py")] + words,
      environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"])
    let line = try program.line(seconds: 60)
    let facts = try #require(ReferenceJSON.parse(Array(line.utf8)), "\(line)\(program.errorText)")
    issuer = try #require(facts["issuer"].text)
    origin = try #require(facts["origin"].text)
    url = facts["url"].text
    resource = facts["resource"].text
  }

  deinit {
    // It cleans up at the end of its input; killed, it would not.
    program.closeInput()
    _ = program.wait(seconds: 10)
  }

  /// The requests so far whose line (`METHOD PATH STATUS [GRANT]`) begins like this.
  func requests(_ start: String) -> [String] {
    _ = program.reads(seconds: 0.1) { _ in false }
    return program.text.split(separator: "\n").map(String.init).filter { $0.hasPrefix(start) }
  }

  /// How often a grant was answered with this status at the token endpoint.
  func tokenRequests(_ grant: String, status: Int = 200) -> Int {
    requests("POST \(kind.tokenPath) \(status) \(grant)").count
  }

  /// Words of `login` that name it: its MCP server, or itself.
  var target: [String] { url.map { [$0] } ?? ["--issuer", issuer] }
}

extension Home {
  /// A program that does what a person at a browser would, for `BROWSER`: its own words stand in
  /// `options`, what it ended at in the file `browser.log`.
  func browser(_ options: String = "", chromium: Bool = false) throws -> [String: String] {
    let python = try #require(Programs.python)
    let words =
      chromium
      ? "\(Programs.peer("oauth/chromium.py")) \"$1\" \(path)/pictures"
      : "\(Programs.peer("oauth/browser.py")) \"$1\""
    if chromium { mkdir("\(path)/pictures", 0o700) }
    try write(
      """
      #!/bin/sh
      '\(python)' \(words) \(options) > '\(path)/browser.new' 2>&1
      mv '\(path)/browser.new' '\(path)/browser.log'
      """, to: "browser", mode: 0o700)
    return ["BROWSER": "\(path)/browser"]
  }

  /// What the browser ended at, once it has.
  func browserLog(seconds: Double = 20) -> String {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !TemporaryFolder.exists("\(path)/browser.log"), ContinuousClock.now < deadline {
      usleep(20_000)
    }
    return File.text("\(path)/browser.log") + File.text("\(path)/browser.new")
  }

  /// Logs in with a browser that agrees to everything.
  func login(
    _ name: String, at server: AuthorizationServer, _ words: [String] = [],
    adding: [String: String] = [:]
  ) throws -> ProgramRun {
    try valet(
      ["login", name] + server.target + words, adding: try browser().merging(adding) { $1 })
  }

  /// The token of a connection.
  func token(_ name: String, _ words: [String] = []) throws -> String {
    let run = try valet(["token", name] + words)
    try #require(run.exitCode == 0, "\(run.errorText)")
    return run.text
  }

  /// What `connections --json` says of a connection.
  func connection(_ name: String) throws -> ReferenceJSON.Tree {
    let run = try valet(["connections", "--json"])
    try #require(run.exitCode == 0, "\(run.errorText)")
    let all = try #require(ReferenceJSON.parse(run.output)).elements
    return try #require(all.first { $0["name"].text == name }, "\(run.text)")
  }
}
