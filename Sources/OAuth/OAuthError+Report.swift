package import Connections
package import Secrets

extension OAuthError: ReportableError {
  package var message: String {
    switch self {
    case .usage(let reason, _): reason
    case .url(let flaw, let text): "'\(printable(text))' is no usable URL: \(flaw.reason)"
    case .refusedURL(let role, let url, let reason):
      "the \(role) '\(printable(url))' is refused: \(reason)"
    case .foreignEndpoint(let role, let host, let issuer):
      "the \(role) is at \(printable(host)), another host than that of \(printable(issuer))"
    case .refusedAddress(let host, let address, let kind):
      "\(printable(host)) is at \(address), \(kind), where its metadata has no business to send us"
    case .unreachable(let host, let reason): "cannot reach \(printable(host)): \(printable(reason))"
    case .connectionLost(let host, let reason):
      "the connection to \(printable(host)) broke: \(printable(reason))"
    case .timedOut(let host, let seconds):
      "\(printable(host)) did not answer within \(seconds) s"
    case .answerTooLarge(let host, let limit):
      "\(printable(host)) answered with more than \(limit) bytes"
    case .redirected(let host, let reason): "\(printable(host)) redirects: \(reason)"
    case .badAnswer(let source, let reason):
      "the answer of \(printable(source)) makes no sense: \(printable(reason))"
    case .serverFailed(let host, let status): "\(printable(host)) answered with status \(status)"
    case .otherResource(let asked, let named):
      "the metadata is of '\(printable(named))', not of '\(printable(asked))'"
    case .noAuthorizationServer(let server):
      "\(printable(server)) does not say where to log in"
    case .issuerNotOffered(let issuer, _):
      "the server does not trust the authorization server \(printable(issuer))"
    case .otherIssuer(let expected, let named):
      "the metadata of \(printable(expected)) says it is of '\(printable(named))'"
    case .noMetadata(let issuer): "\(printable(issuer)) has no authorization server metadata"
    case .endpointMissing(let role, let issuer): "\(printable(issuer)) has no \(role)"
    case .pkceUnsupported(let issuer): "\(printable(issuer)) does not support PKCE with S256"
    case .pkceUnadvertised(let issuer):
      "\(printable(issuer)) does not say whether it supports PKCE"
    case .issuerChanged(let before, let issuer):
      "the server sends logins to \(printable(issuer)) now, where the client of \(printable(before)) "
        + "is nobody"
    case .clientNeeded(let issuer, _):
      "\(printable(issuer)) knows this program only by a client id that you get there"
    case .clientSecretNeeded(let issuer, _):
      "\(printable(issuer)) wants a client secret beside the client id"
    case .registrationRefused(let code, let description):
      "the server refused to register this client: \(said(code, description))"
    case .badClientDocument(let url, let reason):
      "the client's metadata document \(printable(url)) cannot be used: \(printable(reason))"
    case .portTaken(let port): "port \(port) is in use by another program"
    case .authorizationRefused(let code, let description):
      "the login was refused: \(said(code, description))"
    case .responseIssuer(let expected, let named):
      named.map {
        "the answer comes from '\(printable($0))', not from \(printable(expected))"
      } ?? "the answer does not say that it comes from \(printable(expected))"
    case .token(let failure):
      "the server gave no token: \(said(failure.code, failure.description))"
    case .deviceRefused(let code):
      code == "expired_token" ? "the code expired before it was approved" : "the login was refused"
    case .loginTimedOut(let seconds, _): "nobody finished the login within \(seconds) s"
    case .nothingToRefresh(let name): "connection \(printable(name)) has nothing to refresh with"
    case .tokenNotAccepted(let server): "\(printable(server)) does not accept the new token"
    case .scopesMissing(let scopes):
      "the server wants scopes that were not granted: \(printable(scopes.joined(separator: " ")))"
    case .connection(let error): error.message
    }
  }

  private func said(_ code: String, _ description: String) -> String {
    description.isEmpty
      ? printable(code) : "\(printable(code)) (\(printable(description, limit: 200)))"
  }

  package var hint: String? {
    switch self {
    case .usage(_, let hint): hint
    case .url, .refusedURL, .otherIssuer, .responseIssuer, .otherResource:
      "do not log in there unless its operator explains this"
    case .foreignEndpoint(_, let host, _):
      "if its operator confirms that: add '\(printable(host))' to endpointHosts in presets.json"
    case .refusedAddress:
      "if the server is yours and belongs at that address: mcp-valet login NAME --private-addresses"
    case .unreachable, .connectionLost, .timedOut, .serverFailed:
      "try again later; nothing that is stored was changed"
    case .answerTooLarge, .badAnswer, .redirected:
      "check the URL; nothing that is stored was changed"
    case .noAuthorizationServer, .noMetadata: "name it: mcp-valet login NAME --issuer URL"
    case .issuerNotOffered(_, let offered):
      "it trusts: \(printable(offered.joined(separator: " ")))"
    case .endpointMissing: "ask its operator, or choose another way to log in"
    case .pkceUnsupported: "do not log in there: codes can be stolen without it"
    case .pkceUnadvertised:
      "if you know that it supports S256: mcp-valet login NAME --pkce-unadvertised"
    case .issuerChanged(_, let issuer):
      "if that is right, with a client that you have there: mcp-valet login NAME "
        + "--issuer \(printable(issuer)) --client-id ID"
    case .clientNeeded(_, let client):
      "\(Self.registration(client)); then mcp-valet login NAME --client-id ID"
        + (client?.redirect == nil ? " --redirect-port 3118" : "")
    case .clientSecretNeeded(_, let client):
      "\(Self.registration(client)); then mcp-valet login NAME --client-secret valet://NAME"
    case .registrationRefused:
      "mcp-valet login NAME --client-id ID with a client that you register there"
    case .badClientDocument: "correct the document, or log in without --client-metadata-url"
    case .portTaken: "end that program, or mcp-valet login NAME --redirect-port PORT"
    case .loginTimedOut(_, let issuer?):
      "mcp-valet login NAME, to try again; if the page says that it does not know this client, "
        + "\(printable(issuer)) has forgotten it: mcp-valet logout NAME first"
    case .authorizationRefused, .deviceRefused, .loginTimedOut: "mcp-valet login NAME, to try again"
    case .token(let failure):
      Self.isTransient(failure)
        ? "try again later; nothing that is stored was changed"
        : "mcp-valet login NAME, to log in again"
    case .nothingToRefresh: "mcp-valet login NAME, to log in again"
    case .tokenNotAccepted: "check that the URL is that of the server: mcp-valet connections"
    case .scopesMissing(let scopes):
      "mcp-valet login NAME --scope '\(printable(scopes.joined(separator: " ")))'"
    case .connection(let error): error.hint
    }
  }

