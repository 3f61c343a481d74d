internal import Presets
internal import Testing

extension AuthorizationServer: CustomTestStringConvertible {
  package var testDescription: String { name }
}

/// What the authorization request holds by itself (RFC 6749, RFC 7636, RFC 8707, RFC 9101, OpenID
/// Connect).
let reservedParameters: Set<String> = [
  "client_id", "client_secret", "code", "code_challenge", "code_challenge_method", "code_verifier",
  "grant_type", "nonce", "redirect_uri", "request", "request_uri", "resource", "response_mode",
  "response_type", "scope", "state",
]

/// Issuers that a row is for: each path at each host, with labels and segments of our own.
func sampleIssuers(of row: AuthorizationServer) throws -> [String] {
  let hosts = row.issuer.hosts.isEmpty ? ["login.example.com"] : row.issuer.hosts
  try #require(!row.issuer.paths.isEmpty)
  return hosts.flatMap { host in
    row.issuer.paths.map { path in
      "https://"
        + host.split(separator: ".").map { $0 == "*" ? "tenant-1" : String($0) }
        .joined(separator: ".")
        + path.split(separator: "/", omittingEmptySubsequences: false)
        .map { $0.hasPrefix("{") ? "Tenant_1" : String($0) }.joined(separator: "/")
    }
  }
}

/// The endpoints that are set, without the client's id in them.
func endpoints(of columns: AuthorizationServer.Columns) -> [String] {
  let endpoints = columns.endpoints
  return [
    endpoints.authorization, endpoints.token, endpoints.device, endpoints.registration,
    endpoints.revocation(for: "id"),
  ].compactMap { $0 }
}

/// `https`, a host with a dot in it and a path, without anything that needs an escape.
func isPlainHTTPS(_ url: String) -> Bool {
  guard url.hasPrefix("https://") else { return false }
  let rest = url.dropFirst(8)
  let host = rest.prefix { $0 != "/" }
  return host.contains(".") && !host.contains(":") && !host.contains("@")
    && rest.utf8.allSatisfy {
      0x21...0x7E ~= $0 && !Array("{}<>\"\\^`| #?%".utf8).contains($0)
    }
}

/// A day of RFC 3339 from when there was a project to a time that is not far off.
func isDay(_ text: String) -> Bool {
  let parts = text.split(separator: "-", omittingEmptySubsequences: false)
  guard text.utf8.count == 10, parts.count == 3,
    let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
  else { return false }
  return 2026...2100 ~= year && 1...12 ~= month && 1...31 ~= day
}

/// The row as a file of overrides has it.
func overrideJSON(of row: AuthorizationServer) -> String {
  var members: [String] = []
  func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }
  func add(_ name: String, _ text: String?) {
    if let text { members.append("\(quoted(name)): \(quoted(text))") }
  }
  func add(_ name: String, list: [String]) {
    members.append("\(quoted(name)): [\(list.map(quoted).joined(separator: ", "))]")
  }
  func object(_ pairs: [(String, String?)]) -> String {
    let set = pairs.compactMap { name, value in value.map { "\(quoted(name)): \($0)" } }
    return "{\(set.joined(separator: ", "))}"
  }
  let columns = row.columns
  add("hosts", list: row.issuer.hosts)
  add("paths", list: row.issuer.paths)
  add("otherPath", row.issuer.otherPath)
  add("metadata", columns.metadata?.rawValue)
  let endpoints = columns.endpoints
  members.append(
    "\"endpoints\": "
      + object([
        ("authorization", endpoints.authorization.map(quoted)),
        ("token", endpoints.token.map(quoted)), ("device", endpoints.device.map(quoted)),
        ("registration", endpoints.registration.map(quoted)),
        ("revocation", endpoints.revocation.map(quoted)),
      ]))
  add("endpointHosts", list: columns.endpointHosts)
  add("proofKey", columns.proofKey?.rawValue)
  switch columns.resource {
  case nil: break
  case .refused: add("resource", "refused")
  case .alsoAs(let name): members.append("\"resource\": " + object([("alsoAs", quoted(name))]))
  }
  members.append(
    "\"authorizationParameters\": "
      + object(columns.authorizationParameters.map { ($0.name, quoted($0.value)) }))
  if let redirect = columns.redirect {
    members.append(
      "\"redirect\": "
        + object([
          ("host", quoted(redirect.host)), ("port", redirect.port.map(String.init)),
          ("path", quoted(redirect.path)),
        ]))
  }
  add("scopeParameter", columns.scopeParameter)
  add("scopeSeparator", columns.scopeSeparator)
  add("grantedScopeSeparator", columns.grantedScopeSeparator)
  add("offlineScope", columns.offlineScope)
  add("accept", columns.accept)
  add("tokenAuthentication", columns.tokenAuthentication?.rawValue)
  add("clientSecret", columns.clientSecret?.rawValue)
  add("tokenPath", columns.tokenPath)
  add("refreshedTokenPath", columns.refreshedTokenPath)
  if let lifetime = columns.defaultLifetime {
    members.append("\"defaultLifetimeSeconds\": \(lifetime)")
  }
  add("tokenType", columns.tokenType)
  add("endingErrors", list: columns.endingErrors)
  add("responseIssuer", columns.responseIssuer?.rawValue)
  add("revocation", columns.revocation?.rawValue)
  return "{\(members.joined(separator: ", "))}"
}
