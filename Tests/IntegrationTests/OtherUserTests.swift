internal import Platform
internal import Testing
internal import ValetTesting

/// Another user of the machine, where the folders on the way are open to him.
@Suite(.enabled(if: geteuid() == 0, "becomes another user")) struct OtherUserTests {
  private static let become = [
    "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all",
  ]

  /// A home in which everything was made with the widest umask, and a server runs.
  private func started(in home: borrowing Home) throws -> LiveProgram {
    let made = try home.shell(
      """
      umask 000
      "$VALET" vault init --key-file key --unattended || exit
      printf value-of-a | "$VALET" set a || exit
      printf value-of-b | "$VALET" set a || exit
      "$VALET" allow --yes --folder any demo --env A=valet://a --file F=valet://a -- /bin/sh -c 'echo up; cat' || exit
      "$VALET" add demo --env A=valet://a --file F=valet://a -- /bin/sh -c 'echo up; cat' </dev/null
      "$VALET" run refused --env A=valet://a -- /bin/true; "$VALET" audit verify
      """)
    try #require(made.exitCode == 0, "\(made.text)\(made.errorText)")
    let live = try LiveProgram(
      ["/bin/sh", "-c", "umask 000; exec \"$@\"", "sh", Programs.broker, "run", "demo"],
      environment: home.environment)
    try live.expect("up")
    return live
  }

  private func entries(below path: String) throws -> [(path: String, kind: Character, mode: Int)] {
    let run = try ProgramRun.run(
      ["/usr/bin/find", path, "-printf", "%y %m %p\\n"], environment: [:])
    return try run.text.split(separator: "\n").map { line in
      let words = line.split(separator: " ", maxSplits: 2)
      return (String(words[2]), try #require(words[0].first), try #require(Int(words[1], radix: 8)))
    }
  }

  @Test func nothingOfOursIsOpenToOthersWhateverTheUmask() throws {
    let place = try Home()
    let home = place.path
    let live = try started(in: place)
    let files = try entries(below: "\(home)/valet")
    #expect(files.contains { $0.kind == "s" } && files.count > 10, "\(files)")
    for (path, kind, mode) in files {
      switch kind {
      case "d": #expect(mode == 0o700 || path.contains("/run/empty"), "\(path) \(mode)")
      case "s": #expect(mode == 0o600, "\(path) \(mode)")
      default: #expect(mode & 0o077 == 0, "\(path) \(mode)")
      }
    }
    live.closeInput()
    #expect(live.wait() == 0)
  }

  /// Somebody made the way there, and even the socket itself, open to all.
  @Test func theSocketTurnsOthersAway() throws {
    let place = try Home()
    let home = place.path
    let live = try started(in: place)
    let socket = "\(home)/valet/run/\(live.processID).sock"
    for path in [home, "\(home)/valet", "\(home)/valet/run"] { chmod(path, 0o755) }
    #expect(chmod(socket, 0o666) == 0)
    let script = """
      import socket
      s = socket.socket(socket.AF_UNIX)
      s.connect("\(socket)")
      s.settimeout(5)
      try:
        s.send(bytes([1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]))
        print("answered" if s.recv(100) else "closed")
      except OSError:
        print("closed")
      """
    let ask = { (prefix: [String]) in
      try ProgramRun.run(
        prefix + ["/usr/bin/python3", "-c", script], environment: ["PATH": "/usr/bin:/bin"],
        folder: "/"
      ).text
    }
    #expect(try ask([]) == "answered\n")
    #expect(try ask(Self.become) == "closed\n")
    live.closeInput()
    #expect(live.wait() == 0)
    #expect(!TemporaryFolder.exists(socket))
  }

  /// What he finds with the folders above open, one after the other.
  @Test func everyFileIsClosedForItself() throws {
    let place = try Home()
    let home = place.path
    let live = try started(in: place)
    let files = try entries(below: "\(home)/valet").filter { $0.kind != "d" }.map(\.path)
    let processes = Processes.tree(of: live.processID).flatMap { process in
      ["environ", "mem", "maps", "fd"].map { "/proc/\(process)/\($0)" }
    }
    let folders = try entries(below: home).filter { $0.kind == "d" }.map(\.path)
    for folder in folders { chmod(folder, 0o755) }
    let script = """
      import os, sys
      for path in sys.argv[1:]:
        try:
          os.listdir(path) if os.path.isdir(path) else open(path, "rb", 0).read(1)
          print(path)
        except OSError as error:
          if error.errno != 13: print(path, error)
      """
    let run = try ProgramRun.run(
      Self.become + ["/usr/bin/python3", "-c", script] + files.filter { !$0.hasSuffix(".sock") }
        + processes, environment: ["PATH": "/usr/bin:/bin"], folder: "/")
    #expect(run.exitCode == 0 && run.text.isEmpty, "\(run.text)\(run.errorText)")
    // The same look by their owner reads them all.
    let own = try ProgramRun.run(
      ["/usr/bin/python3", "-c", script] + files.filter { !$0.hasSuffix(".sock") },
      environment: ["PATH": "/usr/bin:/bin"], folder: "/")
    #expect(own.text.split(separator: "\n").count == files.count - 1, "\(own.text)")
  }
}
