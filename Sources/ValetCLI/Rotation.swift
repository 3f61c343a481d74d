internal import Broker
internal import Control
internal import Files
internal import Keyring
internal import Presets
internal import Secrets
internal import Vault

/// A secret gets another value, and every running server that has it gets it too.
struct Rotation {
  let context: Context
  let reference: SecretReference

  /// One rotation at a time: what is committed last is also what servers are given last. Held from
  /// the commit until all servers have answered.
  private static let lockName = "rotate.lock"

  /// Calls `body` while no other rotation is under way.
  ///
  /// - Throws: `FileError.lockTimedOut` when another one took longer than two minutes, which is as
  ///   long as its slowest server may take.
  func alone(_ body: () throws -> Void) throws {
    let folder = try OwnedFolder.open(context.locations.data, create: true)
    let lock: FileLock
    do {
      lock = try FileLock.acquire(Self.lockName, in: folder, wait: .seconds(1))
    } catch .lockTimedOut {
      Report.note("waiting for another rotation")
      lock = try FileLock.acquire(Self.lockName, in: folder, wait: .seconds(120))
    }
    try body()
    lock.release()
  }

  /// Gives a value that is in force now to the servers that have another one.
  ///
  /// - Parameters:
  ///   - version: its number; `nil` where a store has none.
  ///   - report: told what became of each.
  func distribute(
    _ value: borrowing SecretBytes, version: UInt32?, report: inout OutcomeReport
  ) throws {
    let message = try ControlMessage.swap(
      try SwapOrder.one(HeldSecret(reference, version: version), value: value))
    var orders: [(server: LiveServer, message: ControlMessage)] = []
    let servers = try LiveServers(context).servers
    for server in servers {
      guard let held = server.secrets.first(where: { $0.reference == reference }) else {
        // One that does not answer may be starting, with the old value; its socket keeps the new
        // one for it.
        if server.status == nil, server.record == nil { orders.append((server, message)) }
        continue
      }
      if let version, held.version == version {
        report.add(ServerOutcome(server: server, result: .current))
      } else {
        orders.append((server, message))
      }
    }
    SwapRound(context: context).run(orders) { report.add($0) }
    try reportLateLaunches(known: servers, version: version, report: &report)
  }

  /// A launch with `--exec` that read the old value a moment ago leaves its record only now.
  private func reportLateLaunches(
    known: [LiveServer], version: UInt32?, report: inout OutcomeReport
  ) throws {
    for record in try StartRecord.list(in: context.locations) {
      let server = LiveServer(origin: .executed(record))
      guard !known.contains(where: { $0.record == record }),
        let held = server.secrets.first(where: { $0.reference == reference }),
        version == nil || held.version != version
      else { continue }
      report.add(ServerOutcome(server: server, result: .unsupervised))
    }
  }

  /// Ends every server that has the secret, whatever version: nobody waits for open requests.
  func stopServers(report: inout OutcomeReport) throws {
    let round = StopRound(context: context, graceMilliseconds: 0, isForced: true)
    try round.run(holding: reference, report: &report)
  }

  /// Says what to type for servers that did not get the new value.
  ///
  /// - Throws: as ``OutcomeReport/finish(nothing:hint:rejected:)``.
  func finish(_ report: OutcomeReport, canRollBack: Bool) throws {
    // The value that a new server refused would only be refused again.
    let rejected =
      canRollBack && reference.name != nil
      ? "mcp-valet rollback \(reference)" : "mcp-valet rotate \(reference)"
    try report.finish(
      nothing: "no running server has it", hint: "mcp-valet reload --secret \(reference)",
      rejected: rejected)
  }

  /// Says where the old value is made invalid.
  static func nameRevocation(_ shape: SecretShape?) {
    if let shape, let page = shape.revocationPage {
      Report.note("revoke the old key at \(shape.provider): \(page)")
    } else if let shape {
      Report.note("revoke the old key at \(shape.provider)")
    } else {
      Report.note("revoke the old value where it was made")
    }
  }
}
