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
