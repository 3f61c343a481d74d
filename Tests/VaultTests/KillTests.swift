import Platform
import Secrets
import Testing
import ValetTesting

@testable import Vault

/// Ends a writer before each system call of its write in turn, or makes that call fail.
///
/// The short form goes through every call that touches a file, in a `set`. With
/// `MCP_VALET_LONG_TESTS=1` every system call of `set`, `create`, `rekey` and a large write (half a
/// minute).
@Suite(.enabled(if: Faults.canTrace, "strace is needed")) struct KillTests {
  static let isLong = getenv("MCP_VALET_LONG_TESTS") != nil

  /// A system call of a traced run: its name and how many of that name have come before, plus one.
  struct Call: CustomStringConvertible {
    let name: String
    let count: Int
    var description: String { "\(name) \(count)" }

    static let onFiles: Set = [
      "openat", "close", "read", "pread64", "write", "fsync", "fcntl", "fstat", "newfstatat",
      "faccessat2", "faccessat", "unlinkat", "unlink", "renameat", "renameat2", "rename", "linkat",
      "mkdir", "lseek",
    ]
  }

  /// A home whose vault holds `victim` = `old`, copied for each run.
  static func template() throws -> Home {
    let home = try Home("template")
    let store = try home.createVault()
    try store.set("other", "x")
    try store.set("victim", "older")
    try store.set("victim", "old")
    return home
  }

  static func copy(_ template: Home) throws -> Home {
    let home = try Home()
    try RawFile.copyFolder(template.path, to: home.path)
    return home
  }

  /// The calls of a run in `home` from its line `opened` on, or all of them.
  static func calls(_ home: Home, _ command: [String], from marker: String?) throws -> [Call] {
    let log = "\(home.temporary.path)/log"
    #expect(try ChildProcess.run(["strace", "-o", log] + command).status == 0)
    let lines = String(decoding: try RawFile.read(log), as: UTF8.self).split(separator: "\n")
    var counts: [String: Int] = [:]
    var calls: [Call] = []
    var isCounted = marker == nil
    for line in lines {
      guard let end = line.firstIndex(of: "("), !line.hasPrefix("+") else { continue }
      let name = String(line[..<end])
      counts[name, default: 0] += 1
      if let marker, line.contains("write(1, \"\(marker)") {
        isCounted = true
        continue
      }
      guard isCounted, name != "execve", name != "exit_group" else { continue }
      if isLong || Call.onFiles.contains(name) {
        calls.append(Call(name: name, count: counts[name] ?? 0))
      }
    }
    return calls
  }

  static func inject(_ fault: String, at call: Call, _ command: [String]) throws
    -> ChildProcess.Outcome
  {
    try ChildProcess.run(
      [
        "strace", "-qq", "-o", "/dev/null", "-e", "trace=\(call.name)",
        "-e", "inject=\(call.name):\(fault):when=\(call.count)",
      ] + command)
  }

  @Test func aKilledSetLeavesOldOrNew() throws {
    let template = try Self.template()
    let traced = try Self.copy(template)
    let calls = try Self.calls(
      traced, traced.command("set", "victim", "new"), from: "opened")
    #expect(calls.count > 20)
    var seen: [String: Int] = [:]
    for call in calls {
      let home = try Self.copy(template)
      let outcome = try Self.inject("signal=KILL", at: call, home.command("set", "victim", "new"))
      #expect(outcome.status == 128 + SIGKILL, "\(call)")
      let value = try home.checkedVictim()
      #expect(value == "old" || value == "new", "killed before \(call)")
      seen[value ?? "", default: 0] += 1
      try home.expectNoLitterAfterNextWrite("killed before \(call)")
    }
    #expect(seen["old", default: 0] > 0 && seen["new", default: 0] > 0, "\(seen)")
  }

  @Test(arguments: ["EIO", "ENOSPC"]) func aFailedCallLeavesOldOrNew(error: String) throws {
    let template = try Self.template()
    let traced = try Self.copy(template)
    let calls = try Self.calls(
      traced, traced.command("set", "victim", "new"), from: "opened")
    // Memory calls are left out: libsodium ends the process when the kernel refuses to unmap.
    for call in calls where Call.onFiles.contains(call.name) && call.name != "close" {
      let home = try Self.copy(template)
      let outcome = try Self.inject(
        "error=\(error)", at: call, home.command("set", "victim", "new"))
      #expect(outcome.status < 128, "\(call): \(outcome.output)")
      let value = try home.checkedVictim()
      // A failed call may be harmless; but success means that the value is there.
      #expect(value == "old" && outcome.status != 0 || value == "new", "\(error) for \(call)")
      try home.expectNoLitterAfterNextWrite("\(error) for \(call)")
    }
  }

  @Test func aKilledCreationLeavesNoneOrAWholeOne() throws {
    let traced = try Home()
    let calls = try Self.calls(traced, traced.command("create"), from: nil)
      .filter {
        ["openat", "write", "fsync", "renameat", "mkdir", "fcntl"].contains($0.name) || Self.isLong
      }
    for call in calls {
      let home = try Home()
      _ = try Self.inject("signal=KILL", at: call, home.command("create"))
      #expect(try ChildProcess.run(home.command("create")).status == 0, "\(call)")
      #expect(try home.open().verify().secretCount == 0)
      try home.expectNoLitterAfterNextWrite("killed before \(call)")
    }
  }

  @Test(.enabled(if: isLong, "long form only"), arguments: ["rekey", "large"])
  func aKilledLongWriteLeavesOldOrNew(command: String) throws {
    let template = try Self.template()
    func line(_ home: Home) -> [String] {
      command == "rekey" ? home.command("rekey") : home.command("large", "victim", "1000000")
    }
    let traced = try Self.copy(template)
    for call in try Self.calls(traced, line(traced), from: "opened") {
      let home = try Self.copy(template)
      let outcome = try Self.inject("signal=KILL", at: call, line(home))
      #expect(outcome.status == 128 + SIGKILL, "\(call)")
      let value = try home.checkedVictim()
      #expect(value == "old" || command == "large" && value?.utf8.count == 1_000_000, "\(call)")
      try home.expectNoLitterAfterNextWrite("killed before \(call)")
    }
  }
}
