internal import Synchronization
internal import ValetTesting

extension ProviderSimulator {
  func token(_ request: ReceivedRequest) -> ServedAnswer {
    let fields = formFields(request.body)
    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    guard request.header("content-type") == "application/x-www-form-urlencoded" else {
      return refusal("invalid_request", "a body that is no form")
    }
    for name in shapes.token.refused where value(name) != nil {
      return refusal("invalid_request", "'\(name)' is refused")
    }
    let grant = value("grant_type") ?? ""
    let isDevice = grant.hasSuffix(":device_code")
    if let refused = refusedClient(
      request, fields, needsSecret: !isDevice || shapes.device?.needsSecret == true)
    {
      return refused
    }
    switch grant {
    case "authorization_code": return exchange(request, value)
    case "refresh_token": return refresh(request, value("refresh_token") ?? "")
    case "urn:ietf:params:oauth:grant-type:device_code":
      return poll(request, value("device_code") ?? "")
    default: return refusal("unsupported_grant_type", "the grant '\(grant)'")
    }
  }

  /// What a client that did not prove who it is gets; `nil` for one that did.
  private func refusedClient(
    _ request: ReceivedRequest, _ fields: [(name: String, value: String)], needsSecret: Bool
  ) -> ServedAnswer? {
    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    let client = shapes.client
    if let header = request.header("authorization") {
      guard header == basicHeader, client.methods.contains("client_secret_basic") else {
        return refusal("invalid_client", "HTTP basic authentication")
      }
      return nil
    }
    guard value("client_id") == client.id else {
      return refusal("invalid_client", "the client '\(value("client_id") ?? "")'")
    }
    if let secret = value("client_secret") {
      guard secret == client.secret, client.methods.contains("client_secret_post") else {
        return refusal("invalid_client", "a secret in the form")
      }
      return nil
    }
    guard client.methods.contains("none") || !needsSecret else {
      return refusal("invalid_client", "client_secret is missing")
    }
    return nil
  }

  var basicHeader: String {
    "Basic " + base64("\(shapes.client.id):\(shapes.client.secret ?? "")")
  }

  private func exchange(
    _ request: ReceivedRequest, _ value: (String) -> String?
  ) -> ServedAnswer {
    guard let grant = state.withLock({ $0.isCodeUsed ? nil : $0.code }),
      value("code") == grant.code
    else { return refusal("invalid_grant", "an unknown code") }
    guard value("redirect_uri") == grant.redirect else {
      return refusal("invalid_grant", "another redirect than the code's")
    }
    if shapes.authorization.checksProofKey {
      guard let verifier = value("code_verifier"),
        proofKeyChallenge(of: verifier) == grant.challenge
      else { return refusal("invalid_grant", "the proof key") }
    }
    state.withLock { $0.isCodeUsed = true }
    return issue(shapes.token.first, isOffline: grant.isOffline, request)
  }

  private func refresh(_ request: ReceivedRequest, _ token: String) -> ServedAnswer {
    let end = state.withLock { state in
      defer { state.ends = Array(state.ends.dropFirst()) }
      return state.ends.first
    }
    if let end { return refusal(end, "a login that is over") }
    guard state.withLock({ $0.refresh.contains(token) }), let answer = shapes.token.refreshed else {
      return refusal("invalid_grant", "the refresh token '\(token)'")
    }
    if shapes.token.rotates { state.withLock { _ = $0.refresh.remove(token) } }
    return issue(answer, isOffline: true, request)
  }

