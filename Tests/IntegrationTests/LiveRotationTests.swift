internal import Platform
internal import Testing
internal import ValetTesting

/// Rotation under real brokers with real servers, and a host that speaks raw JSON-RPC.
@Suite struct LiveRotationTests {
  /// A server that tells the secret backwards, which nothing takes for the secret itself, refuses
  /// to start with one that begins with `bad`, and takes its time over one request.
  private static let server = """
    import json, os, sys, time
    secret = os.environ["TOKEN"]
    if secret.startswith("bad"):
      print("the key was not accepted: " + secret, file=sys.stderr)
      sys.exit(3)
    for line in sys.stdin:
      message = json.loads(line)
      if "id" not in message: continue
      method = message["method"]
      if method == "initialize":
        result = {"protocolVersion": message["params"]["protocolVersion"],
                  "capabilities": {"tools": {}}, "serverInfo": {"name": "s", "version": "1"}}
      elif method == "slow":
        time.sleep(1.5)
        result = {"told": secret[::-1]}
      elif method == "tools/list":
        result = {"tools": []}
      else:
        result = {"told": secret[::-1], "pid": os.getpid(), "raw": secret}
      print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
    """

  /// One host with one server behind a broker.
  private final class Session {
    let program: LiveProgram
    private var lastNumber = 0

