import Connections
import Secrets

/// A secret that a test may write down.
func secret(_ text: String) throws -> SharedSecret {
  var text = text
  return try text.withUTF8 { try SharedSecret(copying: UnsafeRawBufferPointer($0)) }
}

extension SharedSecret {
  var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

extension ConnectionRecord {
  /// Reads a record from bytes that a test made.
  init(bytes: [UInt8]) throws {
    self = try bytes.withUnsafeBytes { try ConnectionRecord($0) }
  }

  /// The encoding, where a test may look at it.
  func bytes() throws -> [UInt8] { try encoded().withUnsafeBytes { Array($0) } }

  /// A record in which every field is set.
  static func full() throws -> ConnectionRecord {
    var record = ConnectionRecord(name: "work/slack")
    record.server = "https://mcp.example.com/mcp"
    record.resource = "https://mcp.example.com/mcp"
    record.issuer = "https://as.example.com/"
    record.typedIssuer = "https://as.example.com"
    record.typedProvider = "slack"
    record.endpoints.authorization = "https://as.example.com/authorize"
    record.endpoints.token = "https://as.example.com/token"
    record.endpoints.revocation = "https://as.example.com/revoke"
    record.endpoints.registration = "https://as.example.com/register"
    record.endpoints.device = "https://as.example.com/device"
    record.requestedScopes = ["read", "write", "offline_access"]
    record.grantedScopes = ["read"]
    record.grant = .device
    record.accessToken = try secret("access-token")
    record.tokenType = "Bearer"
    record.refreshToken = try secret("refresh-token")
    record.obtained = 1_790_000_000
    record.expires = 1_790_003_600
    record.refreshExpires = 1_792_592_000
    record.options = [.noResource, .pkceUnadvertised, .privateAddresses, .noPreset]
    record.parameters = [.init(name: "access_type", value: "offline"), .init(name: "x", value: "")]
    var preset = PresetRules(row: "slack")
    preset.grantedScopeSeparator = ","
    preset.scopeSeparator = ";"
    preset.accept = "application/x"
    preset.tokenPath = "authed_user.access_token"
    preset.defaultLifetime = 28_800
    preset.revocationStyle = .bearer
    preset.endingErrors = ["void", "gone"]
    preset.tokenType = "user"
    preset.resourceParameter = "audience"
    record.preset = preset
    record.loggedIn = 1_789_000_000
    record.lastRefresh = 1_790_000_001
    record.lastFailure = .init(time: 1_790_000_002, code: "invalid_grant", message: "it is void")
    record.hasEnded = true
    record.set(
      ClientRegistration(
        issuer: "https://as.example.com/", clientID: "client-1",
        clientSecret: try secret("client-secret"), origin: .dynamic, authentication: .basic,
        redirectURIs: ["http://127.0.0.1/callback", "http://localhost:3118/callback"],
        secretExpires: 1_800_000_000))
    record.set(
      ClientRegistration(
        issuer: "https://other.example.com", clientID: "https://example.com/client.json",
        origin: .metadataDocument, authentication: .none))
    return record
  }
}
