internal import Platform
internal import Testing
internal import ValetTesting

/// Which descriptors our processes have, and which they hand on.
@Suite(.enabled(if: geteuid() == 0, "looks into processes that hide")) struct DescriptorTests {
  private struct Table {
    /// What each number leads to.
    var targets: [Int: String] = [:]
    /// Those that an executed program would get too.
    var inherited: [Int] = []
  }

  private func table(of process: pid_t) throws -> Table {
    var table = Table()
    for name in TemporaryFolder.names(in: "/proc/\(process)/fd") {
      guard let number = Int(name) else { continue }
      let lines = File.text("/proc/\(process)/fdinfo/\(name)").split(separator: "\n")
      let flags = lines.first { $0.hasPrefix("flags:") }?.split(separator: "\t").last
      let value = try #require(flags.flatMap { Int($0, radix: 8) }, "\(lines)")
      if value & Int(O_CLOEXEC) == 0 { table.inherited.append(number) }
      var target = [CChar](repeating: 0, count: 4_097)
      readlink("/proc/\(process)/fd/\(name)", &target, 4_096)
      table.targets[number] = String(
        decoding: target.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }
    table.inherited.sort()
    return table
  }

  /// Executes its arguments and leaves four descriptors open, and none that were open before.
  private static let leaving = """
    for number in $(ls /proc/$$/fd); do
      case $number in 0|1|2|255) ;; *) eval "exec $number>&-" ;; esac
    done
    exec 3</etc/passwd 7>>/dev/null 9</etc 50</etc/hostname
    exec "$@"
    """
  private static let left = [3, 7, 9, 50]

  /// Started by somebody who leaves descriptors open.
  private func start(
    _ home: borrowing Home, _ words: [String], adding: [String: String] = [:]
  ) throws -> LiveProgram {
    if adding.isEmpty { try home.allow(words) }
    return try LiveProgram(
      ["/bin/bash", "-c", Self.leaving, "bash", Programs.broker] + words,
      environment: home.environment.merging(adding) { $1 })
  }

  @Test func aServerHasThreeBeforeAndAfterASwap() throws {
    let home = try Home.withVault()
    try home.set("token", "value-one")
    let live = try start(
      home,
      ["run", "demo", "--env", "TOKEN=valet://token", "--file", "FILE=valet://token", "--"]
        + RelayedServer.command)
    try live.type(#"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{}}"# + "\n")
    try live.expect("supportedVersions")
    for round in 0..<3 {
      let tree = { Processes.tree(of: live.processID) }
      #expect(waits { tree().count == 3 })
      let processes = tree()
      // Broker and guardian hand on nothing but the standard ones.
      for process in processes.prefix(2) {
        let table = try table(of: process)
        let handedOn = table.inherited.filter { $0 > 2 && !Self.left.contains($0) }
        #expect(handedOn.isEmpty, "\(handedOn) \(table.targets)")
        #expect(!table.targets.values.contains { $0.hasSuffix("/data/vault") }, "\(table)")
      }
      let server = try table(of: processes[2])
      #expect(server.targets.keys.sorted() == [0, 1, 2], "\(server)")
      let rotated = try home.valet(["rotate", "token"], input: "value-\(round)")
      try #require(rotated.exitCode == 0, "\(rotated.errorText)")
    }
  }

  @Test func aServerThatIsStartedInPlaceHasThree() throws {
    let home = try Home.withVault()
    try home.set("token", "value")
    let live = try start(
      home, ["run", "--exec", "--env", "TOKEN=valet://token", "--", "/bin/cat"])
    #expect(waits { Processes.name(of: live.processID) == "cat" })
    #expect(try table(of: live.processID).targets.keys.sorted() == [0, 1, 2])
  }

  /// Programs that commands start: for a passphrase, a new value, a check of one.
  @Test func everyProgramThatWeStartHasThree() throws {
    let home = try Home.withPassphrase("correct horse")
    try home.set("a", "value")
    // The shell reads its script from a descriptor of its own.
    let look = """
      for file in /proc/$$/fd/*; do
        target=$(readlink $file); case $target in "$0"|/proc/*) ;; *) echo "${file##*/}" ;; esac
      done | tr '\\n' ' '
      """
    try home.write("#!/bin/sh\n(\(look)) >\"$HOME/pinentry-saw\"\n", to: "pinentry", mode: 0o700)
    try home.write(
      "#!/bin/sh\n(\(look)) >>\"$HOME/command-saw\"\necho new-value\n", to: "command", mode: 0o700)
    mkdir("\(home.valetHome)/config", 0o700)
    try home.write("\(home.path)/pinentry\n", to: "valet/config/pinentry")
    let rotation = try start(
      home, ["rotate", "a", "--check", "K", "--", "\(home.path)/command"])
    try rotation.type("new-value")
    rotation.closeInput()
    #expect(rotation.wait() == 0, "\(rotation.errorText)")
    #expect(File.text("\(home.path)/command-saw") == "0 1 2 ")
    try home.lock()
    let launch = try start(
      home, ["run", "--env", "A=valet://a", "--", "true"], adding: ["DISPLAY": ":99"])
    launch.closeInput()
    #expect(launch.wait(seconds: 90) == 77, "\(launch.errorText)")
    #expect(File.text("\(home.path)/pinentry-saw") == "0 1 2 ")
  }

  /// No argument of any process that any command starts holds a value.
  @Test(.enabled(if: Programs.areInstalled("/usr/bin/strace"), "needs strace"))
  func noArgumentHoldsAValue() throws {
    let home = try Home.withVault()
    let canary = "canary-\(UInt64.random(in: .min ... .max))"
    let launch = [
      "run", "--env", "A=valet://a", "--file", "F=valet://a", "--", "/bin/sh", "-c", "true",
    ]
    let commands: [([String], String)] = [
      (["set", "a"], canary), (["get", "a"], ""), (["allow", "--yes"] + launch.dropFirst(), ""),
      (launch, ""), (["run", "--exec", "--env", "A=valet://a", "--", "/bin/true"], ""),
      (["rotate", "a", "--check", "K", "--", "/bin/true"], "\(canary)-new"),
      (["rotate", "a", "--from", "--", "/bin/cat", "\(home.path)/from"], ""),
      (["versions", "a"], ""), (["rollback", "a"], ""), (["list"], ""), (["where", "a"], ""),
    ]
    try home.write("\(canary)-other", to: "from")
    var calls = 0
    for (words, input) in commands {
      let trace = "\(home.path)/trace"
      let run = try ProgramRun.run(
        ["/usr/bin/strace", "-f", "-qq", "-s", "1000000", "-e", "trace=execve", "-o", trace]
          + [Programs.broker] + words, environment: home.environment, input: Array(input.utf8))
      #expect(run.exitCode == 0 || words.contains("--exec"), "\(words): \(run.errorText)")
      let text = File.text(trace)
      #expect(!text.contains(canary), "\(words)")
      calls += text.split(separator: "\n").count
    }
    #expect(calls > commands.count)
    // The same look finds one that was allowed to be there.
    let loud = ["run", "--in-argv", "--no-redact", "--", "/bin/echo", "{{valet://a}}"]
    try home.allow(loud)
    _ = try ProgramRun.run(
      [
        "/usr/bin/strace", "-f", "-qq", "-s", "1000000", "-e", "trace=execve", "-o",
        "\(home.path)/trace",
      ]
        + [Programs.broker] + loud, environment: home.environment)
    #expect(File.text("\(home.path)/trace").contains(canary))
  }
}