    init(_ home: borrowing Home, _ name: String, options: [String] = []) throws {
      // Once: a swap of another session may be reading it.
      if !TemporaryFolder.exists("\(home.path)/server.py") {
        try home.write(LiveRotationTests.server, to: "server.py")
      }
      let words = ["run", name] + options + ["--env", "TOKEN=valet://a", "--"]
      program = try home.start(words + ["/usr/bin/python3", "\(home.path)/server.py"])
      let hello = try ask(
        "initialize", #"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{}}"#)
      try #require(hello["result"]["serverInfo"]["name"].text == "s", "\(program.errorText)")
      try program.type(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"# + "\n")
    }

    func send(_ method: String, _ parameters: String = "{}") throws -> Int {
      lastNumber += 1
      try program.type(
        #"{"jsonrpc":"2.0","id":\#(lastNumber),"method":"\#(method)","params":\#(parameters)}"#
          + "\n")
      return lastNumber
    }

    /// The next answer; notifications are passed over.
    func answer() throws -> ReferenceJSON.Tree {
      while true {
        let line = try program.line()
        let message = try #require(ReferenceJSON.parse(Array(line.utf8)), "\(line)")
        if message["id"] != .null { return message }
      }
    }

    func ask(_ method: String, _ parameters: String = "{}") throws -> ReferenceJSON.Tree {
      let number = try send(method, parameters)
      let answer = try answer()
      try #require(answer["id"].number == "\(number)", "\(answer)")
      return answer
    }

    var told: String? {
      get throws { try ask("tell")["result"]["told"].text }
    }
  }

  private func home() throws -> Home {
    let home = try Home.withVault()
    try home.set("a", "first-secret-value")
    return home
  }

  @Test func aHostDoesNotNotice() throws {
    let home = try home()
    let session = try Session(home, "github")
    #expect(try session.told == "eulav-terces-tsrif")
    let before = try home.ps()[0]
    #expect(before["server"].text == "github" && before["era"].text == "handshake")
    #expect(before["secrets"].elements[0]["version"].number == "1")
    let run = try home.valet(["rotate", "a"], input: "second-secret-value")
    #expect(run.exitCode == 0, "\(run.text)\(run.errorText)")
    #expect(run.text.contains("github (process \(session.program.processID), in "), "\(run.text)")
    #expect(try session.told == "eulav-terces-dnoces")
    let after = try home.ps()[0]
    #expect(after["pid"] == before["pid"] && after["serverPid"] != before["serverPid"])
    #expect(after["swaps"].number == "1")
    #expect(after["secrets"].elements[0]["version"].number == "2")
    // Old and new values are searched for.
    let raw = try session.ask("raw")["result"]["raw"].text
    #expect(raw == "[redacted a]" || raw?.contains("redacted") == true, "\(raw ?? "")")
    #expect(try home.valet(["rollback", "a"]).exitCode == 0)
    #expect(try session.told == "eulav-terces-tsrif")
    #expect(try home.ps()[0]["redactions"] != .null)
  }

  @Test func anOpenRequestIsAnsweredByTheOldServer() throws {
    let home = try home()
    let session = try Session(home, "slow")
    _ = try session.send("slow")
    let run = try home.valet(["rotate", "a"], input: "second-secret-value")
    #expect(run.exitCode == 0, "\(run.text)\(run.errorText)")
    #expect(try session.answer()["result"]["told"].text == "eulav-terces-tsrif")
    #expect(try session.told == "eulav-terces-dnoces")
  }

  @Test func aValueThatTheServerRefusesLeavesTheOldOneRunning() throws {
    let home = try home()
    let session = try Session(home, "github")
    let run = try home.valet(["rotate", "a"], input: "bad-secret-value")
    #expect(run.exitCode == 69, "\(run.text)\(run.errorText)")
    #expect(run.text.contains("exit code 3"), "\(run.text)")
    #expect(!(run.text + run.errorText).contains("bad-secret-value"))
    #expect(try session.told == "eulav-terces-tsrif")
    #expect(try home.ps()[0]["secrets"].elements[0]["isNewest"] == .boolean(false))
    #expect(try home.valet(["rotate", "a"], input: "third-secret-value").exitCode == 0)
    #expect(try session.told == "eulav-terces-driht")
    #expect(try home.ps()[0]["secrets"].elements[0]["isNewest"] == .boolean(true))
  }

  @Test func eightHostsGetTheNewValueAtOnce() throws {
    let home = try home()
    let sessions = try (1...8).map { try Session(home, "s\($0)") }
    let run = try home.valet(["rotate", "a"], input: "second-secret-value")
    #expect(run.exitCode == 0, "\(run.text)\(run.errorText)")
    for session in sessions { #expect(try session.told == "eulav-terces-dnoces") }
  }

  @Test func whatIsNewIsReloadedOnceAndRestartedOnDemand() throws {
    let home = try home()
    let session = try Session(home, "github")
    try home.set("a", "second-secret-value")
    #expect(try session.told == "eulav-terces-tsrif")
    #expect(try home.valet(["reload", "github"]).text.contains("replaced"))
    #expect(try session.told == "eulav-terces-dnoces")
    let process = try home.ps()[0]["serverPid"]
    #expect(try home.valet(["reload", "github"]).text.contains("already"))
    #expect(try home.ps()[0]["serverPid"] == process)
    #expect(try home.valet(["reload", "github", "--restart"]).text.contains("replaced"))
    #expect(try home.ps()[0]["serverPid"] != process)
    #expect(try session.told == "eulav-terces-dnoces")
  }

  @Test func stopEndsTheServerAndItsBroker() throws {
    let home = try home()
    let session = try Session(home, "github")
    let server = try #require(try home.ps()[0]["serverPid"].number.flatMap { pid_t($0) })
    let run = try home.valet(["stop", "github"])
    #expect(run.exitCode == 0 && run.text.contains("stopped"), "\(run.text)\(run.errorText)")
    #expect(session.program.wait() != nil)
    #expect(waits { kill(server, 0) != 0 })
    #expect(try home.ps().isEmpty)
  }

  @Test func aCompromisedValueEndsTheServerInTheMiddleOfARequest() throws {
    let home = try home()
    let session = try Session(home, "github")
    _ = try session.send("slow")
    let start = ContinuousClock.now
    let run = try home.valet(["rotate", "a", "--compromised"], input: "second-secret-value")
    #expect(run.exitCode == 0, "\(run.text)\(run.errorText)")
    #expect(ContinuousClock.now - start < .seconds(1.4))
    #expect(session.program.wait() != nil)
    let again = try Session(home, "github")
    #expect(try again.told == "eulav-terces-dnoces")
  }

  @Test func aKilledBrokerLeavesNothingBehind() throws {
    let home = try home()
    let session = try Session(home, "github")
    session.program.send(SIGKILL)
    _ = session.program.wait()
    #expect(try home.ps().isEmpty)
    let left = TemporaryFolder.names(in: "\(home.valetHome)/run")
    #expect(!left.contains { $0.contains(".sock") }, "\(left)")
    #expect(try home.valet(["rotate", "a"], input: "second-secret-value").exitCode == 0)
  }

  @Test func aStoppedBrokerIsReportedAndCatchesUp() throws {
    let home = try home()
    let hanging = try Session(home, "hangs")
    hanging.program.send(SIGSTOP)
    let run = try home.valet(["rotate", "a"], input: "second-secret-value")
    #expect(run.exitCode == 69 && run.text.contains("did not answer"), "\(run.text)")
    hanging.program.send(SIGCONT)
    #expect(waits { (try? hanging.told) == "eulav-terces-dnoces" })
  }

  @Test func aRotationReachesALaunchThatIsStillReadingItsValues() throws {
    let home = try home()
    // Sixteen launches in a row while the value changes again and again: whichever each of them
    // read, it ends with the newest.
    let script = """
      for n in 1 2 3 4 5 6 7 8; do
        printf "secret-value-number-$n" | "$VALET" rotate a || exit 1
      done
      """
    try home.write(Self.server, to: "server.py")
    let rotations = try LiveProgram(
      ["/bin/bash", "-c", script],
      environment: home.environment.merging(["VALET": Programs.broker]) { $1 })
    var sessions: [Session] = []
    for number in 1...8 { sessions.append(try Session(home, "s\(number)")) }
    #expect(rotations.wait(seconds: 120) == 0, "\(rotations.text)\(rotations.errorText)")
    for session in sessions { #expect(try session.told == "8-rebmun-eulav-terces") }
  }
}
