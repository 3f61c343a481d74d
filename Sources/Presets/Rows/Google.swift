extension AuthorizationServer {
  /// Google's own APIs and the MCP servers before them.
  ///
  /// Metadata is complete and lists S256; the token endpoint takes `client_secret_post` and
  /// `client_secret_basic`. A refresh answers without a refresh token: the old one stays. A desktop
  /// client may redirect to any port and path of the loopback address. The device grant is for
  /// clients of the kind "TVs and Limited Input devices" and for few scopes. Revocation needs
  /// nothing but the token.
  ///
  /// Not found: what becomes of `resource`.
  static let google: [AuthorizationServer] = [
    AuthorizationServer(
      name: "google", title: "Google",
      // The metadata of Google's MCP servers names the issuer with a slash that its own lacks.
      issuer: IssuerPattern(hosts: ["accounts.google.com"], paths: [""], otherPath: "/"),
      columns: .with {
        // The token, device and revocation endpoints.
        $0.endpointHosts = ["oauth2.googleapis.com"]
        // Without both there is no refresh token, but for the very first consent.
        $0.authorizationParameters = [
          Parameter("access_type", "offline"), Parameter("prompt", "consent"),
        ]
        // The documentation calls it optional; the server wants one from a desktop client.
        $0.clientSecret = .required
      },
      client: Client(
        page: "https://console.cloud.google.com/auth/clients",
        steps: "create an OAuth client of the type Desktop app and copy its id and secret"),
      sources: [
        Source(
          "https://developers.google.com/identity/protocols/OAuth2InstalledApp",
          checked: "2026-11-21"),
        Source(
          "https://developers.google.com/identity/openid-connect/reference",
          checked: "2026-11-21"),
        Source(
          "https://developers.google.com/identity/protocols/oauth2/limited-input-device",
          checked: "2026-11-21"),
        Source(
          "https://github.com/taylorwilsdon/google_workspace_mcp/issues/1008",
          checked: "2026-11-21"),
        Source("https://github.com/github/copilot-cli/issues/4606", checked: "2026-11-21"),
      ])
  ]
}
