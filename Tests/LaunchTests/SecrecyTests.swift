internal import Platform
internal import Testing

/// Where a value must never be: planted canaries and a look into every corner.
@Suite(.serialized)
struct SecrecyTests {
  private func holders(of canary: String) -> [pid_t] {
    Processes.all.filter { process in
      Processes.arguments(of: process).contains { $0.contains(canary) }
    }
  }

  @Test func noValueIsInTheArgumentsOfAnyProcess() throws {
    let scene = try Scene()
    let broker = try scene.broker(
      ["--env", "A=x{{valet://secret}}", "--file", "B=valet://secret"], probe: ["tree"])
    #expect(broker.line() == "ready")
    #expect(waits { scene.relatives.count == 6 })
    #expect(holders(of: scene.canary) == [])
    // The same look finds one that was allowed to be there.
    let loud = try scene.broker(["--in-argv"], probe: ["sleep", "{{valet://secret}}"])
    #expect(loud.line() == "ready")
    #expect(holders(of: scene.canary) == [try scene.processes().server])
  }

  /// Needs root: broker and guardian cannot be read by their own user.
  @Test(.enabled(if: geteuid() == 0))
  func theGuardianForgetsTheValuesOnceTheServerRuns() throws {
    let scene = try Scene()
    let broker = try scene.broker(
      ["--env", "A=x{{valet://secret}}", "--file", "B=valet://secret"], probe: ["sleep"])
    #expect(broker.line() == "ready")
    let (guardian, server) = try scene.processes()
    #expect(try Processes.memory(of: server, holds: scene.canary))
    // The broker keeps them, to start another server with them.
    #expect(try Processes.memory(of: broker.processID, holds: scene.canary))
    #expect(try !Processes.memory(of: guardian, holds: scene.canary))
  }

  /// The look itself works: before the start, the prepared block is there.
  @Test(.enabled(if: geteuid() == 0))
  func theBlockIsFoundBeforeTheStart() throws {
    let scene = try Scene()
    let broker = try scene.broker(["--stop", "--env", "A=x{{valet://secret}}"], probe: ["sleep"])
    #expect(waits { Processes.isStopped(broker.processID) })
    #expect(try Processes.memory(of: broker.processID, holds: scene.canary))
  }

  @Test func neitherBrokerNorGuardianDumpsCore() throws {
    let scene = try Scene()
    let broker = try scene.broker(["--env", "A=valet://secret"], probe: ["sleep"])
    #expect(broker.line() == "ready")
    for process in [broker.processID, try scene.processes().guardian] {
      let limits = String(decoding: File.bytes("/proc/\(process)/limits"), as: UTF8.self)
      let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core") })
      #expect(["0", "1"].contains(line.split(separator: " ")[4]))
    }
  }

  /// As an ordinary user, where root's rights do not hide a mistake.
  @Test(.enabled(if: geteuid() == 0))
  func anOrdinaryUserRunsAServerAndCannotReadBrokerOrGuardian() throws {
    let scene = try Scene()
    chmod(scene.store, 0o755)
    chmod("\(scene.store)/secret", 0o644)
    chown(scene.memory, 65_534, 65_534)
    let broker = try Peer(
      "/usr/bin/setpriv",
      [
        "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", Executable.driver,
        "--store", scene.store, "--session", scene.memory, "--env", "A=valet://secret", "--file",
        "B=valet://secret", "--", "/bin/sh", "-c",
        "(cat \"$B\"; (setsid sleep 1000 &); echo; echo $PPID) >&2; read -r x", scene.mark,
      ])
    #expect(broker.errorLine() == scene.canary)
    let guardian = try #require(pid_t(broker.errorLine()))
    // What cannot be read by its own user belongs to root in /proc.
    for process in [guardian, broker.processID] {
      var status = stat()
      stat("/proc/\(process)/environ", &status)
      #expect(status.st_uid == 0)
    }
    #expect(scene.valueFolders.count == 1)
    broker.send(SIGKILL)
    #expect(broker.haveAllHoldersOfErrorsGone())
    #expect(waits { scene.valueFolders.isEmpty })
  }
}
