internal import Platform
internal import Testing
internal import ValetTesting

/// Secrets that leave the vault on purpose.
@Suite struct ExportTests {
  /// Values that break what is careless about quotes.
  static let hostile: [(name: String, value: String)] = [
    ("plain", "ghp_abc/def+ghi=="), ("spaces", "  two  words "), ("hash", "a # b"),
    ("single", "it's"), ("double", "say \"hi\""), ("both", "it's \"quoted\""),
    ("backslash", #"C:\new\table\'"#), ("dollar", "pa$$word $HOME"), ("tick", "`id`"),
    ("command", "$(touch /tmp/mcp-valet-was-run)"),
    ("lines", "one\ntwo\n\nthree\n"), ("equals", "=a=b"),
    ("bang", "wow!! !x"), ("unicode", "schlüssel 鍵 🔑"), ("semicolon", "a;rm -rf x&|<>(){}*?~"),
    ("tab", "a\tb\u{7}"), ("quote", "'"), ("key", "-----BEGIN KEY-----\nabc+/=\n-----END KEY-----"),
  ]

  /// A vault, unattended, that holds them.
  private func home(_ secrets: [(name: String, value: String)] = hostile) throws -> Home {
    let home = try Home.withVault()
    for (name, value) in secrets {
      #expect(try home.valet(["set", "--raw", "s/\(name)"], input: value).exitCode == 0)
    }
    return home
  }

  private func bytes(_ home: borrowing Home, _ name: String) throws -> [UInt8] {
    try TemporaryFolder.read("\(home.path)/\(name)")
  }

  /// Runs a plain export with a person who says yes, through a pipe into a file.
  private func exportPlain(
    _ home: borrowing Home, _ words: String, answer: String = "y\n"
  ) throws -> LiveProgram {
    let live = try LiveProgram(
      [
        "/bin/bash", "-c",
        "set -o pipefail; \"$0\" vault export --plain \(words) | cat >'\(home.path)/out'",
        Programs.broker,
      ], environment: home.environment, onTerminal: true)
    try live.expect("[y/N]")
    try live.type(answer)
    return live
  }

  // MARK: age

  @Test(.enabled(if: Programs.areInstalled("/usr/bin/age", "/usr/bin/age-keygen")))
  func theProgramAgeDecryptsWhatIsForItsKey() throws {
    let home = try home()
    let made = try home.shell(
      "for n in 1 2 3; do age-keygen -o key$n 2>/dev/null; age-keygen -y key$n >pub$n; done")
    try #require(made.exitCode == 0, "\(made.errorText)")
    let first = File.text("\(home.path)/pub1").split(separator: "\n")[0]
    let run = try home.shell(
      """
      "$VALET" vault export --recipient "\(first)" >one.age || exit
      (echo "# others"; cat pub2 pub3) >pubs
      "$VALET" vault export --recipient "\(first)" --recipients-file pubs \
        --output three.age || exit
      age -d -i key1 one.age >one.json && age -d -i key1 three.age >a && age -d -i key3 three.age >b &&
        cmp a b && cmp a one.json && ! age -d -i key2 one.age 2>/dev/null
      """)
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(Array(try bytes(home, "one.age").prefix(22)) == Array("age-encryption.org/v1\n".utf8))
    let json = try #require(ReferenceJSON.parse(try bytes(home, "one.json")))
    for (name, value) in Self.hostile {
      let entry = json["secrets"].elements.first { $0["name"].text == "s/\(name)" }
      #expect(entry?["value"].text == value, "\(name)")
    }
    var status = stat()
    #expect(stat("\(home.path)/three.age", &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  /// Lengths around age's chunks of 64 KiB, binary ones among them.
  @Test(.enabled(if: Programs.areInstalled("/usr/bin/age")))
  func theProgramAgeDecryptsEveryLength() throws {
    let home = try Home.withVault()
    let run = try home.shell(
      #"""
      age-keygen -o id 2>/dev/null; to=$(age-keygen -y id)
      "$VALET" vault export --recipient "$to" | age -d -i id || exit 2
      head -c 600000 /dev/urandom >value; "$VALET" set --raw b <value || exit 3
      "$VALET" vault export --recipient "$to" | age -d -i id >out || exit 4
      python3 -c '
      import base64, json, sys
      value = json.load(open("out"))["secrets"][0]["base64"]
      sys.exit(base64.b64decode(value) != open("value", "rb").read())' || exit 5
      "$VALET" rm b; length=$("$VALET" vault export --recipient "$to" | age -d -i id | wc -c)
      # Whole chunks: the text around the value has the same length each time.
      around=$(printf x | "$VALET" set c; "$VALET" vault export --recipient "$to" c | age -d -i id | wc -c)
      for extra in -1 0 1; do
        head -c $((65536 - around + 1 + extra)) /dev/zero | tr '\0' a | "$VALET" set c || exit 6
        size=$("$VALET" vault export --recipient "$to" c | age -d -i id | wc -c)
        [ "$size" = $((65536 + extra)) ] || { echo "$size" >&2; exit 7; }
      done
      """#)
    #expect(run.exitCode == 0, "\(run.exitCode) \(run.errorText)")
  }

  @Test(.enabled(if: Programs.areInstalled("/usr/bin/age")))
  func theProgramAgeAsksForThePassphraseOfTheExport() throws {
    let home = try home([("a", "value-of-a")])
    let run = try home.valet(
      ["vault", "export", "--passphrase-stdin", "--output", "\(home.path)/p.age"],
      input: "correct horse\n")
    #expect(run.exitCode == 0, "\(run.errorText)")
    for (typed, code) in [("correct horse", Int32(0)), ("wrong horse", 1)] {
      let age = try LiveProgram(
        ["/usr/bin/age", "-d", "-o", "\(home.path)/\(code)", "\(home.path)/p.age"],
        environment: home.environment, onTerminal: true)
      try age.expect("passphrase")
      try age.type("\(typed)\n")
      #expect(age.wait() == code, "\(age.text)")
    }
    #expect(File.text("\(home.path)/0").contains("value-of-a"))
    // Typed twice at a terminal.
    let typed = try home.start(
      ["vault", "export", "--passphrase", "--output", "\(home.path)/q.age"], onTerminal: true)
    for prompt in ["New passphrase", "Again"] {
      try typed.expect(prompt)
      try typed.type("correct horse\n")
    }
    #expect(typed.wait() == 0, "\(typed.text)")
    #expect(TemporaryFolder.exists("\(home.path)/q.age"))
  }

  // MARK: Plain

  @Test func aShellAndPythonDotenvReadTheSame() throws {
    let all = Self.hostile + [("number/1st", "digits")]
    let home = try home(all)
    let live = try exportPlain(home, "--format dotenv")
    #expect(live.wait() == 0, "\(live.text)")
    let script = """
      set -a; . ./out || exit 2; exec "$PYTHON" -c '
      import os, sys, dotenv
      read = dotenv.dotenv_values("out")
      assert len(read) == \(all.count), len(read)
      for name, value in read.items():
        assert os.environ[name] == value, name
        print(name, value.encode().hex())
      '
      """
    try home.write(script, to: "read.sh")
    let python = try #require(Programs.python)
    let read = try ProgramRun.run(
      ["/bin/sh", "read.sh"], environment: ["PATH": "/usr/bin:/bin", "PYTHON": python],
      folder: home.path)
    #expect(read.exitCode == 0, "\(read.errorText)\(File.text("\(home.path)/out"))")
    for (name, value) in all {
      let variable = "S_" + name.uppercased().replacing("/", with: "_")
      let digits = value.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      #expect(read.text.contains("\(variable) \(digits)\n"), "\(name)")
    }
    #expect(!TemporaryFolder.exists("/tmp/mcp-valet-was-run"))
  }

  /// Where a user has set that, zsh puts a program's path in the place of `=ls`, and of `:=ls`.
  @Test func noShellExpandsWhatIsAssigned() throws {
    let home = try home([("one", "=ls"), ("two", "a:=ls:~"), ("three", "x=~")])
    let live = try exportPlain(home, "--format dotenv")
    #expect(live.wait() == 0, "\(live.text)")
    #expect(File.text("\(home.path)/out") == "S_ONE='=ls'\nS_THREE='x=~'\nS_TWO='a:=ls:~'\n")
  }

  @Test func aShellReadsEveryValueWithoutNULs() throws {
    let all =
      Self.hostile + [
        ("mixed", "it's $HOME `id` \\ ${x} \r\n"), ("braces", "${HOME}"), ("cr", "a\r"),
      ]
    let home = try home(all)
    #expect(try home.valet(["set", "--raw", "s/latin"], input: "x").exitCode == 0)
    try home.write("printf '\\374\\377' | \"$VALET\" set --raw s/latin", to: "latin.sh")
    #expect(try home.shell(". ./latin.sh").exitCode == 0)
    let live = try exportPlain(home, "--format sh")
    #expect(live.wait() == 0, "\(live.text)")
    let read = try ProgramRun.run(
      ["/bin/sh", "-c", "set -a; . ./out; exec env -0"], environment: ["PATH": "/usr/bin:/bin"],
      folder: home.path)
    let variables = Set(read.output.split(separator: 0).map(Array.init))
    for (name, value) in all {
      #expect(variables.contains(Array("S_\(name.uppercased())=\(value)".utf8)), "\(name)")
    }
    #expect(variables.contains(Array("S_LATIN=".utf8) + [0xfc, 0xff]))
  }

  @Test(arguments: [
    ("mixed", "it's $HOME", "dotenv"), ("braces", "a ${HOME} b", "dotenv"),
    ("cr", "a\rb", "dotenv"),
    ("nul", "a\0b", "dotenv"), ("nul", "a\0b", "sh"), ("lines", "a\nb", "docker"),
  ])
  func namesWhatAFormatCannotHoldAndWritesNothing(name: String, value: String, format: String)
    throws
  {
    let home = try home([("fine", "other-value"), (name, value)])
    let run = try home.shell(
      "\"$VALET\" vault export --plain --format \(format) | cat >out; exit ${PIPESTATUS[0]}")
    #expect(run.exitCode == 77, "\(run.errorText)")
    #expect(run.errorText.contains("\(format) cannot hold s/\(name): "), "\(run.errorText)")
    #expect(run.errorText.contains("--format json"))
    #expect(try bytes(home, "out").isEmpty)
  }

  @Test func dockerGetsLinesAsTheyAre() throws {
    let home = try home([("a", "it's \"$x\" \\"), ("b", "two words")])
    let live = try exportPlain(home, "--format docker")
    #expect(live.wait() == 0, "\(live.text)")
    #expect(File.text("\(home.path)/out") == "S_A=it's \"$x\" \\\nS_B=two words\n")
  }

  @Test func refusesTwoSecretsOfOneVariable() throws {
    let home = try Home.withVault()
    for name in ["a/b", "a-b"] { try home.set(name, "x") }
    let run = try home.shell(
      "\"$VALET\" vault export --plain --format sh | cat; exit ${PIPESTATUS[0]}")
    #expect(run.exitCode == 77 && run.output.isEmpty)
    #expect(run.errorText.contains("would both become the variable A_B"), "\(run.errorText)")
  }

  // MARK: Consent

  /// Also where the vault is unattended: these are all values at once.
  @Test func writesNothingPlainWithoutAPerson() throws {
    let home = try home([("a", "value-of-a")])
    let run = try home.shell("\"$VALET\" vault export --plain | cat; exit ${PIPESTATUS[0]}")
    #expect(run.exitCode == 77 && run.output.isEmpty)
    #expect(run.errorText.contains("nobody to ask for consent"), "\(run.errorText)")
    // It is unattended, and that does not help.
    #expect(run.errorText.contains("hint: at a terminal, the same command"), "\(run.errorText)")
    let no = try exportPlain(home, "", answer: "n\n")
    #expect(no.wait() == 77, "\(no.text)")
    #expect(try bytes(home, "out").isEmpty)
    let log = try home.valet(["audit", "--secret", "s/a", "--json"]).text
    #expect(log.contains("refused") && !log.contains("exported"))
    let yes = try exportPlain(home, "s/")
    #expect(yes.wait() == 0, "\(yes.text)")
    #expect(File.text("\(home.path)/out").contains("value-of-a"))
    #expect(!yes.text.contains("value-of-a"))
    #expect(try home.valet(["audit"]).text.contains("exported into a pipe, plain"))
  }

  @Test func asksBeforeAnEncryptedExportOfAnAttendedVault() throws {
    let home = try Home()
    #expect(try home.valet(["vault", "init", "--key-file", home.keyFile]).exitCode == 0)
    try home.set("a", "value-of-a")
    let words = ["vault", "export", "--passphrase-stdin", "--output", "\(home.path)/x.age"]
    #expect(try home.valet(words, input: "horse").exitCode == 77)
    #expect(!TemporaryFolder.exists("\(home.path)/x.age"))
  }

  /// Where plain values would stay: on a terminal, in a file.
  @Test func refusesTerminalsAndFiles() throws {
    let home = try home([("a", "value-of-a")])
    let file = try home.shell("\"$VALET\" vault export --plain >out")
    #expect(file.exitCode == 77)
    #expect(file.errorText.contains("plain values go into a pipe"), "\(file.errorText)")
    #expect(try bytes(home, "out").isEmpty)
    for way in [["--plain"], ["--passphrase-stdin"]] {
      let terminal = try home.start(["vault", "export"] + way, onTerminal: true)
      #expect(terminal.wait() == 77, "\(terminal.text)")
      #expect(terminal.text.contains("a terminal") && !terminal.text.contains("value-of-a"))
    }
    // Also where one is named.
    let named = try home.valet(["vault", "export", "--plain", "--output", "\(home.path)/named"])
    #expect(named.exitCode == 64 && named.errorText.contains("files are encrypted"))
    #expect(!TemporaryFolder.exists("\(home.path)/named"))
    let encrypted = try home.valet(
      ["vault", "export", "--passphrase-stdin", "--output", "\(home.path)/named"], input: "horse")
    #expect(encrypted.exitCode == 0, "\(encrypted.errorText)")
    let before = try bytes(home, "named")
    // One that is there stays what it is.
    let again = try home.valet(
      ["vault", "export", "--passphrase-stdin", "--output", "\(home.path)/named"], input: "horse")
    #expect(again.exitCode == 74 && again.errorText.contains("exists already"))
    #expect(try bytes(home, "named") == before)
  }

  @Test(
    arguments: [
      ([], 64), (["--plain", "--passphrase"], 64), (["--recipient", "age1qqq"], 64),
      (["--recipient", "ssh-ed25519 AAAA"], 64), (["--recipients-file", "/nonexistent"], 74),
      (["--passphrase-stdin", "nobody"], 78), (["--passphrase-stdin", "--format", "xml"], 64),
    ] as [([String], Int32)])
  func refusesWhatMakesNoSense(words: [String], code: Int32) throws {
    let home = try home([("a", "value-of-a")])
    let run = try home.valet(["vault", "export"] + words, input: "horse")
    #expect(run.exitCode == code, "\(run.errorText)")
    #expect(run.output.isEmpty)
  }

  /// Of many in a file it says which, and writes nothing.
  @Test(arguments: [
    ("age1qqq", "malformed recipient"),
    ("ssh-ed25519 AAAA me@here", "only recipients of age's own"),
    ("age1pq1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0jq22z7jd", "post-quantum"),
  ])
  func namesTheLineOfARecipientThatItCannotUse(line: String, message: String) throws {
    let home = try home([("a", "value-of-a")])
    try home.write(
      "# mine\r\n\nage1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p \r\n\(line)\n",
      to: "pubs")
    let run = try home.valet(["vault", "export", "--recipients-file", "\(home.path)/pubs"])
    #expect(run.exitCode == 64 && run.output.isEmpty, "\(run.errorText)")
    #expect(run.errorText.contains("pubs:4: \(message)"), "\(run.errorText)")
  }

  /// A disk that is full leaves no half of a file.
  @Test(.enabled(if: access("/dev/full", F_OK) == 0)) func saysThatAnExportWasCut() throws {
    let home = try home([("a", "value-of-a")])
    let run = try home.shell(
      "age-keygen -o id 2>/dev/null; \"$VALET\" vault export --recipient $(age-keygen -y id) >/dev/full"
    )
    #expect(
      run.exitCode == 74 && run.errorText.contains("cannot write standard output"),
      "\(run.errorText)")
  }
}
