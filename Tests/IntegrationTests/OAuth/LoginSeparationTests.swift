internal import Platform
internal import Testing
internal import ValetTesting

/// The process that holds the vault's key opens no network socket, and the process on the network
/// sees nothing of the vault.
@Suite(
  .enabled(
    if: Programs.python != nil && Programs.areInstalled("/usr/bin/strace"),
    "needs strace and the peers from PyPI"))
struct LoginSeparationTests {
  /// What each program did, by the name that it was executed by.
  private struct Trace {
    var vaultSide = ""
    var netSide = ""

    /// - Parameter prefix: of the files of `strace -ff`, one a process.
    init(_ folder: String) {
      for name in TemporaryFolder.names(in: folder) where name.hasPrefix("trace.") {
        let text = File.text("\(folder)/\(name)")
        // The browser is neither.
        if text.contains("execve(\"/") , text.contains("/mcp-valet-net\"") {
          let lines = text.split(separator: "\n")
          let start = lines.firstIndex { $0.contains("/mcp-valet-net\"") } ?? 0
          // Before it became that program, it was a copy of ours.
          vaultSide += lines[..<start].joined(separator: "\n") + "\n"
          netSide += lines[start...].joined(separator: "\n") + "\n"
        } else if !text.contains("/browser\"") {
          vaultSide += text + "\n"
        }
      }
    }
  }

  private func trace(
    _ home: borrowing Home, _ words: [String], adding: [String: String] = [:]
  ) throws -> Trace {
    _ = try home.shell("rm -f trace.*")
    let run = try ProgramRun.run(
      ["/usr/bin/strace", "-ff", "-qq", "-s", "4096", "-e",
       "trace=network,%file,execve,read,openat,keyctl,request_key", "-o", "\(home.path)/trace",
       Programs.broker] + words,
      environment: home.environment.merging(adding) { $1 }, seconds: 120)
    #expect(run.exitCode == 0, "\(words): \(run.errorText)")
    _ = home.browserLog(seconds: 3)
    return Trace(home.path)
  }

  @Test("who has the key has no network, and who has the network has no key")
  func keepsTheTwoApart() throws {
    let home = try Home.withVault()
    let server = try AuthorizationServer(.sdk, ["--token-seconds", "3"])
    let commands: [[String]] = [
      ["login", "work"] + server.target, ["refresh", "work"], ["token", "work", "--min-ttl", "1h"],
      ["connections"], ["logout", "work"],
    ]
    for words in commands {
      let trace = try trace(home, words, adding: try home.browser())
      let sockets = trace.vaultSide.split(separator: "\n").filter {
        ($0.contains("socket(") && !$0.contains("AF_UNIX")) || $0.contains("sa_family=AF_INET")
      }
      #expect(sockets.isEmpty, "\(words): \(sockets.joined(separator: "\n"))")
      #expect(trace.vaultSide.contains("data/vault"), "\(words)")
      if words == ["connections"] {
        #expect(trace.netSide.isEmpty)
        continue
      }
      #expect(trace.netSide.contains("AF_INET"), "\(words)")
      for secret in ["\(home.valetHome)/data", home.keyFile, "data/vault", "/connections"] {
        #expect(!trace.netSide.contains(secret), "\(words): \(secret)")
      }
      #expect(!trace.netSide.contains("keyctl("), "\(words)")
    }
  }

  @Test("neither a token nor a secret is in an argument or a variable")
  func handsNothingOverInTheOpen() throws {
    let home = try Home.withVault()
    try home.set("client", "known-secret")
    let server = try AuthorizationServer(.sdk)
    let run = try ProgramRun.run(
      ["/usr/bin/strace", "-f", "-qq", "-v", "-s", "65536", "-e", "trace=execve", "-o",
       "\(home.path)/starts", Programs.broker, "login", "work"] + server.target
        + ["--client-id", "known-client", "--client-secret", "valet://client", "--redirect-port", "3118"],
      environment: home.environment.merging(try home.browser()) { $1 }, seconds: 120)
    #expect(run.exitCode == 0, "\(run.errorText)")
    let token = try home.token("work")
    let starts = File.text("\(home.path)/starts")
    #expect(starts.contains("mcp-valet-net"))
    #expect(!starts.contains(token))
    #expect(!starts.contains("known-secret"))
    #expect(!run.errorText.contains(token))
  }
}
