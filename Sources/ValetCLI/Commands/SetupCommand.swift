internal import ArgumentParser
internal import Broker
internal import Grants
internal import HostConfigs
internal import Secrets
internal import Vault

struct SetupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Let the servers of a project have secrets of yours.",
    usage: "mcp-valet setup [FILE.json] [SERVER NAME=SECRET…]…",
    discussion: """
      Walks through the servers of a project's .mcp.json that are started through mcp-valet. For \
      each secret that one of them names, say which of yours it gets: on the command line, or when \
      asked. Then shows what would be allowed, and asks. The names in a project's file mean nothing \
      by themselves: you choose whose secret stands behind them.

      Example:
        mcp-valet setup github github/token=work/github-pat
      """)

  @Argument(
    help: "A file other than .mcp.json; servers, each with the secrets that it gets.",
    completion: CompletedNames.projectServers)
  var words: [String] = []

  @Flag(help: "Do not ask; only where the vault is unattended.")
  var yes = false

  func run() throws {
    let context = try Context.current()
    let mapping = try ProjectMapping(words)
    let servers = try ProjectServers(mapping.path)
    for name in mapping.servers where !servers.names.contains(name) {
      throw CommandError.configuration(
        "\(printable(mapping.path)) has no server '\(printable(name))' that mcp-valet starts",
        hint: nil)
    }
    let store = try VaultAccess(context).openOrCreate()
    var grants: [Grant] = []
    for server in servers.list where mapping.isWanted(server.name) {
      do {
        grants.append(try grant(server, mapping, context, store))
      } catch  where !mapping.servers.contains(server.name) {
        // One that was not named must not keep the others from being set up.
        Report.warning("\(printable(server.name)): \(Report.reportable(error).message)")
      }
    }
    guard !grants.isEmpty else {
      throw CommandError.configuration(
        "no server of \(printable(mapping.path)) can be set up", hint: "mcp-valet setup --help")
    }
    try GrantConsent(context, store).record(grants, withoutAsking: yes)
  }

  private func grant(
    _ server: ProjectServers.Server, _ mapping: ProjectMapping, _ context: Context,
    _ store: VaultStore
  ) throws -> Grant {
    let proposal = try GrantProposal(server.arguments)
    var grant = proposal.grant
    for written in proposal.references {
      let given = try mapping.secret(for: written, of: server.name) ?? ask(server.name, written)
      if given != written { grant.substitutions.append(.init(written: written, given: given)) }
      try storeIfMissing(given, context, store)
    }
    return grant
  }

  private func ask(_ server: String, _ written: SecretReference) throws -> SecretReference {
    let name = printable(server)
    guard let terminal = Terminal.open() else {
      throw CommandError.usage(
        "server '\(name)' wants \(written): nothing says which secret of yours that is",
        hint: "mcp-valet setup '\(name)' \(written.name?.text ?? "NAME")=SECRET")
    }
    let prompt = "Server \(name) wants \(written). Which secret of yours does it get? "
    guard let answer = terminal.readLine(prompt: prompt), !answer.isEmpty else {
      throw CommandError.refused("no secret was chosen for \(written)", hint: nil)
    }
    do {
      return try parseReference(answer)
    } catch {
      throw CommandError.usage("'\(printable(answer))' names no secret", hint: nil)
    }
  }

  /// Asks for the value of a secret of the vault that is not there yet.
  private func storeIfMissing(
    _ reference: SecretReference, _ context: Context, _ store: VaultStore
  ) throws {
    guard case .vault(let name) = reference, (try? store.versions(of: name)) == nil,
      let terminal = Terminal.open()
    else { return }
    let value = try terminal.readSecret(
      prompt: "Value of \(name): ", limit: SecretLimits.maximumValueLength,
      refusesMoreLines: true)
    try store.write(name, value: value, details: SecretDetails())
    VaultAccess(context).noteGeneration(of: store)
    Report.note("stored valet://\(name)")
  }
}
