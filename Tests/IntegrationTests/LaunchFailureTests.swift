internal import Testing
internal import ValetTesting

/// Whoever mends a launch that failed learns of everything that is wrong with it in one go.
@Suite struct LaunchFailureTests {
  private let request = #"{"jsonrpc":"2.0","id":1,"method":"initialize"}"# + "\n"

  /// What standard error and the host's JSON-RPC error say, which must be the same.
  private func problems(_ run: ProgramRun) throws -> [String] {
    let errors = run.errorText.split(separator: "\n").compactMap { line in
      line.hasPrefix("mcp-valet: error: ") ? String(line.dropFirst(18)) : nil
    }
    let answer = try #require(ReferenceJSON.parse(run.output.dropLast()), "\(run.text)")
    let error = answer["error"]
    #expect(error["code"].number == "\(run.exitCode)")
    #expect(error["data"]["problems"].elements.compactMap { $0["message"].text } == errors)
    return errors
  }

  @Test func tellsEverythingAtOnce() throws {
    let home = try Home.withVault()
    try home.set("there", "value")
    try home.set("nul", "a")
    #expect(try home.valet(["set", "nul"], input: "a\0b").exitCode == 0)
    let run = try home.valet(
      [
        "run", "--env", "A=${user_config.a}", "--env", "B=valet://a//b", "--env",
        "C={{valet://there}} {{valet://missing}} {{valet://missing}}", "--env", "D=valet://missing",
        "--env", "E=keyring://k", "--env", "F=valet://nul", "--", "no-such-command-anywhere",
        "--token={{valet://there}}",
      ], input: request,
      adding: ["DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", "HOST": "${HOST}"])
    let told = try problems(run)
    let expected = [
      "variable A: the host left the placeholder", "variable B: malformed reference",
      "variable HOST: the host left the placeholder", "argument 1: valet://there would be readable",
      "command not found: no-such-command-anywhere", "the OS keyring is not available",
      "variable C: no secret valet://missing", "variable D: no secret valet://missing",
      "variable F: it would hold a NUL byte",
    ]
    #expect(told.count == expected.count, "\(told)")
    for (message, start) in zip(told, expected) { #expect(message.hasPrefix(start), "\(told)") }
    #expect(run.exitCode == 78)
  }

  @Test func tellsAMalformedWordBesideALockedVault() throws {
    let home = try Home.withPassphrase()
    try home.lock()
    let run = try home.valet(
      ["run", "--env", "A=valet://a", "--env", "B=keyring://", "--", "true"], input: request)
    let told = try problems(run)
    #expect(told.count == 2, "\(told)")
    #expect(told.first?.hasPrefix("variable B: malformed reference") == true, "\(told)")
    #expect(told.last?.hasPrefix("the vault is locked") == true, "\(told)")
  }

  /// A word that is wrong, beside something that another command line cannot mend.
  @Test func endsWithTheCodeOfTheFirstThatIsNoMatterOfUsage() throws {
    let home = try Home.withVault()
    let twice = ["run", "--env", "A=1", "--env", "A=2"]
    #expect(try home.valet(twice + ["--", "true"]).exitCode == 64)
    #expect(try home.valet(twice + ["--", "no-such-command-anywhere"]).exitCode == 127)
    #expect(try home.valet(twice + ["--env", "B=valet://b", "--", "true"]).exitCode == 78)
  }

  @Test func tellsTheOtherItemsBesideAnAmbiguousOne() throws {
    let home = try Home.withVault()
    let keyring = try KeyringPeer()
    for account in ["me", "you"] {
      try keyring.shell("printf x | secret-tool store --label=x service mail account \(account)")
    }
    let run = try home.valet(
      [
        "run", "--env", "A=keyring://?service=mail", "--env", "B=keyring://missing", "--", "true",
      ], input: request, adding: keyring.environment)
    #expect(
      try problems(run) == [
        "2 items match keyring://?service=mail", "variable B: no secret keyring://missing",
      ])
  }
}
