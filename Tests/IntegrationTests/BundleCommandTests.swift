internal import Platform
internal import Testing
internal import ValetTesting

/// `mcp-valet mcpb` as a person types it.
struct BundleCommandTests {
  private static let secret = "a secret for the bundle"
  private static let hello = """
    {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
    "capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
    {"jsonrpc":"2.0","method":"notifications/initialized"}
    {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"secret_fingerprint","arguments":{}}}

    """

  private static func host(_ options: [String] = []) throws -> BundleHost {
    let home = try Home.withVault()
    try home.set("demo/token", secret)
    return try BundleHost(home, options)
  }

  /// Folders of bundles that run, or were left.
  private func unpacked(_ host: borrowing BundleHost) -> [String] {
    let path = "\(host.home.valetHome)/state/bundles"
    return TemporaryFolder.exists(path) ? TemporaryFolder.names(in: path) : []
  }

  @Test func runsABundleWithItsSecrets() throws {
    let host = try Self.host()
    for bundle in [host.plain, host.wrapped] {
      let words = ["mcpb", "run", bundle, "--config", "token=valet://demo/token", "--", "more"]
      let refused = try host.home.valet(words, input: Self.hello)
      #expect(refused.exitCode == 77 && refused.text.contains("mcp-valet allow --last"))
      let allowed = try host.home.valet(["allow", "--last", "--yes"])
      try #require(allowed.exitCode == 0, "\(allowed.errorText)")
      let run = try host.home.valet(words, input: Self.hello)
      #expect(run.exitCode == 0)
      #expect(run.text.contains("length=\(Self.secret.count) "), "\(run.text)\(run.errorText)")
      #expect(unpacked(host).isEmpty)
    }
  }

  @Test func asksForWhatTheBundleNeeds() throws {
    let host = try Self.host()
    func error(_ config: [String]) throws -> String {
      let run = try host.home.valet(
        ["mcpb", "run", host.plain] + config.flatMap { ["--config", $0] })
      #expect(run.exitCode == 78 || run.exitCode == 64)
      return run.errorText
    }
    #expect(try error([]).contains("user_config.token is required"))
    #expect(try error(["tokn=x"]).contains("it asks for token, region, folders"))
    #expect(try error(["token"]).contains("--config wants VAR=…"))
    #expect(unpacked(host).isEmpty)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func removesWhatItUnpackedAtASignal(
    signal: Int32
  ) throws {
    let host = try Self.host()
    let program = try LiveProgram(
      [Programs.broker, "mcpb", "run", host.plain, "--config", "token=literal"],
      environment: host.home.environment)
    try program.type(Self.hello)
    try program.expect("length=7 ")
    #expect(unpacked(host).count == 1)
    // One at a time: it is the same folder.
    let other = try host.home.valet(["mcpb", "run", host.plain, "--config", "token=literal"])
    #expect(other.exitCode == 75 && other.errorText.contains("another process runs this bundle"))
    program.send(signal)
    #expect(program.wait(seconds: 60) == 128 + signal)
    #expect(unpacked(host).isEmpty)
  }

  @Test func cleansUpAfterOneThatWasKilled() throws {
    let host = try Self.host()
    let program = try LiveProgram(
      [Programs.broker, "mcpb", "run", host.plain, "--config", "token=literal"],
      environment: host.home.environment)
    try program.type(Self.hello)
    try program.expect("length=7 ")
    program.send(SIGKILL)
    _ = program.wait(seconds: 60)
    program.closeInput()
    #expect(unpacked(host).count == 1)
    let run = try host.home.valet(
      ["mcpb", "run", host.plain, "--config", "token=literal"], input: Self.hello)
    #expect(run.text.contains("length=7 "), "\(run.errorText)")
    #expect(unpacked(host).isEmpty)
  }

