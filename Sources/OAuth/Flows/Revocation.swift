internal import Connections

extension Operation {
  /// Ends the tokens at the server, the refresh token first (RFC 7009): with it goes what could be
  /// made of it.
  ///
  /// - Returns: what became of each token that the record has; a failure of one is no failure of
  ///   the operation.
  func revoke(_ record: ConnectionRecord) async throws(OAuthError) -> [NetMessage.Revocation] {
    let style = record.preset?.revocationStyle ?? .standard
    var revocations: [NetMessage.Revocation] = []
    for (token, secret) in [
      (NetMessage.Revocation.Token.refresh, record.refreshToken), (.access, record.accessToken),
    ] {
      guard let secret else { continue }
      revocations.append(await revoke(token, secret, record, style))
    }
    return revocations
  }

  private func revoke(
    _ token: NetMessage.Revocation.Token, _ secret: SharedSecret, _ record: ConnectionRecord,
    _ style: PresetRules.RevocationStyle
  ) async -> NetMessage.Revocation {
    guard style != .none, let text = record.endpoints.revocation, let client = record.registration
    else { return .init(token, .unsupported) }
    if style == .refreshTokens, token == .access { return .init(token, .unsupported) }
    // These end the whole login by its access token.
    if style == .deletion || style == .bearer, token == .refresh {
      return .init(token, .unsupported, detail: "it ends with the access token")
    }
    do throws(OAuthError) {
      let url = try OAuthURL(text)
      switch style {
      case .deletion: return try await delete(secret, url, client)
      case .bearer: return try await revokeAsBearer(secret, url)
      case .standard, .none, .refreshTokens:
        return try await revokeByForm(token, secret, url, client)
      }
    } catch {
      return .init(token, .unreachable, detail: error.message)
    }
  }

  private func revokeByForm(
    _ token: NetMessage.Revocation.Token, _ secret: SharedSecret, _ url: OAuthURL,
    _ client: ClientRegistration
  ) async throws(OAuthError) -> NetMessage.Revocation {
    let endpoint = TokenEndpoint(
      fetcher: fetcher, url: url, client: client, role: "revocation endpoint")
    let answer = try await endpoint.send([
      FormField("token", secret),
      FormField("token_type_hint", token == .refresh ? "refresh_token" : "access_token"),
    ])
    // 200 for every token that is not valid any more, whether it ever was (RFC 7009 section 2.2).
    return answer.status == 200 || answer.status == 204
      ? .init(token, .revoked)
      : refused(token, answer, url, sent: [secret] + [client.clientSecret].compactMap(\.self))
  }

  /// `DELETE` with the client's basic authentication (GitHub).
  private func delete(
    _ secret: SharedSecret, _ url: OAuthURL, _ client: ClientRegistration
  ) async throws(OAuthError) -> NetMessage.Revocation {
    guard let clientSecret = client.clientSecret else {
      return .init(.access, .refused, detail: "it takes a client secret")
    }
    var request = HTTPRequest(.delete, url, limit: HTTPLimits.probe)
    request.set("Accept", "application/json")
    request.set("Content-Type", "application/json")
    request.set(
      "Authorization", secret: try TokenEndpoint.basic(client.clientID, clientSecret))
    var body = SecretText()
    // A token has no character that JSON escapes but these two, which RFC 6749 does not allow.
    body.append(#"{"access_token":""#)
    body.append(secret)
    body.append(#""}"#)
    request.body = try body.secret()
    let answer = try await fetcher.send(request, role: "revocation endpoint")
    return answer.status == 204
      ? .init(.access, .revoked) : refused(.access, answer, url, sent: [secret])
  }

  /// `POST` with the token itself as bearer; the body says whether it worked (Slack).
  private func revokeAsBearer(
    _ secret: SharedSecret, _ url: OAuthURL
  ) async throws(OAuthError) -> NetMessage.Revocation {
    var request = HTTPRequest(.post, url, limit: HTTPLimits.probe)
    request.set("Accept", "application/json")
    request.set("Authorization", secret: try bearer(secret))
    let answer = try await fetcher.send(request, role: "revocation endpoint")
    guard answer.isJSON,
      try JSONObject(answer.body, of: url.origin).flag("ok") == true
    else { return refused(.access, answer, url, sent: [secret]) }
    return .init(.access, .revoked)
  }

  private func refused(
    _ token: NetMessage.Revocation.Token, _ answer: HTTPAnswer, _ url: OAuthURL,
    sent: [SharedSecret]
  ) -> NetMessage.Revocation {
    if answer.status >= 500 {
      return .init(token, .unreachable, detail: "status \(answer.status)")
    }
    var detail = "status \(answer.status)"
    if answer.isJSON, let document = try? JSONObject(answer.body, of: url.origin),
      let code = try? document.text("error")
    {
      detail = code
      if let text = try? document.text("error_description") { detail += " (\(text))" }
      if detail.repeats(sent) { detail = "for a reason that repeats what was sent" }
    }
    return .init(token, .refused, detail: detail)
  }
}
