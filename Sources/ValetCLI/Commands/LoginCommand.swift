internal import ArgumentParser
internal import Audit
internal import Broker
internal import Connections
internal import NetClient
internal import Refreshing
internal import Secrets
internal import Vault

struct LoginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Log in once for servers that need a token: oauth://NAME.",
    usage: """
      mcp-valet login NAME URL [OPTION…]
      mcp-valet login NAME --issuer URL [OPTION…]
      mcp-valet login NAME --provider PRESET [OPTION…]
      mcp-valet login NAME
      """,
    discussion: """
      With the URL of an MCP server, the server says where to log in; --issuer and --provider are \
      for APIs behind an authorization server. The browser is opened, and the page's address is \
      printed as well; where the browser is on another machine, paste the address that it ends at, \
      or use --device.

      A NAME that is there already is logged in again, as before and with the scopes of --scope in \
      addition. Running servers that use it get the new token.

      The token is for servers that are allowed to have it: --env VAR=oauth://NAME. Nothing is \
      stored before the server has given the token; Ctrl-C cancels.

      Examples:
        mcp-valet login linear https://mcp.linear.app/mcp
        mcp-valet login work --provider google --client-id ID --client-secret valet://google/client
        mcp-valet login ci --issuer https://id.example.com --client-credentials --client-id ci \
      --client-secret valet://ci/client
      """)

  @Argument(
    help: "The connection's name, as in oauth://NAME.", completion: CompletedNames.connections,
    transform: parseConnection)
  var name: ConnectionName

  @Argument(help: "The URL of an MCP server.")
  var url: String?

  @OptionGroup var options: LoginOptions

  @Flag(help: "Open no browser, only print the page's address.")
  var noBrowser = false

  @Option(help: "How long the whole login may take, such as 10m; 5m unless told.")
  var timeout: DurationText?

  @Flag(
    help: """
      Print JSON when it is done: an object as 'connections --json' has it in its array.
      """)
  var json = false

  func run() throws {
    let context = try Context.current()
    let logins = try Logins(context, opening: .openOrCreate)
    var record = try logins.recordToRenew(name) ?? ConnectionRecord(name: name.text)
    try direct(&record)
    var settings = try options.settings(
      for: record, timeout: timeout?.seconds ?? Self.standardTimeout)
    if let reference = try options.secretReference() {
      settings.clientSecret = try clientSecret(reference, logins)
    }
    settings.presets = try PresetFile(context).text()
    let network = NetworkSettings.read(in: context.locations)
    (settings.proxy, settings.trustedCertificates) = (network.proxy, network.trustedCertificates)
    let former = try logins.vault.connectionKey(named: name)?.connectionID
    let done = try login(record, settings, logins)
    let summary = ConnectionSummary(done, servers: logins.users(of: name))
    summary.say(isNew: record.loggedIn == nil)
    logins.handOver(
      name, isNew: try logins.key(of: name).connectionID != former, isQuiet: json)
    if json { try JSONOutput.print(summary.record) }
  }

  /// Five minutes: for a password, a second factor and a page to read; and a redirect that nobody
  /// waits for any more is told so.
  private static let standardTimeout: Int64 = 300

  /// Where the login goes. A connection is for one place: servers were allowed its token for that.
  private func direct(_ record: inout ConnectionRecord) throws {
    if record.loggedIn == nil {
      guard url != nil || options.issuer != nil || options.provider != nil else {
        throw CommandError.usage(
          "there is no connection '\(name)' yet, and nothing says where to log in",
          hint: "mcp-valet login \(name) URL, or --issuer URL, or --provider PRESET")
      }
      record.server = url
      return
    }
    var isOther = url.map { $0 != record.server } ?? false
    if record.server == nil {
      isOther =
        isOther || options.issuer.map { $0 != record.issuer && $0 != record.typedIssuer } ?? false
    }
    isOther = isOther || options.provider.map { $0 != record.preset?.row } ?? false
    if isOther {
      throw CommandError.usage(
        "connection '\(name)' is for \(record.server ?? record.issuer)",
        hint: "choose another name, or: mcp-valet logout \(name)")
    }
  }

  private func clientSecret(
    _ reference: SecretReference, _ logins: Logins
  ) throws -> SharedSecret {
    let question = "Log in with the value of \(reference) as client secret, and keep it?"
    let value = try ConsentedValue(
      reference, question: question, logins.context, logins.vault)
    return try value.withValue { try SharedSecret(copying: $0) }
  }

  /// Everything from the first request to the stored tokens.
  private func login(
    _ record: ConnectionRecord, _ settings: LoginSettings, _ logins: Logins
  ) throws -> ConnectionRecord {
    let net = try NetProcess.start(.begin(NetRequest.Begin(.login, record, settings: settings)))
    let signals = HeldSignals()
    do {
      let conversation = try LoginConversation(net, opensBrowser: !noBrowser)
      var done = try conversation.run(signals)
      if signals.isCancelled { throw CommandError.interrupted }
      // What the person typed is not the network's to change.
      (done.name, done.server) = (record.name, record.server)
      try logins.store(done, as: name)
      return done
    } catch {
      signals.takeInterrupt()
      let reason = Report.reportable(error).message
      logins.note(.loggedIn, .failed, name, detail: reason)
      throw error
    }
  }
}