  @Test func showsWhatABundleStarts() throws {
    let host = try Self.host()
    let run = try host.home.valet(["mcpb", "inspect", host.wrapped])
    #expect(run.exitCode == 0)
    for text in [
      "mcp-valet-example (mcp-valet example)", "yes, on linux; server 'mcp-valet-example'",
      "DEMO_TOKEN=${user_config.token}", "sensitive required  DEMO_TOKEN   Token",
    ] { #expect(run.text.contains(text), "\(run.text)") }
    let json = try host.home.valet(["mcpb", "inspect", host.plain, "--json"])
    let tree = try #require(ReferenceJSON.parse(json.output))
    #expect(tree["name"].text == "mcp-valet-example")
    #expect(tree["commands"].elements.map { $0["isWrapped"] } == [.boolean(false)])
    #expect(tree["options"].elements.first?["places"].elements.map(\.text) == ["DEMO_TOKEN"])
  }

  private func pack(
    _ host: borrowing BundleHost, _ manifest: String, as name: String = "own.mcpb"
  ) throws -> String {
    let path = "\(host.home.path)/\(name)"
    let script = """
      import sys, zipfile
      with zipfile.ZipFile(sys.argv[1], "w") as archive:
        archive.writestr("manifest.json", sys.argv[2])
      """
    let run = try ProgramRun.run(
      ["/usr/bin/python3", "-c", script, path, manifest], environment: [:])
    try #require(run.exitCode == 0, "\(run.errorText)")
    return path
  }

  private func pack(
    _ host: borrowing BundleHost, setting variable: String, to value: String
  ) throws -> String {
    try pack(
      host,
      """
      {"manifest_version": "0.3", "name": "n", "version": "1.0.0", "description": "d",
       "author": {"name": "a"}, "server": {"type": "binary", "entry_point": "x", "mcp_config": {
         "command": "/bin/sh", "args": ["-c", "echo got $\(variable) >&2"],
         "env": {"\(variable)": "\(value)", "KEY": "valet://demo/token"}}}}
      """, as: "\(variable).mcpb")
  }

  /// A server may have any variable; mcp-valet itself loads nothing for it, and opens its own vault.
  @Test func keepsABundlesVariablesToItsServer() throws {
    let host = try Self.host()
    for (variable, value) in [
      ("LD_PRELOAD", "${__dirname}/none.so"), ("HOME", "/nowhere"), ("XDG_DATA_HOME", "/nowhere"),
    ] {
      let bundle = try pack(host, setting: variable, to: value)
      let refused = try host.home.valet(["mcpb", "run", bundle])
      #expect(refused.exitCode == 77, "\(variable): \(refused.errorText)")
      let allowed = try host.home.valet(["allow", "--last", "--yes"])
      try #require(allowed.exitCode == 0, "\(allowed.errorText)")
      let run = try host.home.valet(["mcpb", "run", bundle])
      #expect(run.errorText.contains("got /"), "\(run.errorText)")
      let complaints = run.errorText.split(separator: "\n").filter { $0.contains("ld.so") }
      #expect(complaints.count == (variable == "LD_PRELOAD" ? 1 : 0), "\(run.errorText)")
      let wrapped = try host.home.valet(["mcpb", "wrap", bundle, "\(host.home.path)/out.mcpb"])
      #expect(wrapped.exitCode == 78 && wrapped.errorText.contains("the variable '\(variable)'"))
    }
    let bundle = try pack(host, setting: "MCP_VALET_HOME", to: "\(host.home.path)/other")
    #expect(try host.home.valet(["mcpb", "run", bundle]).exitCode != 0)
    #expect(!TemporaryFolder.exists("\(host.home.path)/other"))
  }

  @Test func namesTheLineOfABadManifest() throws {
    let host = try Self.host()
    let bad = try pack(
      host, "{\n  \"manifest_version\": \"0.3\",\n  \"name\": 1,\n  \"versoin\": \"\\u001b[2J\"\n}")
    let output = "\(host.home.path)/out.mcpb"
    for words in [["inspect", bad], ["run", bad], ["wrap", bad, output]] {
      let run = try host.home.valet(["mcpb"] + words)
      #expect(run.exitCode == 65)
      #expect(run.errorText.contains("\(bad): manifest.json:3:11: 'name' is not a string; "))
      #expect(run.errorText.contains("manifest.json:4:3: 'versoin' is not known; "))
    }
    #expect(!TemporaryFolder.exists(output))
  }

  @Test func letsNoWordOfABundleMoveTheCursor() throws {
    let host = try Self.host()
    let bundle = try pack(
      host,
      """
      {"manifest_version": "0.3", "name": "a\\u001b[2Jb", "version": "\\u202e", "description": "",
       "author": {"name": "\\r"}, "server": {"type": "node", "entry_point": "\\u0007",
       "mcp_config": {"command": "\\u001b]0;x", "env": {"A": "\\u009b"}}}}
      """)
    let run = try host.home.valet(["mcpb", "inspect", bundle])
    #expect(run.exitCode == 0, "\(run.errorText)")
    let shown = (run.text + run.errorText).unicodeScalars
    #expect(
      !shown.contains {
        $0 != "\n" && ($0.value < 32 || (127...159).contains($0.value) || $0.value == 0x202E)
      })
  }