  /// How a client is registered: where, what to do there, and what to paste.
  private static func registration(_ client: Provider.Client?) -> String {
    guard let client else {
      return "register a native client there, with the redirect URI http://127.0.0.1:3118/callback"
    }
    let redirect = client.redirect.map { " (redirect URI: \(printable($0)))" } ?? ""
    return "at \(printable(client.page)), \(printable(client.steps, limit: 400))\(redirect)"
  }

  package var exitCode: ExitCode {
    switch self {
    case .usage: .usage
    case .url, .refusedURL, .foreignEndpoint, .refusedAddress, .otherResource, .otherIssuer,
      .responseIssuer,
      .authorizationRefused, .deviceRefused, .pkceUnsupported, .pkceUnadvertised,
      .tokenNotAccepted, .scopesMissing:
      .denied
    case .unreachable, .connectionLost, .timedOut, .serverFailed: .tryAgain
    case .token(let failure): Self.isTransient(failure) ? .tryAgain : .denied
    case .answerTooLarge, .redirected, .badAnswer, .loginTimedOut: .storeUnavailable
    case .noAuthorizationServer, .issuerNotOffered, .issuerChanged, .noMetadata, .endpointMissing,
      .clientNeeded, .clientSecretNeeded, .registrationRefused, .badClientDocument, .portTaken,
      .nothingToRefresh:
      .configuration
    case .connection(let error): error.exitCode
    }
  }

  /// A word for programs, see ``Connections/NetFailure/code``.
  package var code: String {
    switch self {
    case .usage: "usage"
    case .url: "bad-url"
    case .refusedURL: "refused-url"
    case .foreignEndpoint: "refused-url"
    case .refusedAddress: "refused-address"
    case .unreachable: "unreachable"
    case .connectionLost: "connection-lost"
    case .timedOut: "timed-out"
    case .answerTooLarge: "answer-too-large"
    case .redirected: "redirected"
    case .badAnswer: "bad-answer"
    case .serverFailed: "server-failed"
    case .otherResource: "other-resource"
    case .noAuthorizationServer: "no-authorization-server"
    case .issuerNotOffered: "issuer-not-offered"
    case .otherIssuer: "other-issuer"
    case .noMetadata: "no-metadata"
    case .endpointMissing: "endpoint-missing"
    case .pkceUnsupported: "pkce-unsupported"
    case .pkceUnadvertised: "pkce-unadvertised"
    case .issuerChanged: "issuer-changed"
    case .clientNeeded: "client-needed"
    case .clientSecretNeeded: "client-secret-needed"
    case .registrationRefused: "registration-refused"
    case .badClientDocument: "bad-client-document"
    case .portTaken: "port-taken"
    case .authorizationRefused(let code, _): code
    case .responseIssuer: "response-issuer"
    case .token(let failure): failure.code
    case .deviceRefused(let code): code
    case .loginTimedOut: "login-timed-out"
    case .nothingToRefresh: "nothing-to-refresh"
    case .tokenNotAccepted: "token-not-accepted"
    case .scopesMissing: "insufficient_scope"
    case .connection: "connection"
    }
  }

  /// Whether the same may succeed later (A27).
  private static func isTransient(_ failure: TokenFailure) -> Bool {
    failure.status >= 500 || failure.status == 429
      || ["temporarily_unavailable", "server_error", "slow_down"].contains(failure.code)
  }

  /// What it means for what is stored (A27).
  package var effect: NetFailure.Effect {
    switch self {
    case .unreachable, .connectionLost, .timedOut, .serverFailed, .answerTooLarge, .badAnswer,
      .redirected:
      .isTransient
    // There is no memory; later there may be.
    case .connection(.memory): .isTransient
    case .token(let failure):
      if Self.isTransient(failure) {
        .isTransient
      } else if failure.code == "invalid_grant" || failure.endsLogin {
        .dropsTokens
      } else {
        Self.isOfUnknownClient(failure.code) ? [.dropsTokens, .dropsRegistration] : []
      }
    // In the redirect the server speaks of the client alone; tokens of before are none of its matter.
    case .authorizationRefused(let code, _):
      Self.isOfUnknownClient(code) ? .dropsRegistration : []
    default: []
    }
  }

  private static func isOfUnknownClient(_ code: String) -> Bool {
    code == "invalid_client" || code == "unauthorized_client"
  }

  /// What `mcp-valet-net` sends in place of a result.
  package var failure: NetFailure {
    NetFailure(code: code, message: message, hint: hint, exitCode: exitCode, effect: effect)
  }
}
