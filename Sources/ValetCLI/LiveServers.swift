internal import Broker
internal import Control
internal import Secrets
internal import Vault

/// A server that runs now.
struct LiveServer {
  enum Origin {
    /// Behind a relay, which can be asked.
    case relay(RunningServers.Server)
    /// Started with `--exec`: known by its record only.
    case executed(StartRecord)
  }

  let origin: Origin

  var status: ServerStatus? {
    if case .relay(let server) = origin { server.status } else { nil }
  }

  var record: StartRecord? {
    if case .executed(let record) = origin { record } else { nil }
  }

  /// `nil` for `run -- COMMAND`, and for a relay that does not answer.
  var name: String? { status?.serverName ?? record?.serverName }

  /// Of the relay, or of the server where there is none.
  var processID: Int32 {
    switch origin {
    case .relay(let server): server.processID == 0 ? namedProcessID(server) : server.processID
    case .executed(let record): record.process.processID
    }
  }

  /// A process of another container has a number there that the socket's name tells.
  private func namedProcessID(_ server: RunningServers.Server) -> Int32 {
    Int32(server.socketName.prefix { $0.isASCII && $0.isNumber }) ?? 0
  }

  var hostName: String { printable(status?.hostName ?? record?.hostName ?? "") }

  /// In seconds since 1970-01-01T00:00:00Z; `nil` when it does not answer.
  var started: Int64? { status?.started ?? record?.started }

  var secrets: [HeldSecret] { status?.secrets ?? record?.secrets ?? [] }

  /// The server's name or its command.
  var label: String {
    if let name { return printable(name) }
    let command = status?.command ?? record?.command ?? ""
    return command.isEmpty ? "?" : "(\(printable(command)))"
  }

  /// For a line of a report.
  var title: String {
    "\(label) (process \(processID)\(hostName.isEmpty ? "" : ", in \(hostName)"))"
  }

  func holds(_ reference: SecretReference) -> Bool {
    secrets.contains { $0.reference == reference }
  }
}

/// Every server that runs now, as far as somebody tells.
struct LiveServers {
  let servers: [LiveServer]

  /// Asks all relays and reads all records; relays that hang are among them, without a status.
  ///
  /// - Throws: `ControlError`.
  init(_ context: Context) throws {
    let relays = try RunningServers(context.locations).list()
    servers =
      relays.map { LiveServer(origin: .relay($0)) }
      + (try StartRecord.list(in: context.locations)).map { LiveServer(origin: .executed($0)) }
  }
}

extension VaultAccess {
  /// The newest version of each secret that the servers hold; `nil` when that cannot be told
  /// without asking somebody. A secret that the vault does not hold any more is left out.
  func newestVersions(heldBy servers: [LiveServer]) -> [SecretReference: UInt32]? {
    var newest: [SecretReference: UInt32] = [:]
    let held = servers.flatMap(\.secrets).filter { $0.version != nil }
    if held.isEmpty { return newest }
    guard let store = try? openUnasked() else { return nil }
    for reference in Set(held.map(\.reference)) {
      guard case .vault(let name) = reference else { continue }
      newest[reference] = (try? store.versions(of: name))?.first?.number
    }
    return newest
  }
}
