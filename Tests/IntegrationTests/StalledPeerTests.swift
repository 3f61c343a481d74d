internal import Platform
internal import Testing
internal import ValetTesting

/// Hosts and servers that do not read, do not end, or go away at the wrong moment.
@Suite struct StalledPeerTests {
  /// Nobody reads standard error: the server waits with what it prints there, as it would without
  /// us, and the relay goes on with everything else.
  @Test func aStalledReaderOfStandardErrorStopsNothingElse() throws {
    let home = try Home.withVault()
    try home.set("token", "some-token")
    // The shell keeps the pipe of its standard error full.
    let live = try home.start(
      ["run", "demo", "--env", "TOKEN=valet://token", "--"] + [
        "/bin/sh", "-c",
        "(yes 'a line of noise' >&2) & exec \(RelayedServer.command.joined(separator: " "))",
      ])
    live.stopsReadingErrors = true
    for number in 1...50 {
      try live.type(#"{"jsonrpc":"2.0","id":\#(number),"method":"token"}"# + "\n")
      #expect(try live.line().contains(#""id": \#(number)"#))
    }
    let memory = try #require(Processes.anonymousMemory(of: live.processID))
    #expect(memory < 4 << 20, "\(memory)")
    live.closeInput()
    #expect(live.wait(seconds: 10) == 0)
  }

  /// What is held back is the beginning of a secret whose rest nobody has read yet.
  @Test func aPauseOfTheReaderCutsNoSecret() throws {
    let home = try Home.withVault()
    try home.set("token", "S3cr3tValue-0123456789abcdef")
    let script = """
      import os
      text = (os.environ["TOKEN"] + "\\n").encode() * 40000
      while text: text = text[os.write(2, text[:65536]):]
      """
    let live = try home.start([
      "run", "demo", "--env", "TOKEN=valet://token", "--", "/usr/bin/python3", "-c", script,
    ])
    live.closeInput()
    for _ in 1...4 {
      live.stopsReadingErrors = true
      _ = live.wait(seconds: 0.5)
      live.stopsReadingErrors = false
      _ = live.reads(seconds: 0.05) { _ in false }
    }
    #expect(live.wait() == 0)
    let text = live.errorText
    #expect(text.contains("[redacted token]") && !text.contains("S3cr3tValue"))
  }

  @Test func aHostThatVanishesInMidLineEndsTheServer() throws {
    let home = try Home()
    let live = try home.start(["run", "--", "/bin/sh", "-c", "cat >\"$HOME/heard\"; exit 4"])
    try live.type(#"{"jsonrpc":"2.0","id":1,"met"#)
    live.closeInput()
    #expect(live.wait(seconds: 5) == 4)
    #expect(File.text("\(home.path)/heard") == #"{"jsonrpc":"2.0","id":1,"met"#)
  }

  /// Neither side reads: both wait, nothing grows, and signals still get through.
  @Test func bothStalledAtOnce() throws {
    let home = try Home()
    let live = try home.start([
      "run", "demo", "--", "/bin/sh", "-c",
      #"yes '{"jsonrpc":"2.0","method":"n"}'"#,
    ])
    live.stopsReading = true
    let line = Array(
      (#"{"method":"n","params":""# + String(repeating: "x", count: 4000) + "\"}\n").utf8)
    // Until no more goes in.
    var count = 0
    while live.takes(line), count < 10_000 { count += 1 }
    #expect(count > 10 && count < 1000)
    let memory = try #require(Processes.anonymousMemory(of: live.processID))
    #expect(memory < 4 << 20, "\(memory)")
    let start = ContinuousClock.now
    live.send(SIGTERM)
    #expect(live.wait(seconds: 3) == 128 + SIGTERM)
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  /// S10: a host waits 2 s from the end of input to SIGTERM, and 2 s more to SIGKILL.
  @Test func aServerThatIgnoresEverythingEndsWithinTheHostsPatience() throws {
    let home = try Home()
    let live = try home.start([
      "run", "--", "/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done",
    ])
    try live.expect("ready")
    live.closeInput()
    #expect(live.wait(seconds: 2) == nil)
    let start = ContinuousClock.now
    live.send(SIGTERM)
    #expect(live.wait(seconds: 3) == 128 + SIGKILL)
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  @Test func aServerThatClosesItsInputStillSpeaks() throws {
    let home = try Home()
    let live = try home.start([
      "run", "--", "/bin/sh", "-c",
      #"exec <&-; echo '{"method":"a"}'; sleep 1; echo '{"method":"b"}'; sleep 100"#,
    ])
    #expect(try live.line() == #"{"method":"a"}"#)
    try live.type(#"{"id":7,"method":"x"}"# + "\n")
    #expect(try live.line().contains(#""id":7,"error""#))
    #expect(try live.line() == #"{"method":"b"}"#)
    live.closeInput()
    live.send(SIGTERM)
    #expect(live.wait(seconds: 3) == 128 + SIGTERM)
  }
}
