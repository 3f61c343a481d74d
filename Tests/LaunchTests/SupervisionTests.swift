internal import Platform
internal import Testing

/// Signals, ends and codes pass through the broker as if it were not there.
@Suite(.serialized)
struct SupervisionTests {
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH])
  func passesSignalsOn(signal: Int32) throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["catch"])
    #expect(broker.line() == "ready")
    let start = now()
    broker.send(signal)
    #expect(broker.line() == "got \(signal)")
    #expect(now() - start < 1)
  }

  @Test func passesOnSignalsThatTheHostHadBlocked() throws {
    let scene = try Scene()
    var options = Peer.Options()
    options.blockedSignals = [SIGTERM, SIGINT]
    let broker = try scene.broker(probe: ["sleep"], options)
    #expect(broker.line() == "ready")
    broker.send(SIGTERM)
    #expect(broker.end() == 128 + SIGTERM)
  }

  @Test func aSignalDuringTheStartIsNotLost() throws {
    for delay in stride(from: UInt32(0), to: 20_000, by: 1_000) {
      let scene = try Scene()
      let broker = try scene.broker(probe: ["sleep"])
      usleep(delay)
      broker.send(SIGTERM)
      // Before the start it ends the broker itself.
      let end = broker.end(seconds: 5)
      #expect(end == 128 + SIGTERM || end == 1000 + SIGTERM)
      #expect(scene.areRelativesGone())
    }
  }

  @Test func killsAServerThatIgnoresSIGTERMBeforeTheHostKillsUs() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["stubborn"])
    #expect(broker.line() == "ready")
    let start = now()
    broker.send(SIGTERM)
    #expect(broker.line() == "got \(SIGTERM)")
    #expect(broker.end() == 128 + SIGKILL)
    #expect(now() - start > 1.3)
    #expect(now() - start < 2)
  }

  @Test(arguments: [0, 1, 7, 126, 255])
  func returnsTheServersCode(code: Int32) throws {
    let scene = try Scene()
    #expect(try scene.broker(probe: ["exit", "\(code)"]).withoutInput().end() == code)
  }

  @Test(arguments: [SIGTERM, SIGKILL, SIGSEGV, SIGUSR1])
  func returnsTheServersSignal(signal: Int32) throws {
    let scene = try Scene()
    #expect(try scene.broker(probe: ["die", "\(signal)"]).withoutInput().end() == 128 + signal)
  }

  @Test func passesTheEndOfInputOn() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["echo"])
    broker.write(#"{"jsonrpc":"2.0","method":"one line"}"# + "\n")
    #expect(broker.line() == "one line")
    let start = now()
    broker.closeInput()
    #expect(broker.end() == 0)
    #expect(now() - start < 1)
  }

  @Test func neverKillsAServerBecauseOfTheEndOfInput() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["sleep"])
    #expect(broker.line() == "ready")
    broker.closeInput()
    #expect(broker.end(seconds: 2.5) == nil)
  }

  @Test func aServerWhoseOutputNobodyReadsGetsSIGPIPE() throws {
    let scene = try Scene()
    let broker = try scene.broker(command: [
      "/bin/sh", "-c", "\(Executable.probe) flood 100000000; echo $? >'\(scene.store)/code'",
      scene.mark,
    ])
    _ = broker.read { $0.count > 100_000 }
    broker.closeInput()
    broker.closeOutput()
    #expect(broker.end() == 0)
    #expect(File.bytes("\(scene.store)/code") == Array("141\n".utf8))
  }

  @Test func passesTheEndOfOutputOn() throws {
    let scene = try Scene()
    let broker = try scene.broker(command: [
      "/bin/sh", "-c", #"echo '{"method":"a"}'; exec >&-; exec sleep 100"#,
    ])
    let start = now()
    #expect(broker.line() == #"{"method":"a"}"#)
    // A server that can say nothing any more is given half a second to end.
    #expect(broker.withoutInput().end() == 128 + SIGTERM)
    #expect(now() - start < 4)
  }

  @Test func passesTheEndOfReadingOn() throws {
    let scene = try Scene()
    let broker = try scene.broker(command: [
      "/bin/sh", "-c", #"exec <&-; echo '{"method":"a"}'; exec sleep 100"#,
    ])
    #expect(broker.line() == #"{"method":"a"}"#)
    broker.write(#"{"id":7,"method":"x"}"# + "\n")
    // The request is not left without an answer.
    let answer = broker.line()
    #expect(answer.contains(#""id":7,"error""#) && answer.contains("is not running"), "\(answer)")
  }

  @Test func deliversWhatComesLateFromAGrandchild() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["leave", "50"])
    broker.closeInput()
    #expect(broker.line() == "early")
    #expect(broker.line() == "late")
    #expect(broker.end() == 5)
  }

  @Test func doesNotWaitLongForAGrandchildThatHoldsThePipe() throws {
    let scene = try Scene()
    let start = now()
    let broker = try scene.broker(probe: ["leave", "60000"])
    broker.closeInput()
    #expect(broker.line() == "early")
    #expect(broker.end() == 5)
    #expect(broker.read() == [])
    #expect(now() - start < 2)
  }

  /// An ordinary user cannot open a pipe of somebody else's again, so that everything waits for
  /// `poll`.
  @Test(.enabled(if: geteuid() == 0, "becomes an ordinary user"))
  func worksWithPipesThatCannotBeOpenedAgain() throws {
    let scene = try Scene()
    chmod(scene.store, 0o755)
    func broker(_ script: String) throws -> Peer {
      try Peer(
        "/usr/bin/setpriv",
        [
          "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", Executable.driver,
          "--store", scene.store, "--pipe-errors", "--", "/bin/sh", "-c", script, scene.mark,
        ])
    }
    let echo = try broker("echo started >&2; exec cat")
    #expect(echo.errorLine() == "started")
    let text = String(repeating: "x", count: 30_000)
    for number in 0..<20 {
      echo.write(#"{"method":"\#(number)\#(text)"}"# + "\n")
      #expect(echo.line() == #"{"method":"\#(number)\#(text)"}"#)
    }
    #expect(echo.withoutInput().end() == 0)

    let early = try broker("echo no such thing >&2; exit 9")
    early.write(#"{"id":1,"method":"x"}"# + "\n")
    #expect(early.line().contains("ended with exit code 9 before it answered"))
    early.write(#"{"id":2,"method":"x"}"# + "\n")
    #expect(early.line().contains("no such thing"))
    #expect(early.withoutInput().end() == 9)
    #expect(early.errorText().contains("mcp-valet: error: probe ended with exit code 9"))
  }

  @Test(arguments: [
    ("/nonexistent", 127 as Int32), ("no-such-command", 127), ("/tmp", 126), ("/etc/passwd", 126),
  ])
  func endsAsAShellWithoutACommand(command: String, code: Int32) throws {
    let scene = try Scene()
    #expect(try scene.broker(command: [command]).end() == code)
    #expect(try scene.broker(["--exec"], command: [command]).end() == code)
  }

  @Test(arguments: [[], ["--exec"]])
  func saysWhyAFileCannotBeExecuted(options: [String]) throws {
    let scene = try Scene()
    for (text, clue) in [("echo\n", "#!"), ("#!/nonexistent/interpreter\n", "interpreter")] {
      try scene.put("script", text)
      chmod("\(scene.store)/script", 0o700)
      let broker = try scene.broker(options, command: ["\(scene.store)/script"])
      #expect(broker.end() == 126)
      #expect(broker.errorText().contains(clue))
    }
  }

  @Test(arguments: [[], ["--exec"]])
  func saysWhenTheEnvironmentIsOverTheKernelsLimit(options: [String]) throws {
    let scene = try Scene()
    try scene.put("large", [UInt8](repeating: UInt8(ascii: "x"), count: 120_000))
    let variables = (0..<60).flatMap { ["--env", "V\($0)=valet://large"] }
    let broker = try scene.broker(options + variables, probe: ["exit", "0"])
    #expect(broker.end() == 126)
    #expect(broker.errorText().contains("kernel's limit"))
  }
}
