internal import ArgumentParser
internal import Broker
internal import HostConfigs
internal import Secrets

struct AddServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Define a server in servers.json.",
    usage: "mcp-valet add SERVER [OPTION…] -- COMMAND [ARGUMENT…]",
    discussion: """
      Example:
        mcp-valet add github --env GITHUB_TOKEN=valet://github/token \\
          -- npx -y some-server@1.2.3
      """)

  @Argument(help: "The server's name.", completion: CompletedNames.servers)
  var server: String

  @Option(help: "A variable of the server: VAR=TEXT, where TEXT may hold references.")
  var env: [String] = []

  @Option(help: "A value that the server reads from a file: VAR=REFERENCE.")
  var file: [String] = []

  @Option(help: "A variable of ours that the server gets as well.")
  var keep: [String] = []

  @Flag(help: "Become the server instead of staying in front of it.")
  var exec = false

  @Flag(help: "Let values into arguments, which every user of the machine can read.")
  var inArgv = false

  @Option(
    help: ArgumentHelp(
      "How to replace it when a secret of it changes: overlap (the default), stop-first or never.",
      valueName: "mode"),
    completion: .list(["overlap", "stop-first", "never"]))
  var swap: String?

  @Flag(help: "Replace a definition of that name.")
  var replace = false

  @Option(
    help: "Where it is allowed to start: 'here', 'empty', 'any' or a path; see 'allow'.",
    completion: .directory)
  var folder: String?

  @Argument(parsing: .postTerminator, help: "The server's command.", completion: .file())
  var command: [String] = []

  func run() throws {
    let definition = try definition()
    let context = try Context.current()
    try ServersStore(context).change { try $0.add(definition, replacing: replace) }
    Report.note("added \(server); start it with: mcp-valet run \(server)")
    try allow(context)
  }

  /// Asks in place. Where nobody can be asked, and where the launch would fail for now, the
  /// definition stays, and its first launch says what is missing.
  private func allow(_ context: Context) throws {
    var arguments = RunArguments()
    arguments.serverName = server
    let isSecret = env.contains { word in
      guard let variable = try? RunArguments.assignment(word, of: "--env") else { return false }
      return (try? Template(variable.text))?.references.isEmpty == false
    }
    guard isSecret || !file.isEmpty || inArgv else { return }
    guard Terminal.open() != nil else {
      return Report.note("allow it to have its secrets: mcp-valet allow \(server)")
    }
    do {
      let proposal = try GrantProposal(arguments, folder: folder)
      let store = try VaultAccess(context).openOrCreate()
      try GrantConsent(context, store).record([proposal.grant], withoutAsking: false)
    } catch {
      let reported = Report.reportable(error)
      Report.warning("\(server) is not allowed its secrets yet: \(reported.message)")
      Report.note("mcp-valet allow \(server)")
    }
  }

  private func definition() throws -> ServerDefinition {
    guard let program = command.first else {
      throw CommandError.usage("no command", hint: "mcp-valet add \(server) -- COMMAND…")
    }
    var options = ServerDefinition.Options(keep: keep, exec: exec, inArgv: inArgv)
    options.swap = try swap.map { text throws(CommandError) in try RunArguments.swap(text) }
    var variables: [ServerDefinition.Variable] = []
    for word in env {
      let variable = try RunArguments.assignment(word, of: "--env")
      // A reference that cannot be one is said now, not at the next launch in front of a host.
      _ = try Template(variable.text)
      variables.append(.init(name: variable.name, value: variable.text))
    }
    for word in file {
      let variable = try RunArguments.assignment(word, of: "--file")
      let reference = try SecretReference(variable.text)
      options.files.append(.init(name: variable.name, reference: reference))
    }
    return ServerDefinition(
      name: server, command: program, arguments: Array(command.dropFirst()),
      environment: variables, options: options)
  }
}

struct ServersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "servers",
    abstract: "List the servers of servers.json.",
    discussion: """
      Examples:
        mcp-valet servers
        mcp-valet servers --json | jq -r '.[].name'
      """)

  @Flag(help: "Print JSON: an array of {name, command, args, env, keep, files, exec, inArgv}.")
  var json = false

  private struct Record: Encodable {
    var name: String
    var command: String
    var args: [String]
    var env: [String: String]
    var keep: [String]
    var files: [String: String]
    var exec: Bool
    var inArgv: Bool
  }

  func run() throws {
    let definitions = try ServersStore(try Context.current()).read().definitions()
    if json { return try JSONOutput.print(definitions.map(record)) }
    if definitions.isEmpty { return Report.note("no servers yet; mcp-valet add SERVER -- COMMAND") }
    let rows = definitions.map { definition in
      [
        definition.name, ([definition.command] + definition.arguments).joined(separator: " "),
        definition.environment.map { "\($0.name)=\($0.value)" }.joined(separator: " "),
      ]
    }
    Report.output(Table(["NAME", "COMMAND", "ENVIRONMENT"], rows).text)
  }

  private func record(_ definition: ServerDefinition) -> Record {
    Record(
      name: definition.name, command: definition.command, args: definition.arguments,
      env: Dictionary(definition.environment.map { ($0.name, $0.value) }) { $1 },
      keep: definition.options.keep,
      files: Dictionary(
        definition.options.files.map { ($0.name, $0.reference.description) }
      ) { $1 },
      exec: definition.options.exec, inArgv: definition.options.inArgv)
  }
}

struct RemoveServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove a server from servers.json; secrets stay.",
    discussion: """
      Example:
        mcp-valet remove github
      """)

  @Argument(help: "The server's name.", completion: CompletedNames.servers)
  var server: String

  func run() throws {
    try ServersStore(try Context.current()).change { try $0.remove(server) }
    Report.note("removed \(server)")
  }
}
