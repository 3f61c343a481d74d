internal import Platform
internal import Testing
internal import ValetTesting

/// Imports that change one file and fail at another: what was changed is said all the same.
@Suite struct ImportHalfwayTests {
  private static let cursor = ".cursor/mcp.json"

  private func server(_ key: String) -> String {
    #"{"mcpServers": {"github": {"command": "/bin/cat", "env": {"GITHUB_TOKEN": "\#(key)"}}}}"#
  }

  /// Whether the end of an import names a file that it changed.
  private func names(_ path: String, _ host: String, in text: String) -> Bool {
    text.contains("changed \(path); to take it back: mcp-valet undo \(host)")
  }

  /// The question for a value of a project's file comes when the user's own files are changed.
  @Test func aPromptThatIsLeftNamesWhatWasChanged() throws {
    let home = try ImportTests.home(attended: true)
    try home.remove(ImportTests.claude)
    for folder in [".cursor", "repo", "repo/.vscode"] { mkdir("\(home.path)/\(folder)", 0o700) }
    try home.write(server(ImportTests.key), to: Self.cursor)
    let project =
      #"{"inputs": [{"type": "promptString", "id": "k", "description": "d", "password": true}], "#
      + #""servers": {"other": {"type": "stdio", "command": "/bin/cat", "#
      + #""env": {"API_TOKEN": "${input:k}"}}}}"#
    try home.write(project, to: "repo/.vscode/mcp.json")
    let session = try LiveProgram(
      ["/bin/sh", "-c", "cd '\(home.path)/repo' && exec '\(Programs.broker)' import"],
      environment: home.environment, onTerminal: true)
    for _ in 0..<2 {
      try session.expect("[y/N]")
      try session.type("y\n")
    }
    try session.expect("Value of")
    try session.type("\u{4}")
    let code = session.wait(seconds: 60)
    #expect(code == 77, "\(session.text)")
    let path = "\(home.path)/\(Self.cursor)"
    #expect(!File.text(path).contains(ImportTests.key))
    #expect(names(path, "cursor", in: session.text), "\(session.text)")
    #expect(session.text.contains("these keys were on the disk"), "\(session.text)")
    #expect(session.text.contains("github/GITHUB_TOKEN"), "\(session.text)")
    // It is started as after any import, and cat is no server.
    #expect(session.text.contains("github does not answer"), "\(session.text)")
    #expect(session.text.contains("error: cancelled"), "\(session.text)")
    #expect(File.text("\(home.path)/repo/.vscode/mcp.json") == project)
    #expect(!names("\(home.path)/repo/.vscode/mcp.json", "vscode", in: session.text))
  }

  /// From some point on nothing can be written any more, the record of the import included.
  @Test(arguments: ["renameat", "linkat", "fsync"])
  func aDiskThatFailsNamesWhatWasChanged(call: String) throws {
    guard Programs.areInstalled("/usr/bin/strace") else { return }
    let home = try ImportTests.home()
    mkdir("\(home.path)/.cursor", 0o700)
    try home.write(server(ImportTests.key), to: Self.cursor)
    try #require(try home.shell("mkdir kept && cp -a valet .config .cursor kept/").exitCode == 0)
    let files = [
      (ImportTests.claude, "claude-desktop", ImportTests.desktopFile(home)),
      (Self.cursor, "cursor", server(ImportTests.key)),
    ]
    var halves = 0
    for number in 1...40 {
      let run = try home.shell(
        """
        rm -rf valet .config .cursor && cp -a kept/. . && exec strace -f -qq -o /dev/null \
          -e trace=\(call) -e inject=\(call):error=EIO:when=\(number)+ \
          "$VALET" import --yes --no-check
        """)
      if run.exitCode == 0 { break }
      let changed = files.filter { File.text("\(home.path)/\($0.0)") != $0.2 }
      if changed.count == 1 { halves += 1 }
      for (path, host, _) in changed {
        #expect(
          names("\(home.path)/\(path)", host, in: run.errorText),
          "\(call) \(number): \(run.errorText)")
        #expect(run.text.contains("github/GITHUB_TOKEN"), "\(call) \(number): \(run.text)")
      }
    }
    #expect(call != "renameat" || halves > 0)
  }
}
