internal import Platform
internal import Testing
internal import ValetTesting

/// What becomes of values, files and processes when a server is replaced.
@Suite struct SwapTests {
  private static let old = "old-value-of-the-token-4711"
  private static let new = "new-value-of-the-token-4712"

  private func home() throws -> Home {
    let home = try Home.withVault()
    try home.set("token", Self.old)
    return home
  }

  /// Both values stay out of what the host sees, whichever server prints them.
  @Test(arguments: RelayedServer.Era.allCases)
  func oldAndNewValuesAreReplaced(era: RelayedServer.Era) throws {
    let home = try home()
    var server = try RelayedServer(home, era: era)
    try server.begin()
    let first = try server.processID()
    let rotated = try home.valet(["rotate", "token"], input: Self.new)
    #expect(rotated.exitCode == 0, "\(rotated.errorText)")
    #expect(try server.processID() != first)
    let answer = try server.ask("errors", #"{"pieces":["\#(Self.old) \#(Self.new) TOKEN\n"]}"#)
    #expect(answer["result"].elements.isEmpty)
    let words = "[redacted token] [redacted token] [redacted token]\n"
    #expect(server.program.reads { $0.errorText.contains(words) }, "\(server.program.errorText)")
  }

  @Test func theCommandLineSaysHowAServerIsReplaced() throws {
    let home = try home()
    var server = try RelayedServer(home, ["--swap", "never", "--env", "TOKEN=valet://token"])
    try server.begin()
    let first = try server.processID()
    let rotated = try home.valet(["rotate", "token"], input: Self.new)
    #expect((rotated.text + rotated.errorText).contains("configured not to be replaced"))
    #expect(try server.processID() == first)
    let wrong = try home.valet(["run", "--swap", "later", "demo"], allowing: false)
    #expect(wrong.exitCode == 64 && wrong.errorText.contains("overlap, stop-first or never"))
  }

  @Test func theFileOfAValueKeepsItsPath() throws {
    let home = try home()
    var server = try RelayedServer(
      home, ["--no-redact", "--env", "TOKEN=valet://token", "--file", "FILE=valet://token"])
    try server.begin()
    let before = try server.ask("file")["result"]
    #expect(before["text"].text == Self.old)
    let rotated = try home.valet(["rotate", "token"], input: Self.new)
    #expect(rotated.exitCode == 0, "\(rotated.errorText)")
    let after = try server.ask("file")["result"]
    #expect(after["text"].text == Self.new)
    #expect(after["path"].text == before["path"].text)
    // The old server's guardian has gone, and left the files to the new one.
    let path = try #require(after["path"].text)
    #expect(waits { Processes.tree(of: server.program.processID).count == 3 })
    #expect(TemporaryFolder.exists(path))
    server.program.closeInput()
    #expect(server.program.wait() == 0)
    #expect(!TemporaryFolder.exists(path))
  }

  @Test(arguments: ["dies-at-once-4713", "refuses-the-handshake-4714"])
  func aNewServerThatDoesNotStartChangesNothing(value: String) throws {
    let home = try home()
    var server = try RelayedServer(
      home, ["--no-redact", "--env", "TOKEN=valet://token", "--file", "FILE=valet://token"])
    try server.begin()
    let first = try server.processID()
    let rotated = try home.valet(["rotate", "token"], input: value)
    #expect(rotated.exitCode != 0)
    #expect(try server.processID() == first)
    #expect(try server.ask("file")["result"]["text"].text == Self.old)
    // The next one is started with what is good.
    let again = try home.valet(["rotate", "token"], input: Self.new)
    #expect(again.exitCode == 0, "\(again.errorText)")
    #expect(try server.ask("token")["result"]["token"].text == Self.new)
  }

  @Test func theOldServerIsKilledInTheMiddleOfASwap() throws {
    let home = try home()
    var server = try RelayedServer(home)
    try server.begin()
    let first = try server.processID()
    // Its answer is awaited by the swap.
    let open = try server.send("sleep", #"{"seconds":30}"#)
    let rotation = try home.start(["rotate", "token"])
    try rotation.type(Self.new)
    rotation.closeInput()
    #expect(waits { Processes.tree(of: server.program.processID).count >= 5 })
    usleep(200_000)
    kill(first, SIGKILL)
    let answer = try server.message()
    #expect(answer["id"].number == "\(open)" && answer["error"]["message"].text != nil)
    #expect(rotation.wait() == 0, "\(rotation.errorText)")
    #expect(try server.processID() != first)
  }

  @Test func theNewServerIsKilledInTheMiddleOfASwap() throws {
    let home = try home()
    var server = try RelayedServer(home)
    try server.begin()
    let first = try server.processID()
    let rotation = try home.start(["rotate", "token"])
    // It sleeps before it answers anything.
    try rotation.type("sleeps-for-a-minute-4715")
    rotation.closeInput()
    let broker = server.program.processID
    // Its own: other tests run the same program.
    let others = {
      Processes.tree(of: broker).filter {
        $0 != first && Processes.arguments(of: $0) == RelayedServer.command
      }
    }
    #expect(waits { others().count == 1 })
    for process in others() { kill(process, SIGKILL) }
    #expect(rotation.wait() != 0)
    #expect(try server.processID() == first)
  }

  /// A start that hangs, as on a file system that is gone, does not hold up the old server.
  @Test(
    .enabled(if: geteuid() == 0, "attaches to the broker"),
    .enabled(if: Programs.areInstalled("/usr/bin/strace"), "needs strace"))
  func aStartThatHangsHoldsNothingUp() throws {
    let home = try home()
    var server = try RelayedServer(home)
    try server.begin()
    let trace = try LiveProgram(
      [
        "/usr/bin/strace", "-f", "-o", "/dev/null", "-e", "trace=execve", "-e",
        "inject=execve:delay_enter=3000000", "-p", "\(server.program.processID)",
      ], environment: ["PATH": "/usr/bin:/bin"])
    #expect(trace.reads { $0.errorText.contains("attached") }, "\(trace.errorText)")
    let rotation = try home.start(["rotate", "token"])
    try rotation.type(Self.new)
    rotation.closeInput()
    #expect(waits { Processes.tree(of: server.program.processID).count >= 4 })
    let start = ContinuousClock.now
    for _ in 0..<50 { _ = try server.processID() }
    #expect(ContinuousClock.now - start < .seconds(2))
    #expect(rotation.wait(seconds: 10) == 0, "\(rotation.errorText)")
    trace.send(SIGINT)
    _ = trace.wait()
  }

  /// Guardians are forks of a broker that holds all values; only the first is forked by one that
  /// has relayed nothing yet.
  @Test(.enabled(if: geteuid() == 0, "reads the memory of others"))
  func noGuardianHoldsAValue() throws {
    let home = try home()
    var server = try RelayedServer(home)
    try server.begin()
    // Traffic with the value in it, on both ways out.
    for _ in 0..<20 { _ = try server.ask("token") }
    _ = try server.ask("errors", #"{"pieces":["TOKEN\n"]}"#)
    for value in [Self.new, "\(Self.new)-again"] {
      let rotated = try home.valet(["rotate", "token"], input: value)
      #expect(rotated.exitCode == 0, "\(rotated.errorText)")
      for _ in 0..<20 { _ = try server.ask("token") }
    }
    let broker = server.program.processID
    let guardians = {
      Processes.tree(of: broker).filter { Processes.name(of: $0) == "valet-guardian" }
    }
    // Those of the old servers are about to go.
    #expect(waits { guardians().count == 1 })
    for value in [Self.old, Self.new, "value-of-the-token"] {
      let own = try Scan(for: value, processes: [broker] + guardians(), folders: [])
      // The look itself works: the broker has it.
      #expect(own.found.contains { $0.hasPrefix("/proc/\(broker)/") }, "\(own.found)")
      let found = own.found.filter { !$0.hasPrefix("/proc/\(broker)/") }
      #expect(found.isEmpty, "\(found)")
    }
  }
}
