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
      changed. Nothing is printed, so nobody is asked.
      """)

  @Argument(help: "A connection's name.", transform: parseConnection)
  var name: ConnectionName

  func run() throws {
    let logins = try Logins(try Context.current(), opening: .open)
    try logins.key(of: name)
    let record = try logins.refresh(name)
    let summary = ConnectionSummary(record, servers: [])
    guard let expires = record.expires else {
      return Report.note("oauth://\(name) has a new token (\(summary.state.rawValue))")
    }
    let life = DurationText.describe(seconds: expires - Context.now)
    Report.note("oauth://\(name) has a new token, which lives \(life)")
  }
}
