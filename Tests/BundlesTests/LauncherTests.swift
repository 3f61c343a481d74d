import Platform
import Testing
import ValetTesting

@testable import Bundles

/// The script in a folder as a host unpacks it, started as a host does.
struct LauncherTests {
  private struct Place: ~Copyable {
    let folder: TemporaryFolder
    /// With what a shell would take apart.
    let bundle: String

    init() throws {
      let folder = try TemporaryFolder()
      let bundle = "\(folder.path)/a 'b' $c \"d"
      for name in [bundle, "\(bundle)/mcp-valet", "\(folder.path)/bin"] {
        try #require(mkdir(name, 0o700) == 0)
      }
      // Not executable: not every host keeps modes.
      try TemporaryFolder.write(Array(Launcher.script.utf8), to: "\(bundle)/mcp-valet/launch")
      self.folder = folder
      self.bundle = bundle
    }

    /// A program that says how it was started.
    func install(_ path: String, says word: String, mode: UInt32 = 0o755) throws {
      let script = """
        #!/bin/sh
        [ "$1" = --version ] && exit \(word == "broken" ? 1 : 0)
        echo "\(word)"
        for word in "$@"; do printf '<%s>\\n' "$word"; done
        env | grep -E '^(KEY|OTHER)=' | sort
        exit 3
        """
      try TemporaryFolder.write(Array(script.utf8), to: path, mode: mode)
    }

    var embedded: String {
      get throws {
        var names = utsname()
        uname(&names)
        let (system, machine) = (Self.text(&names.sysname), Self.text(&names.machine))
        let path = "\(bundle)/\(Launcher.programFolder(system: system, machine: machine))"
        if !TemporaryFolder.exists(path) { try #require(mkdir(path, 0o700) == 0) }
        return "\(path)/mcp-valet"
      }
    }

    private static func text<Field>(_ field: inout Field) -> String {
      withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    func run(
      _ words: [String], _ environment: [String: String] = [:], path: String? = nil
    ) throws -> ProgramRun {
      let own = ["PATH": path ?? "\(folder.path)/bin:/usr/bin:/bin", "HOME": folder.path]
      return try ProgramRun.run(
        [Launcher.command, "\(bundle)/mcp-valet/launch"] + words,
        environment: own.merging(environment) { $1 }, folder: folder.path)
    }
  }

  private static let words = ["--keep", "KEY", "--keep", "OTHER", "name", "--"]
  private static let awkward = ["server", "", "a b", "*", "$HOME", "'", "\"", "--", "--keep", "\n"]

  private static var isInstalledHere: Bool {
    ["/usr/local/bin", "/opt/homebrew/bin", "/usr/bin", "/bin"].contains {
      TemporaryFolder.exists("\($0)/mcp-valet")
    }
  }

  @Test func passesEveryWordOnAsItIs() throws {
    let place = try Place()
    try place.install("\(place.folder.path)/bin/mcp-valet", says: "installed")
    let run = try place.run(Self.words + Self.awkward, ["KEY": "valet://a"])
    let expected = (["run"] + Self.words + Self.awkward).map { "<\($0)>\n" }.joined()
    #expect(run.text == "installed\n" + expected + "KEY=valet://a\n")
    #expect(run.errorText == "")
    #expect(run.exitCode == 3)
  }

  @Test func looksInTheUsualFoldersWherePathIsBare() throws {
    let place = try Place()
    for folder in [".local", ".local/bin"] { mkdir("\(place.folder.path)/\(folder)", 0o700) }
    try place.install("\(place.folder.path)/.local/bin/mcp-valet", says: "home")
    #expect(try place.run(Self.words + ["x"]).text.hasPrefix("home\n"))
    // On PATH comes first; what cannot be executed, and folders that are not absolute, do not count.
    try place.install("\(place.folder.path)/bin/mcp-valet", says: "path", mode: 0o644)
    #expect(try place.run(Self.words + ["x"]).text.hasPrefix("home\n"))
    chmod("\(place.folder.path)/bin/mcp-valet", 0o755)
    #expect(try place.run(Self.words + ["x"]).text.hasPrefix("path\n"))
    #expect(
      try place.run(Self.words + ["x"], path: "bin:.::/usr/bin:/bin").text.hasPrefix("home\n"))
  }

