internal import Connections

/// Requests to the token endpoint (RFC 6749 section 3.2), and to the endpoints that authenticate
/// clients as it does. Never redirected: a code or refresh token goes to the endpoint that was
/// checked and nowhere else.
struct TokenEndpoint: Sendable {
  let fetcher: Fetcher
  let url: OAuthURL
  let client: ClientRegistration
  var accept = "application/json"
  var role = "token endpoint"

  /// Sends a form, the client authenticated as its registration says (A26).
  func send(_ fields: [FormField]) async throws(OAuthError) -> HTTPAnswer {
    var request = HTTPRequest(.post, url, limit: HTTPLimits.token)
    request.set("Accept", accept)
    request.set("Content-Type", "application/x-www-form-urlencoded")
    var fields = fields
    switch (client.authentication, client.clientSecret) {
    case (.basic, let secret?):
      // The id stands in the body as well, where it proves nothing (RFC 6749 section 3.2.1): the
      // official MCP SDK's server looks for the client there before it reads the header.
      fields.append(FormField("client_id", client.clientID))
      request.set("Authorization", secret: try Self.basic(client.clientID, secret))
    case (.post, let secret?):
      fields.append(FormField("client_id", client.clientID))
      fields.append(FormField("client_secret", secret))
    default: fields.append(FormField("client_id", client.clientID))
    }
    request.body = try Self.form(fields)
    let answer = try await fetcher.send(request, role: role)
    if (300..<400).contains(answer.status) {
      throw .redirected(host: url.host, reason: "what is secret is not sent elsewhere")
    }
    return answer
  }

  /// The header for HTTP basic authentication, both parts form-encoded first (RFC 6749 section
  /// 2.3.1).
  static func basic(_ clientID: String, _ secret: SharedSecret) throws(OAuthError) -> SharedSecret {
    var pair = SecretText()
    pair.append(encoded: clientID)
    pair.append(":")
    pair.append(encoded: secret)
    var header = SecretText()
    header.append("Basic ")
    header.append(try pair.secret().base64())
    return try header.secret()
  }

  private static func form(_ fields: [FormField]) throws(OAuthError) -> SharedSecret {
    var text = SecretText()
    for (index, field) in fields.enumerated() {
      text.append((index > 0 ? "&" : "") + percentEncoded(field.name) + "=")
      switch field.value {
      case .plain(let value): text.append(encoded: value)
      case .secret(let value): text.append(encoded: value)
      }
    }
    return try text.secret()
  }

  /// The error in an answer, whatever its status (A28); `nil` for a success.
  ///
  /// - Throws: for an answer that is neither.
  func failure(in answer: HTTPAnswer) throws(OAuthError) -> TokenFailure? {
    if answer.isJSON, answer.body.count > 0 {
      let document: JSONObject
      do {
        document = try JSONObject(answer.body, of: url.origin)
      } catch {
        if answer.status >= 500 { throw .serverFailed(host: url.host, status: answer.status) }
        throw error
      }
      // `"error": null` and `"error": false` are seen beside success.
      if let code = try? document.text("error"), !code.isEmpty {
        let description = try? document.text("error_description")
        return TokenFailure(code: code, description: description ?? "", status: answer.status)
      }
    }
    switch answer.status {
    case 200: return nil
    case 500...: throw .serverFailed(host: url.host, status: answer.status)
    case 429: throw .serverFailed(host: url.host, status: 429)
    case 400 where answer.body.count == 0:
      // Some say no more than that of a grant that they do not take.
      return TokenFailure(code: "invalid_grant", description: "", status: 400)
    case 401:
      // Of whom it speaks is not said: it may be somebody on the way, and drops nothing.
      return TokenFailure(code: "unauthorized", description: "", status: 401)
    default: throw .badAnswer(from: url.origin, reason: "status \(answer.status) and no reason")
    }
  }
}

/// One field of a form.
struct FormField: Sendable {
  enum Value: Sendable {
    case plain(String)
    case secret(SharedSecret)
  }

  var name: String
  var value: Value

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = .plain(value)
  }

  init(_ name: String, _ value: SharedSecret) {
    self.name = name
    self.value = .secret(value)
  }
}
