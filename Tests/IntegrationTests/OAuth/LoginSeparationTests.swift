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

    /// - Parameter text: of `strace -f`: each line begins with a process id or a thread's.
    init(_ text: String) {
      let lines = text.split(separator: "\n").map { line in
        let parts = line.split(separator: " ", maxSplits: 1)
        // Short numbers are padded.
        return (id: String(parts[0]), call: String(parts.last?.drop { $0 == " " } ?? ""))
      }
      var parents: [String: String] = [:]
      for (id, call) in lines where Self.begins(call, ["clone", "fork", "vfork"]) {
        guard let child = call.split(separator: " ").last, Int(child) != nil else { continue }
        parents[String(child)] = id
      }
      var (programs, started): ([String: String], [String: String]) = ([:], [:])
      for (id, call) in lines {
        if call.hasPrefix("execve("), let path = call.split(separator: "\"").dropFirst().first {
          started[id] = path.split(separator: "/").last.map(String.init)
        } else if call.hasPrefix("execveat(") {
          // Of an opened file; what it is called is the first argument.
          started[id] = call.split(separator: "[").dropFirst().first.flatMap {
            $0.split(separator: "\"").first.map(String.init)
          }
        }
        if Self.begins(call, ["execve"]), call.hasSuffix("= 0") { programs[id] = started[id] }
        if programs[id] == nil { programs[id] = parents[id].flatMap { programs[$0] } }
        switch programs[id] {
        case "mcp-valet-net": netSide += call + "\n"
        case "mcp-valet", "mcp-valet-ctl": vaultSide += call + "\n"
        // The browser is neither.
        default: break
        }
      }
    }

    private static func begins(_ call: String, _ names: [String]) -> Bool {
      names.contains { call.hasPrefix($0) || call.hasPrefix("<... \($0)") }
    }
  }

  private func trace(
    _ home: borrowing Home, _ words: [String], adding: [String: String] = [:]
  ) throws -> Trace {
    let run = try ProgramRun.run(
      [
        "/usr/bin/strace", "-f", "-qq", "-s", "4096", "-e",
        "trace=network,%file,%process,keyctl,request_key", "-o", "\(home.path)/trace",
        Programs.broker,
      ] + words,
      environment: home.environment.merging(adding) { $1 }, seconds: 120)
    #expect(run.exitCode == 0, "\(words): \(run.errorText)")
    return Trace(File.text("\(home.path)/trace"))
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
      #expect(trace.vaultSide.contains("\(home.valetHome)/data"), "\(words)")
      if words == ["connections"] {
        #expect(trace.netSide.isEmpty)
        continue
      }
      #expect(trace.netSide.contains("AF_INET"), "\(words)")
      for secret in [home.path, "vault\"", "connections"] {
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
      [
        "/usr/bin/strace", "-f", "-qq", "-v", "-s", "65536", "-e", "trace=execve,execveat", "-o",
        "\(home.path)/starts", Programs.broker, "login", "work",
      ] + server.target
        + [
          "--issuer", server.issuer, "--client-id", "known-client", "--client-secret",
          "valet://client", "--redirect-port",
          "3118",
        ],
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
