import Platform
import Testing
import ValetTesting

/// A home with a connection `work`, whose authorization server is `Tests/Peers/token_endpoint.py`.
struct ConnectedHome: ~Copyable {
  let home: Home
  let server: String
  private let endpoint: LiveProgram
  private let url: String

  /// - Parameters:
  ///   - age: seconds since its access token, `access-0`, was got.
  ///   - life: seconds that it lives in all.
  init(age: Int = 10, life: Int = 3600, refresh: String = "refresh-0") throws {
    let home = try Home.withVault()
    let server = "\(home.path)/server"
    try #require(mkdir(server, 0o700) == 0)
    let endpoint = try LiveProgram(
      ["/usr/bin/python3", Programs.peer("token_endpoint.py"), server],
      environment: ["PATH": "/usr/bin:/bin"])
    let url = try endpoint.line()
    try Self.make(
      home.valetHome, home.keyFile, url, access: "access-0", refresh: refresh, age: age, life: life)
    self.home = home
    self.server = server
    self.endpoint = endpoint
    self.url = url
  }

  private static let writer = OwnProgram.candidates("connection-writer").first ?? ""

  private static func make(
    _ home: String, _ keyFile: String, _ url: String, access: String, refresh: String, age: Int,
    life: Int
  ) throws {
    let run = try ProgramRun.run(
      [writer, "make", home, keyFile, "work", url, access, refresh, "\(age)", "\(life)"],
      environment: [:])
    try #require(run.exitCode == 0, "\(run.text)\(run.errorText)")
  }

  /// What a login does to the connection.
  func login(access: String, refresh: String, life: Int = 3600) throws {
    try set("login", refresh)
    try Self.make(
      home.valetHome, home.keyFile, url, access: access, refresh: refresh, age: 0, life: life)
  }

  func set(_ name: String, _ text: String) throws {
    try TemporaryFolder.write(Array(text.utf8), to: "\(server)/\(name)")
  }

  /// Each refresh token that the server was sent, and what became of it.
  var requests: [String] {
    let bytes = (try? TemporaryFolder.read("\(server)/requests")) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Generation, tokens, whether the login has ended, last failure.
  func stored() throws -> [String] {
    let run = try ProgramRun.run(
      [Self.writer, "show", home.valetHome, home.keyFile, "work"], environment: [:])
    return run.text.split { $0.isWhitespace }.map(String.init)
  }
}
