package import Connections

/// Finds out who protects a server and where to log in.
package struct Discovery: Sendable {
  private let fetcher: Fetcher

  /// - Parameter fetcher: its policy decides which URLs of metadata are followed.
  package init(_ fetcher: Fetcher) { self.fetcher = fetcher }

  /// A harmless message: with neither a session nor a token it is answered with an error of some
  /// kind in every era of the protocol, and begins nothing.
  private static let probe = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#

  /// How a server answers, with a token or without.
  ///
  /// - Parameter token: sent in the header (A24); `nil` for the question what protects the server.
  package func ask(
    _ server: OAuthURL, token: SharedSecret? = nil
  ) async throws(OAuthError) -> (status: Int, challenge: Challenge?) {
    var request = HTTPRequest(.post, server, limit: HTTPLimits.probe)
    request.set("Accept", "application/json, text/event-stream")
    request.set("Content-Type", "application/json")
    request.body = try SharedSecret(text: Self.probe)
    if let token { request.set("Authorization", secret: try bearer(token)) }
    let answer = try await fetcher.send(request, role: "server")
    return (answer.status, Challenge.bearer(answer.values("www-authenticate")))
  }

  /// The metadata of a protected resource: where the challenge says, else at the well-known places
  /// (A1, A3).
  ///
  /// - Returns: `nil` when there is none.
  package func resource(
    of server: OAuthURL, challenge: Challenge?
  ) async throws(OAuthError) -> ProtectedResource? {
    if let named = challenge?["resource_metadata"] {
      let url = try OAuthURL(named)
      switch try await fetcher.document(url, role: "resource metadata") {
      case .document(let answer): return try read(answer, server)
      case .nothing(let reason):
        throw .badAnswer(from: server.origin, reason: "its metadata is not there: \(reason)")
      }
    }
    for url in ProtectedResource.wellKnown(of: server) {
      guard case .document(let answer) = try await fetcher.document(url, role: "resource metadata")
      else { continue }
      return try read(answer, server)
    }
    return nil
  }

  private func read(
    _ answer: HTTPAnswer, _ server: OAuthURL
  ) throws(OAuthError) -> ProtectedResource {
    try ProtectedResource(JSONObject(answer.body, of: server.origin), server: server)
  }

  /// Which of several authorization servers is used (A4): the one that the person named, else the
  /// one that was used before, else the first. The others are never tried: a failure of one must
  /// not send anybody to another (A10).
  package static func select(
    from offered: [String], named: String?, before: String
  ) throws(OAuthError) -> String? {
    if let named {
      // A server that names none leaves it to the person (A3).
      if offered.isEmpty || offered.contains(named) { return named }
      // What is typed lacks the slash at the end as often as not.
      if let alike = offered.first(where: { $0 == named + "/" || $0 + "/" == named }) {
        return alike
      }
      throw .issuerNotOffered(named, offered: offered)
    }
    return offered.first { $0 == before } ?? offered.first
  }

  /// The metadata of an authorization server (A6–A10).
  ///
  /// - Parameter issuer: its identifier, as it was written.
  /// - Returns: `nil` when there is none at any place.
  package func server(_ issuer: String) async throws(OAuthError) -> ServerMetadata? {
    let url = try OAuthURL(issuer)
    if url.query != nil {
      throw .refusedURL(role: "issuer", url: issuer, reason: "it has a query")
    }
    for place in ServerMetadata.wellKnown(of: url) {
      guard
        case .document(let answer) = try await fetcher.document(
          place, role: "authorization server")
      else { continue }
      return try ServerMetadata(JSONObject(answer.body, of: url.origin), issuer: issuer)
    }
    return nil
  }
}

/// `Bearer` and a token, as a header has it.
func bearer(_ token: SharedSecret) throws(OAuthError) -> SharedSecret {
  var text = SecretText()
  text.append("Bearer ")
  text.append(token)
  return try text.secret()
}
