internal import Platform
internal import Testing
internal import ValetTesting

/// `audit` and what the commands and launches put into the log.
@Suite struct AuditTests {
  private func events(_ home: borrowing Home, _ options: [String] = []) throws -> [ReferenceJSON
    .Tree]
  {
    let run = try home.valet(["audit", "--json"] + options)
    #expect(run.exitCode == 0, "\(run.errorText)")
    return try #require(ReferenceJSON.parse(run.output)).elements
  }

  private func verify(_ home: borrowing Home) throws -> ProgramRun {
    try home.valet(["audit", "verify"])
  }

  private let state = "valet/state"

  @Test func everythingThatIsDoneIsRecorded() throws {
    let home = try Home.withVault()
    try home.set("a/b", "first-value-of-it")
    _ = try home.valet(["get", "a/b"])
    _ = try home.valet(
      ["run", "one", "--exec", "--env", "T=valet://a/b", "--", "/bin/true"])
    _ = try home.valet(["run", "two", "--env", "T=valet://a/b", "--", "/bin/sh", "-c", "exit 3"])
    _ = try home.valet(["run", "three", "--env", "T=valet://a/none", "--", "/bin/true"])
    _ = try home.valet(["rotate", "a/b"], input: "second-value-of-it")
    _ = try home.valet(["rollback", "a/b"])
    _ = try home.valet(["deny", "three"])
    _ = try home.valet(["rm", "a/b"])
    _ = try home.valet(["lock"])
    let events = try events(home)
    #expect(
      events.map { $0["event"].text } == [
        "begun", "changed", "stored", "read", "granted", "released", "granted", "released",
        "exited", "granted", "refused", "rotated", "restored", "denied", "removed", "locked",
      ])
    #expect(
      events.map { $0["server"].text }[4...10] == [
        "one", "one", "two", "two", "two", "three", "three",
      ])
    #expect(events[5]["command"].text == "/bin/true")
    for event in events[4...5] {
      #expect(event["secrets"].elements.map { $0["name"].text } == ["valet://a/b"])
    }
    #expect(events[10]["outcome"].text == "refused")
    #expect(events[13]["server"].text == "three")
    let verified = try verify(home)
    #expect(verified.text == "16 records, nothing is wrong\n", "\(verified.errorText)")
    let log = try home.shell("cat \(state)/audit.log").text
    for value in ["first-value", "second-value"] { #expect(!log.contains(value)) }
    #expect(try self.events(home, ["--server", "two"]).count == 3)
    #expect(try self.events(home, ["--secret", "a/b"]).count == 9)
    #expect(try self.events(home, ["--since", "2100-01-01"]).isEmpty)
    #expect(try self.events(home, ["--since", "1h"]).count == 16)
    #expect(try home.valet(["audit"]).text.contains("a/b v1"))
  }

  /// A key that somebody still has in a command line is not to stay in the log when it is refused.
  @Test func wordsOfARefusedCommandAreNotKept() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    let words = ["run", "s", "--env", "T=valet://a", "--", "/bin/echo"]
    try home.allow(words)
    let run = try ProgramRun.run(
      [Programs.broker] + words + ["--api-key=plain-key"], environment: home.environment)
    #expect(run.exitCode == 77 && run.errorText.contains("is new"), "\(run.errorText)")
    let log = try home.shell("cat \(state)/audit.log").text
    #expect(log.contains("its arguments are different") && !log.contains("plain-key"), "\(log)")
  }

  @Test func whatWasAlteredIsNamed() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    for _ in 0..<3 { _ = try home.valet(["get", "a"]) }
    #expect(try home.shell("sed -i '5s/read/read\\x20/' \(state)/audit.log").exitCode == 0)
    let changed = try verify(home)
    #expect(changed.exitCode == 65)
    #expect(changed.text == "record 5 was changed (audit.log, line 5)\n")
    #expect(try home.shell("sed -i '4,5d' \(state)/audit.log").exitCode == 0)
    #expect(try verify(home).text.contains("records 4 to 5 are missing"))
  }

  @Test func aLogCutBelowTheVaultsWordIsFoundWithItsKeyPutBackToo() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    #expect(try home.shell("cp -a \(state) old").exitCode == 0)
    try home.set("a", "other")
    #expect(try home.shell("rm -r \(state) && cp -a old \(state)").exitCode == 0)
    let cut = try verify(home)
    #expect(cut.exitCode == 65)
    #expect(
      cut.text.contains("the log was cut: it ends after record 3, and the vault knows of record 4"))
  }

  @Test func anotherLogIsRefusedUntilSomebodySaysSo() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    let launch = ["run", "--exec", "--env", "T=valet://a", "--", "/bin/echo", "started"]
    try home.allow(launch)
    #expect(try home.shell("rm -r \(state)").exitCode == 0)
    let refused = try home.valet(launch)
    #expect(refused.exitCode == 77, "\(refused.errorText)")
    #expect(refused.text.isEmpty)
    #expect(refused.errorText.contains("mcp-valet audit begin"))
    #expect(try home.valet(["get", "a"]).exitCode == 77)
    #expect(try home.valet(["set", "b"], input: "x").exitCode == 77)
    let begun = try home.valet(["audit", "begin"])
    #expect(begun.exitCode == 0, "\(begun.errorText)")
    #expect(try home.valet(launch).text == "started\n")
    // What was lost stays known.
    #expect(try verify(home).text == "records 1 to 4 are missing\n")
  }

  @Test func whereNothingCanBeRecordedNothingIsReleased() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    let launches = [["--exec"], []].map {
      ["run"] + $0 + ["--env", "T=valet://a", "--", "/bin/echo", "started"]
    }
    // Which allows the other one too.
    try home.allow(launches[0])
    #expect(try home.shell("chmod 0644 \(state)/audit.log").exitCode == 0)
    for launch in launches {
      let run = try home.valet(launch)
      #expect(run.exitCode == 74, "\(run.errorText)")
      #expect(run.text.isEmpty)
    }
    let read = try home.valet(["get", "a"])
    #expect(read.exitCode == 74 && read.text.isEmpty)
  }

  /// The key with which records are proven, gone or of another kind.
  @Test(arguments: ["link", "fifo", "folder", "open", "empty", "cut"])
  func withoutTheLogsKeyNothingIsReleased(kind: String) throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    let launch = ["run", "--env", "T=valet://a", "--", "/bin/echo", "started"]
    try home.allow(launch)
    let made = try home.shell(
      """
      cd \(state) && mv audit.key ../key && case \(kind) in
        link) ln -s ../key audit.key ;;
        fifo) mkfifo -m 600 audit.key ;;
        folder) mkdir -m 700 audit.key ;;
        open) cp ../key audit.key; chmod 644 audit.key ;;
        empty) (umask 077; : >audit.key) ;;
        cut) (umask 077; head -c 100 ../key >audit.key) ;;
      esac
      """)
    try #require(made.exitCode == 0, "\(made.errorText)")
    let run = try home.valet(launch, allowing: false)
    #expect(run.exitCode != 0 && run.text.isEmpty, "\(run.text)")
    let read = try home.valet(["get", "a"])
    #expect(read.exitCode != 0 && read.text.isEmpty, "\(read.errorText)")
  }

  /// As a disk that is full just where the log lies.
  @Test(.enabled(if: Kernel.mounts, "mounts need root"))
  func aFullDiskReleasesNothing() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    let launch = ["run", "--env", "T=valet://a", "--", "/bin/echo", "started"]
    try home.allow(launch)
    let run = try home.shell(
      """
      unshare --mount --propagation private /bin/sh -c '
        cp -a \(state) copy && mount -t tmpfs -o size=64k,mode=0700 none \(state) &&
        cp -a copy/. \(state)/ && dd if=/dev/zero of=\(state)/filler bs=4k 2>/dev/null
        # The last page of the log has some room left.
        for try in $(seq 60); do "$VALET" get a >got || break; done
        echo "$(cat got) $?"; "$VALET" get a; echo "get $?"
        "$VALET" run --no-redact --env T=valet://a -- /bin/echo started </dev/null; echo "run $?"
        rm \(state)/filler; "$VALET" get a; echo " get $?"'
      """)
    let lines = run.unmarked.text
    #expect(lines == " 0\nget 74\nrun 74\nvalue get 0\n", "\(lines)\(run.errorText)")
  }

  @Test func aServerWithoutSecretsLeavesNoRecord() throws {
    let home = try Home()
    #expect(try home.valet(["run", "--", "/bin/true"]).exitCode == 0)
    #expect(try home.shell("ls \(state)").exitCode != 0)
  }

  @Test func aStrictLogIsWaitedForBeforeTheServerStarts() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    #expect(
      try home.shell("mkdir -p -m 700 valet/config && echo strict >valet/config/audit.sync")
        .exitCode == 0)
    let run = try home.valet(["run", "--env", "T=valet://a", "--", "/bin/echo", "started"])
    #expect(run.text == "started\n", "\(run.errorText)")
    #expect(try verify(home).exitCode == 0)
  }

  @Test func aNewKeyAndARestoredVaultGoOnWithTheLog() throws {
    let home = try Home.withVault()
    try home.set("a", "value")
    #expect(try home.valet(["vault", "backup", "\(home.path)/copy"]).exitCode == 0)
    #expect(try home.valet(["vault", "rekey"]).exitCode == 0)
    _ = try home.valet(["get", "a"])
    let rekeyed = try verify(home)
    #expect(rekeyed.exitCode == 0, "\(rekeyed.text)\(rekeyed.errorText)")
    #expect(try events(home).count { $0["event"].text == "begun" } == 2)
    let other = try Home.withVault()
    try other.set("b", "value")
    #expect(try other.valet(["vault", "backup", "\(home.path)/other"]).exitCode == 0)
    #expect(try home.shell("cat '\(other.keyFile)' >key").exitCode == 0)
    let restored = try home.valet(["vault", "restore", "\(home.path)/other"])
    #expect(restored.exitCode == 0, "\(restored.errorText)")
    #expect(try home.valet(["get", "b"]).text == "value")
  }
}
