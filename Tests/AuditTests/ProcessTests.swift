import Platform
import Testing
import ValetTesting

@testable import Audit

/// Writers that are processes of their own.
@Suite struct ProcessTests {
  @Test func eightWritersLoseNothing() throws {
    let home = try AuditHome()
    let children = try (0..<8).map { try Writer(["add", home.state, "40", "writer-\($0)"]) }
    for child in children {
      let outcome = try child.wait()
      #expect(outcome.status == 0, "\(outcome.output)")
    }
    #expect(try home.verify() == .intact(321))
    let records = try AuditSnapshot.read(in: home.state).records
    for number in 0..<8 { #expect(records.count { $0.server == "writer-\(number)" } == 40) }
  }

  @Test func writersThatAreKilledAtAnyMomentLoseNothing() throws {
    let home = try AuditHome()
    var done: [Int] = []
    for round in 0..<30 {
      let children = try (0..<4).map { try Writer(["add", home.state, "200", "\(round)-\($0)"]) }
      usleep(UInt32.random(in: 2_000...60_000))
      for child in children { child.kill() }
      for child in children {
        let outcome = try child.wait()
        done.append(outcome.output.contains("done") ? 1 : 0)
      }
    }
    try home.write(1)
    let result = try home.verify()
    #expect(result.findings == [], "\(result)")
    #expect(result.last > 30)
  }

  @Test(
    .enabled(if: Writer.canTrace, "strace is needed"), arguments: ["first", "next", "rotation"])
  func aWriterKilledBeforeAnyCallLeavesAWholeLog(moment: String) throws {
    func prepare() throws -> AuditHome {
      let home = try AuditHome()
      if moment == "first" { return home }
      try home.write(2)
      if moment == "rotation" {
        var event = AuditHome.event
        event.detail = String(repeating: "x", count: 4000)
        let log = try AuditLog.open(in: home.state, identity: home.identity())
        try log.record(Array(repeating: event, count: 1100))
      }
      return home
    }
    let traced = try prepare()
    let calls = try Writer.calls(["add", traced.state, "1", "killed"])
    #expect(calls.count > 10)
    var kept = 0
    for call in calls {
      let home = try prepare()
      let before = try home.verify().last
      let outcome = try Writer.inject(
        "signal=KILL", at: call, ["add", home.state, "1", "killed"])
      #expect(outcome.status == 128 + SIGKILL, "\(call)")
      let found = try home.verify()
      #expect(
        found.findings.allSatisfy { $0 == .keyMissing && moment == "first" },
        "before \(call): \(found)")
      try home.write(1)
      let result = try home.verify()
      #expect(result.findings == [], "killed before \(call)")
      #expect(result.last > before, "\(call)")
      if try AuditSnapshot.read(in: home.state).records.contains(where: { $0.server == "killed" }) {
        kept += 1
      }
    }
    #expect(kept > 0 && kept < calls.count)
  }

  @Test(.enabled(if: Writer.canTrace, "strace is needed"), arguments: ["EIO", "ENOSPC"])
  func aCallThatFailsRefusesOrRecords(error: String) throws {
    let traced = try AuditHome()
    try traced.write(2)
    for call in try Writer.calls(["add", traced.state, "1", "failed"])
    where call.name != "close" && call.name != "readlink" {
      let home = try AuditHome()
      try home.write(2)
      let outcome = try Writer.inject(
        "error=\(error)", at: call, ["add", home.state, "1", "failed"])
      #expect(outcome.status < 128, "\(call)")
      let result = try home.verify()
      #expect(result.findings == [], "\(error) for \(call)")
      let isThere = try AuditSnapshot.read(in: home.state).records
        .contains { $0.server == "failed" }
      // Success means that it is there; a failure may come after the record.
      if outcome.status == 0 { #expect(isThere, "\(error) for \(call)") }
      try home.write(1)
      #expect(try home.verify().findings == [])
    }
  }

  @Test(.enabled(if: Writer.canMount, "only root can mount"))
  func aFullDiskRefusesAndLeavesTheLogAsItWas() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/full"
    mkdir(path, 0o700)
    #expect(Writer.mount(path, "size=64k,mode=0700"))
    defer { Writer.unmount(path) }
    let home = AuditHome(state: "\(path)/state")
    let wrote = try Writer.run(["add", home.state, "1000", String(repeating: "x", count: 500)])
    #expect(wrote.status != 0)
    #expect(wrote.output.contains("code: \(ENOSPC)"), "\(wrote.output)")
    let result = try home.verify()
    #expect(result.findings == [] && result.notes == [])
    #expect(result.last > 20)
    #expect(try home.verify().findings == [])
  }
}
