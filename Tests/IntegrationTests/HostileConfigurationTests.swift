internal import Platform
internal import Testing
internal import ValetTesting

/// What a host's configuration can set beside the command: variables that no grant names.
@Suite struct HostileConfigurationTests {
  private static let words = ["demo", "--env", "TOKEN=valet://a", "--", "npx", "-y", "a@1.0.0"]

  /// A home with a version manager's `npx`, and a repository without a trace of git.
  private func home() throws -> Home {
    let home = try GrantTests.home()
    let made = try home.shell(
      """
      umask 022; mkdir -p .nvm/v1/bin repo/bin repo/docs
      printf '#!/usr/bin/env node\n' >.nvm/v1/bin/npx
      printf '#!/bin/sh\necho "good, PATH=$PATH, in $PWD"\n' >.nvm/v1/bin/node
      for name in npx node; do printf '#!/bin/sh\necho EVIL\n' >repo/bin/$name; done
      chmod 755 .nvm/v1/bin/* repo/bin/*
      """)
    try #require(made.exitCode == 0, "\(made.errorText)")
    return home
  }

  private func path(_ home: borrowing Home, _ folders: String...) -> [String: String] {
    let own = folders.map { "\(home.path)/\($0)" }
    return ["PATH": (own + ["/usr/bin", "/bin"]).joined(separator: ":")]
  }

  @Test func aRunnerInAFolderThatWasNotAllowedIsRefused() throws {
    let home = try home()
    try GrantTests.allow(home, Self.words, adding: path(home, ".nvm/v1/bin"))
    let shown = try home.valet(["grants", "demo"]).text
    #expect(shown.contains("PATH has   \(home.path)/.nvm, beside root's folders"), "\(shown)")
    let docs = "\(home.path)/repo/docs"
    let run = try GrantTests.run(
      home, Self.words, adding: path(home, "repo/bin", ".nvm/v1/bin"), folder: docs)
    GrantTests.expectRefusal(run, "PATH leads to the package runner in \(home.path)/repo/bin")
    // What it would take is shown, and is what is allowed then.
    let allowed = try home.valet(["allow", "--last", "--yes"])
    #expect(allowed.exitCode == 0, "\(allowed.errorText)")
    #expect(try home.valet(["grants", "demo"]).text.contains("\(home.path)/repo/bin"))
  }

