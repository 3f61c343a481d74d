package import Connections
internal import Secrets

/// Why an operation was refused or failed.
///
/// Texts that servers chose are shown through ``Secrets/printable(_:)``; no case ever holds a
/// token, a code, a verifier or a client secret.
package enum OAuthError: Error, Equatable, Sendable {
  /// What the person asked for makes no sense.
  case usage(String, hint: String?)
  /// What is wrong with a text that should be a URL, and the text.
  case url(OAuthURL.Flaw, String)
  /// An endpoint that is neither at the issuer's host nor at one that a preset row knows to be its.
  case foreignEndpoint(role: String, host: String, issuer: String)
  /// A URL that must not be used as what it was given for.
  case refusedURL(role: String, url: String, reason: String)
  /// An address that its host must not have by ``ReachPolicy``; `kind` is an ``IPAddress/Kind`` as
  /// text.
  case refusedAddress(host: String, address: String, kind: String)
  /// No connection came about: nothing was sent.
  case unreachable(host: String, reason: String)
  /// The connection broke with a request under way: the server may have acted on it.
  case connectionLost(host: String, reason: String)
  /// No whole answer in time: the server may have acted on the request.
  case timedOut(host: String, seconds: Int)
  /// More bytes than an answer of that kind may have.
  case answerTooLarge(host: String, limit: Int)
  /// A redirect that is not followed: of a request with secrets, to what is not https, without a
  /// target, or after too many others.
  case redirected(host: String, reason: String)
  /// An answer that says nothing that could be understood.
  case badAnswer(from: String, reason: String)
  /// A status of 429, or of 500 and above.
  case serverFailed(host: String, status: Int)
  /// The resource's metadata is for another one (A5).
  case otherResource(asked: String, named: String)
  /// The metadata of the server, whose host this is, names none, nor did the person (A3).
  case noAuthorizationServer(String)
  /// The person named an issuer that the resource's metadata does not have among its own (A4).
  case issuerNotOffered(String, offered: [String])
  /// The metadata names another issuer than the one it was looked up for (A9).
  case otherIssuer(expected: String, named: String)
  /// None at any of the well-known places (A7, A8), and no preset row that stands in for it.
  case noMetadata(issuer: String)
  /// Neither the metadata nor a preset row names the endpoint, which is called as messages call it.
  case endpointMissing(String, issuer: String)
  /// The metadata lists methods, and S256 is none of them (A18).
  case pkceUnsupported(issuer: String)
  /// The metadata lists no methods, and nobody vouches for S256 (A18).
  case pkceUnadvertised(issuer: String)
  /// The server names another authorization server than before, and what the person registered is
  /// for that one (A14).
  case issuerChanged(from: String, to: String)
  /// A client id has to come from the person: none that would do can be registered (A11).
  case clientNeeded(issuer: String, Provider.Client?)
  /// A client without a secret will not do, and there is none.
  case clientSecretNeeded(issuer: String, Provider.Client?)
  /// Dynamic registration was refused (RFC 7591 section 3.2.2), or gave a client that cannot be
  /// used.
  case registrationRefused(code: String, description: String)
  /// The person's client id metadata document is not there, or cannot be used (A12).
  case badClientDocument(url: String, reason: String)
  /// The redirect's port could not be bound; 0 where any would have done.
  case portTaken(port: UInt16)
  /// The authorization response was an error (RFC 6749 section 4.1.2.1).
  case authorizationRefused(code: String, description: String)
  /// The response came from another authorization server, or does not say from which (A23).
  case responseIssuer(expected: String, named: String?)
  /// The token or the device authorization endpoint answered with an error.
  case token(TokenFailure)
  /// `access_denied` or `expired_token` (RFC 8628 section 3.5).
  case deviceRefused(code: String)
  /// - forgottenBy: the issuer, where a client was used again that it may have forgotten.
  case loginTimedOut(seconds: Int, forgottenBy: String?)
  /// The connection of that name has no refresh token, no client or no token endpoint.
  case nothingToRefresh(name: String)
  /// The host of an MCP server that answers the new token with 401.
  case tokenNotAccepted(server: String)
  /// The server still wants these scopes, and asking again would not give them (A16).
  case scopesMissing([String])
  /// A lack of secret memory, or a message or record that cannot be taken.
  case connection(ConnectionError)
}

/// An error answer of the token endpoint (RFC 6749 section 5.2).
package struct TokenFailure: Equatable, Sendable {
  /// The server's `error`; `bad-request` or `unauthorized` where it gave none, `unknown` where what
  /// it gave repeats a secret.
  package var code: String
  /// For messages: the server's `error_description`, unless that repeats a secret; may be empty.
  package var description: String
  /// The HTTP status of the answer, which some servers make 200.
  package var status: Int
  /// Whether the preset row of the provider says that this is the end of the login.
  package var endsLogin = false

  /// Leaves ``endsLogin`` to who knows the row.
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
