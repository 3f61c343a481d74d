internal import ArgumentParser
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
      Each is replaced by a fresh one behind the back of its host, as 'rotate' does it. For \
      servers that a rotation could not reach, and after 'set'.

      Examples:
        mcp-valet reload github
        mcp-valet reload --all --outdated
      """)

  @OptionGroup var selection: ServerSelection

  @Flag(help: "Only servers that hold an older version than the vault.")
  var outdated = false

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
    let values = try values(of: servers, context)
    for server in servers {
      if server.status == nil, case .relay(let relay) = server.origin {
        // Nobody knows what it holds.
        let error = relay.problem ?? .closed
        report.add(ServerOutcome(server: server, result: .failed(.init(error))))
        continue
      }
      let order = try SwapOrder.present(server.secrets.map(\.reference), in: values)
      orders.append((server, try .swap(order)))
    }
    SwapRound(context: context).run(orders, report: &report)
    try report.finish(nothing: "no server to reload", hint: "mcp-valet ps")
  }

  private func outdated(of servers: [LiveServer], _ context: Context) throws -> [LiveServer] {
    if !servers.contains(where: { $0.secrets.contains { $0.version != nil } }) { return [] }
    let vault = try VaultAccess(context).open()
    return servers.filter { server in
      server.secrets.contains { held in
        guard case .vault(let name) = held.reference else { return false }
        return (try? vault.versions(of: name))?.first?.number != held.version
      }
    }
  }

  private func values(of servers: [LiveServer], _ context: Context) throws -> HeldValues {
    var references: [SecretReference] = []
    for server in servers {
      for held in server.secrets where !references.contains(held.reference) {
        references.append(held.reference)
      }
    }
    let access = StoreAccess(context: context, keyring: Keyrings.interactive())
    return HeldValues(try access.read(references))
  }
}
