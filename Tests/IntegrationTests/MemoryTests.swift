internal import Platform
internal import Testing
internal import ValetTesting

/// What is in the memory of our processes while they wait, and how it lies there.
@Suite(.enabled(if: geteuid() == 0, "reads the memory of others")) struct MemoryTests {
  private static let passphrase = "canary-passphrase-7134"
  private static let given = "canary-given-value-7135"
  private static let other = "canary-other-value-7136"
  private static let older = "canary-older-value-7137"

  /// Answers every question for a passphrase.
  private static let pinentry = """
    #!/bin/sh
    echo OK Pleased to meet you
    while read -r word rest; do
      case $word in
        GETPIN) echo "D \(passphrase)"; echo OK ;;
        BYE) echo OK; exit ;;
        *) echo OK ;;
      esac
    done
    """

  private func home() throws -> Home {
    let home = try Home.withPassphrase(Self.passphrase)
    try home.set("given", Self.older)
    try home.set("given", Self.given)
    try home.set("other", Self.other)
    try home.write(Self.pinentry, to: "pinentry", mode: 0o700)
    mkdir("\(home.valetHome)/config", 0o700)
    try home.write("\(home.path)/pinentry\n", to: "valet/config/pinentry")
    return home
  }

  /// The vault's own key in hexadecimal digits, opened by a program that is none of ours.
  private func vaultKey(_ home: borrowing Home) throws -> String {
    let reader = "\(Programs.repository)/Tests/Vectors/vault/read_vault.py"
    let opened = try home.shell(
      """
      "$PYTHON" - <<'END'
      source = open("\(reader)").read().removesuffix("main()\\n")
      exec(compile(source, "\(reader)", "exec"))
      header, slots, _ = parse_header(open("\(home.vault)", "rb").read())
      print(unlock(header, slots, TYPES["passphrase"], b"\(Self.passphrase)").hex())
      END
      """)
    let key = opened.text.split(separator: "\n").first.map(String.init) ?? ""
    try #require(key.count == 64, "\(opened.errorText)")
    return key
  }

  /// Where in memory a text was found, other than where it may not be written to disk.
  private func unlocked(_ scan: Scan) -> [String] {
    scan.found.filter { !$0.contains("/mem locked") }
  }

  @Test(
    .enabled(if: Programs.python != nil, "needs the peers' Python"),
    arguments: [
      ["--env", "TOKEN=valet://given"], ["--no-redact", "--env", "TOKEN=x{{valet://given}}"],
      ["--file", "TOKEN=valet://given"],
    ])
  func aRelayHoldsItsServersValuesAndNothingElse(options: [String]) throws {
    let home = try home()
    let launch =
      ["run"] + options + ["--", "/usr/bin/python3", Programs.peer("relay_server.py")]
    try home.allow(launch)
    try home.lock()
    // The broker itself is given the passphrase, and derives the key.
    let live = try home.start(launch, adding: ["DISPLAY": ":99"], allowing: false)
    try live.type(#"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{}}"# + "\n")
    try live.expect("supportedVersions", seconds: 30)
    let tree = Processes.tree(of: live.processID)
    try #require(tree.count == 3, "broker, guardian, server: \(tree)")
    let ours = Array(tree.prefix(2))
    for text in [Self.passphrase, Self.other, Self.older] {
      let scan = try Scan(for: text, processes: ours, folders: [])
      #expect(scan.found.isEmpty, "\(text): \(scan.found)")
      #expect(scan.searched > 20)
    }
    let key = try vaultKey(home)
    let found = try Scan(for: key, isHexadecimal: true, processes: ours, folders: []).found
    #expect(found.isEmpty, "the vault's key: \(found)")
    // What redaction and the next server need is there, and never in memory that could be swapped
    // out or dumped.
    let own = try Scan(for: Self.given, processes: [tree[0]], folders: [])
    #expect(!own.found.isEmpty)
    let open = unlocked(own).filter { !$0.contains("/fd/") }
    #expect(open.isEmpty, "\(open)")
    let guardian = try Scan(for: Self.given, processes: [tree[1]], folders: [])
    #expect(guardian.found.filter { !$0.contains("/fd/") }.isEmpty, "\(guardian.found)")
  }

  /// A new value comes over the relay's socket; the old one may still be printed.
  @Test func aSwapLeavesValuesInLockedMemoryOnly() throws {
    let home = try Home.withVault()
    try home.set("token", Self.older)
    var server = try RelayedServer(home)
    try server.begin()
    let rotated = try home.valet(["rotate", "token"], input: Self.given)
    try #require(rotated.exitCode == 0, "\(rotated.errorText)")
    // Both pass through the relay and are replaced in its buffers.
    for _ in 0..<5 { _ = try server.ask("token") }
    _ = try server.ask("errors", #"{"pieces":["TOKEN\n","x TOKEN y\n"]}"#)
    usleep(200_000)
    for value in [Self.older, Self.given] {
      let scan = try Scan(for: value, processes: [server.program.processID], folders: [])
      #expect(!scan.found.isEmpty)
      #expect(unlocked(scan).isEmpty, "\(value): \(unlocked(scan))")
    }
  }

  enum Waiting: String, CaseIterable, Sendable { case set, get, rotateFrom, rotateCheck, unlock }

  /// A command that waits for a lock, a reader or another program.
  @Test(arguments: Waiting.allCases) func aCommandThatWaitsHoldsItsValueLocked(what: Waiting) throws
  {
    let home = try Home.withPassphrase(Self.passphrase)
    try home.set("given", Self.older)
    // More than what lies between the command and its reader holds.
    let large = Self.given + String(repeating: "x", count: 900_000)
    try home.write("\(Self.given)\n", to: "new")
    try home.set("large", large)
    if what == .unlock { try home.lock() }
    let holder = try LiveProgram(
      ["/usr/bin/python3", Programs.peer("hold_lock.py"), "\(home.valetHome)/data/vault.lock"],
      environment: [:])
    if what == .set { #expect(try holder.line() == "held") } else { holder.closeInput() }
    if what != .set { _ = holder.wait() }
    let words: [String] =
      switch what {
      case .set: ["set", "given"]
      case .get: ["get", "large"]
      case .rotateFrom:
        [
          "rotate", "given", "--from", "--", "/bin/sh", "-c",
          "cat '\(home.path)/new'; exec sleep 60",
        ]
      case .rotateCheck: ["rotate", "given", "--check", "K", "--", "/bin/sleep", "60"]
      case .unlock: ["unlock", "--passphrase-stdin"]
      }
    let live = try home.start(words)
    live.stopsReading = what == .get
    switch what {
    case .set, .rotateCheck:
      try live.type(Self.given)
      live.closeInput()
    case .unlock:
      // Its end is what it waits for.
      try live.type(Self.passphrase)
    case .get, .rotateFrom: break
    }
    let value = what == .unlock ? Self.passphrase : Self.given
    var last: [String] = []
    let isHeld = waits {
      let scan = try? Scan(for: value, processes: [live.processID], folders: [])
      last = scan?.found ?? []
      return !last.isEmpty
    }
    usleep(300_000)
    let scan = try Scan(for: value, processes: [live.processID], folders: [])
    #expect(isHeld && !scan.found.isEmpty, "it does not hold it yet: \(live.errorText)")
    #expect(unlocked(scan).isEmpty, "\(unlocked(scan))")
    if what != .unlock {
      let passphrase = try Scan(for: Self.passphrase, processes: [live.processID], folders: [])
      #expect(passphrase.found.isEmpty, "\(passphrase.found)")
    }
    for process in Processes.tree(of: live.processID) { kill(process, SIGKILL) }
  }
}
