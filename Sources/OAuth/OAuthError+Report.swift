package import Connections
package import Secrets

extension OAuthError: ReportableError {
  package var message: String {
    switch self {
    case .usage(let reason, _): reason
    case .url(let flaw, let text): "'\(printable(text))' is no usable URL: \(flaw.reason)"
    case .refusedURL(let role, let url, let reason):
      "the \(role) '\(printable(url))' is refused: \(reason)"
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
    case .loginTimedOut(let seconds): "nobody finished the login within \(seconds) s"
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
    case .refusedAddress:
      "if the server is yours and belongs at that address: mcp-valet login --private-addresses"
    case .unreachable, .connectionLost, .timedOut, .serverFailed:
      "try again later; nothing that is stored was changed"
    case .answerTooLarge, .badAnswer, .redirected:
      "check the URL; nothing that is stored was changed"
    case .noAuthorizationServer, .noMetadata: "name it: mcp-valet login --issuer URL"
    case .issuerNotOffered(_, let offered):
      "it trusts: \(printable(offered.joined(separator: " ")))"
    case .endpointMissing: "ask its operator, or choose another way to log in"
    case .pkceUnsupported: "do not log in there: codes can be stolen without it"
    case .pkceUnadvertised:
      "if you know that it supports S256: mcp-valet login --pkce-unadvertised"
    case .clientNeeded(_, let page):
      page.map { "register a client at \(printable($0)), then mcp-valet login --client-id ID" }
        ?? "register a client there, then mcp-valet login --client-id ID"
    case .clientSecretNeeded(_, let page):
      (page.map { "it is shown at \(printable($0)); " } ?? "")
        + "mcp-valet login --client-secret valet://NAME"
    case .registrationRefused:
      "mcp-valet login --client-id ID with a client that you register there"
    case .badClientDocument: "correct the document, or log in without --client-metadata-url"
    case .portTaken: "end that program, or mcp-valet login --redirect-port PORT"
    case .authorizationRefused, .deviceRefused, .loginTimedOut: "mcp-valet login, to try again"
    case .token(let failure):
      Self.isTransient(failure)
        ? "try again later; nothing that is stored was changed"
        : "mcp-valet login, to log in again"
    case .nothingToRefresh: "mcp-valet login, to log in again"
    case .tokenNotAccepted: "check that the URL is that of the server: mcp-valet connections"
    case .scopesMissing(let scopes):
      "mcp-valet login --scope '\(printable(scopes.joined(separator: " ")))'"
    case .connection(let error): error.hint
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .usage: .usage
    case .url, .refusedURL, .refusedAddress, .otherResource, .otherIssuer, .responseIssuer,
      .authorizationRefused, .deviceRefused, .pkceUnsupported, .pkceUnadvertised,
      .tokenNotAccepted, .scopesMissing:
      .denied
    case .unreachable, .connectionLost, .timedOut, .serverFailed: .tryAgain
    case .token(let failure): Self.isTransient(failure) ? .tryAgain : .denied
    case .answerTooLarge, .redirected, .badAnswer, .loginTimedOut: .storeUnavailable
    case .noAuthorizationServer, .issuerNotOffered, .noMetadata, .endpointMissing, .clientNeeded,
      .clientSecretNeeded, .registrationRefused, .badClientDocument, .portTaken,
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
    case .unreachable, .connectionLost, .timedOut, .serverFailed, .answerTooLarge, .badAnswer, .redirected:
      .isTransient
    case .token(let failure):
      if Self.isTransient(failure) {
        .isTransient
      } else {
        switch failure.code {
        case "invalid_grant": .dropsTokens
        case "invalid_client", "unauthorized_client": [.dropsTokens, .dropsRegistration]
        default: []
        }
      }
    default: []
    }
  }

  package var failure: NetFailure {
    NetFailure(code: code, message: message, hint: hint, exitCode: exitCode, effect: effect)
  }
}
