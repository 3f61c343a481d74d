internal import Testing
internal import ValetTesting

/// What a server sees of the world when it gets a secret.
@Suite struct LaunchEnvironmentTests {
  /// Starts `env` as the server, once supervised and once in place.
  private func variables(
    _ home: borrowing Home, _ words: [String], adding: [String: String] = [:]
  ) throws -> [String: String] {
    let run = try home.valet(["run"] + words + ["--", "/usr/bin/env"], adding: adding)
    try #require(run.exitCode == 0, "\(run.errorText)")
    var result: [String: String] = [:]
    for line in run.text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      result[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
    }
    return result
  }

  @Test(arguments: [[], ["--exec"]])
  func givesWholeAndEmbeddedValues(mode: [String]) throws {
    let home = try Home.withVault()
    try home.set("github/token", "s3cret-value")
    let seen = try variables(
      home,
      mode + [
        "--env", "TOKEN=valet://github/token",
        "--env", "HEADER=Bearer {{valet://github/token}}!",
      ])
    #expect(seen["TOKEN"] == "s3cret-value")
    #expect(seen["HEADER"] == "Bearer s3cret-value!")
  }

  @Test(arguments: [[], ["--exec"]])
  func replacesReferencesThatAHostPutIntoTheEnvironment(mode: [String]) throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    let seen = try variables(home, mode, adding: ["API_KEY": "valet://a"])
    #expect(seen["API_KEY"] == "value-of-a")
  }

  @Test func givesTheBaselineTheNamedVariablesAndNothingElse() throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    let seen = try variables(
      home, ["--env", "A=valet://a", "--env", "PLAIN=text", "--keep", "KEPT"],
      adding: ["KEPT": "yes", "AWS_SECRET_ACCESS_KEY": "other", "LC_ALL": "C", "LD_X": "1"])
    #expect(
      Set(seen.keys) == [
        "A", "PLAIN", "KEPT", "HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LC_ALL",
      ])
  }

  @Test func saysWhatItLeftOut() throws {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    let run = try home.valet(
      ["run", "--env", "A=valet://a", "--", "/bin/true"], adding: ["OTHER_THING": "1"])
    #expect(run.errorText.contains("OTHER_THING"))
    #expect(!run.errorText.contains("MCP_VALET_HOME"))
  }

  @Test func leavesTheEnvironmentOfAServerWithoutSecretsWhole() throws {
    let home = try Home()
    let seen = try variables(home, [], adding: ["ANYTHING": "else"])
    #expect(seen["ANYTHING"] == "else")
  }

  @Test func startsWhatServersJSONDefines() throws {
    let home = try Home.withVault()
    try home.set("time/key", "value-of-time")
    let added = try home.valet([
      "add", "time", "--env", "KEY=valet://time/key", "--", "/usr/bin/env",
    ])
    #expect(added.exitCode == 0, "\(added.errorText)")
    let run = try home.valet(["run", "time"])
    #expect(run.text.contains("KEY=value-of-time\n"))
  }

  @Test func givesThePathOfAFileThatHoldsTheValueAndRemovesIt() throws {
    let home = try Home.withVault()
    try home.set("pem", "line one\nline two")
    let run = try home.valet([
      "run", "--file", "PEM=valet://pem", "--", "/bin/sh", "-c",
      "cat \"$PEM\"; stat -c ' %a %u' \"$PEM\" >&2; echo \"path=$PEM\" >&2",
    ])
    #expect(run.text == "line one\nline two\n")
    #expect(run.errorText.contains(" 600 "))
    let path = run.errorText.split(separator: "\n").first { $0.hasPrefix("path=") }?.dropFirst(5)
    let file = try #require(path.map(String.init))
    #expect(!TemporaryFolder.exists(file))
  }

  @Test func putsAFilePathIntoAnArgument() throws {
    let home = try Home.withVault()
    try home.set("key", "in-a-file")
    let run = try home.valet(["run", "--", "/bin/cat", "{{file:valet://key}}"])
    #expect(run.text == "in-a-file\n", "\(run.errorText)")
  }

  @Test func refusesAValueInAnArgumentUnlessTold() throws {
    let home = try Home.withVault()
    try home.set("key", "in-an-argument")
    let refused = try home.valet(["run", "--", "/bin/echo", "valet://key"])
    #expect(refused.exitCode == 78)
    #expect(refused.text.isEmpty)
    #expect(refused.errorText.contains("--in-argv"))
    let allowed = try home.valet(["run", "--in-argv", "--", "/bin/echo", "k={{valet://key}}"])
    #expect(allowed.text == "k=in-an-argument\n", "\(allowed.errorText)")
  }
}
