internal import ArgumentParser
internal import Audit
internal import Broker
internal import Connections
internal import Platform
internal import Secrets

struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Print a connection's access token, refreshed when it is about to end.",
    discussion: """
      Asks first, on the terminal or through pinentry, as 'get' does; a vault that is unattended \
      does not ask. Servers do not need this: give them oauth://NAME.

      Example:
        curl -H "Authorization: Bearer $(mcp-valet token work)" https://api.example.com/me
      """)

  @Argument(help: "A connection's name.", transform: parseConnection)
  var name: ConnectionName

  @Option(help: "Refresh a token that lives shorter than this, such as 5m.")
  var minTtl: DurationText?

  func run() throws {
    let connections = try ConnectionAccess(try Context.current(), opening: .open)
    try connections.key(of: name)
    try connections.consent(to: "Print the token of oauth://\(name)?", name)
    let token = try connections.token(of: name, minimumLife: minTtl?.seconds ?? 0)
    try connections.recordReading(name)
    try token.withUnsafeBytes { (bytes) throws(CommandError) in try StandardOutput.write(bytes) }
    // As 'get': a value in front of the next prompt is hard to read.
    if isatty(STDOUT_FILENO) == 1 { Report.output("") }
  }
}
