internal import Platform
internal import Testing
internal import ValetTesting

/// Several commands at once, and commands that are killed.
@Suite struct ConcurrencyTests {
  @Test(arguments: [2, 6]) func theFirstSetsMakeOneVault(count: Int) throws {
    let home = try Home()
    let keyring = try KeyringPeer()
    let sets = try (0..<count).map {
      try home.start(["set", "secret/\($0)"], adding: keyring.environment)
    }
    for (index, set) in sets.enumerated() {
      try set.type("value \(index)")
      set.closeInput()
    }
    for set in sets { #expect(set.wait() == 0, "\(set.errorText)") }
    func show(_ index: Int) -> [String] {
      ["run", "s\(index)", "--env", "A=valet://secret/\(index)", "--", "/bin/sh", "-c", "echo $A"]
    }
    for index in 0..<count { try home.allow(show(index), adding: keyring.environment) }
    try home.lock()
    for index in 0..<count {
      let run = try home.valet(show(index), adding: keyring.environment, allowing: false)
      #expect(run.text == "value \(index)\n", "\(run.errorText)")
    }
    // No key of a vault that did not come to be is left behind.
    let items = try keyring.shell("secret-tool search --all kind vault-key 2>/dev/null")
    #expect(items.split(separator: "\n").filter { $0.hasPrefix("label = ") }.count == 1, "\(items)")
  }

  @Test func eightWritersLoseNothing() throws {
    let home = try Home.withVault()
    let run = try home.shell(
      """
      for writer in 1 2 3 4 5 6 7 8; do
        for write in $(seq 20); do
          printf "$writer-$write" | "$VALET" set "w$writer/$write" 2>>errors || echo "failed $?"
        done &
      done
      wait
      """, seconds: 120)
    #expect(run.text.isEmpty, "\(run.text)\(File.text("\(home.path)/errors"))")
    let listed = try #require(
      ReferenceJSON.parse(try home.valet(["list", "--json"]).output)
    ).elements.compactMap { $0["name"].text }
    #expect(listed.count == 160)
    let values = try home.shell(
      "for w in 1 2 3 4 5 6 7 8; do \"$VALET\" get \"w$w/20\"; echo; done")
    #expect(values.text == (1...8).map { "\($0)-20\n" }.joined())
    let verified = try home.valet(["vault", "status", "--verify"])
    #expect(verified.exitCode == 0, "\(verified.errorText)")
  }

  @Test func aKilledSetLeavesTheOldValueOrTheNew() throws {
    let home = try Home.withVault()
    try home.set("a", "value 0")
    var present = 0
    var killed = 0
    for attempt in 1...50 {
      let set = try home.start(["set", "a"])
      try set.type("value \(attempt)")
      set.closeInput()
      usleep(UInt32.random(in: 0..<30_000))
      set.send(SIGKILL)
      if set.wait() == 128 + SIGKILL { killed += 1 }
      let got = try home.valet(["get", "a"])
      try #require(got.exitCode == 0, "\(got.errorText)")
      try #require(["value \(present)", "value \(attempt)"].contains(got.text))
      if got.text == "value \(attempt)" { present = attempt }
    }
    #expect(killed > 5 && present > 0, "killed \(killed), last \(present): not at all moments")
    // Whatever a killed writer left goes with the next write.
    try home.set("a", "last")
    let left = TemporaryFolder.names(in: "\(home.valetHome)/data")
    #expect(
      left.allSatisfy { $0 == "vault" || $0 == "vault.lock" || $0.hasPrefix("vault.bak.") },
      "\(left)")
    #expect(try home.valet(["vault", "status", "--verify"]).exitCode == 0)
  }

  @Test func aWriterWaitsForItsTurnAndGivesUpAtLast() throws {
    let home = try Home.withVault()
    let holder = """
      import fcntl, struct, sys
      file = open(sys.argv[1], "r+b")
      # F_OFD_SETLK, a write lock on the whole file
      fcntl.fcntl(file, 37, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0))
      print("locked", flush=True)
      sys.stdin.read()
      """
    let live = try LiveProgram(
      ["/usr/bin/python3", "-c", holder, "\(home.valetHome)/data/vault.lock"], environment: [:])
    #expect(try live.line() == "locked")
    let start = ContinuousClock.now
    let set = try home.valet(["set", "a"], input: "value")
    #expect(set.exitCode == 75, "\(set.errorText)")
    #expect(ContinuousClock.now - start < .seconds(15))
    // Who only reads does not wait.
    #expect(try home.valet(["list"]).exitCode == 0)
    live.closeInput()
    #expect(live.wait() == 0)
    try home.set("a", "value")
  }
}
