internal import Testing
internal import ValetTesting

/// An authorization server that takes a request and never answers it; see
/// `Tests/Peers/oauth/stalling.py`.
final class StallingServer {
  let url: String
  let origin: String
  private let program: LiveProgram

  /// - Parameter stage: of the script; `nil`: it answers everything.
  init(at stage: String? = nil) throws {
    program = try LiveProgram(
      [try #require(Programs.python), Programs.peer("oauth/stalling.py")]
        + (stage.map { ["--at", $0] } ?? []),
      environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"])
    let line = try program.line(seconds: 60)
    let facts = try #require(ReferenceJSON.parse(Array(line.utf8)), "\(line)\(program.errorText)")
    url = try #require(facts["url"].text)
    origin = try #require(facts["origin"].text)
  }

  deinit {
    program.closeInput()
    _ = program.wait(seconds: 10)
  }

  func expectStall() throws { try program.expect("stalled\n") }
}
