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
  /// - Parameter sent: the fields that it answers. A text in which a secret of these is repeated is
  ///   not kept: it would end up on a terminal and in the audit log.
  /// - Throws: for an answer that is neither.
  func failure(
    in answer: HTTPAnswer, to sent: [FormField]
  ) throws(OAuthError) -> TokenFailure? {
    guard var failure = try rawFailure(in: answer) else { return nil }
    let secrets = sent.compactMap(\.secret) + [client.clientSecret].compactMap(\.self)
    if failure.description.repeats(secrets) {
      failure.description = "its reason repeats what was sent, and is not shown"
    }
    if failure.code.repeats(secrets) { failure.code = "unknown" }
    return failure
  }

  private func rawFailure(in answer: HTTPAnswer) throws(OAuthError) -> TokenFailure? {
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
    // Of whom these speak is not said: glewlwyd answers a void refresh token with an empty 400, and a
    // proxy on the way could do so as well. It is no reason to ask again, and none to drop anything.
    case 400 where answer.body.count == 0:
      return TokenFailure(code: "bad-request", description: "status 400, no reason", status: 400)
    case 401: return TokenFailure(code: "unauthorized", description: "", status: 401)
    default: throw .badAnswer(from: url.origin, reason: "status \(answer.status) and no reason")
    }
  }
}

extension String {
  /// Whether one of the secrets is in the text, as it is or percent-encoded. One of less than eight
  /// bytes is none, and would be found in every second word.
  func repeats(_ secrets: [SharedSecret]) -> Bool {
    // Without escapes of either side, so that `%2f` and `%2F` are one.
    guard let text = percentDecoded(utf8, plusIsBlank: false) else { return !secrets.isEmpty }
    return secrets.contains { secret in
      secret.withUnsafeBytes { bytes in
        bytes.count >= 8
          && (contains(bytes, in: Array(utf8)) || contains(bytes, in: text))
      }
    }
  }

  private func contains(_ part: UnsafeRawBufferPointer, in whole: [UInt8]) -> Bool {
    guard whole.count >= part.count else { return false }
    return (0...whole.count - part.count).contains { start in
      whole[start..<start + part.count].elementsEqual(part)
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
  var secret: SharedSecret? { if case .secret(let secret) = value { secret } else { nil } }

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = .plain(value)
  }

  init(_ name: String, _ value: SharedSecret) {
    self.name = name
    self.value = .secret(value)
  }

  /// What the token is for (RFC 8707), under the other name of a preset row too.
  static func resource(_ resource: String?, _ rules: PresetRules?) -> [FormField] {
    guard let resource else { return [] }
    let other = rules?.resourceParameter.map { FormField($0, resource) }
    return [FormField("resource", resource)] + (other.map { [$0] } ?? [])
  }
}
