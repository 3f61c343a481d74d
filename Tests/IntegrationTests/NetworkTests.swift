internal import Platform
internal import Testing
internal import ValetTesting

/// `mcp-valet` talks to nobody but the user's own session bus.
@Suite(.enabled(if: Programs.areInstalled("/usr/bin/strace"), "needs strace"))
struct NetworkTests {
  /// The lines of a trace that make or use a socket of another family than AF_UNIX.
  private func networkCalls(in trace: String) -> [String] {
    trace.split(separator: "\n").map(String.init).filter { line in
      (line.contains("socket(AF_") && !line.contains("socket(AF_UNIX"))
        || line.contains("sa_family=AF_INET") || line.contains("sa_family=AF_NETLINK")
    }
  }

  /// Runs a command under strace, its network calls in a file.
  private func trace(
    _ home: borrowing Home, _ words: [String], input: String = "", adding: [String: String]
  ) throws -> (run: ProgramRun, trace: String) {
    let run = try ProgramRun.run(
      ["/usr/bin/strace", "-f", "-qq", "-e", "trace=network", "-o", "\(home.path)/trace"]
        + [Programs.broker] + words,
      environment: home.environment.merging(adding) { $1 }, input: Array(input.utf8))
    return (run, File.text("\(home.path)/trace"))
  }

  @Test func opensNoNetworkSocket() throws {
    let home = try Home()
    let keyring = try KeyringPeer()
    let bus = keyring.environment
    let commands: [(words: [String], input: String)] = [
      (["set", "--store", "keyring", "k"], "value"), (["set", "v"], "value"), (["lock"], ""),
      (["run", "--env", "K=keyring://k", "--env", "V=valet://v", "--", "/bin/true"], ""),
      (["run", "--exec", "--env", "V=valet://v", "--", "/bin/true"], ""), (["list"], ""),
      (["vault", "slot", "add", "--key-file", home.keyFile], ""), (["vault", "status"], ""),
      (["run", "--env", "K=keyring://absent", "--", "/bin/true"], ""),
    ]
    var usedTheBus = false
    for (words, input) in commands {
      try home.allow(words, adding: bus)
      let (run, trace) = try trace(home, words, input: input, adding: bus)
      #expect(run.exitCode == (words.contains("K=keyring://absent") ? 78 : 0), "\(run.errorText)")
      #expect(networkCalls(in: trace).isEmpty, "\(words)")
      usedTheBus = usedTheBus || trace.contains("socket(AF_UNIX")
    }
    #expect(usedTheBus)
    // A program that does is seen.
    let (_, control) = try trace(
      home, ["run", "--", "/usr/bin/python3", "-c", "import socket; socket.socket()"], adding: [:])
    #expect(!networkCalls(in: control).isEmpty)
  }

  @Test(arguments: [
    "tcp:host=127.0.0.1,port=1", "tcp:host=127.0.0.1,port=1;unix:path=/nonexistent",
    "unix:path=/nonexistent;tcp:host=127.0.0.1,port=1", "nonce-tcp:host=127.0.0.1,port=1",
    "unixexec:path=/bin/sh", "autolaunch:", "launchd:env=X",
  ])
  func refusesAHostileBusAddress(address: String) throws {
    let home = try Home.withVault()
    try home.set("v", "value")
    let hostile = [
      "DBUS_SESSION_BUS_ADDRESS": address, "DBUS_SYSTEM_BUS_ADDRESS": address,
      "GIO_USE_PROXY_RESOLVER": "gnome", "http_proxy": "http://127.0.0.1:1",
      "SECRET_BACKEND": "file", "SECRET_FILE_TEST_PATH": "\(home.path)/chosen",
      "G_MESSAGES_DEBUG": "all", "G_DEBUG": "fatal-warnings",
    ]
    let launch = ["run", "--env", "K=keyring://k", "--", "/bin/true"]
    for words in [launch, ["set", "--store", "keyring", "k"], ["list"], ["vault", "init"]] {
      let home = try Home()
      let (run, trace) = try trace(home, words, input: "value", adding: hostile)
      #expect(networkCalls(in: trace).isEmpty, "\(words)")
      // A socket of the relay's own listens and connects to nothing.
      #expect(!trace.contains("connect("), "\(trace)")
      if words != ["list"], words != ["vault", "init"] {
        #expect(run.exitCode == 69)
        #expect(run.errorText.contains("DBUS_SESSION_BUS_ADDRESS"), "\(run.errorText)")
      }
      #expect(!TemporaryFolder.exists("\(home.path)/chosen"))
    }
    // What does not need the keyring does not care.
    let indifferent = ["run", "--env", "V=valet://v", "--", "/bin/true"]
    try home.allow(indifferent)
    let (run, _) = try trace(home, indifferent, adding: hostile)
    #expect(run.exitCode == 0, "\(run.errorText)")
  }

  /// A real keyring is not looked for elsewhere when the named bus is refused.
  @Test func takesNothingFromAFileOfSomebodyElsesChoice() throws {
    let home = try Home()
    let keyring = try KeyringPeer()
    let hostile = keyring.environment.merging(
      ["SECRET_BACKEND": "file", "SECRET_FILE_TEST_PATH": "\(home.path)/chosen"]
    ) { $1 }
    let set = try home.valet(["set", "--store", "keyring", "k"], input: "value", adding: hostile)
    #expect(set.exitCode == 0, "\(set.errorText)")
    #expect(!TemporaryFolder.exists("\(home.path)/chosen"))
    #expect(
      try keyring.shell("secret-tool lookup application mcp-valet name k; echo") == "value\n")
  }
}
