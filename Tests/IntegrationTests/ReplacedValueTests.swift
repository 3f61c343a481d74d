import Platform
import Testing
import ValetTesting

/// What a relay that runs for long keeps of values that were replaced.
@Suite struct ReplacedValueTests {
  /// 300 KiB of one letter each time, and no two alike.
  private func value(_ number: Int) -> String {
    "\(number)-" + String(repeating: "\(number % 10)", count: 300 << 10)
  }

  @Test func manyRotationsTakeNoMoreMemory() throws {
    let home = try Home.withVault()
    try home.set("token", value(0))
    var server = try RelayedServer(home, ["--file", "FILE=valet://token"])
    try server.begin()
    for number in 1...14 {
      let rotated = try home.valet(["rotate", "token"], input: value(number))
      #expect(rotated.exitCode == 0, "\(rotated.errorText)")
      #expect(try server.ask("file")["result"]["text"].text == "[redacted token]")
    }
    let locked = try #require(Processes.lockedMemory(of: server.program.processID))
    #expect(locked < 3 << 20, "\(locked) bytes are locked")
    // As `ps` tells it: one for each answer.
    let status = try home.ps()[0]
    #expect(status["redactions"]["token"].number == "14", "\(status)")
  }

  @Test func whatAServerThatStillRunsPrintsIsRedacted() throws {
    let home = try Home.withVault()
    try home.set("token", "first-value-of-the-token")
    var server = try RelayedServer(home)
    try server.begin()
    // It prints its token when the new server has taken over.
    try server.send("errors", #"{"pieces":["begun\n","TOKEN\n"],"pause":2}"#)
    #expect(server.program.reads { $0.errorText.contains("begun\n") })
    let rotated = try home.valet(["rotate", "token"], input: "second-value-of-the-token")
    #expect(rotated.exitCode == 0, "\(rotated.errorText)")
    #expect(server.program.reads { $0.errorText.contains("begun\n[redacted token]\n") })
    #expect(!server.program.errorText.contains("first-value"), "\(server.program.errorText)")
  }

  @Test(.enabled(if: geteuid() == 0, "reads the memory of others"))
  func theValueOfTheLaunchIsWipedWhenItIsReplaced() throws {
    let home = try Home.withVault()
    try home.set("token", "canary-launch-value-8131")
    var server = try RelayedServer(home, ["--no-redact", "--env", "TOKEN=valet://token"])
    try server.begin()
    let ours = Array(Processes.tree(of: server.program.processID).prefix(2))
    #expect(try !Scan(for: "canary-launch-value-8131", processes: ours, folders: []).found.isEmpty)
    let rotated = try home.valet(["rotate", "token"], input: "another-value-of-the-token")
    #expect(rotated.exitCode == 0, "\(rotated.errorText)")
    #expect(waits { Processes.tree(of: server.program.processID).count == 3 })
    let left = Array(Processes.tree(of: server.program.processID).prefix(2))
    let scan = try Scan(for: "canary-launch-value-8131", processes: left, folders: [])
    #expect(scan.found.isEmpty, "\(scan.found)")
  }
}
