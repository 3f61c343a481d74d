internal import Connections
internal import JSONText

/// Dynamic client registration (RFC 7591, A11, A13).
struct Registration: Sendable {
  let fetcher: Fetcher

  /// The name that authorization pages show.
  static let clientName = "mcp-valet"

  /// Registers a native client.
  ///
  /// - Parameters:
  ///   - redirects: redirect URIs, at least one for a client that uses the browser.
  /// - Throws: ``OAuthError/registrationRefused(code:description:)`` with the server's reason.
  func register(
    _ metadata: ServerMetadata, at endpoint: OAuthURL, redirects: [String], scopes: [String],
    grant: ConnectionRecord.Grant
  ) async throws(OAuthError) -> ClientRegistration {
    var request = HTTPRequest(.post, endpoint, limit: HTTPLimits.metadata)
    request.set("Accept", "application/json")
    request.set("Content-Type", "application/json")
    let wanted = Self.authentication(metadata.tokenAuthentication)
    request.body = try SharedSecret(
      text: Self.body(
        metadata, redirects: redirects, scopes: scopes, grant: grant, authentication: wanted))
    let answer = try await fetcher.send(request, role: "registration endpoint")
    // 201 by the RFC; some answer 200.
    guard answer.status == 200 || answer.status == 201 else { throw Self.refusal(answer, endpoint) }
    guard answer.isJSON else { throw .badAnswer(from: endpoint.origin, reason: "it is no JSON") }
    return try Self.registration(
      JSONObject(answer.body, of: endpoint.origin), issuer: metadata.issuer, wanted: wanted,
      redirects: redirects)
  }

  static func registration(
    _ document: JSONObject, issuer: String, wanted: ClientRegistration.Authentication,
    redirects: [String]
  ) throws(OAuthError) -> ClientRegistration {
    guard let clientID = try document.text("client_id"), isClientID(clientID) else {
      throw .badAnswer(from: issuer, reason: "the registration has no client id")
    }
    let secret = try document.secret("client_secret")
    let named = try document.text("token_endpoint_auth_method")
    let expires = try document.seconds("client_secret_expires_at")
    return ClientRegistration(
      issuer: issuer, clientID: clientID, clientSecret: secret, origin: .dynamic,
      authentication: try authentication(named: named, wanted: wanted, hasSecret: secret != nil),
      redirectURIs: redirects, secretExpires: expires == 0 ? nil : expires)
  }

  /// The method that the registration returned, else by what there is (A26).
  private static func authentication(
    named: String?, wanted: ClientRegistration.Authentication, hasSecret: Bool
  ) throws(OAuthError) -> ClientRegistration.Authentication {
    switch named {
    case "none": return .none
    case "client_secret_basic" where hasSecret: return .basic
    case "client_secret_post" where hasSecret: return .post
    case "client_secret_basic", "client_secret_post":
      throw .registrationRefused(
        code: "client_secret", description: "it wants one, and gave none")
    case nil: return hasSecret ? (wanted == .none ? .basic : wanted) : .none
    case let other?:
      throw .registrationRefused(
        code: "token_endpoint_auth_method", description: "it wants '\(other)', which is not known")
    }
  }

  /// Whether a client that registers itself there is given a secret.
  static func givesSecret(_ metadata: ServerMetadata) -> Bool {
    authentication(metadata.tokenAuthentication) != .none
  }

  /// What to ask for: no secret where that is enough, since a native client cannot keep one.
  private static func authentication(
    _ supported: [String]?
  ) -> ClientRegistration.Authentication {
    guard let supported, !supported.contains("none") else { return .none }
    // The server's own first choice: the official MCP SDK's server revokes only what is authenticated
    // in the body, and names that first.
    for method in supported {
      if method == "client_secret_basic" { return .basic }
      if method == "client_secret_post" { return .post }
    }
    return .none
  }

  private static func body(
    _ metadata: ServerMetadata, redirects: [String], scopes: [String],
    grant: ConnectionRecord.Grant, authentication: ClientRegistration.Authentication
  ) -> String {
    var grants: [String]
    switch grant {
    case .authorizationCode: grants = ["authorization_code"]
    case .device: grants = [DeviceGrant.grantType]
    case .clientCredentials: grants = ["client_credentials"]
    }
    let offersRefresh = metadata.grantTypes?.contains("refresh_token") ?? true
    if grant != .clientCredentials, offersRefresh { grants.append("refresh_token") }
    var json = JSONWriter()
    json.add("client_name", clientName)
    if grant == .authorizationCode {
      json.add("redirect_uris", redirects)
      json.add("response_types", ["code"])
    }
    json.add("grant_types", grants)
    json.add("token_endpoint_auth_method", authentication.methodName)
    json.add("application_type", "native")
    if !scopes.isEmpty { json.add("scope", scopes.joined(separator: " ")) }
    return json.text
  }

  private static func refusal(_ answer: HTTPAnswer, _ endpoint: OAuthURL) -> OAuthError {
    if answer.status >= 500 { return .serverFailed(host: endpoint.host, status: answer.status) }
    if answer.isJSON, let document = try? JSONObject(answer.body, of: endpoint.origin),
      let code = try? document.text("error")
    {
      let description = try? document.text("error_description")
      return .registrationRefused(code: code, description: description ?? "")
    }
    return .registrationRefused(code: "status \(answer.status)", description: "")
  }

  /// VSCHAR (RFC 6749 appendix A.1), and not longer than a record takes.
  static func isClientID(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 2048 && text.utf8.allSatisfy { 0x20...0x7E ~= $0 }
  }
}

extension ClientRegistration.Authentication {
  /// As `token_endpoint_auth_method` has it.
  var methodName: String {
    switch self {
    case .none: "none"
    case .basic: "client_secret_basic"
    case .post: "client_secret_post"
    }
  }
}

/// Writes a JSON object of texts and lists of texts.
struct JSONWriter {
  private var bytes: [UInt8] = []

  mutating func add(_ name: String, _ value: String) {
    begin(name)
    JSONString.append(value, to: &bytes)
  }

  mutating func add(_ name: String, _ values: [String]) {
    begin(name)
    bytes.append(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      JSONString.append(value, to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func begin(_ name: String) {
    bytes.append(UInt8(ascii: bytes.isEmpty ? "{" : ","))
    JSONString.append(name, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  var text: String { bytes.isEmpty ? "{}" : String(decoding: bytes, as: UTF8.self) + "}" }
}
