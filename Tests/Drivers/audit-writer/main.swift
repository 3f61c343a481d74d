// Adds to an audit log in a process of its own, so that tests can take away its disk or its life.
// The vault is played: its id and its root are fixed bytes.
//
//   audit-writer add STATE COUNT TEXT   COUNT sessions of one record each
//   audit-writer batch STATE COUNT TEXT one session of COUNT records
//   audit-writer locked STATE TEXT      as a process that has no vault key
//   audit-writer verify STATE           prints findings, notes and the number of the last record
//
// Prints `opened` when the process is set up, `done NUMBER` for the last record, or an error.
internal import Audit
internal import Platform
internal import Secrets

let arguments = CommandLine.arguments
do {
  try run(Array(arguments.dropFirst()))
} catch {
  say("error \(error)")
  exit((error as? any ReportableError)?.exitCode.rawValue ?? 70)
}

/// Unbuffered: a test kills this process at any moment.
func say(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  _ = write(1, bytes, bytes.count)
}

func identity() -> AuditIdentity {
  AuditIdentity(vaultID: Array(repeating: 7, count: 16), anchor: nil, withRoot: withRoot)
}

func withRoot(_ body: (UnsafeRawBufferPointer) -> Void) {
  [UInt8](repeating: 9, count: 32).withUnsafeBytes(body)
}

func event(_ text: String) -> AuditEvent {
  var event = AuditEvent(.released)
  event.server = text
  event.command = "/usr/bin/true"
  event.secrets = [AuditEvent.Secret("valet://test/token", version: 3)]
  return event
}

func run(_ arguments: [String]) throws {
  guard arguments.count >= 2 else { throw Usage() }
  let state = arguments[1]
  say("opened")
  switch (arguments[0], arguments.count) {
  case ("add", 4):
    var last: UInt64 = 0
    for _ in 0..<(Int(arguments[2]) ?? 1) {
      let log = try AuditLog.open(in: state, identity: identity(), wait: .seconds(60))
      try log.record([event(arguments[3])])
      last = log.anchor.number
    }
    say("done \(last)")
  case ("batch", 4):
    let log = try AuditLog.open(in: state, identity: identity())
    try log.record(Array(repeating: event(arguments[3]), count: Int(arguments[2]) ?? 1))
    say("done \(log.anchor.number)")
  case ("locked", 3):
    let log = try AuditLog.open(in: state, identity: nil)
    try log.record([event(arguments[2])])
    say("done \(log.anchor.number)")
  case ("verify", 2):
    let result = AuditVerifier(
      try AuditSnapshot.read(in: state), anchors: [], withRoots: withRoot
    ).run()
    for finding in result.findings { say("finding \(finding.message)") }
    for note in result.notes { say("note \(note.message)") }
    say("last \(result.last)")
  default: throw Usage()
  }
}

struct Usage: ReportableError {
  var message: String { "wrong arguments" }
  var hint: String? { nil }
  var exitCode: ExitCode { .usage }
}
