import Platform
import Testing
import ValetTesting

/// The Python with the official SDK in it; without one these tests do not run.
private let python = getenv("MCP_VALET_TEST_VENV").map { String(cString: $0) + "/bin/python" }

/// A real host in front of a launch that failed (S1 to S10): whatever it asks first, it must show
/// our message.
@Suite(.enabled(if: python != nil, "MCP_VALET_TEST_VENV names no environment with the MCP SDK"))
struct FailureHostTests {
  @Test(arguments: ["auto", "handshake", "stateless", "discover", "session"])
  func showsWhatIsMissingInEveryMode(mode: String) throws {
    let report = try runHost(mode: mode, ["60", "no secret valet://a/b", "mcp-valet set a/b"])
    guard case .object(let members) = report,
      case .object(let error) = members.first(where: { $0.name == "error" })?.value
    else {
      Issue.record("no error in \(report)")
      return
    }
    func member(_ name: String) -> ReferenceJSON.Tree? { error.first { $0.name == name }?.value }
    #expect(member("type") == .string("MCPError"))
    #expect(member("code") == .number("78"))
    #expect(
      member("message")
        == .string("mcp-valet: no secret valet://a/b — run: mcp-valet set a/b"))
    #expect(
      member("data").map(ReferenceJSON.write)
        == #"{"exitCode":78,"problems":[{"message":"no secret valet://a/b","hint":"mcp-valet set a/b"}]}"#
    )
  }

  /// What `sdk_host.py` prints about our driver.
  private func runHost(mode: String, _ problem: [String]) throws -> ReferenceJSON.Tree {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let built = try #require(CommandLine.arguments.first).split(separator: "/").dropLast()
    let driver = "/" + (built + ["failure-driver"]).joined(separator: "/")
    let arguments =
      [try #require(python), "/\(folder)/Peers/sdk_host.py", "--mode", mode, "--list-tools", "--"]
      + [driver] + problem
    let run = try ProgramRun.run(arguments, environment: ["PATH": "/usr/bin:/bin"], seconds: 50)
    return try #require(ReferenceJSON.parse(run.output), "\(run.text)\(run.errorText)")
  }
}
