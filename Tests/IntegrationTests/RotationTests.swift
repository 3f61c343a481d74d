internal import Platform
internal import Testing
internal import ValetTesting

/// `rotate`, `rollback` and `reload`, in front of relays that are played.
@Suite struct RotationTests {
  private func home() throws -> Home {
    let home = try Home.withVault()
    try home.set("a", "one")
    return home
  }

  private func present(_ home: borrowing Home) throws -> String {
    try home.valet(["get", "a"]).text
  }

  // MARK: Where the value comes from

  @Test(arguments: [
    (["--from", "--", "printf", "two\\n"], "two"),
    (["--from", "--raw", "--", "printf", "two\\n"], "two\n"),
    (["--from", "--", "echo", "---dash", "--check"], "---dash --check"),
    (
      [
        "--from", "--", "echo", "two", "---", "--check", "KEY", "--", "sh", "-c", "test $KEY = two",
      ],
      "two"
    ),
    (
      ["--check", "KEY", "--", "test", "-n", "x", "---", "--from", "--", "echo", "two"], "two"
    ),
  ])
  func takesWhatACommandPrints(words: [String], value: String) throws {
    let home = try home()
    let run = try home.valet(["rotate", "a"] + words)
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(try present(home) == value)
  }

  @Test func takesStandardInput() throws {
    let home = try home()
    #expect(try home.valet(["rotate", "a"], input: "two\n").exitCode == 0)
    #expect(try present(home) == "two")
  }

  @Test(arguments: [
    ("32:hex", "xxd -r -p", 32), ("33", "tr -- -_ +/ | base64 -d", 33),
    ("17:base64", "base64 -d", 17), ("16:raw", "cat", 16), ("4096:hex", "xxd -r -p", 4096),
  ])
  func makesARandomValue(what: String, decode: String, count: Int) throws {
    let home = try home()
    // Debian's xxd is not everywhere; Python decodes hexadecimal as well.
    let decode =
      decode.hasPrefix("xxd")
      ? "python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))'"
      : decode
    let run = try home.shell(
      "\"$VALET\" rotate a --generate \(what) && \"$VALET\" get a | \(decode) | wc -c")
    #expect(run.text.hasSuffix("\(count)\n"), "\(run.text)\(run.errorText)")
    #expect(!run.errorText.contains(try present(home)))
  }

  @Test(arguments: [
    ["--generate", "15"], ["--generate", "16:octal"], ["--generate", "32", "--from", "--", "true"],
    ["--from"], ["--check", "KEY"], ["--check", "KEY", "--from", "--", "true"], ["--", "true"],
    ["--from", "--", "true", "---"], ["--from", "--", "true", "---", "--from", "--", "true"],
    ["--from", "--", "true", "---", "--check", "A=B", "--", "true"], ["--keep", "1001"],
    ["--from", "--", "echo", "x", "---", "--check", "MCP_VALET_HOME", "--", "true"],
  ])
  func refusesWhatMakesNoSense(words: [String]) throws {
    let home = try home()
    let run = try home.valet(["rotate", "a"] + words, input: "two")
    if words == ["--from", "--", "true", "---"] {
      // Nothing behind the separator is no second command; an empty value is refused.
      #expect(run.exitCode == 64, "\(run.errorText)")
    } else {
      #expect(run.exitCode == 64, "\(words): \(run.errorText)")
    }
    #expect(try present(home) == "one")
  }

  @Test(
    arguments: [
      (["--from", "--", "sh", "-c", "echo two; exit 3"], 69), (["--from", "--", "no-such"], 69),
      (["--from", "--", "true"], 64), (["--from", "--", "echo", "one"], 64),
      (["--from", "--", "head", "-c", "2000000", "/dev/zero"], 64),
      (["--generate", "32", "--check", "KEY", "--", "false"], 69),
      (["--generate", "32", "--check", "KEY", "--", "sh", "-c", "kill -9 $$"], 69),
    ] as [([String], Int32)])
  func nothingIsChangedWhenACommandFails(words: [String], code: Int32) throws {
    let home = try home()
    let relay = try home.play(["valet://a=1"])
    let run = try home.valet(["rotate", "a"] + words)
    #expect(run.exitCode == code, "\(run.errorText)")
    #expect(try present(home) == "one")
    #expect(try home.valet(["versions", "a"]).text.split(separator: "\n").count == 2)
    #expect(!relay.reads(seconds: 0.1) { $0.text.contains("value") })
  }

