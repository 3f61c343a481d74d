internal import ArgumentParser
internal import Broker
internal import Control
internal import Keyring
internal import Launch
internal import Secrets
internal import Vault

struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Give running servers the newest values of their secrets.",
    discussion: """
      Each that has other values is replaced by a fresh one behind the back of its host, as \
      'rotate' does it. For servers that a rotation could not reach, and after 'set'.

      Examples:
        mcp-valet reload github
        mcp-valet reload --all --outdated
      """)

  @OptionGroup var selection: ServerSelection

  @Flag(help: "Only servers that hold an older version than is stored.")
  var outdated = false

  @Flag(help: "Replace a server even if it has the newest values already.")
  var restart = false

  @Flag(help: "Print JSON: an array of {server, pid, host, outcome, abandoned, message, hint}.")
  var json = false

  func run() throws {
    let context = try Context.current()
    var servers = try selection.servers(context)
    if outdated {
      servers = try outdated(of: servers, context)
    }
    var report = OutcomeReport(json: json)
    var orders: [(server: LiveServer, message: ControlMessage)] = []
    for server in servers {
      do {
        let order = try order(for: server)
        if !restart, let record = server.record, record.secrets == order.secrets,
          record.secrets.allSatisfy({ $0.version != nil })
        {
          report.add(ServerOutcome(server: server, result: .current))
        } else {
          orders.append((server, try Self.message(order)))
        }
      } catch {
        let failure = ControlAnswer.Failure(
          message: error.message, hint: error.hint, exitCode: error.exitCode)
        report.add(ServerOutcome(server: server, result: .failed(failure)))
      }
    }
    var current: [(server: LiveServer, message: ControlMessage)] = []
    let again = try ControlMessage.swap(
      SwapOrder(secrets: [], values: try SecretValues.empty(), issued: ControlClock.issueTime()))
    SwapRound(context: context).run(orders) { outcome in
      if restart, outcome.result == .current {
        current.append((outcome.server, again))
      } else {
        report.add(outcome)
      }
    }
    SwapRound(context: context).run(current) { report.add($0) }
    try report.finish(nothing: "no server to reload", hint: "mcp-valet ps")
  }

  private func outdated(of servers: [LiveServer], _ context: Context) throws -> [LiveServer] {
    if !servers.contains(where: { $0.secrets.contains { $0.version != nil } }) { return [] }
    let logins = try Logins(context, opening: .open)
    return servers.filter { server in
      server.secrets.contains { held in
        switch held.reference {
        case .vault(let name):
          (try? logins.vault.versions(of: name))?.first?.number != held.version
        case .oauth(let name): (try? logins.version(of: name)) != held.version
        default: false
        }
      }
    }
  }

  /// The newest values of what a server holds; what cannot be read for one does not concern the
  /// others.
  private func order(for server: LiveServer) throws(LaunchFailure) -> SwapOrder {
    do {
      // Nobody knows what one holds that does not answer.
      if server.status == nil, case .relay(let relay) = server.origin {
        throw relay.problem ?? ControlError.closed
      }
      let references = server.secrets.map(\.reference)
      let resolved = try StoreAccess(
        keyring: Keyrings.interactive(), refreshesTokens: true
      ).read(references)
      let values = HeldValues(try resolved.complete())
      // Of a login that it does not know, where it runs since before a logout.
      var connections: [ConnectionHandover] = []
      for held in resolved.connections { connections.append(try ConnectionHandover(held)) }
      return try SwapOrder.present(references, in: values, connections: connections)
    } catch {
      throw LaunchFailure(error)
    }
  }

  private static func message(
    _ order: consuming SwapOrder
  ) throws(LaunchFailure) -> ControlMessage {
    do {
      return try .swap(order)
    } catch {
      throw LaunchFailure(error)
    }
  }
}