  @Test func prefersTheCopyInTheBundle() throws {
    let place = try Place()
    try place.install(try place.embedded, says: "embedded")
    let alone = try place.run(Self.words + ["x"])
    #expect(alone.text.hasPrefix("embedded\n"))
    if !Self.isInstalledHere {
      #expect(alone.errorText.contains("not installed; the copy of this bundle is"))
    }
    try place.install("\(place.folder.path)/bin/mcp-valet", says: "installed")
    let both = try place.run(Self.words + ["x"])
    #expect(both.text.hasPrefix("embedded\n") && both.errorText == "")
    // One that does not start here, or lost its mode: another C library, a host without modes.
    try place.install(try place.embedded, says: "broken")
    #expect(try place.run(Self.words + ["x"]).text.hasPrefix("installed\n"))
    try place.install(try place.embedded, says: "embedded")
    chmod(try place.embedded, 0o644)
    #expect(try place.run(Self.words + ["x"]).text.hasPrefix("installed\n"))
  }

  @Test(.enabled(if: !isInstalledHere)) func startsTheServerItselfWithoutMcpValet() throws {
    let place = try Place()
    try place.install("\(place.folder.path)/bin/server", says: "server")
    let run = try place.run(Self.words + Self.awkward, ["KEY": "a literal key", "OTHER": "x://y"])
    let expected = Self.awkward.dropFirst().map { "<\($0)>\n" }.joined()
    #expect(run.text == "server\n" + expected + "KEY=a literal key\nOTHER=x://y\n")
    #expect(run.errorText.contains("mcp-valet is not installed here; the server starts without it"))
    #expect(run.exitCode == 3)
  }

  @Test(
    .enabled(if: !isInstalledHere),
    arguments: [
      "valet://a/b", "keyring://a", "keyring://?service=x&account=y", "oauth://a",
      "Bearer {{valet://a}}", "{{file:valet://a}}", "x{{oauth://a}}y", "{{keyring://a}}",
    ]) func neverHandsAReferenceToTheServer(reference: String) throws
  {
    let place = try Place()
    try place.install("\(place.folder.path)/bin/server", says: "server")
    let inVariable = try place.run(Self.words + ["server"], ["OTHER": reference])
    #expect(inVariable.exitCode == 78 && inVariable.text == "")
    #expect(inVariable.errorText.contains("OTHER is a reference that only it can replace"))
    let inArgument = try place.run(Self.words + ["server", "x", reference])
    #expect(inArgument.exitCode == 78 && inArgument.text == "")
    #expect(inArgument.errorText.contains("an argument"))
  }

  /// What nobody entered arrives as a placeholder from several hosts.
  @Test func takesAPlaceholderForNothing() throws {
    let place = try Place()
    try place.install("\(place.folder.path)/bin/mcp-valet", says: "installed")
    let run = try place.run(
      Self.words + ["x"], ["KEY": "${user_config.key}", "OTHER": "Bearer ${user_config.key}"])
    #expect(!run.text.contains("KEY=") && !run.text.contains("OTHER="))
    #expect(run.exitCode == 3)
  }

  /// A shell passes on what it assigns to a variable that it was given.
  @Test func leavesTheServersVariablesAlone() throws {
    let place = try Place()
    let names = [
      "name", "names", "value", "count", "word", "is_name", "own", "found", "place", "places",
      "rest", "valet", "program",
    ]
    // With mcp-valet, and without.
    for program in Self.isInstalledHere ? ["mcp-valet"] : ["mcp-valet", "server"] {
      let path = "\(place.folder.path)/bin/\(program)"
      try TemporaryFolder.write(
        Array("#!/bin/sh\nenv | grep =kept | sort\n".utf8), to: path, mode: 0o755)
      let run = try place.run(
        names.flatMap { ["--keep", $0] } + ["n", "--", "server"],
        Dictionary(uniqueKeysWithValues: names.map { ($0, "kept") }))
      unlink(path)
      #expect(run.text == names.sorted().map { "\($0)=kept\n" }.joined(), "\(program)")
    }
  }

  @Test func runsNothingThatANameOrAValueSays() throws {
    let place = try Place()
    try place.install("\(place.folder.path)/bin/mcp-valet", says: "installed")
    let command = "x}; touch '\(place.folder.path)/made'; : ${x"
    _ = try place.run(
      ["--keep", command, "--keep", "KEY", "n", "--", "y"], ["KEY": "$(\(command))"])
    _ = try place.run(["--keep", "KEY", "n", "--", "y"], ["KEY": "`touch made`; touch made"])
    #expect(!TemporaryFolder.exists("\(place.folder.path)/made"))
  }

  @Test func hasNothingThatShellcheckComplainsOf() throws {
    let place = try Place()
    let run = try ProgramRun.run(
      ["shellcheck", "\(place.bundle)/mcp-valet/launch"], environment: ["PATH": "/usr/bin:/bin"])
    #expect(run.exitCode == 0, "\(run.text)")
  }
}
