internal import Connections

/// Where the browser is to come back to, before a port is bound (A21, A32).
package struct RedirectPlan: Equatable, Sendable {
  /// `nil`: somebody else's https page receives the redirect, and its URL is pasted.
  package var listener: Listener?
  /// The whole URI where it is not the listener's.
  private var fixed: String?

  /// What this machine listens for: `http` on a loopback host.
  package struct Listener: Equatable, Sendable {
    /// As it is written in the URI: `127.0.0.1`, `localhost` or `[::1]`.
    package var host: String
    /// `nil`: whatever port is free (RFC 8252 section 7.3).
    package var port: UInt16?
    /// Empty, or beginning with `/`.
    package var path: String

    /// The parts as they are to be written; nothing is checked.
    package init(host: String, port: UInt16?, path: String) {
      self.host = host
      self.port = port
      self.path = path
    }
  }

  /// Where neither the person, nor the client's registration, nor a preset row has another.
  package static let standardPath = "/callback"

  /// A redirect that is received here.
  package init(_ listener: Listener) { self.listener = listener }

  /// - Parameter uri: loopback http, where we listen; or https.
  package init(uri: String) throws(OAuthError) {
    let url = try OAuthURL(uri)
    if url.isLoopback, url.scheme == .http, url.query == nil {
      let host = url.host.contains(":") ? "[\(url.host)]" : url.host
      listener = Listener(host: host, port: url.port, path: url.path)
    } else if url.scheme == .https {
      fixed = uri
    } else {
      throw .refusedURL(
        role: "redirect URI", url: uri, reason: "it is neither https nor http on this machine")
    }
  }

  /// The URI that the authorization server is given.
  ///
  /// - Parameter port: the one that is bound.
  package func uri(port: UInt16) -> String {
    if let fixed { return fixed }
    let listener = listener ?? Listener(host: "127.0.0.1", port: nil, path: Self.standardPath)
    return "http://\(listener.host):\(port)\(listener.path)"
  }
}
