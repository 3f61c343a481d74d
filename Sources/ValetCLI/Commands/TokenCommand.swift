internal import ArgumentParser
internal import Audit
internal import Broker
internal import Connections
internal import Files
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

  @Argument(
    help: "A connection's name.", completion: CompletedNames.connections, transform: parseConnection
  )
  var name: ConnectionName

  @Option(help: "Refresh a token that lives shorter than this, such as 5m.")
  var minTtl: DurationText?

  func run() throws {
    let logins = try Logins(try Context.current(), opening: .open)
    try logins.key(of: name)
    try logins.consent(to: "Print the token of oauth://\(name)?", name)
    let token = try logins.token(of: name, minimumLife: minTtl?.seconds ?? 0)
    try logins.recordReading(name)
    try token.withUnsafeBytes { (bytes) throws(FileError) in try StandardOutput.write(bytes) }
    // As 'get': a value in front of the next prompt is hard to read.
    if isatty(STDOUT_FILENO) == 1 { Report.output("") }
  }
}
