/// What a protected resource says about itself (RFC 9728).
package struct ProtectedResource: Equatable, Sendable {
  /// The resource identifier, byte for byte (A19).
  package var resource: String
  /// Issuer identifiers as they are written, in the document's order; empty where it names none.
  package var authorizationServers: [String]
  /// `nil` where the document does not say.
  package var scopes: [String]?
  /// Whether the document names other resources beside.
  package var hasOthers = false

  /// Reads the document and checks that it is that of `server` (A5).
  ///
  /// The identifier must be the server's URL, or one above it: servers protect all of their paths
  /// under one name. Only the same scheme, host and port will do; what is above ends at a `/`.
  ///
  /// - Throws: ``OAuthError/otherResource(asked:named:)``, ``OAuthError/badAnswer(from:reason:)``.
  init(_ document: JSONObject, server: OAuthURL) throws(OAuthError) {
    let resource: String
    if let named = try? document.texts("resource") {
      // RFC 9728 has one. Some versions of GitLab name several: what was typed is meant, if it is
      // among them to the byte, and nothing else will do.
      guard named.contains(server.text) else {
        throw .otherResource(asked: server.text, named: named.joined(separator: " "))
      }
      resource = server.text
      hasOthers = named.count > 1
    } else if let named = try document.text("resource") {
      resource = named
    } else {
      throw .badAnswer(from: server.origin, reason: "its metadata names no resource")
    }
    let named = try OAuthURL(resource)
    guard Self.covers(named, server) else {
      throw .otherResource(asked: server.text, named: resource)
    }
    self.resource = resource
    authorizationServers = try document.texts("authorization_servers") ?? []
    scopes = try document.texts("scopes_supported")
  }

  static func covers(_ named: OAuthURL, _ server: OAuthURL) -> Bool {
    guard named.origin == server.origin, named.query == nil || named.query == server.query else {
      return false
    }
    let path = named.path.hasSuffix("/") ? String(named.path.dropLast()) : named.path
    return server.path == path || server.path.hasPrefix(path + "/")
  }
}

extension ProtectedResource {
  /// Where its metadata may lie when the challenge does not say (A3): the well-known name before
  /// the path, then without the path.
  static func wellKnown(of server: OAuthURL) -> [OAuthURL] {
    let name = "/.well-known/oauth-protected-resource"
    let path = server.path == "/" ? "" : server.path
    let root = server.with(path: name)
    return path.isEmpty ? [root] : [server.with(path: name + path), root]
  }
}
