internal import ArgumentParser
internal import Broker
internal import Control
internal import Grants
internal import Secrets
internal import Vault

struct AllowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allow",
    abstract: "Let a server have secrets.",
    usage: """
      mcp-valet allow SERVER [[VAR=]SECRET…] [OPTION…] [-- COMMAND [ARGUMENT…]]
      mcp-valet allow --last [SERVER]
      """,
    discussion: """
      Shows exactly what would be started, where, and what it would get, and asks. Takes the words \
      of 'run': what they would start from here, with the present HOME and the variables of \
      --keep, is what is allowed. --last takes the launch that was refused last.

      Examples:
        mcp-valet allow github GITHUB_TOKEN=github/token -- npx -y some-server@1.2.3
        mcp-valet allow --last
      """)

  enum Pin: String, ExpressibleByArgument, CaseIterable {
    case content
  }

  @Argument(
    help: """
      The server's name; secrets, each a name in the vault or a reference, behind the variable that \
      gets it; behind '--' the server's command.
      """, completion: CompletedNames.serversAndSecrets)
  var words: [String] = []

  @Flag(help: "The launch that was refused last, of SERVER where it is named.")
  var last = false

  @OptionGroup var options: LaunchWords

  @Option(
    help: """
      Where the server starts: 'here', 'empty' (an empty folder), 'any' (wherever its host is), or \
      a path. Package runners start in an empty folder unless told otherwise.
      """)
  var folder: String?

  @Option(help: "Bind the content of the file that is run too; not of what it loads.")
  var pin: Pin?

  @Flag(help: "Do not ask; only where the vault is unattended.")
  var yes = false

  /// How many of ``words`` stand behind `--`: the parser has no two lists of words, and drops what
  /// is between them.
  private var commandCount: Int {
    let all = CommandLine.arguments
    return all.firstIndex(of: "--").map { all.count - $0 - 1 } ?? 0
  }

  private var command: [String] { Array(words.suffix(commandCount)) }
  private var server: String? { words.dropLast(commandCount).first }
  private var secrets: [String] { Array(words.dropLast(commandCount).dropFirst()) }

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    if last {
      guard secrets.isEmpty, command.isEmpty, options.isEmpty else {
        throw CommandError.usage("--last takes nothing but a server's name", hint: nil)
      }
      return try allowLast(context, try access.open())
    }
    let (arguments, named) = try launchWords()
    let proposal = try GrantProposal(arguments, folder: folder, pinsContent: pin != nil)
    for reference in named where !proposal.references.contains(reference) {
      throw CommandError.usage(
        "nothing says which variable gets \(reference)", hint: "VAR=\(reference.name?.text ?? "…")")
    }
    // The first grant may come before the first secret of the vault: those of the keyring need one.
    try GrantConsent(context, try access.openOrCreate()).record(
      [proposal.grant], withoutAsking: yes)
  }

  private func allowLast(_ context: Context, _ store: VaultStore) throws {
    let record = RefusalRecord(context)
    var refusals = record.read(store)
    if let server { refusals.removeAll { $0.grant.terms.serverName != server } }
    guard let refusal = refusals.first else {
      throw CommandError.configuration(
        "no launch was refused\(server.map { " of '\(printable($0))'" } ?? "")",
        hint: "start the server again, or: mcp-valet allow SERVER VAR=SECRET -- COMMAND…")
    }
    var grant = refusal.grant
    grant.created = Context.now
    if let folder { grant.folder = try GrantProposal.folder(folder) }
    if pin != nil { try GrantProposal.pinContent(of: &grant) }
    try GrantConsent(context, store).record([grant], withoutAsking: yes)
    record.remove(refusal, store)
    let others = refusals.dropFirst().map { printable($0.grant.terms.serverName) }
    if !others.isEmpty {
      Report.note("also refused: \(others.joined(separator: ", ")); mcp-valet allow --last SERVER")
    }
  }

  /// The words of the launch, and the secrets that stand there without a variable.
  private func launchWords() throws -> (RunArguments, named: [SecretReference]) {
    var arguments = try options.arguments()
    arguments.serverName = server
    if !command.isEmpty { arguments.command = command }
    guard arguments.serverName != nil || arguments.command != nil else {
      throw CommandError.usage(
        "neither a server name nor a command", hint: "mcp-valet allow --help")
    }
    var named: [SecretReference] = []
    for word in secrets {
      // A reference to a keyring item holds `=` too, behind its scheme.
      let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
      let colon = word.utf8.firstIndex(of: UInt8(ascii: ":")) ?? word.endIndex
      guard let equals, equals < colon else {
        named.append(try parseReference(word))
        continue
      }
      let variable = try RunArguments.assignment(word, of: "SECRET")
      arguments.environment.append(
        .init(name: variable.name, text: try parseReference(variable.text).description))
    }
    return (arguments, named)
  }
}

struct DenyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deny",
    abstract: "Take back what a server was allowed.",
    discussion: """
      It gets no secrets when it is started again. One that runs keeps those it has, and is given no \
      others: neither new values of secrets, nor a new token when the one that it has ends.

      Examples:
        mcp-valet deny github
      """)

  @Argument(help: "The server's name.", completion: CompletedNames.allowedServers)
  var server: String

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    let store = try access.open()
    let count = try store.removeGrants(of: server)
    guard count > 0 else {
      throw CommandError.configuration(
        "server '\(printable(server))' is not allowed anything", hint: "mcp-valet grants")
    }
    access.noteGeneration(of: store)
    Report.note("server '\(printable(server))' gets no secrets any more")
    let servers = try LiveServers(context).servers
    let holders = servers.filter { $0.name == server && !$0.secrets.isEmpty }
    for holder in holders { Report.warning("still runs, with its secrets: \(holder.title)") }
    try withdraw(servers, context)
    if !holders.isEmpty { Report.note("to end them: mcp-valet stop '\(printable(server))'") }
  }

  /// Sees to it that those which run get nothing more. Asked are all that may be meant: one that is
  /// starting does not tell its name yet.
  private func withdraw(_ servers: [LiveServer], _ context: Context) throws {
    let message = try ControlMessage.withdraw(serverName: server)
    var clients: [(client: ControlClient, server: LiveServer)] = []
    for live in servers where live.name == nil || live.name == server {
      guard case .relay(let relay) = live.origin else { continue }
      clients.append((RunningServers(context.locations).client(relay.socketName, message), live))
    }
    ControlClient.converse(clients.map(\.client), deadlines: Self.deadlines)
    for (client, live) in clients {
      switch client.outcome {
      case .answered(.withdrawn), .answered(.notAffected), .failed(.gone): break
      default:
        // An older one does not know the request; one that hangs may be of another name.
        if live.name == server { Report.warning("may get new values still: \(live.title)") }
      }
    }
  }

  /// Milliseconds: a relay that is still resolving values answers when it runs.
  private static let deadlines = ControlClient.Deadlines(first: 10_000, next: 10_000)
}
