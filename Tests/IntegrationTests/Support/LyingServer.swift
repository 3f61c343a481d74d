internal import Testing
internal import ValetTesting

/// `Tests/Peers/authorization_server.py`: honest but for the behaviours that it was started with.
final class LyingServer {
  /// `http://127.0.0.1:PORT`
  let origin: String
  /// Of the MCP server that it protects.
  let url: String
  private let program: LiveProgram

  /// A request that it got.
  struct Request {
    let path: String
    /// Whether it came to the port that nobody should ask.
    let isElsewhere: Bool
  }

  init(_ behaviours: [String]) throws {
    program = try LiveProgram(
      ["/usr/bin/python3", "-B", Programs.peer("authorization_server.py")] + behaviours,
      environment: ["PATH": "/usr/bin:/bin"])
    let line = try program.line(seconds: 30)
    let facts = try #require(ReferenceJSON.parse(Array(line.utf8)), "\(line)\(program.errorText)")
    let port = try #require(facts["port"].number)
    origin = "http://127.0.0.1:\(port)"
    url = "\(origin)/mcp"
  }

  deinit {
    program.closeInput()
    _ = program.wait(seconds: 10)
  }

  /// All requests so far, at both ports.
  func requests() -> [Request] {
    _ = program.reads(seconds: 0.1) { _ in false }
    return program.text.split(separator: "\n").dropFirst().compactMap { line in
      guard let facts = ReferenceJSON.parse(Array(line.utf8)), let path = facts["path"].text else {
        return nil
      }
      return Request(path: path, isElsewhere: facts["elsewhere"] == .boolean(true))
    }
  }

  /// How often a path was asked, whatever its query.
  func count(_ path: String) -> Int {
    requests().count { $0.path == path || $0.path.hasPrefix("\(path)?") }
  }
}
