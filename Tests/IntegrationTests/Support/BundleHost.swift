internal import Platform
internal import Testing
internal import ValetTesting

/// The example bundle, as its script builds it, and a host that starts it; see
/// `Tests/Peers/mcpb_host.py`.
struct BundleHost: ~Copyable {
  let home: Home

  /// - Parameter options: of `mcpb wrap`.
  init(_ home: consuming Home, _ options: [String] = []) throws {
    self.home = home
    let built = try ProgramRun.run(
      ["\(Programs.repository)/packaging/mcpb/build.sh", "\(self.home.path)/bundles"] + options,
      environment: self.home.environment.merging(["MCP_VALET": Programs.broker]) { $1 },
      seconds: 120)
    try #require(built.exitCode == 0, "\(built.errorText)")
  }

  var plain: String { "\(home.path)/bundles/example.mcpb" }
  var wrapped: String { "\(home.path)/bundles/example-valet.mcpb" }

  /// Where programs are found that graphical hosts find.
  static let barePath = "/usr/bin:/bin"
  /// With the broker under test in front.
  static var path: String {
    Programs.broker.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + ":" + barePath
  }

  /// Whether the machine has one that is not under test.
  static var isInstalledHere: Bool {
    ["/usr/local/bin", "/usr/bin", "/bin"].contains {
      TemporaryFolder.exists("\($0)/mcp-valet")
    }
  }

  /// Installs a bundle and starts it: in one mode of the SDK, in the host's stripped environment.
  ///
  /// - Parameters:
  ///   - token: what the user enters.
  ///   - options: of `mcpb_host.py`.
  ///   - folder: where it is installed.
  ///   - secret: which must have arrived.
  func run(
    _ bundle: String, token: String, _ options: [String] = [], folder: String = "Installed Here",
    secret: String, path: String = path
  ) throws -> (report: SDKHost.Report, errorText: String) {
    let python = try #require(Programs.python)
    let place = "\(home.path)/\(folder)"
    _ = try ProgramRun.run(["/bin/rm", "-rf", place], environment: [:])
    var variables = home.environment
    variables["MCP_VALET_HOME"] = nil
    variables["PATH"] = path
    let run = try ProgramRun.run(
      [
        python, Programs.peer("mcpb_host.py"), bundle, place, "--config",
        "token=\(ReferenceJSON.quote(token))",
      ] + options + [
        "--mode", "session", "--env", "MCP_VALET_HOME=\(home.valetHome)", "--secret-stdin",
      ], environment: variables, input: Array(secret.utf8), seconds: 120)
    let tree = try #require(ReferenceJSON.parse(run.output), "\(run.text)\(run.errorText)")
    return (SDKHost.Report(tree: tree), run.errorText)
  }
}
