package import Connections
internal import Secrets

/// Why an operation was refused or failed.
///
/// Texts that servers chose are shown through ``Secrets/printable(_:)``; no case ever holds a
/// token, a code, a verifier or a client secret.
package enum OAuthError: Error, Equatable, Sendable {
  /// What the person asked for makes no sense.
  case usage(String, hint: String?)
  case url(OAuthURL.Flaw, String)
  /// An endpoint that is neither at the issuer's host nor at one that a preset row knows to be its.
  case foreignEndpoint(role: String, host: String, issuer: String)
  /// A URL that must not be used as what it was given for.
  case refusedURL(role: String, url: String, reason: String)
  case refusedAddress(host: String, address: String, kind: String)
  /// No connection came about: nothing was sent.
  case unreachable(host: String, reason: String)
  /// The connection broke with a request under way: the server may have acted on it.
  case connectionLost(host: String, reason: String)
  case timedOut(host: String, seconds: Int)
  /// More bytes than an answer of that kind may have.
  case answerTooLarge(host: String, limit: Int)
  case redirected(host: String, reason: String)
  /// An answer that says nothing that could be understood.
  case badAnswer(from: String, reason: String)
  case serverFailed(host: String, status: Int)
  /// The resource's metadata is for another one (A5).
  case otherResource(asked: String, named: String)
  case noAuthorizationServer(String)
  case issuerNotOffered(String, offered: [String])
  /// The metadata names another issuer than the one it was looked up for (A9).
  case otherIssuer(expected: String, named: String)
  case noMetadata(issuer: String)
  case endpointMissing(String, issuer: String)
  case pkceUnsupported(issuer: String)
  case pkceUnadvertised(issuer: String)
  /// The server names another authorization server than before, and what the person registered is
  /// for that one (A14).
  case issuerChanged(from: String, to: String)
  case clientNeeded(issuer: String, Provider.Client?)
  case clientSecretNeeded(issuer: String, Provider.Client?)
  case registrationRefused(code: String, description: String)
  case badClientDocument(url: String, reason: String)
  case portTaken(port: UInt16)
  /// The authorization response was an error (RFC 6749 section 4.1.2.1).
  case authorizationRefused(code: String, description: String)
  /// The response came from another authorization server, or does not say from which (A23).
  case responseIssuer(expected: String, named: String?)
  case token(TokenFailure)
  case deviceRefused(code: String)
  /// - forgottenBy: the issuer, where a client was used again that it may have forgotten.
  case loginTimedOut(seconds: Int, forgottenBy: String?)
  case nothingToRefresh(name: String)
  case tokenNotAccepted(server: String)
  case scopesMissing([String])
  case connection(ConnectionError)
}

/// An error answer of the token endpoint (RFC 6749 section 5.2).
package struct TokenFailure: Equatable, Sendable {
  package var code: String
  package var description: String
  package var status: Int
  /// Whether the preset row of the provider says that this is the end of the login.
  package var endsLogin = false

  package init(code: String, description: String, status: Int) {
    self.code = code
    self.description = description
    self.status = status
  }
}

/// Takes secret memory of which a lack is a failure of the operation.
func inMemory<Result: ~Copyable>(
  _ body: () throws(SecretMemoryError) -> Result
) throws(OAuthError) -> Result {
  do { return try body() } catch { throw .connection(.memory(error)) }
}
