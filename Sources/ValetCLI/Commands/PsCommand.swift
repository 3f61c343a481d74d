internal import ArgumentParser
internal import Broker
internal import Control
internal import Secrets

struct PsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ps",
    abstract: "List the servers that run, and which version of which secret they hold.",
    discussion: """
      A server that holds an older version than the vault is marked; 'mcp-valet reload' gives it \
      the newest one. Which version is the newest is known while the vault is unlocked.

      MESSAGES are those to the server and those to the host; MEMORY is the relay's own. A server \
      that was started with --exec has no relay that could count.

      Example:
        mcp-valet ps --json | jq '.[] | select(.secrets[].isNewest == false) | .server'
      """)

  @Flag(
    help: """
      Print JSON: an array of {server, command, mode, pid, serverPid, host, hostPid, started, \
      uptimeSeconds, era, swap, swaps, secrets: [{reference, version, isNewest}], \
      messagesToServer, messagesToHost, redactions, memoryBytes, problem}.
      """)
  var json = false

  func run() throws {
    let context = try Context.current()
    let servers = try LiveServers(context).servers
    let newest = VaultAccess(context).newestVersions(heldBy: servers)
    let rows = servers.map { PsRow($0, newest: newest) }
    if json { return try JSONOutput.print(rows.map(\.record)) }
    if rows.isEmpty { return Report.note("no servers run") }
    let titles = [
      "SERVER", "PID", "HOST", "UP", "ERA", "SECRETS", "MESSAGES", "REDACTED", "MEMORY",
    ]
    Report.output(Table(titles, rows.map(\.cells)).text)
    if newest == nil { Report.note("the vault is locked: old versions are not marked") }
    if rows.contains(where: \.isOld) {
      Report.note("some hold an old version; mcp-valet reload --all --outdated")
    }
  }
}

/// One server, ready to be shown.
private struct PsRow {
  struct Secret: Encodable {
    var reference: String
    var version: UInt32?
    /// `nil` when it is not known.
    var isNewest: Bool?
  }

  /// What `--json` prints.
  struct Record: Encodable {
    var server: String?
    var command: String?
    var mode: String
    var pid: Int32
    var serverPid: Int32?
    var host: String
    var hostPid: Int32?
    var started: String?
    var uptimeSeconds: Int64?
    var era: String?
    var swap: String?
    var swaps: UInt32?
    var secrets: [Secret]
    var messagesToServer: UInt64?
    var messagesToHost: UInt64?
    var redactions: [String: UInt64]?
    var memoryBytes: UInt64?
    var problem: String?
  }

  private let server: LiveServer
  private let secrets: [Secret]

  init(_ server: LiveServer, newest: [SecretReference: UInt32]?) {
    self.server = server
    secrets = server.secrets.map { held in
      var isNewest: Bool?
      if let newest, let version = held.version { isNewest = newest[held.reference] == version }
      return Secret(
        reference: held.reference.description, version: held.version, isNewest: isNewest)
    }
  }

  var isOld: Bool { secrets.contains { $0.isNewest == false } }

  private var problem: String? {
    if case .relay(let relay) = server.origin { relay.problem?.message } else { nil }
  }

  private var uptime: Int64? { server.started.map { max(Context.now - $0, 0) } }

  var record: Record {
    let status = server.status
    return Record(
      server: server.name, command: status?.command ?? server.record?.command,
      mode: server.record == nil ? "relay" : "exec", pid: server.processID,
      serverPid: status?.serverProcessID ?? server.record?.process.processID,
      host: server.hostName, hostPid: status?.hostProcessID,
      started: server.started.map(DateText.describe), uptimeSeconds: uptime,
      era: status.map { Self.word($0.era) }, swap: status.map { Self.word($0.swapMode) },
      swaps: status?.swapCount, secrets: secrets, messagesToServer: status?.messagesToServer,
      messagesToHost: status?.messagesToHost,
      redactions: status.map {
        Dictionary($0.redactions.map { ($0.name, $0.count) }) { $0 &+ $1 }
      },
      memoryBytes: status?.memoryBytes, problem: problem)
  }

  private static func word(_ era: ServerStatus.Era) -> String {
    switch era {
    case .unknown: "unknown"
    case .handshake: "handshake"
    case .stateless: "stateless"
    }
  }

  private static func word(_ mode: ServerStatus.SwapMode) -> String {
    switch mode {
    case .overlap: "overlap"
    case .stopFirst: "stop-first"
    case .never: "never"
    }
  }

  var cells: [String] {
    var cells = [
      server.label, "\(server.processID)", server.hostName.isEmpty ? "?" : server.hostName,
      uptime.map { DurationText.describe(seconds: $0) } ?? "?",
    ]
    if let problem { return cells + ["-", problem, "-", "-", "-"] }
    let held = secrets.map {
      $0.reference + ($0.version.map { "@\($0)" } ?? "") + ($0.isNewest == false ? " (old)" : "")
    }.joined(separator: " ")
    cells += [
      server.status.map { Self.word($0.era) } ?? "(--exec)", held.isEmpty ? "none" : held,
    ]
    guard let status = server.status else { return cells + ["-", "-", "-"] }
    let redacted = status.redactions.reduce(0) { $0 &+ $1.count }
    return cells + [
      "\(status.messagesToServer)/\(status.messagesToHost)", "\(redacted)",
      "\(status.memoryBytes / 1024) KiB",
    ]
  }
}
