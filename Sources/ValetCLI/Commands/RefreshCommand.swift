internal import ArgumentParser
internal import Broker
internal import Connections
internal import Secrets

struct RefreshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refresh",
    abstract: "Get a connection a new access token now.",
    discussion: """
      Tokens are refreshed by themselves; this is for trying that, or for a token whose rights \
      changed. Running servers that have it get the new one. No token is printed, so nobody is asked.

      Examples:
        mcp-valet refresh linear
      """)

  @Argument(
    help: "A connection's name.", completion: CompletedNames.connections, transform: parseConnection
  )
  var name: ConnectionName

  func run() throws {
    let logins = try Logins(try Context.current(), opening: .open)
    try logins.key(of: name)
    let record = try logins.refresh(name)
    let summary = ConnectionSummary(record, servers: [])
    if let expires = record.expires {
      let life = DurationText.describe(seconds: expires - Context.now)
      Report.note("oauth://\(name) has a new token, which lives \(life)")
    } else {
      Report.note("oauth://\(name) has a new token (\(summary.state.rawValue))")
    }
    logins.handOver(name)
  }
}