  /// - Parameter isOffline: whether a refresh token belongs to it.
  private func issue(
    _ text: String, isOffline: Bool, _ request: ReceivedRequest
  ) -> ServedAnswer {
    var answer = ReferenceJSON.parse(Array(text.utf8)) ?? .null
    if !isOffline { answer = answer.without(["refresh_token"]) }
    state.withLock { state in
      for object in [answer, answer["authed_user"]] {
        if let token = object["access_token"].text { state.access.insert(token) }
        if let token = object["refresh_token"].text { state.refresh.insert(token) }
      }
    }
    if let accept = shapes.token.accept, request.header("accept") != accept {
      let form = answer.pairs.compactMap { name, value in value.text.map { "\(name)=\($0)" } }
      return complain(
        "the header Accept",
        ServedAnswer(
          status: 200, type: "application/x-www-form-urlencoded; charset=utf-8",
          body: form.joined(separator: "&")))
    }
    return ServedAnswer(
      status: 200, type: "application/json; charset=utf-8", body: ReferenceJSON.write(answer))
  }

  func device(_ request: ReceivedRequest) -> ServedAnswer {
    let fields = formFields(request.body)
    guard let device = shapes.device,
      fields.contains(where: { $0 == ("client_id", shapes.client.id) })
    else { return refusal("invalid_client", "an unknown client for a device") }
    state.withLock { $0.isDeviceApproved = false }
    return ServedAnswer(status: 200, body: device.answer)
  }

  /// The first question comes too early; then the person has said yes.
  private func poll(_ request: ReceivedRequest, _ code: String) -> ServedAnswer {
    guard let device = shapes.device,
      let answer = ReferenceJSON.parse(Array(device.answer.utf8)),
      answer["device_code"].text == code
    else { return refusal("bad_verification_code", "an unknown device code") }
    let isApproved = state.withLock { state in
      defer { state.isDeviceApproved = true }
      return state.isDeviceApproved
    }
    guard isApproved else {
      return ServedAnswer(
        status: shapes.token.errorStatus, body: #"{"error":"authorization_pending"}"#)
    }
    return issue(shapes.token.first, isOffline: true, request)
  }

  func revocation(_ request: ReceivedRequest) -> ServedAnswer {
    let fields = formFields(request.body)
    let style = shapes.revocation.style
    switch style {
    case .none: return refusal("unsupported", "a revocation")
    case .deletion:
      guard request.method == "DELETE", request.header("authorization") == basicHeader,
        let token = ReferenceJSON.parse(Array(request.body.utf8))?["access_token"].text
      else { return refusal("invalid_request", "a deletion that is none") }
      return revoke(token, ServedAnswer(status: 204))
    case .bearer:
      guard let header = request.header("authorization"), header.hasPrefix("Bearer ") else {
        return complain(
          "a revocation without the token as bearer",
          ServedAnswer(status: 200, body: #"{"ok":false,"error":"not_authed"}"#))
      }
      return revoke(
        String(header.dropFirst(7)), ServedAnswer(status: 200, body: shapes.revocation.answer ?? "")
      )
    case .standard, .refreshTokens:
      guard request.method == "POST", let token = fields.first(where: { $0.name == "token" })?.value
      else { return refusal("invalid_request", "a revocation without a token") }
      if let refused = refusedClient(request, fields, needsSecret: true) { return refused }
      if style == .refreshTokens, state.withLock({ !$0.refresh.contains(token) }) {
        return refusal("unsupported_token_type", "an access token")
      }
      return revoke(token, ServedAnswer(status: 200, body: "{}"))
    }
  }

  private func revoke(_ token: String, _ answer: ServedAnswer) -> ServedAnswer {
    let isKnown = state.withLock { state in
      let isKnown = state.access.remove(token) != nil || state.refresh.remove(token) != nil
      state.revoked.append(token)
      return isKnown
    }
    return isKnown ? answer : complain("a revocation of '\(token)'", answer)
  }
}

/// RFC 4648 section 4
func base64(_ text: String) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  var output = ""
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let group = rest.prefix(3)
    let word = (0..<3).reduce(0) {
      $0 << 8 | ($1 < group.count ? Int(group[group.startIndex + $1]) : 0)
    }
    for place in 0..<4 {
      output.append(place > group.count ? "=" : alphabet[word >> (18 - 6 * place) & 63])
    }
    rest = rest.dropFirst(3)
  }
  return output
}
