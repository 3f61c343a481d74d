internal import Connections

/// A successful answer of the token endpoint (RFC 6749 section 5.1).
struct TokenAnswer: Sendable {
  var accessToken: SharedSecret
  var tokenType: String
  /// Seconds; `nil`: the server does not say.
  var lifetime: Int64?
  var refreshToken: SharedSecret?
  var refreshLifetime: Int64?
  /// `nil`: as requested.
  var scopes: [String]?

  /// - Parameters:
  ///   - answer: with status 200 and no error in it.
  ///   - source: who sent it, for messages.
  ///   - rules: the preset's, where there is one.
  ///   - path: where the access token lies; what belongs to it lies beside it.
  init(
    _ answer: HTTPAnswer, from source: String, rules: PresetRules?, path: String?
  ) throws(OAuthError) {
    guard answer.isJSON else {
      throw .badAnswer(from: source, reason: "it is \(answer.mediaType ?? "of no type"), no JSON")
    }
    var object = try JSONObject(answer.body, of: source)
    var names = (path ?? "access_token").split(separator: ".").map(String.init)
    let last = names.popLast() ?? "access_token"
    for name in names {
      guard let inner = try object.object(name) else {
        throw .badAnswer(from: source, reason: "it has no '\(name)'")
      }
      object = inner
    }
    guard let token = try object.secret(last) else {
      throw .badAnswer(from: source, reason: "it has no access token")
    }
    accessToken = token
    tokenType = try object.text("token_type") ?? "Bearer"
    guard tokenType.utf8.count <= 64, tokenType.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
      throw .badAnswer(from: source, reason: "its 'token_type' is none")
    }
    // A token of another type is not to be used as a bearer token (RFC 6749 section 7.1), but where a
    // preset row knows that the provider calls them so.
    if tokenType.lowercased() != "bearer", tokenType != rules?.tokenType || tokenType.isEmpty {
      throw .badAnswer(from: source, reason: "a token of type '\(tokenType)' cannot be used")
    }
    // 0 is what some write for tokens that do not end.
    if let seconds = try object.seconds("expires_in"), seconds > 0 { lifetime = seconds }
    refreshToken = try object.secret("refresh_token")
    refreshLifetime = try object.seconds("refresh_token_expires_in")
    if refreshLifetime == nil { refreshLifetime = try object.seconds("refresh_expires_in") }
    if let scope = try object.text("scope") {
      scopes = ScopeSelection.split(scope, separator: rules?.grantedScopeSeparator ?? " ")
    }
  }
}

extension ConnectionRecord {
  /// Takes the tokens of an answer. A refresh token that does not come stays the old one (A25).
  ///
  /// - Parameter time: when the tokens were asked for, in Unix seconds: their life is counted from
  ///   before the server began to count.
  mutating func take(_ answer: TokenAnswer, time: Int64) {
    accessToken = answer.accessToken
    tokenType = answer.tokenType
    obtained = time
    expires = answer.lifetime.map { time + $0 }
    if let refresh = answer.refreshToken {
      refreshToken = refresh
      refreshExpires = nil
    }
    if let lifetime = answer.refreshLifetime {
      refreshExpires = lifetime > 0 ? time + lifetime : nil
    }
    if let scopes = answer.scopes {
      grantedScopes = scopes
    } else if grantedScopes.isEmpty {
      grantedScopes = requestedScopes
    }
    lastFailure = nil
    hasEnded = false
  }
}
