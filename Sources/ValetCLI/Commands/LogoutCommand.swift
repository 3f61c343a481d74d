internal import ArgumentParser
internal import Broker
internal import Connections
internal import Secrets

struct LogoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "End a login: revoke its tokens at the server, and forget them here.",
    discussion: """
      The refresh token is revoked first, then the access token. What the server says of each and \
      what was deleted here are told apart, since several servers refuse to revoke tokens of \
      clients without a secret: such an access token works until it ends by itself. The login is \
      deleted here in any case.

      Servers that run with a token of this login are named; they keep it until they end, or the \
      next login of that name gives them another.

      Examples:
        mcp-valet logout linear
        mcp-valet logout linear --keep-registration
      """)

  @Argument(
    help: "A connection's name.", completion: CompletedNames.connections, transform: parseConnection
  )
  var name: ConnectionName

  @Flag(help: "Keep what the authorization server knows mcp-valet as, for the next login.")
  var keepRegistration = false

  @Flag(
    help: """
      Print JSON: {name, revocations: [{token, outcome, detail}], deleted, registrationKept, \
      servers}; outcome is 'revoked', 'refused', 'unreachable' or 'unsupported'.
      """)
  var json = false

  func run() throws {
    let logins = try Logins(try Context.current(), opening: .open)
    try logins.key(of: name)
    // Whatever the server says: who logs out wants nothing of it to be left here.
    let revocations = try logins.end(name, keepingRegistration: keepRegistration) {
      revoke(logins)
    }
    Report.note(
      keepRegistration
        ? "here: the tokens of '\(name)' are deleted, the client's registration is kept"
        : "here: '\(name)' is deleted")
    let holders = logins.holders(of: name).map(\.title)
    for holder in holders {
      Report.warning("\(holder) still has a token of it: mcp-valet stop --secret oauth://\(name)")
    }
    guard json else { return }
    try JSONOutput.print(
      Outcome(
        name: name.text,
        revocations: revocations.map {
          Outcome.Revocation(
            token: Self.word($0.token), outcome: Self.word($0.outcome), detail: $0.detail)
        }, deleted: true, registrationKept: keepRegistration, servers: holders))
  }

  private struct Outcome: Encodable {
    struct Revocation: Encodable {
      var token: String
      var outcome: String
      var detail: String
    }

    var name: String
    var revocations: [Revocation]
    var deleted: Bool
    var registrationKept: Bool
    var servers: [String]
  }

  /// Tells the server; that it cannot be reached keeps nobody from logging out.
  private func revoke(_ logins: Logins) -> [NetMessage.Revocation] {
    do {
      let work = SlowWork("asking the server to revoke the tokens")
      let revocations: [NetMessage.Revocation]
      do {
        defer { work.end() }
        revocations = try logins.revoke(name)
      }
      for revocation in revocations { say(revocation) }
      if revocations.isEmpty { Report.note("at the server: there was no token to revoke") }
      return revocations
    } catch {
      let reason = Report.reportable(error).message
      Report.warning("at the server: nothing was revoked: \(reason)")
      return [.init(.refresh, .unreachable, detail: reason)]
    }
  }

  private func say(_ revocation: NetMessage.Revocation) {
    let token = "\(Self.word(revocation.token)) token"
    let detail = revocation.detail.isEmpty ? "" : ": \(revocation.detail)"
    switch revocation.outcome {
    case .revoked: Report.note("at the server: the \(token) is revoked")
    case .refused: Report.warning("at the server: it refused to revoke the \(token)\(detail)")
    case .unreachable: Report.warning("at the server: no answer about the \(token)\(detail)")
    case .unsupported: Report.warning("at the server: it has no way to revoke the \(token)")
    }
  }

  private static func word(_ token: NetMessage.Revocation.Token) -> String {
    switch token {
    case .refresh: "refresh"
    case .access: "access"
    }
  }

  private static func word(_ outcome: NetMessage.Revocation.Outcome) -> String {
    switch outcome {
    case .revoked: "revoked"
    case .refused: "refused"
    case .unreachable: "unreachable"
    case .unsupported: "unsupported"
    }
  }
}
