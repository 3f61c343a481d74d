/// Which URLs and addresses an operation may use (A21, A29, A30).
///
/// What the person typed is trusted as far as it was typed. What metadata named is not: it must be
/// https, and its host must be a public one, unless the person said that private addresses are
/// fine for this connection, or typed a URL on this very machine, where servers under development
/// name each other.
package struct ReachPolicy: Sendable {
  /// Hosts of URLs that the person typed.
  private let typedHosts: Set<String>
  private let isLocal: Bool
  private let allowsPrivate: Bool

  /// - Parameters:
  ///   - typed: URLs that the person typed.
  ///   - allowsPrivate: the person's word for this connection.
  package init(typed: [OAuthURL], allowsPrivate: Bool) {
    typedHosts = Set(typed.map(\.host))
    isLocal = typed.contains { $0.isLoopback }
    self.allowsPrivate = allowsPrivate
  }

  /// Checks what can be said of a URL before its host is looked up.
  ///
  /// - Parameter role: what the URL is for, as messages call it.
  /// - Throws: ``OAuthError/refusedURL(role:url:reason:)``,
  ///   ``OAuthError/refusedAddress(host:address:kind:)``.
  package func check(_ url: OAuthURL, role: String) throws(OAuthError) {
    if url.scheme == .http, !url.isLoopback {
      throw .refusedURL(role: role, url: url.origin, reason: "it is not https")
    }
    if url.host == "localhost", !isLocal, !allowsPrivate {
      throw .refusedAddress(
        host: url.host, address: "127.0.0.1", kind: IPAddress.Kind.loopback.rawValue)
    }
    if let address = IPAddress(url.host) { try check(address, of: url) }
  }

  /// Checks every address that a host has: one bad one among them spoils all, since nobody knows
  /// which one a second look would give.
  package func check(_ addresses: [IPAddress], of url: OAuthURL) throws(OAuthError) {
    for address in addresses { try check(address, of: url) }
  }

  private func check(_ address: IPAddress, of url: OAuthURL) throws(OAuthError) {
    let isTyped = typedHosts.contains(url.host)
    let isAllowed =
      switch address.kind {
      case .public: true
      // A name that leads to this machine says so: `localhost` or an address.
      case .loopback: allowsPrivate || (url.isLoopback && (isLocal || isTyped))
      case .private: isTyped || allowsPrivate
      case .linkLocal: allowsPrivate
      case .special: false
      }
    if !isAllowed {
      throw .refusedAddress(
        host: url.host, address: address.description, kind: address.kind.rawValue)
    }
    if url.host == "localhost", address.kind != .loopback {
      throw .refusedAddress(
        host: url.host, address: address.description, kind: "not this machine")
    }
  }
}
