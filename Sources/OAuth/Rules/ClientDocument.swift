internal import Connections

/// A client id metadata document (A12): a URL that is the client's id, at which the client says
/// what it is.
struct ClientDocument: Equatable, Sendable {
  var clientID: String
  var redirectURIs: [String]

  /// Fetches and checks the person's own document, before a server does and refuses.
  static func fetch(_ text: String, _ fetcher: Fetcher) async throws(OAuthError) -> ClientDocument {
    let url = try OAuthURL(text)
    guard url.scheme == .https, !url.path.isEmpty, url.path != "/" else {
      throw .badClientDocument(url: text, reason: "its URL is https and has a path")
    }
    switch try await fetcher.document(url, role: "client metadata document") {
    case .nothing(let reason): throw .badClientDocument(url: text, reason: reason)
    case .document(let answer):
      return try ClientDocument(JSONObject(answer.body, of: url.origin), url: text)
    }
  }

  init(_ document: JSONObject, url: String) throws(OAuthError) {
    guard try document.text("client_id") == url else {
      throw .badClientDocument(url: url, reason: "its client_id is not that URL")
    }
    guard try document.text("client_name")?.isEmpty == false else {
      throw .badClientDocument(url: url, reason: "it has no client_name")
    }
    clientID = url
    // Those that a native client can have; the others are for other programs of the same client.
    redirectURIs = (try document.texts("redirect_uris") ?? []).filter {
      (try? RedirectPlan(uri: $0)) != nil
    }
    redirectURIs = Array(redirectURIs.prefix(ConnectionLimits.maximumRedirectCount))
    guard !redirectURIs.isEmpty else {
      throw .badClientDocument(url: url, reason: "it has no redirect_uris that can be used")
    }
  }
}