  /// Somebody may copy the line into a shell.
  @Test func quotesTheWordsOfABundleForAShell() throws {
    let host = try Self.host()
    let bundle = try pack(
      host,
      """
      {"manifest_version": "0.3", "name": "a", "version": "1.0.0", "description": "d",
       "author": {"name": "b"}, "server": {"type": "node", "entry_point": "i.js",
       "mcp_config": {"command": "node", "args": ["$(id)", "a;b", "it's", "plain"]}}}
      """)
    let run = try host.home.valet(["mcpb", "inspect", bundle])
    #expect(run.text.contains(#"node '$(id)' 'a;b' 'it'\''s' plain"#), "\(run.text)")
  }

  @Test func wrapsTheSameBundleIntoTheSameBytes() throws {
    let host = try Self.host()
    let (one, two) = ("\(host.home.path)/1.mcpb", "\(host.home.path)/2.mcpb")
    let before = try TemporaryFolder.read(host.plain)
    for output in [one, two] {
      let run = try host.home.valet(
        ["mcpb", "wrap", host.plain, output], adding: output == two ? ["TZ": "Asia/Kolkata"] : [:])
      #expect(run.exitCode == 0, "\(run.errorText)")
      #expect(run.errorText.contains("Token (token)"))
    }
    #expect(try TemporaryFolder.read(one) == (try TemporaryFolder.read(two)))
    #expect(try TemporaryFolder.read(host.plain) == before)
    let again = try host.home.valet(["mcpb", "wrap", host.plain, one])
    #expect(again.exitCode == 74 && again.errorText.contains("exists already"))
    let twice = try host.home.valet(["mcpb", "wrap", one, "\(host.home.path)/3.mcpb"])
    #expect(twice.exitCode == 78 && twice.errorText.contains("starts through mcp-valet already"))
  }

  /// Neither a full disk nor SIGKILL leaves half a bundle under the name.
  @Test(.enabled(if: Programs.areInstalled("/usr/bin/strace"))) func writesTheWholeBundleOrNothing()
    throws
  {
    let host = try Self.host()
    let output = "\(host.home.path)/place/out.mcpb"
    let full = try host.home.shell(
      """
      mkdir place
      (trap '' XFSZ; ulimit -f 1; exec "$VALET" mcpb wrap bundles/example.mcpb place/out.mcpb)
      echo "code $?"; ls -A place
      """)
    #expect(full.text == "code 74\n", "\(full.text)\(full.errorText)")
    for call in ["fsync", "rename", "link"] {
      let killed = try host.home.shell(
        """
        "$VALET" --version > /dev/null
        strace -f -qq -o /dev/null -e trace=\(call) -e inject=\(call):signal=SIGKILL:when=1 \
          "$VALET" mcpb wrap bundles/example.mcpb place/out.mcpb
        echo "code $?"
        """)
      #expect(killed.text == "code 137\n", "\(call) \(killed.text)\(killed.errorText)")
      // At the entry of the call that gives it its name, or before.
      if call != "link" { #expect(!TemporaryFolder.exists(output), "\(call)") }
      if TemporaryFolder.exists(output) {
        let run = try host.home.valet(["mcpb", "inspect", output])
        #expect(run.exitCode == 0)
        unlink(output)
      }
    }
    let run = try host.home.valet(["mcpb", "wrap", host.plain, output])
    #expect(run.exitCode == 0)
  }
}
