import Hosts
import Importing
import Secrets
import Testing

/// Files that somebody else wrote, for a reader who moves their keys: nothing of the reader's own is
/// granted, put in, or loaded.
@Suite struct HostileFileTests {
  private static let bait = #""TOKEN": "\#(key(1))""#

  private func plan(
    _ body: String, host: String = "claude-code", scope: HostPlace.Scope = .project
  ) throws -> Plan {
    try Plan(
      "{\"mcpServers\": {\"s\": {\"command\": \"npx\", \(body)}}}", host: Host.named(host),
      format: .commentedJSON, scope: scope, project: "/repo",
      variables: [
        "HOME": "/home/u", "USER": "u", "EDITOR": "vi", "AWS_SECRET": "hunter2hunter2",
        "PLAIN": key(7), "DB_PASS": "kw7", "REF": "valet://github/token",
      ])
  }

  private func leavesAlone(_ plan: Plan, _ reason: String) {
    #expect(plan.rewrites.isEmpty && plan.book.secrets.isEmpty && plan.document.changes.isEmpty)
    #expect(plan.leftAlone.first?.reason.contains(reason) == true, "\(plan.leftAlone) \(plan.text)")
  }

  @Test(arguments: [HostPlace.Scope.user, .project])
  func grantsNoSecretThatTheFileNames(scope: HostPlace.Scope) throws {
    for text in [
      "valet://github/token", "keyring://x", "oauth://github", "Bearer {{valet://github/token}}",
      "{{file:valet://github/token}}", "valet://s/TOKEN",
    ] {
      leavesAlone(
        try plan(#""args": ["-y", "p"], "env": {\#(Self.bait), "B": "\#(text)"}"#, scope: scope),
        "names a secret of the vault")
      leavesAlone(
        try plan(#""args": ["-y", "p", "\#(text)"], "env": {\#(Self.bait)}"#, scope: scope),
        "names a secret of the vault")
    }
  }

  /// The host makes a reference of it later.
  @Test func grantsNoSecretThatAPlaceholderBecomes() throws {
    for text in ["${UNSET:-valet://github/token}", "${UNSET:-{{valet://github/token}}}"] {
      let found = try plan(#""args": ["\#(text)"], "env": {\#(Self.bait)}"#)
      leavesAlone(found, "names a secret")
    }
    leavesAlone(
      try plan(#""env": {\#(Self.bait), "B": "${REF}"}"#, scope: .user),
      "names a secret that nobody")
  }

  @Test(arguments: [
    "LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "GCONV_PATH", "GLIBC_TUNABLES",
    "MALLOC_TRACE", "CREDENTIALS_DIRECTORY", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY",
    "WAYLAND_DISPLAY", "SWIFT_BACKTRACE", "XDG_RUNTIME_DIR", "MCP_VALET_HOME", "HOME", "LOCPATH",
  ])
  func steersNothingOfOurs(name: String) throws {
    leavesAlone(
      try plan(#""env": {\#(Self.bait), "\#(name)": "/repo/x"}"#, scope: .user), "steer mcp-valet")
    // What docker is told to set in its container stays there.
    let docker = try Plan(
      """
      {"mcpServers": {"s": {"command": "docker",
        "args": ["run", "-e", "\(name)=/repo/\(key(1)).so", "image"]}}}
      """, host: Host.named("claude-desktop"), format: .commentedJSON)
    #expect(docker.rewrites.allSatisfy { $0.environment.isEmpty })
    #expect(!docker.document.changes.isEmpty)
  }

  @Test func setsNoSearchPathForUs() throws {
    let body = #""env": {\#(Self.bait), "PATH": "/repo/bin"}"#
    leavesAlone(try plan(body), "sets PATH")
    #expect(try plan(body, scope: .user).rewrites.count == 1)
  }

  @Test func aProjectTakesNothingOutOfTheEnvironment() throws {
    for (host, text) in [
      ("claude-code", "${EDITOR}"), ("claude-code", "${EDITOR:-x}"), ("cursor", "${env:EDITOR}"),
      ("gemini-cli", "$EDITOR"), ("kiro", "${EDITOR}"), ("opencode", "{env:EDITOR}"),
    ] {
      let found = try Plan(
        #"{"s": {"command": \#(host == "opencode" ? "[\"x\"]" : "\"x\""), "#
          + #""\#(host == "opencode" ? "environment" : "env")": {\#(Self.bait), "B": "\#(text)"}}}"#,
        in: host, scope: .project, variables: ["EDITOR": "vi"])
      leavesAlone(found, "takes EDITOR out of the environment")
    }
    let fine = try plan(#""args": ["${HOME}/x", "${USER}"], "env": {\#(Self.bait)}"#)
    #expect(fine.rewrites.first?.words.suffix(2) == ["/home/u/x", "u"])
  }

  /// They would stand in a grant, and in the question.
  @Test func noKeyOfTheEnvironmentIsGrantedOrShown() throws {
    for (name, variable) in [
      ("A", "AWS_SECRET"), ("A", "PLAIN"), ("A", "DB_PASS"), ("API_TOKEN", "EDITOR"),
    ] {
      leavesAlone(
        try plan(#""env": {\#(Self.bait), "\#(name)": "${\#(variable)}"}"#, scope: .user),
        "looks like a key")
    }
    leavesAlone(
      try plan(#""args": ["--x", "${AWS_SECRET}"], "env": {\#(Self.bait)}"#, scope: .user),
      "looks like a key")
    let fine = try plan(#""env": {\#(Self.bait), "A": "${EDITOR}"}"#, scope: .user)
    #expect(fine.rewrites.first?.environment.last == .init(name: "A", value: "vi"))
  }

  @Test func codexHandsOnNoKeyOfTheEnvironment() throws {
    func codex(_ list: String, _ scope: HostPlace.Scope) throws -> Plan {
      try Plan(
        "[mcp_servers.s]\ncommand = \"npx\"\nenv_vars = [\(list)]\nenv = { TOKEN = \"\(key(1))\" }\n",
        host: Host.named("codex"), scope: scope,
        variables: ["AWS_SECRET": "hunter2hunter2", "EDITOR": "vi", "remote": "x"])
    }
    leavesAlone(try codex("\"AWS_SECRET\"", .user), "looks like a key")
    leavesAlone(try codex("\"EDITOR\"", .project), "out of the environment")
    let fine = try codex("\"EDITOR\", { name = \"UNSET\", source = \"remote\" }", .user)
    #expect(fine.rewrites.first?.words == ["run", "s", "--keep", "EDITOR", "--", "npx"])
  }

  /// An answer for one file is none for another.
  @Test func anAnswerIsForOneFile() throws {
    var book = SecretBook { _, _ in true }
    let mine = book.name(
      .input("tok", file: "/home/u/mcp.json"), server: "s", variable: "A", shape: nil, masked: "")
    let same = book.name(
      .input("tok", file: "/home/u/mcp.json"), server: "s", variable: "B", shape: nil, masked: "")
    let other = book.name(
      .input("tok", file: "/repo/.vscode/mcp.json"), server: "s", variable: "A", shape: nil,
      masked: "")
    #expect(mine == same)
    #expect(other != nil && other != mine)
  }

  @Test func saysWhereItStands() throws {
    let plan = try Plan(
      """
      {"mcpServers": {
        "ok": {"command": "x"},
        "s": {
          "command": "x",
          "env": {"TOKEN": "\(key(1))",
                  "B": "valet://github/token"}}}}
      """, host: Host.named("claude-code"))
    #expect(plan.places == ["6:18"])
    let shell = try Plan(
      "{\"mcpServers\": {\n  \"s\": {\"command\": \"x\", \"args\": \"\(key(1))\", "
        + "\"env\": {\"A\": \"\(key(2))\"}}}}",
      host: Host.named("claude-code"))
    #expect(shell.places == ["2:33"])
  }
}

/// What hosts replace in their files, each its own way.
@Suite struct HostPlaceholderTests {
  private static let values = ["SET": "value"]

  /// - Returns: the value of `A`, as a launch will have it; `nil` where the server was left alone.
  private func value(_ text: String, _ host: String) throws -> String? {
    let isOpenCode = host == "opencode"
    let plan = try Plan(
      #"{"s": {"command": \#(isOpenCode ? "[\"x\"]" : "\"x\""), "#
        + #""\#(isOpenCode ? "environment" : "env")": {"TOKEN": "\#(key(1))", "A": "\#(text)"}}}"#,
      in: host, scope: .user, variables: Self.values)
    return plan.rewrites.first?.environment.first { $0.name == "A" }?.value
  }

  @Test(arguments: [
    ("claude-code", "x${SET}y", "xvaluey"), ("claude-code", "${UNSET:-d}", "d"),
    ("claude-code", "${UNSET}", nil), ("claude-code", "$SET", "$SET"),
    ("claude-code", "${A:-${SET}}", nil),
    ("kiro", "${SET}", "value"), ("kiro", "${SET:-d}", nil),
    ("gemini-cli", "$SET-${SET}", "value-value"), ("gemini-cli", "$UNSET", "$UNSET"),
    ("cursor", "${env:SET}", "value"), ("cursor", "x ${SET}", "x ${SET}"),
    ("vscode", "${userHome}/x", "/home/u/x"), ("vscode", "${config:x}", nil),
    ("vscode", "${env:UNSET}", nil), ("windsurf", "${env:SET}", "value"),
    ("windsurf", "${userHome}", nil),
    ("opencode", "{env:SET}", "value"), ("opencode", "{env:UNSET}", nil),
    ("opencode", "{file:~/.ssh/id_rsa}", nil), ("opencode", "a ${SET}", "a ${SET}"),
    ("claude-desktop", "a ${SET}", "a ${SET}"), ("zed", "a ${env:SET:-x}", "a ${env:SET:-x}"),
    ("lm-studio", "$SET", "$SET"), ("codex", "a ${SET}", "a ${SET}"),
    // Nothing was found about these.
    ("cline", "a ${SET}", nil), ("copilot-cli", "a ${SET}", nil), ("amazon-q", "a ${SET}", nil),
  ])
  func isAsTheHostDoesIt(host: String, text: String, expected: String?) throws {
    #expect(try value(text, host) == expected, "\(host) \(text)")
  }

  @Test func aKeyThatTheHostReplacesNothingInIsAKey() throws {
    let text = "${SET}" + key(1)
    func plan(_ host: String) throws -> Plan {
      try Plan(
        #"{"s": {"command": "x", "env": {"TOKEN": "\#(text)"}}}"#, in: host, scope: .user,
        variables: Self.values)
    }
    #expect(try plan("claude-desktop").rewrites.count == 1)
    #expect(
      try plan("claude-code").leftAlone.first?.reason.contains("beside a placeholder") == true)
  }
}
