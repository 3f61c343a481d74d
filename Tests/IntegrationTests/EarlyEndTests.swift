internal import Platform
internal import Testing
internal import ValetTesting

/// A server that ends before it has answered anything says why in its host's window.
@Suite struct EarlyEndTests {
  private func check(_ answer: ReferenceJSON.Tree, _ words: [String]) {
    let message = answer["error"]["message"].text ?? ""
    for word in words { #expect(message.contains(word), "\(message)") }
  }

  @Test(arguments: RelayedServer.Era.allCases)
  func everyRequestIsAnsweredUntilTheHostIsGone(era: RelayedServer.Era) throws {
    let home = try Home.withVault()
    try home.set("token", "dies-of-a-bad-token")
    var server = try RelayedServer(home, era: era)
    let words = ["demo ended with exit code 3", "bad token [redacted token]"]
    check(try server.ask(era == .stateless ? "server/discover" : "initialize"), words)
    // A host that falls back, and one that asks again.
    check(try server.ask("initialize"), words)
    check(try server.ask("tools/list"), words)
    #expect(server.program.wait(seconds: 0.2) == nil)
    server.program.closeInput()
    #expect(server.program.wait() == 3)
    #expect(server.program.errorText.contains("mcp-valet: error: demo ended with exit code 3"))
  }

  @Test func aSignalIsNamed() throws {
    let home = try Home()
    let live = try home.start(["run", "demo", "--", "/bin/sh", "-c", "kill -11 $$"])
    try live.type(#"{"id":1,"method":"initialize"}"# + "\n")
    #expect(try live.line().contains("demo was ended by signal 11"))
    live.closeInput()
    #expect(live.wait() == 139)
  }

  @Test func onlyTheLastWordsAreTold() throws {
    let home = try Home()
    let live = try home.start([
      "run", "demo", "--", "/bin/sh", "-c", "seq -f 'line %g.' 1 5000 >&2; exit 1",
    ])
    try live.type(#"{"id":1,"method":"initialize"}"# + "\n")
    let answer = try live.line()
    #expect(answer.contains("line 4991.") && answer.contains("line 5000."), "\(answer)")
    #expect(!answer.contains("line 4990."))
    // All of it is on standard error.
    #expect(
      live.reads { $0.errorText.contains("line 1.\n") && $0.errorText.contains("line 5000.") })
    live.closeInput()
    #expect(live.wait() == 1)
  }

  /// What was let through in two halves is not shown to the host as one.
  @Test func aSecretWithAPauseInTheMiddleIsNotTold() throws {
    let home = try Home.withVault()
    try home.set("token", "S3cr3tValue-0123456789abcdef")
    let script = """
      printf 'key %s' "${TOKEN%0123456789abcdef}" >&2; sleep 0.4
      printf '%s refused\\n' "${TOKEN#S3cr3tValue-}" >&2; exit 2
      """
    let live = try home.start([
      "run", "demo", "--env", "TOKEN=valet://token", "--", "/bin/sh", "-c", script,
    ])
    try live.type(#"{"id":1,"method":"initialize"}"# + "\n")
    let answer = try live.line()
    #expect(answer.contains("key [redacted token] refused"), "\(answer)")
    live.closeInput()
    #expect(live.wait() == 2)
  }

  /// The host gave up: nobody waits for an explanation.
  @Test func aServerThatWasStoppedIsNotExplained() throws {
    let home = try Home()
    let live = try home.start(["run", "--", "/bin/sh", "-c", "echo ready; exec sleep 100"])
    try live.expect("ready")
    live.send(SIGTERM)
    #expect(live.wait(seconds: 3) == 128 + SIGTERM)
    #expect(live.text == "ready\n")
  }

  @Test func aServerThatHasAnsweredEndsTheRelayWithIt() throws {
    let home = try Home.withVault()
    try home.set("token", "some-token")
    var server = try RelayedServer(home)
    try server.begin()
    // The request that it dies of is not left without an answer.
    let answer = try server.ask("exit", #"{"code":5}"#)
    check(answer, ["demo ended with exit code 5"])
    #expect(server.program.wait() == 5)
  }
}
