internal import Platform
internal import Testing
internal import ValetTesting

/// Every one of these is a clear error with the right exit code, and nothing is lost.
@Suite struct BadInputTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var words: [String]
    var code: Int32
    /// What standard error must name.
    var names: [String]
    var adding: [String: String] = [:]
    var testDescription: String { words.joined(separator: " ") }
  }

  static let cases: [Case] = [
    Case(words: ["run"], code: 64, names: ["server name"]),
    Case(words: ["run", "--"], code: 64, names: ["command"]),
    Case(words: ["run", "--", ""], code: 64, names: ["command"]),
    Case(words: ["run", "--frobnicate", "x"], code: 64, names: ["--frobnicate"]),
    Case(words: ["run", "nobody"], code: 78, names: ["nobody"]),
    Case(words: ["run", "--", "no-such-command-anywhere"], code: 127, names: ["no-such-command"]),
    Case(words: ["run", "--", "/etc/passwd"], code: 126, names: ["/etc/passwd"]),
    Case(words: ["run", "--", "/"], code: 126, names: ["/"]),
    Case(
      words: ["run", "--env", "A={{vault://x}}", "--", "true"], code: 78,
      names: ["A", "unknown scheme", "'vault'"]),
    Case(
      words: ["run", "--env", "A=valet://a//b", "--", "true"], code: 78,
      names: ["A", "malformed", "valet://a//b"]),
    Case(
      words: ["run", "--env", "A={{valet://a", "--", "true"], code: 78, names: ["A", "}}"]),
    Case(
      words: ["run", "--env", "A=${user_config.key}", "--", "true"], code: 78,
      names: ["A", "${user_config.key}"]),
    Case(
      words: ["run", "--", "true", "--key=${user_config.key}"], code: 78,
      names: ["${user_config.key}"]),
    Case(
      words: ["run", "--", "true"], code: 78, names: ["TOKEN", "${MY_TOKEN}"],
      adding: ["TOKEN": "${MY_TOKEN}"]),
    Case(words: ["run", "--env", "A=1", "--env", "A=2", "--", "true"], code: 64, names: ["A"]),
    Case(
      words: ["run", "--env", "A=valet://one", "--env", "B=valet://two", "--", "true"], code: 78,
      names: ["valet://one", "valet://two", "mcp-valet set one"]),
    Case(
      words: ["run", "--exec", "--file", "A=valet://present", "--", "true"], code: 64,
      names: ["A", "--exec"]),
    Case(
      words: ["run", "--env", "A=valet://nul", "--", "true"], code: 78,
      names: ["A", "NUL", "--file"]),
    Case(
      words: ["run", "--env", "A=valet://large", "--", "true"], code: 78,
      names: ["A", "131071", "--file"]),
    Case(
      words: ["run", "--env", "A=oauth://x", "--", "true"], code: 78,
      names: ["connection x", "mcp-valet login x"]),
    Case(words: ["set", "a//b"], code: 64, names: ["a//b"]),
    Case(words: ["set", "present"], code: 64, names: ["empty"]),
    Case(words: ["get", "absent"], code: 78, names: ["valet://absent", "mcp-valet set absent"]),
    Case(words: ["rm", "absent"], code: 78, names: ["valet://absent"]),
    Case(words: ["versions", "absent"], code: 78, names: ["valet://absent"]),
    Case(words: ["remove", "nobody"], code: 78, names: ["nobody"]),
    Case(words: ["set", "x", "--expires", "soon"], code: 64, names: ["soon"]),
    Case(words: ["unlock", "--for", "12"], code: 64, names: ["12"]),
    Case(words: ["frobnicate"], code: 64, names: ["frobnicate"]),
  ]

  @Test(arguments: cases)
  func namesWhatIsWrong(example: Case) throws {
    let home = try Home.withVault()
    try home.set("present", "some value")
    try home.set("large", String(repeating: "x", count: 131_072))
    let nul = try home.valet(["set", "nul"], input: "a\0b")
    #expect(nul.exitCode == 0, "\(nul.errorText)")
    let run = try home.valet(example.words, adding: example.adding)
    #expect(run.exitCode == example.code, "\(run.errorText)")
    #expect(run.output.isEmpty)
    for name in example.names {
      #expect(run.errorText.contains(name), "\(run.errorText)")
    }
    #expect(try home.valet(["get", "present"]).text == "some value")
  }

  /// What a person names, or a host has, may be needed where it is.
  @Test func asksNobodyToMoveWhatIsNotOurs() throws {
    let home = try Home.withVault()
    for folder in ["folder", ".cursor", ".cursor/mcp.json"] {
      #expect(mkdir("\(home.path)/\(folder)", 0o700) == 0)
    }
    let folder = "\(home.path)/folder"
    let cases = [
      (["mcpb", "inspect", folder], folder),
      (["mcpb", "wrap", folder, "\(home.path)/out"], folder),
      (
        ["vault", "export", "--recipients-file", "/dev/null", "--output", "\(home.path)/out"],
        "/dev/null"
      ),
      (["import", "cursor", "--yes"], "\(home.path)/.cursor/mcp.json"),
    ]
    for (words, path) in cases {
      let run = try home.valet(words)
      #expect(run.exitCode == 74, "\(run.errorText)")
      #expect(run.errorText.contains("\(path) is not a regular file"), "\(run.errorText)")
      #expect(!run.errorText.contains("out of the way"), "\(run.errorText)")
    }
  }

  @Test func saysWhereServersJSONIsMalformed() throws {
    let home = try Home()
    _ = try home.valet(["add", "a", "--", "true"])
    let malformed = "{\n  \"mcpServers\": {\n    \"a\": [1,]\n  }\n}\n"
    try home.write(malformed, to: "valet/config/servers.json")
    let run = try home.valet(["run", "a"])
    #expect(run.exitCode == 78)
    #expect(run.errorText.contains("servers.json:3:"), "\(run.errorText)")
  }

  @Test func takesTheModesOfSwapAndNoOther() throws {
    let home = try Home()
    let added = try home.valet(["add", "a", "--swap", "stop-first", "--", "true"])
    #expect(added.exitCode == 0, "\(added.errorText)")
    let servers = File.text("\(home.path)/valet/config/servers.json")
    #expect(servers.contains(#""swap": "stop-first""#), "\(servers)")
    let refused = try home.valet(["add", "b", "--swap", "sometimes", "--", "true"])
    #expect(refused.exitCode == 64, "\(refused.errorText)")
    #expect(refused.errorText.contains("not 'sometimes'"), "\(refused.errorText)")
    #expect(File.text("\(home.path)/valet/config/servers.json") == servers)
  }

  @Test func refusesToGuessAHome() throws {
    let run = try ProgramRun.run(
      [Programs.broker, "run", "--env", "A=valet://a", "--", "true"],
      environment: ["PATH": "/usr/bin:/bin"])
    #expect(run.exitCode == 78)
    #expect(run.errorText.contains("HOME"))
  }

  @Test func startsAServerWithoutSecretsWithoutAHome() throws {
    let run = try ProgramRun.run(
      [Programs.broker, "run", "--", "echo", "hello"], environment: ["PATH": "/usr/bin:/bin"]
    )
    .unmarked
    #expect(run.text == "hello\n", "\(run.errorText)")
  }

  /// Words of a command line come from a host's configuration, or a project's.
  @Test(arguments: [
    ["run", "--\u{1b}[31m"], ["run", "a", "b\u{1b}[31m"], ["run", "--", "./no\u{1b}[31m"],
    ["stop", "\u{1b}[31m"], ["reload", "a\nmcp-valet: note: all is well\u{1b}"],
    ["get", "a\u{1b}[31mb"], ["get", "valet://a\u{1b}"], ["list", "--no\u{1b}[31m"],
    ["\u{1b}[31m"],
  ])
  func noWordMovesTheCursor(words: [String]) throws {
    let home = try Home()
    let run = try home.valet(words)
    #expect(run.exitCode != 0)
    #expect(!run.errorText.isEmpty && !run.errorText.contains("\u{1b}"), "\(run.errorText)")
    #expect(!run.errorText.contains("\nmcp-valet: note"), "\(run.errorText)")
  }
}
