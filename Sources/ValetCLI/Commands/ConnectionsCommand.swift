internal import ArgumentParser
internal import Broker
internal import Connections
internal import Secrets

struct ConnectionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connections",
    abstract: "List the OAuth logins: what for, where, how long, which servers use them.",
    discussion: """
      Shows no token. TOKEN says how long the present one lives and whether it is renewed by \
      itself; SERVERS are those that are allowed to have it.

      Example:
        mcp-valet connections --json | jq -r '.[] | select(.state == "ended") | .name'
      """)

  @Flag(
    help: """
      Print JSON: an array of {name, state, grant, server, resource, issuer, provider, clientId, \
      registration, scopes, loggedIn, expires, refreshExpires, canRefresh, lastRefresh, \
      lastFailure: {time, code, message}, servers, problem}; state is 'ready', 'expiring' or \
      'ended'; times in RFC 3339; of a connection that cannot be read only name and problem.
      """)
  var json = false

  func run() throws {
    let logins = try Logins(try Context.current(), opening: .open)
    var summaries: [ConnectionSummary] = []
    var problems: [Problem] = []
    for name in try logins.names() {
      do {
        guard let record = try logins.record(of: name) else { continue }
        summaries.append(ConnectionSummary(record, servers: logins.users(of: name)))
      } catch {
        let problem = Report.reportable(error).message
        Report.warning("oauth://\(name): \(problem)")
        problems.append(Problem(name: name.text, problem: problem))
      }
    }
    if json { return try JSONOutput.print(Listing(summaries: summaries, problems: problems)) }
    if summaries.isEmpty {
      if problems.isEmpty { Report.note("no connections yet; mcp-valet login NAME URL") }
      return
    }
    Report.output(Table(ConnectionSummary.titles, summaries.map(\.cells)).text)
  }

  private struct Problem: Encodable {
    var name: String
    var problem: String
  }

  private struct Listing: Encodable {
    var summaries: [ConnectionSummary]
    var problems: [Problem]

    func encode(to encoder: any Encoder) throws {
      var array = encoder.unkeyedContainer()
      for summary in summaries { try array.encode(summary.record) }
      for problem in problems { try array.encode(problem) }
    }
  }
}
