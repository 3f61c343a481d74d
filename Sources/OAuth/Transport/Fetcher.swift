/// Sends requests by the rules that hold for all of them: which URLs, which answers, which
/// redirects.
package struct Fetcher: Sendable {
  /// What sends; the rules here are checked before and after.
  package let transport: any HTTPTransport
  /// Which URLs and addresses may be used.
  package let policy: ReachPolicy

  /// - Parameter policy: also handed to the transport, for the addresses that it finds.
  package init(_ transport: any HTTPTransport, policy: ReachPolicy) {
    self.transport = transport
    self.policy = policy
  }

  /// Sends one request; a redirect is an answer like any other.
  ///
  /// - Parameter role: what the URL is for, as messages call it.
  package func send(_ request: HTTPRequest, role: String) async throws(OAuthError) -> HTTPAnswer {
    try policy.check(request.url, role: role)
    let answer = try await transport.send(request, policy: policy)
    // Asked for none; what is compressed may be a thousand times as long as it seems.
    let encodings = answer.values("content-encoding")
    guard encodings.allSatisfy({ $0 == "identity" || $0.isEmpty }) else {
      throw .badAnswer(from: request.url.origin, reason: "it is compressed")
    }
    return answer
  }

  /// What came of looking for a document.
  package enum Found: Sendable {
    case document(HTTPAnswer)
    /// There is none at that place, with the reason: another place may be tried (A10).
    case nothing(String)
  }

  /// Looks for a JSON document of metadata, along a few redirects, each checked like the first.
  ///
  /// - Throws: for a server that fails: only a clear "not here" moves on to the next place (A10).
  package func document(_ url: OAuthURL, role: String) async throws(OAuthError) -> Found {
    var url = url
    for _ in 0...HTTPLimits.redirects {
      var request = HTTPRequest(.get, url, limit: HTTPLimits.metadata)
      request.set("Accept", "application/json")
      let answer = try await send(request, role: role)
      switch answer.status {
      case 200:
        // A site that answers everything with its start page has no metadata.
        return answer.isJSON ? .document(answer) : .nothing("no JSON at \(url.text)")
      case 301, 302, 303, 307, 308: url = try Self.redirect(answer, from: url)
      case 429: throw .serverFailed(host: url.host, status: 429)
      case 400..<500: return .nothing("status \(answer.status) at \(url.text)")
      case 500...: throw .serverFailed(host: url.host, status: answer.status)
      default: throw .badAnswer(from: url.origin, reason: "status \(answer.status)")
      }
    }
    throw .redirected(host: url.host, reason: "more than \(HTTPLimits.redirects) times")
  }

  private static func redirect(
    _ answer: HTTPAnswer, from url: OAuthURL
  ) throws(OAuthError) -> OAuthURL {
    let locations = answer.values("location")
    guard locations.count == 1, let location = locations.first else {
      throw .redirected(host: url.host, reason: "it does not say where to")
    }
    // RFC 9110 section 10.2.2 allows relative references; of these, a path is enough.
    let isPath = location.hasPrefix("/") && !location.hasPrefix("//")
    let target = try OAuthURL(isPath ? url.origin + location : location)
    if url.scheme == .https, target.scheme == .http {
      throw .redirected(host: url.host, reason: "to a URL that is not https")
    }
    return target
  }
}