  @Test func aCommandThatPrintsTooMuchAndStaysIsEnded() throws {
    let home = try home()
    // It neither heeds a signal nor stops when nobody reads what it prints.
    let script = "trap '' TERM PIPE; yes 2>/dev/null; exec sleep 100"
    let run = try home.start(["rotate", "a", "--from", "--", "sh", "-c", script])
    #expect(run.wait(seconds: 15) == 64, "\(run.errorText)")
    #expect(run.errorText.contains("longer than"), "\(run.errorText)")
    #expect(try present(home) == "one")
  }

  @Test func aSecretThatIsNotThereCannotBeRotated() throws {
    let home = try home()
    #expect(try home.valet(["rotate", "b"], input: "x").exitCode == 78)
    #expect(try home.valet(["rollback", "a"]).exitCode == 78)
    #expect(try home.valet(["versions", "keyring://a"]).exitCode == 78)
  }

  @Test func aCheckSeesTheValueAndLittleElse() throws {
    let home = try home()
    let script = "env | sort >env; cat >input; cat /proc/$$/cmdline >words"
    let run = try home.shell(
      "printf two | \"$VALET\" rotate a --check TOKEN -- sh -c '\(script)'",
      adding: ["OTHER_SECRET": "hidden", "LC_TIME": "C"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    let seen = File.text("\(home.path)/env").split(separator: "\n")
    #expect(seen.contains("TOKEN=two") && seen.contains("LC_TIME=C"))
    #expect(!seen.contains { $0.hasPrefix("OTHER_SECRET") || $0.hasPrefix("MCP_VALET") })
    #expect(File.text("\(home.path)/input").isEmpty)
    #expect(!File.text("\(home.path)/words").contains("two"))
  }

  // MARK: What becomes of the versions

  @Test func keepsAsManyOldValuesAsItIsTold() throws {
    let home = try home()
    for number in 2...6 {
      let run = try home.valet(["rotate", "a", "--keep", "3"], input: "v\(number)")
      #expect(run.exitCode == 0)
    }
    let listed = try #require(
      ReferenceJSON.parse(try home.valet(["versions", "a", "--json"]).output)
    ).elements
    #expect(listed.map { $0["version"].number } == ["6", "5", "4", "3"])
    #expect(Set(listed.map { $0["mark"].text }).count == 4)
  }

  @Test func aRollbackAndAnotherOne() throws {
    let home = try home()
    let relay = try home.play(["valet://a=2"])
    try home.set("a", "two")
    #expect(try home.valet(["rollback", "a"]).exitCode == 0)
    #expect(try present(home) == "one")
    try relay.expect("value valet://a 3 3 one")
    #expect(try home.valet(["rollback", "a"]).exitCode == 0)
    #expect(try present(home) == "two")
    try relay.expect("value valet://a 4 3 two")
    #expect(try home.valet(["rollback", "a", "--to", "3"]).exitCode == 0)
    #expect(try present(home) == "one")
    #expect(try home.valet(["rollback", "a", "--to", "99"]).exitCode == 78)
  }

  // MARK: What becomes of the servers

  @Test func everyServerWithTheSecretGetsTheNewValue() throws {
    let home = try home()
    let users = try (1...8).map { try home.play(["--name", "s\($0)", "valet://a=1"]) }
    let other = try home.play(["--name", "other", "valet://b=1"])
    let run = try home.valet(["rotate", "a"], input: "two")
    #expect(run.exitCode == 0, "\(run.errorText)")
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 8 && lines.allSatisfy { $0.contains("replaced") }, "\(run.text)")
    for user in users { try user.expect("value valet://a 2 3 two") }
    #expect(!other.reads(seconds: 0.1) { $0.text.contains("value") })
    let again = try home.valet(["reload", "--all", "--outdated"])
    #expect(again.text.split(separator: "\n").allSatisfy { $0.hasPrefix("other") }, "\(again.text)")
  }

