internal import Platform
internal import Testing

/// What a server finds when it starts, in place and supervised alike.
@Suite(.serialized)
struct InheritanceTests {
  /// What the probe reports.
  private struct Report {
    var lines: [String] = []
    var variables: [[UInt8]] = []

    init(_ bytes: [UInt8]) {
      let mark = Array("variables\n".utf8)
      var start = 0
      while start < bytes.count, !bytes[start...].starts(with: mark) { start += 1 }
      lines = String(decoding: bytes[..<start], as: UTF8.self).split(separator: "\n").map(
        String.init)
      variables = bytes[min(start + mark.count, bytes.count)...].split(separator: 0).map(Array.init)
    }
  }

  private func report(
    _ scene: Scene, _ options: [String], _ start: Peer.Options = Peer.Options()
  ) throws -> Report {
    Report(try scene.broker(options, probe: ["report"], start).withoutInput().errorBytes())
  }

  @Test(arguments: [[], ["--exec"]])
  func aServerHasDescriptors0To2AndNoOther(options: [String]) throws {
    let scene = try Scene()
    var start = Peer.Options()
    start.extraDescriptors = [3, 7, 8, 40, 1000]
    let report = try report(scene, options + ["--env", "A=valet://secret"], start)
    #expect(report.lines.filter { $0.hasPrefix("fd ") } == ["fd 0", "fd 1", "fd 2"])
  }

  @Test(arguments: [[], ["--exec"]])
  func aServerBlocksAndIgnoresNoSignal(options: [String]) throws {
    let scene = try Scene()
    var start = Peer.Options()
    start.blockedSignals = [SIGTERM, SIGINT, SIGCHLD, SIGUSR1, 40]
    // SIGPIPE is ignored by this test process, and by the broker that inherits it.
    let report = try report(scene, options, start)
    #expect(report.lines.contains("fd 0"))
    #expect(report.lines.filter { $0.hasPrefix("blocked") || $0.hasPrefix("ignored") } == [])
  }

  @Test func aSupervisedServerLeadsItsOwnGroup() throws {
    let scene = try Scene()
    #expect(try report(scene, []).lines.contains("leads-group 1"))
  }

  @Test(arguments: [[], ["--exec"]])
  func onlyAServerWithSecretsIsKeptFromDumpingCore(options: [String]) throws {
    let scene = try Scene()
    var before = rlimit()
    getrlimit(Int32(RLIMIT_CORE.rawValue), &before)
    #expect(
      try report(scene, options + ["--env", "A=valet://secret"]).lines.contains(
        before.rlim_max == 0 ? "core 0" : "core 1"))
    #expect(try report(scene, options).lines.contains("core \(before.rlim_cur)"))
  }

  @Test(arguments: [[], ["--exec"]])
  func aServerGetsExactlyItsVariables(options: [String]) throws {
    let scene = try Scene()
    var start = Peer.Options()
    start.environment = [
      "PATH=/usr/bin:/bin", "HOME=/h", "A=first", "A=second", "AWS_SECRET=x", "REF=valet://secret",
      "MCP_VALET_HOME=/x",
    ]
    let with = try report(scene, options + ["--env", "B=<{{valet://secret}}>"], start).variables
    #expect(
      with.map { String(decoding: $0, as: UTF8.self) } == [
        "PATH=/usr/bin:/bin", "HOME=/h", "REF=\(scene.canary)", "B=<\(scene.canary)>",
      ])
    start.environment.removeAll { $0.hasPrefix("REF") }
    let without = try report(scene, options, start).variables
    #expect(
      without.map { String(decoding: $0, as: UTF8.self) } == [
        "PATH=/usr/bin:/bin", "HOME=/h", "A=first", "AWS_SECRET=x",
      ])
  }

  @Test func whatWasDroppedIsSaid() throws {
    let scene = try Scene()
    var start = Peer.Options()
    start.environment += ["AWS_SECRET=x", "OTHER=y"]
    let broker = try scene.broker(["--env", "A=valet://secret"], probe: ["exit", "0"], start)
    broker.closeInput()
    #expect(broker.errorText() == "dropped: AWS_SECRET OTHER\n")
  }

  @Test(arguments: [[], ["--exec"]])
  func valuesOfAnyBytesArriveUntouched(options: [String]) throws {
    let scene = try Scene()
    let value = (1...255).map { UInt8($0) }
    try scene.put("bytes", value)
    let report = try report(scene, options + ["--env", "A=valet://bytes"])
    #expect(report.variables.last == Array("A=".utf8) + value)
  }
}
