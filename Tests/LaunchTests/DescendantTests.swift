internal import Platform
internal import Testing

/// Nothing that a server started outlives the broker, however it tries.
@Suite(.serialized)
struct DescendantTests {
  @Test(arguments: [[], ["--scan"]])
  func noneSurvivesSIGKILLOfTheBroker(options: [String]) throws {
    let scene = try Scene()
    let broker = try scene.broker(options, probe: ["tree"])
    #expect(broker.line() == "ready")
    // The server, a child, one in its own group, two in sessions, a daemon.
    #expect(waits { scene.relatives.count == 6 })
    broker.send(SIGKILL)
    #expect(scene.areRelativesGone())
    #expect(broker.haveAllHoldersOfErrorsGone())
  }

  @Test func noneSurvivesSIGKILLOfTheBrokersGroup() throws {
    let scene = try Scene()
    var options = Peer.Options()
    options.ownGroup = true
    let broker = try scene.broker(probe: ["tree"], options)
    #expect(broker.line() == "ready")
    kill(-broker.processID, SIGKILL)
    #expect(broker.haveAllHoldersOfErrorsGone())
  }

  @Test(arguments: ["runner", "bomb"])
  func noneSurvivesByForking(mode: String) throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: [mode])
    #expect(broker.line() == "ready")
    broker.send(SIGKILL)
    // The end of its standard error comes with the last of them; one that was never met says so.
    #expect(broker.errorText() == "")
  }

  @Test func whatAServerLeavesBehindEndsWithTheBroker() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["leave", "60000"])
    #expect(broker.withoutInput().end() == 5)
    #expect(scene.relatives.isEmpty)
  }

  @Test func theGuardianEndsWithTheBroker() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["sleep"])
    #expect(broker.line() == "ready")
    let guardian = try scene.processes().guardian
    #expect(Processes.isRunning(guardian))
    broker.send(SIGKILL)
    _ = broker.end()
    #expect(waits { !Processes.isRunning(guardian) })
  }

  @Test func theServerEndsWithTheGuardianAndTheBrokerSaysSo() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["sleep"])
    #expect(broker.line() == "ready")
    broker.closeInput()
    kill(try scene.processes().guardian, SIGKILL)
    #expect(scene.areRelativesGone())
    #expect(broker.end() == 70)
    #expect(broker.errorText().contains("guardian"))
  }

  @Test func theGuardianLeavesTheBrokersGroupAndSession() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["sleep"])
    #expect(broker.line() == "ready")
    let (guardian, server) = try scene.processes()
    #expect(getsid(guardian) == guardian)
    #expect(getpgid(server) == server)
    #expect(getpgid(broker.processID) != guardian)
  }
}
