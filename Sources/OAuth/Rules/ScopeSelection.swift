/// Which scopes are asked for.
package enum ScopeSelection {
  /// The scopes of the first request (A15): those that the person named, else those of the
  /// challenge, else all that the resource supports, else none.
  ///
  /// - Parameters:
  ///   - offline: the scope that a refresh token takes; added only to what is asked for anyway, and
  ///     only where the server lists it or a preset row knows it (A17).
  package static func first(
    named: [String], challenge: String?, supported: [String]?, offline: String?
  ) -> [String] {
    var scopes = named
    if scopes.isEmpty { scopes = split(challenge ?? "") }
    if scopes.isEmpty { scopes = unique((supported ?? []).filter(isScope)) }
    if let offline, !scopes.isEmpty, !scopes.contains(offline) { scopes.append(offline) }
    return scopes
  }

  /// The scope for refresh tokens at a server (A17).
  static func offline(_ metadata: ServerMetadata, _ provider: Provider?) -> String? {
    if let scope = provider?.offlineScope { return scope }
    return metadata.scopes?.contains("offline_access") == true ? "offline_access" : nil
  }

  /// The scopes of a text, without doubles and without what is no scope (RFC 6749 section 3.3).
  package static func split(_ text: String, separator: String = " ") -> [String] {
    unique(text.split(separator: separator).map(String.init).filter(isScope))
  }

  /// Both lists, in their order, each scope once.
  static func union(_ one: [String], _ other: [String]) -> [String] { unique(one + other) }

  private static func unique(_ scopes: [String]) -> [String] {
    var seen = Set<String>()
    return scopes.filter { seen.insert($0).inserted }.prefix(maximumCount).map { $0 }
  }

  /// 256: what fits into a URL that servers take.
  private static let maximumCount = 256

  static func isScope(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 256
      && text.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != 0x22 && $0 != 0x5C }
  }
}

/// Asking for more scopes because a server wants them for what was asked of it (A16).
package struct StepUp: Sendable {
  /// 3: a server that is never content must not send a person in circles.
  package static let maximumAttempts = 3

  private var attempts = 0

  /// Before the first attempt.
  package init() {}

  /// The scopes to ask for next: all that were asked for and all that the challenge names.
  ///
  /// - Throws: ``OAuthError/scopesMissing(_:)`` after too many attempts, and when nothing new is
  ///   named: asking again for the same would give the same.
  package mutating func next(
    requested: [String], challenge: Challenge?
  ) throws(OAuthError) -> [String] {
    let wanted = ScopeSelection.split(challenge?["scope"] ?? "")
    let union = ScopeSelection.union(requested, wanted)
    let isNew = wanted.contains { !requested.contains($0) }
    guard attempts < Self.maximumAttempts, isNew else {
      throw .scopesMissing(wanted.isEmpty ? requested : wanted)
    }
    attempts += 1
    return union
  }

  /// Whether an answer of the server asks for more scopes.
  package static func isAsked(status: Int, challenge: Challenge?) -> Bool {
    status == 403 && challenge?["error"] == "insufficient_scope"
  }
}
