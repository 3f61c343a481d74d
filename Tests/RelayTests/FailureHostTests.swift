import Platform
import Testing
import ValetTesting

/// The Python with the official SDK in it; without one these tests do not run.
private let python = getenv("MCP_VALET_TEST_VENV").map { String(cString: $0) + "/bin/python" }

/// A real host in front of a launch that failed (S1 to S10): whatever it asks first, it must show
/// our message.
@Suite(.enabled(if: python != nil, "MCP_VALET_TEST_VENV names no environment with the MCP SDK"))
struct FailureHostTests {
  @Test(
    .timeLimit(.minutes(1)),
    arguments: ["auto", "handshake", "stateless", "discover", "session"])
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
    let output = try run(arguments)
    return try #require(ReferenceJSON.parse(output), "\(String(decoding: output, as: UTF8.self))")
  }

  /// Standard output of a program.
  private func run(_ arguments: [String]) throws -> [UInt8] {
    let pipe = try TestPipe()
    defer { close(pipe.reader) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipe.writer, 1)
    var vector = arguments.map { strdup($0) } + [nil]
    defer { for string in vector { free(string) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, arguments[0], &actions, nil, &vector, environ)
    close(pipe.writer)
    try #require(code == 0)
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(pipe.reader, &buffer, buffer.count)
      if count <= 0 { break }
      output += buffer[..<count]
    }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    return output
  }
}
