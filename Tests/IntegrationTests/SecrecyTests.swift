internal import Platform
internal import Testing
internal import ValetTesting

/// A value that occurs nowhere else is planted, and looked for everywhere.
@Suite struct SecrecyTests {
  /// The user that Debian calls nobody.
  private static let somebodyElse: uid_t = 65_534
  /// What no other process sleeps.
  private static let seconds = "\(Int.random(in: 100_000...999_999))"
  private static let isRoot = geteuid() == 0

  private func canary() -> String {
    "canary-\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"
  }

  /// A server with the value in a variable and in a file, and a process below it in a session of
  /// its own.
  private func server(
    _ home: borrowing Home, _ way: [String], files: Bool
  ) throws -> LiveProgram {
    let file = files ? ["--file", "PEM=valet://canary"] : []
    let live = try home.start(
      ["run"] + way + file + [
        "--env", "TOKEN=valet://canary", "--env", "HEADER=Bearer {{valet://canary}}", "--",
        "/bin/sh", "-c", "setsid sleep \(Self.seconds) & echo ready; cat",
      ])
    try live.expect("ready")
    return live
  }

  private static let runtimeFolders = ["/dev/shm", "/run/user/\(geteuid())"]

  @Test(.enabled(if: isRoot, "becomes another user"), arguments: [[], ["--exec"]])
  func anotherUserFindsNothing(way: [String]) throws {
    let home = try Home.withVault()
    let canary = canary()
    try home.set("canary", canary)
    let live = try server(home, way, files: way.isEmpty)
    let folders = [home.path] + Self.runtimeFolders
    let others = try Scan(
      for: canary, asUser: Self.somebodyElse, processes: nil, folders: folders)
    #expect(others.found.isEmpty)
    #expect(others.connected.isEmpty)
    // Every process shows its arguments to everyone.
    #expect(others.searched > 0)

    // The same search by somebody who may look finds it where it has to be, and nowhere else.
    let tree = Processes.tree(of: live.processID)
    // Nobody else ends what a server of --exec leaves behind.
    defer {
      for process in tree where Processes.arguments(of: process) == ["sleep", Self.seconds] {
        kill(process, SIGKILL)
      }
    }
    #expect(tree.count >= (way.isEmpty ? 5 : 3), "broker, guardian, shell, cat, sleep: \(tree)")
    let own = try Scan(for: canary, processes: tree, folders: folders)
    #expect(own.found.contains { $0.hasSuffix("/environ") })
    #expect(!own.found.contains { $0.hasSuffix("/cmdline") })
    let files = own.found.filter { !$0.hasPrefix("/proc/") }
    #expect(files.count == (way.isEmpty ? 1 : 0), "\(files)")
    #expect(files.allSatisfy { $0.hasSuffix("/PEM") && $0.contains("/mcp-valet") })
    if way.isEmpty {
      // The broker keeps it, to start another server with it; the guardian has nothing.
      let guardian = try #require(tree.dropFirst().first)
      #expect(
        !own.found.contains { $0.hasPrefix("/proc/\(guardian)/") && !$0.contains("/fd/") },
        "\(own.found)")
    }
    live.closeInput()
    #expect(live.wait() == 0, "\(live.errorText)")
  }

  /// Whatever a command does with a value, no file of ours ever holds it.
  @Test func nothingOnDiskHoldsAValue() throws {
    let home = try Home.withVault()
    let canary = canary()
    try home.set("canary", canary)
    try home.set("canary", "\(canary) again")
    let words = [
      ["add", "x", "--env", "A=valet://canary", "--", "true"], ["run", "x"],
      ["run", "--env", "A=valet://canary", "--", "/no/such/command"],
      ["run", "--env", "A=valet://canary", "--env", "B=valet://absent", "--", "true"],
      ["get", "canary"], ["list", "--json"], ["versions", "canary"], ["vault", "status"],
      ["vault", "backup", "\(home.path)/backup"], ["vault", "slot", "add", "--passphrase-stdin"],
      ["vault", "rekey"], ["rm", "canary"],
    ]
    for words in words {
      let run = try home.valet(words, input: words.last == "--passphrase-stdin" ? canary : "")
      #expect(!run.errorText.contains(canary))
      #expect(words.first == "get" || !run.text.contains(canary))
    }
    // A command that ends in the middle leaves nothing either.
    for _ in 0..<5 {
      let set = try home.start(["set", "canary"])
      try set.type(canary)
      usleep(20_000)
      set.send(SIGKILL)
      _ = set.wait()
    }
    let scan = try Scan(for: canary, processes: [], folders: [home.path] + Self.runtimeFolders)
    #expect(scan.found.isEmpty)
    #expect(scan.searched > 5)
    // The same search finds what is there.
    try home.write("some \(canary) text", to: "control")
    let control = try Scan(for: canary, processes: [], folders: [home.path])
    #expect(control.found == ["\(home.path)/control"])
  }

  /// A broker that crashes at the moments when it holds the value, with no limit on core dumps.
  @Test(
    .enabled(if: CoreDumps.areFiles, "core_pattern is not a name in the working folder"),
    .enabled(if: isRoot, "signals are injected by strace"),
    arguments: [
      ([], "pipe2"), ([], "write"), (["--exec"], "write"), (["--exec"], "execve"),
      ([], "clone,clone3,fork,vfork"), ([], "ppoll,poll"),
    ])
  func noCoreDumpHoldsAValue(way: [String], call: String) throws {
    let home = try Home.withVault()
    let canary = canary()
    try home.set("canary", canary)
    try home.allow(["run"] + way + ["--env", "A=valet://canary", "--", "/bin/cat"])
    let parts = call.split(separator: ":", maxSplits: 1)
    let occasion = parts.count == 2 ? ":\(parts[1])" : ":when=1"
    let run = try home.shell(
      """
      mkdir cores && cd cores && ulimit -c unlimited
      strace -o ../trace -e inject=\(parts[0]):error=EIO:signal=SIGSEGV\(occasion) \
        "$VALET" run \(way.joined(separator: " ")) --env A=valet://canary -- /bin/cat
      """, adding: ["NOTED": "so that something is written to standard error"])
    #expect(run.exitCode == 128 + SIGSEGV, "\(run.errorText)")
    #expect(File.text("\(home.path)/trace").contains("SIGSEGV"))
    // There is none, and if there were one, it would not hold the value.
    #expect(TemporaryFolder.names(in: "\(home.path)/cores").isEmpty)
    let scan = try Scan(for: canary, processes: [], folders: ["\(home.path)/cores"])
    #expect(scan.found.isEmpty)
  }

  /// The same of a broker that only waits, and of the server, beside one without secrets.
  @Test(
    .enabled(if: CoreDumps.areFiles, "core_pattern is not a name in the working folder"),
    arguments: [SIGSEGV, SIGABRT, SIGQUIT])
  func neitherBrokerNorServerLeavesACoreDump(signal: Int32) throws {
    let home = try Home.withVault()
    let canary = canary()
    try home.set("canary", canary)
    for (name, script) in [
      ("waits", "touch ../started; exec sleep 1000"), ("dies", "kill -\(signal) $$"),
    ] {
      try home.allow(["run", name, "--env", "A=valet://canary", "--", "/bin/sh", "-c", script])
    }
    let run = try home.shell(
      """
      mkdir cores && cd cores && ulimit -c unlimited
      "$VALET" run waits --env A=valet://canary -- /bin/sh -c 'touch ../started; exec sleep 1000' &
      # Not before: the shell that is to become the broker knows the canary from this script.
      until [ -e ../started ]; do sleep 0.05; done
      kill -\(signal) $!
      wait
      "$VALET" run dies --env A=valet://canary -- /bin/sh -c 'kill -\(signal) $$'
      ls
      A=\(canary) "$VALET" run -- /bin/sh -c 'kill -\(signal) $$' </dev/null
      """)
    // SIGQUIT is passed on to the server.
    #expect(run.text.isEmpty, "\(run.text)")
    // A core dump of ours would have been found.
    let control = try Scan(for: canary, processes: [], folders: ["\(home.path)/cores"])
    #expect(control.found.count == 1, "\(run.errorText)")
  }
}

/// What the kernel does with a process that crashes.
private enum CoreDumps {
  /// Whether a core dump is a file in the working folder of the process.
  static let areFiles: Bool = {
    let pattern = File.text("/proc/sys/kernel/core_pattern")
    return !pattern.isEmpty && pattern.first != "|" && !pattern.contains("/")
  }()
}
