import Platform
import Testing
import ValetTesting

/// A server that runs longer than its token lives.
@Suite(.serialized) struct ConnectionRelayTests {
  private static let options = ["--no-redact", "--env", "TOKEN=oauth://work"]

  private static func text(_ answer: ReferenceJSON.Tree, _ key: String) -> String? {
    answer["result"][key].text
  }

  /// Asks for the token until it is what is wanted.
  private func awaitToken(
    _ relay: inout RelayedServer, seconds: Int = 20, until isWanted: (String) -> Bool
  ) throws -> String {
    let end = MonotonicInstant.now + .seconds(seconds)
    while true {
      let token = Self.text(try relay.ask("token"), "token") ?? ""
      if isWanted(token) { return token }
      try #require(MonotonicInstant.now < end, "the token is still \(token)")
      usleep(50_000)
    }
  }

  @Test(arguments: RelayedServer.Era.allCases)
  func aServerIsSwappedBeforeItsTokenEnds(era: RelayedServer.Era) throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    var relay = try RelayedServer(fixture.home, Self.options, era: era)
    try relay.begin()
    let first = try relay.processID()
    #expect(Self.text(try relay.ask("token"), "token") == "access-0")
    _ = try awaitToken(&relay) { $0 == "access-1" }
    #expect(try relay.processID() != first)
    #expect(fixture.requests == ["refresh-0 access-1"])
    // The host was told nothing of it, and the log has it.
    let log = try fixture.home.valet(["audit"])
    #expect(log.text.contains("swapped"), "\(log.text)")
  }

  /// Ten lives of a token, which for tokens of an hour is a working day.
  @Test func aServerGoesThroughManyTokensWhileTheVaultIsLocked() throws {
    let fixture = try ConnectedHome(age: 0, life: 3)
    try fixture.set("lifetime", "3")
    var relay = try RelayedServer(fixture.home, Self.options)
    try relay.begin()
    try fixture.home.lock()
    #expect(rename(fixture.home.vault, fixture.home.vault + ".away") == 0)
    let end = MonotonicInstant.now + .seconds(Programs.runsLongTests ? 300 : 24)
    var seen: [String] = []
    while MonotonicInstant.now < end {
      let token = Self.text(try relay.ask("tools/call"), "token") ?? "none"
      if seen.last != token { seen.append(token) }
      usleep(100_000)
    }
    #expect(seen.count >= 7, "\(seen)")
    #expect(seen == (0..<seen.count).map { "access-\($0)" })
    // One request for each token, and no token twice.
    #expect(fixture.requests.count <= seen.count)
    #expect(!fixture.requests.contains { $0.hasSuffix("invalid_grant") })
  }

  @Test func aServerThatIsBusyIsLeftAlone() throws {
    let fixture = try ConnectedHome(age: 0, life: 6)
    var relay = try RelayedServer(fixture.home, Self.options)
    try relay.begin()
    let first = try relay.processID()
    // From before the token is due until shortly before it ends.
    let answer = try relay.ask("sleep", #"{"seconds":5.4}"#)
    #expect(answer["result"]["pid"].number == "\(first)")
    _ = try awaitToken(&relay) { $0 == "access-1" }
    #expect(fixture.requests.count == 1)
  }

  @Test func anIdleRelayOfManySharesOneRefresh() throws {
    let fixture = try ConnectedHome(age: 0, life: 5)
    var relays: [LiveProgram] = []
    for _ in 0..<6 {
      let relay = try fixture.home.start(
        ["run", "demo"] + Self.options + ["--"] + RelayedServer.command)
      try relay.type(#"{"jsonrpc":"2.0","id":1,"method":"token"}"# + "\n")
      relays.append(relay)
    }
    for relay in relays { #expect(try relay.line().contains("access-0")) }
    sleep(8)
    for relay in relays {
      let end = MonotonicInstant.now + .seconds(15)
      var line = ""
      while !line.contains("access-1"), MonotonicInstant.now < end {
        try relay.type(#"{"jsonrpc":"2.0","id":2,"method":"token"}"# + "\n")
        line = try relay.line()
      }
      #expect(line.contains("access-1"))
    }
    #expect(fixture.requests == ["refresh-0 access-1"])
  }

  @Test func aFileIsReplacedInPlace() throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    var relay = try RelayedServer(
      fixture.home, ["--no-redact", "--file", "FILE=oauth://work"])
    try relay.begin()
    let first = try relay.ask("file")
    let process = try relay.processID()
    #expect(Self.text(first, "text") == "access-0")
    let end = MonotonicInstant.now + .seconds(20)
    var second = first
    while Self.text(second, "text") == "access-0", MonotonicInstant.now < end {
      usleep(100_000)
      second = try relay.ask("file")
    }
    #expect(Self.text(second, "text") == "access-1")
    #expect(Self.text(second, "path") == Self.text(first, "path"))
    #expect(try relay.processID() == process)
  }

  @Test func aServerThatIsNeverSwappedKeepsItsToken() throws {
    let fixture = try ConnectedHome(age: 0, life: 3)
    let definition = """
      {"mcpServers": {"demo": {"command": "/usr/bin/python3",
        "args": ["\(Programs.peer("relay_server.py"))"],
        "env": {"TOKEN": "oauth://work"}, "valet": {"swap": "never"}}}}
      """
    mkdir("\(fixture.home.valetHome)/config", 0o700)
    try fixture.home.write(definition, to: "valet/config/servers.json")
    let relay = try fixture.home.start(["run", "--no-redact", "demo"])
    for number in 1...2 {
      try relay.type(#"{"jsonrpc":"2.0","id":\#(number),"method":"tools/call"}"# + "\n")
      #expect(try relay.line().contains("access-0"))
      if number == 1 { sleep(4) }
    }
    #expect(fixture.requests.isEmpty)
  }

  /// Hour 40.
  @Test(arguments: RelayedServer.Era.allCases)
  func aLoginThatEndsIsToldAndTheNextOneReachesTheServer(era: RelayedServer.Era) throws {
    let fixture = try ConnectedHome(age: 0, life: 3)
    try fixture.set("mode", "refused")
    var relay = try RelayedServer(fixture.home, Self.options, era: era)
    try relay.begin()
    let first = try relay.processID()
    var refused = try relay.ask("tools/call")
    let end = MonotonicInstant.now + .seconds(20)
    while refused["error"]["code"].number == nil, MonotonicInstant.now < end {
      usleep(100_000)
      refused = try relay.ask("tools/call")
    }
    #expect(refused["error"]["code"].number == "77")
    let message = refused["error"]["message"].text ?? ""
    #expect(message.contains("mcp-valet login work"), "\(message)")
    // The server stays up, and everything else passes.
    #expect(try relay.processID() == first)
    #expect(fixture.requests == ["refresh-0 invalid_grant"])
    try fixture.set("mode", "rotate")
    try fixture.login(access: "access-of-login", refresh: "refresh-of-login")
    #expect(try awaitToken(&relay) { $0 != "access-0" } == "access-of-login")
    #expect(Self.text(try relay.ask("tools/call"), "token") == "access-of-login")
    #expect(try relay.processID() != first)
  }

  /// A login that no relay heard of, after a logout: another connection.
  @Test(arguments: [options, ["--no-redact", "--file", "FILE=oauth://work"]])
  func aReloadBringsAnotherConnection(options: [String]) throws {
    let fixture = try ConnectedHome(age: 0, life: 60)
    var relay = try RelayedServer(fixture.home, options)
    try relay.begin()
    let (method, key) = options.contains("--file") ? ("file", "text") : ("token", "token")
    #expect(try fixture.home.valet(["logout", "work"]).exitCode == 0)
    try fixture.login(access: "access-of-login", refresh: "refresh-of-login", life: 6)
    let reload = try fixture.home.valet(["reload", "--secret", "oauth://work"])
    #expect(reload.exitCode == 0, "\(reload.text)\(reload.errorText)")
    #expect(Self.text(try relay.ask(method), key) == "access-of-login")
    // It has nothing to do with the first one's life.
    #expect(waits { (try? Self.text(relay.ask(method), key)) == "access-1" })
    #expect(fixture.requests == ["refresh-of-login access-1"])
  }

  @Test("A27: a server that is down is tried again, and drops nothing")
  func aServerThatIsDownIsTriedAgain() throws {
    let fixture = try ConnectedHome(age: 0, life: 3)
    try fixture.set("mode", "down")
    var relay = try RelayedServer(fixture.home, Self.options)
    try relay.begin()
    sleep(5)
    #expect(Self.text(try relay.ask("tools/call"), "token") == "access-0")
    try fixture.set("mode", "rotate")
    #expect(try awaitToken(&relay, seconds: 25) { $0 != "access-0" } == "access-1")
  }

  /// What another process got is taken over without a request.
  @Test func aTokenThatAnotherProcessGotIsTaken() throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    var relay = try RelayedServer(fixture.home, Self.options)
    try relay.begin()
    try fixture.login(access: "access-of-login", refresh: "refresh-of-login")
    #expect(try awaitToken(&relay) { $0 != "access-0" } == "access-of-login")
    #expect(fixture.requests.isEmpty)
  }

  /// No server is left behind, and no refresh half done.
  @Test func aRefreshUnderWayIsFinishedAtTheEnd() throws {
    let fixture = try ConnectedHome(age: 0, life: 4)
    try fixture.set("delay", "0.6")
    var relay = try RelayedServer(fixture.home, Self.options)
    try relay.begin()
    let end = MonotonicInstant.now + .seconds(10)
    while fixture.requests.isEmpty, MonotonicInstant.now < end { usleep(10_000) }
    relay.program.closeInput()
    #expect(relay.program.wait() == 0)
    #expect(try fixture.stored()[2] == "refresh-1")
  }
}