  @Test func anInterpreterComesFromNoFolderThatWasNotAllowed() throws {
    let home = try home()
    #expect(unlink("\(home.path)/repo/bin/npx") == 0)
    try GrantTests.allow(home, Self.words, adding: path(home, ".nvm/v1/bin"))
    let run = try GrantTests.run(
      home, Self.words, adding: path(home, "repo/bin", ".nvm/v1/bin"),
      folder: "\(home.path)/repo/docs")
    #expect(
      run.text.hasPrefix("good, PATH=\(home.path)/.nvm/v1/bin:/usr/bin:/bin, in "),
      "\(run.text)\(run.errorText)")
    #expect(run.errorText.contains("since its grant does not name them: \(home.path)/repo/bin"))
  }

  @Test func aVersionManagerMayGoOnToAnotherVersion() throws {
    let home = try home()
    try GrantTests.allow(home, Self.words, adding: path(home, ".nvm/v1/bin"))
    #expect(rename("\(home.path)/.nvm/v1", "\(home.path)/.nvm/v2") == 0)
    let run = try GrantTests.run(home, Self.words, adding: path(home, ".nvm/v2/bin"))
    #expect(run.text.hasPrefix("good"), "\(run.text)\(run.errorText)")
  }

  /// Programs look for settings in the folders above the one they work in: npm for `.npmrc` beside
  /// the next `package.json`.
  @Test(arguments: ["XDG_RUNTIME_DIR", "XDG_STATE_HOME"])
  func theEmptyFolderLiesInNoProject(variable: String) throws {
    let home = try home()
    var environment = home.environment
    environment["MCP_VALET_HOME"] = nil
    environment.merge(path(home, ".nvm/v1/bin")) { $1 }
    func valet(_ words: [String], input: String = "") throws -> ProgramRun {
      try ProgramRun.run(
        [Programs.broker] + words, environment: environment, input: Array(input.utf8)
      ).unmarked
    }
    let made = try valet(["vault", "init", "--key-file", "\(home.path)/key2", "--unattended"])
    try #require(made.exitCode == 0, "\(made.errorText)")
    try #require(try valet(["set", "a"], input: "value").exitCode == 0)
    try #require(try valet(["allow", "--yes"] + Self.words).exitCode == 0)
    environment[variable] = "\(home.path)/repo"
    if variable == "XDG_STATE_HOME" {
      // The log that the vault knows.
      let copied = try home.shell(
        "mkdir -m 700 repo/mcp-valet && cp -p .local/state/mcp-valet/audit.* repo/mcp-valet/")
      try #require(copied.exitCode == 0, "\(copied.errorText)")
    }
    let run = try valet(["run"] + Self.words)
    #expect(run.text.hasPrefix("good"), "\(run.text)\(run.errorText)")
    #expect(!run.text.contains("/repo/"), "\(run.text)")
    _ = try valet(["lock"])
  }

  @Test func anotherHomeIsShownBeforeItIsAllowed() throws {
    let home = try home()
    let moved = ["HOME": "\(home.path)/repo"].merging(path(home, ".nvm/v1/bin")) { $1 }
    GrantTests.expectRefusal(try GrantTests.run(home, Self.words, adding: moved))
    try #require(try home.valet(["allow", "--last", "--yes"]).exitCode == 0)
    let shown = try home.valet(["grants", "demo"]).text
    #expect(shown.contains("HOME is    \(home.path)/repo\n"), "\(shown)")
  }

  @Test(arguments: ["relative", "absolute"])
  func aScriptThatOthersCanChangeGetsNothing(kind: String) throws {
    let home = try home()
    try home.write("echo started\n", to: "repo/server.sh", mode: 0o644)
    let folder = "\(home.path)/repo"
    let script = kind == "relative" ? "server.sh" : "\(folder)/server.sh"
    let words = ["demo", "--env", "TOKEN=valet://a", "--", "/bin/sh", "-e", script]
    try GrantTests.allow(home, ["--folder", folder] + words)
    #expect(try GrantTests.run(home, words, folder: folder).text == "started\n")
    #expect(chmod("\(folder)/server.sh", 0o666) == 0)
    GrantTests.expectRefusal(
      try GrantTests.run(home, words, folder: folder), "server.sh can be changed by others")
    #expect(chmod("\(folder)/server.sh", 0o644) == 0)
    #expect(chmod(folder, 0o777) == 0)
    GrantTests.expectRefusal(
      try GrantTests.run(home, words, folder: folder), "can be changed by others")
  }

  @Test(arguments: [
    ("LANGUAGE", "../../repo", false), ("LANG", "/repo/de_DE", false), ("LC_ALL", "a/b", false),
    ("TERM", "../x", false), ("TZ", ":/repo/zone", false), ("TZ", "../../../repo/zone", false),
    ("LANGUAGE", "de:en", true), ("LC_ALL", "C.UTF-8", true), ("TZ", "Europe/Berlin", true),
    ("TZ", ":/etc/localtime", true), ("TZ", "CET-1CEST", true),
  ])
  func noFileComesFromALocale(name: String, value: String, isPassed: Bool) throws {
    let home = try GrantTests.home()
    try GrantTests.allow(home, GrantTests.words)
    let run = try GrantTests.run(home, GrantTests.words, adding: [name: value])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.text.contains("\(name)=\(value)\n") == isPassed, "\(run.text)")
    #expect(run.errorText.contains(" \(name)") != isPassed, "\(run.errorText)")
  }

  @Test func aWiderGrantThatStaysIsTold() throws {
    let home = try GrantTests.home()
    let wide = try home.valet(["allow", "--yes", "--folder", "any"] + GrantTests.words)
    #expect(wide.exitCode == 0 && !wide.errorText.contains("stays allowed"), "\(wide.errorText)")
    let narrow = try home.valet(["allow", "--yes", "--folder", "here"] + GrantTests.words)
    #expect(narrow.errorText.contains("for other folders 'demo' stays allowed"))
    let again = try home.valet(["allow", "--yes", "--folder", "here"] + GrantTests.words)
    #expect(again.errorText.contains("stays allowed"), "\(again.errorText)")
  }
}
