internal import Platform
internal import Testing
internal import ValetTesting

/// The example bundle in a host made of the official SDK.
@Suite(.enabled(if: Programs.python != nil, "needs MCP_VALET_TEST_VENV (packaging/test.sh)"))
struct BundleHostTests {
  private static let secret = "a secret for the bundle"
  private static let reference = "valet://demo/token"

  private static func host(_ options: [String] = []) throws -> BundleHost {
    let home = try Home.withVault()
    try home.set("demo/token", secret)
    return try BundleHost(home, options)
  }

  /// What a person sees: a refusal with the one command to type, then the server.
  private func checkFirstStart(
    _ host: borrowing BundleHost, _ options: [String] = [], path: String = BundleHost.path
  ) throws {
    let refused = try host.run(
      host.wrapped, token: Self.reference, options, secret: Self.secret, path: path)
    let message = try #require(refused.report.errorMessage, "\(refused.report)")
    #expect(
      message.contains("nobody has allowed server 'mcp-valet-example' to have valet://demo/token"))
    #expect(message.contains("mcp-valet allow --last"))
    let allowed = try host.home.valet(["allow", "--last", "--yes"])
    try #require(allowed.exitCode == 0, "\(allowed.errorText)")
    let run = try host.run(
      host.wrapped, token: Self.reference, options, secret: Self.secret, path: path)
    #expect(run.report.isOK && run.report.received, "\(run.report)\(run.errorText)")
    #expect(!run.errorText.contains(Self.secret))
  }

  @Test(arguments: [[], ["--replace-env"], ["--drop-modes"]]) func handsASecretOver(
    options: [String]
  ) throws {
    let host = try Self.host()
    try checkFirstStart(host, options)
    // The same installed again, as an update is: the grant still holds.
    let again = try host.run(host.wrapped, token: Self.reference, options, secret: Self.secret)
    #expect(again.report.received)
    // In another place it is another server.
    let elsewhere = try host.run(
      host.wrapped, token: Self.reference, options, folder: "elsewhere", secret: Self.secret)
    #expect(elsewhere.report.errorMessage?.contains("argument 1 is") == true)
  }

  @Test func takesALiteralAsBefore() throws {
    let host = try BundleHost(try Home())
    for bundle in [host.plain, host.wrapped] {
      let run = try host.run(
        bundle, token: "a literal $(key) '\"",
        [
          "--config", #"folders=["/a b", "/c"]"#, "--config", "region=\"north\"",
        ], secret: "a literal $(key) '\"")
      #expect(run.report.isOK && run.report.received, "\(run.report)\(run.errorText)")
    }
  }

  @Test(.enabled(if: !BundleHost.isInstalledHere)) func startsWithoutMcpValet() throws {
    let host = try Self.host()
    let literal = try host.run(
      host.wrapped, token: "literal", secret: "literal", path: BundleHost.barePath)
    #expect(literal.report.received, "\(literal.report)\(literal.errorText)")
    #expect(literal.errorText.contains("mcp-valet is not installed here"))
    // Never as if the reference were a key.
    let reference = try host.run(
      host.wrapped, token: Self.reference, secret: Self.reference, path: BundleHost.barePath)
    #expect(!reference.report.isOK && !reference.report.received)
    #expect(reference.errorText.contains("DEMO_TOKEN is a reference that only it can replace"))
  }

  @Test func bringsItsOwnMcpValet() throws {
    let host = try Self.host(["--embed"])
    let inspected = try host.home.valet(["mcpb", "inspect", "--json", host.wrapped])
    #expect(inspected.exitCode == 0 && inspected.text.contains(#""isWrapped" : true"#))
    try checkFirstStart(host, path: BundleHost.barePath)
  }
}