  @Test func theVaultMayBeLockedRightAfter() throws {
    let home = try Home.withPassphrase()
    let unlock = try home.valet(["unlock", "--passphrase-stdin"], input: "correct horse")
    guard unlock.exitCode == 0, try home.valet(["vault", "status"]).text.contains("unlocked")
    else { return }  // No key cache in this kernel or container.
    try home.set("a", "one")
    let relay = try home.play(["--late", "1500", "valet://a=1"])
    let run = try home.shell(
      "printf two | \"$VALET\" rotate a & sleep 0.5; \"$VALET\" lock; wait %1")
    #expect(run.exitCode == 0, "\(run.errorText)")
    try relay.expect("value valet://a 2 3 two")
  }

  @Test func aFailedSwapIsSaidAndMendedLater() throws {
    let home = try home()
    let failing = try home.play(["--name", "bad", "--fail", "valet://a=1"])
    let well = try home.play(["--name", "well", "valet://a=1"])
    let run = try home.valet(["rotate", "a", "--json"], input: "two")
    #expect(run.exitCode == 69)
    #expect(run.errorText.contains("1 of 2 servers failed"), "\(run.errorText)")
    // The value that was refused is not to be given to it again.
    #expect(run.errorText.contains("hint: mcp-valet rollback valet://a"), "\(run.errorText)")
    let outcomes = try #require(ReferenceJSON.parse(run.output)).elements
    for outcome in outcomes {
      let isBad = outcome["server"].text == "bad"
      #expect(outcome["outcome"].text == (isBad ? "failed" : "switched"))
      if isBad { #expect(outcome["message"].text?.contains("exit code 3") == true) }
    }
    let held = Dictionary(
      uniqueKeysWithValues: try home.ps().map {
        ($0["server"].text ?? "", $0["secrets"].elements[0])
      })
    #expect(held["bad"]?["version"].number == "1" && held["bad"]?["isNewest"] == .boolean(false))
    #expect(held["well"]?["version"].number == "2" && held["well"]?["isNewest"] == .boolean(true))
    failing.send(SIGKILL)
    _ = failing.wait()
    let mended = try home.play(["--name", "bad", "valet://a=1"])
    #expect(try home.valet(["reload", "--secret", "a", "--outdated"]).exitCode == 0)
    try mended.expect("value valet://a 2 3 two")
    #expect(!well.text.contains("value valet://a 2 3 two\nvalue"))
  }

  @Test func aServerStartedInPlaceIsNamedWithItsHost() throws {
    let home = try home()
    let server = try home.start(
      ["run", "plain", "--exec", "--env", "A=valet://a", "--", "sleep", "60"])
    #expect(waits { ((try? home.ps()) ?? []).count == 1 })
    let listed = try home.ps()[0]
    #expect(listed["mode"].text == "exec" && listed["server"].text == "plain")
    #expect(listed["pid"].number == "\(server.processID)")
    #expect(listed["secrets"].elements[0]["version"].number == "1")
    let run = try home.valet(["rotate", "a"], input: "two")
    #expect(run.exitCode == 69)
    #expect(run.errorText.contains("1 of 1 servers keep the old value"), "\(run.errorText)")
    #expect(run.text.contains("plain (process \(server.processID), in "), "\(run.text)")
    #expect(run.text.contains("restart it in "), "\(run.text)")
    #expect(try home.ps()[0]["secrets"].elements[0]["isNewest"] == .boolean(false))
  }

  @Test func oneThatHangsIsReportedInTime() throws {
    let home = try home()
    let hanging = try home.play(["--name", "hangs", "valet://a=1"])
    let well = try home.play(["--name", "well", "valet://a=1"])
    hanging.send(SIGSTOP)
    let start = ContinuousClock.now
    let run = try home.valet(["rotate", "a"], input: "two")
    #expect(run.exitCode == 69)
    #expect(ContinuousClock.now - start < .seconds(25))
    #expect(run.text.contains("did not answer"), "\(run.text)")
    #expect(run.errorText.contains("hint: mcp-valet reload"), "\(run.errorText)")
    try well.expect("value valet://a 2 3 two")
    // What was sent waits for it.
    hanging.send(SIGCONT)
    try hanging.expect("value valet://a 2 3 two")
  }

  @Test func whoIsKilledBetweenCommitAndSwapLeavesATrace() throws {
    let home = try home()
    let relay = try home.play(["--name", "s", "valet://a=1"])
    relay.send(SIGSTOP)
    let rotation = try home.start(["rotate", "a", "--from", "--", "echo", "two"])
    #expect(rotation.reads { $0.errorText.contains("version 2") })
    rotation.send(SIGKILL)
    #expect(rotation.wait() == 128 + SIGKILL)
    relay.send(SIGCONT)
    #expect(try home.ps()[0]["secrets"].elements[0]["isNewest"] == .boolean(false))
    #expect(try home.valet(["ps"]).text.contains("valet://a@1 (old)"))
    #expect(try home.valet(["reload", "s"]).exitCode == 0)
    try relay.expect("value valet://a 2 3 two")
    #expect(try home.ps()[0]["secrets"].elements[0]["isNewest"] == .boolean(true))
  }

  @Test func manyRotationsAtOnceLeaveTheNewestEverywhere() throws {
    let home = try home()
    let relays = try (1...3).map {
      try home.play(["--slow", "20", "--name", "s\($0)", "valet://a=1"])
    }
    let script = """
      for n in 1 2 3 4 5 6; do
        printf "value-$n" | "$VALET" rotate a >"out-$n" 2>&1 &
        jobs="$jobs $!"
      done
      failed=0; for job in $jobs; do wait "$job" || failed=1; done
      cat out-*; exit $failed
      """
    let run = try home.shell(script)
    #expect(run.exitCode == 0, "\(run.text)")
    // A vault that was written while it was being opened is not an older copy.
    #expect(!run.text.contains("warning"), "\(run.text)")
    let newest = try present(home)
    for server in try home.ps() {
      #expect(server["secrets"].elements[0]["version"].number == "7")
      #expect(server["secrets"].elements[0]["isNewest"] == .boolean(true))
    }
    for relay in relays { try relay.expect("value valet://a 7 7 \(newest)") }
  }

  // MARK: When it is known to others

  @Test func oneThatHangsDoesNotKeepTheOthersAlive() throws {
    let home = try home()
    let user = try home.play(["--name", "user", "valet://a=1"])
    let hanging = try home.play(["--name", "hangs", "valet://a=1"])
    let deaf = try home.start([
      "run", "deaf", "--exec", "--env", "A=valet://a", "--", "sh", "-c",
      "trap '' TERM; while :; do sleep 1; done",
    ])
    #expect(waits { ((try? home.ps()) ?? []).count == 3 })
    hanging.send(SIGSTOP)
    let rotation = try home.start(
      ["rotate", "a", "--compromised", "--from", "--", "echo", "two"])
    #expect(rotation.reads { $0.errorText.contains("version 2") })
    // Before the status of the one that hangs is given up, after 3 s.
    #expect(user.wait(seconds: 1.5) == 0)
    #expect(deaf.wait(seconds: 1.5) == 128 + SIGKILL)
    #expect(hanging.wait(seconds: 6) == 128 + SIGKILL)
    #expect(rotation.wait() == 0, "\(rotation.text)\(rotation.errorText)")
  }

  @Test func aCompromisedValueGoesWithItsServersAndItsCopies() throws {
    let home = try Home.withVault()
    try home.set("a", "ghp_0123456789")
    try home.set("a", "ghp_9876543210")
    let user = try home.play(["--name", "user", "valet://a=2"])
    let hanging = try home.play(["--name", "hangs", "valet://a=2"])
    let other = try home.play(["--name", "other", "valet://b=1"])
    let plain = try home.start(
      ["run", "plain", "--exec", "--env", "A=valet://a", "--", "sleep", "60"])
    #expect(waits { ((try? home.ps()) ?? []).count == 4 })
    hanging.send(SIGSTOP)
    let run = try home.valet(["rotate", "a", "--compromised"], input: "fresh")
    #expect(run.exitCode == 0, "\(run.text)\(run.errorText)")
    #expect(run.errorText.contains("https://github.com/settings/tokens"), "\(run.errorText)")
    #expect(user.wait() == 0)
    #expect(user.text.contains("stop 0"))
    #expect(hanging.wait() == 128 + SIGKILL)
    #expect(plain.wait() == 128 + SIGTERM)
    #expect(other.wait(seconds: 0.1) == nil)
    #expect(try home.valet(["versions", "a"]).text.split(separator: "\n").count == 2)
    #expect(try home.shell("ls valet/data | grep -c bak").text == "0\n")
    #expect(try home.valet(["rollback", "a"]).exitCode == 78)
  }
}
