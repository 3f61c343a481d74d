extension AuthorizationServer {
  /// Microsoft Entra ID, the v2.0 endpoints.
  ///
  /// Public clients are allowed. Refresh tokens are replaced at every use, and the old ones stay
  /// valid. No endpoint revokes a single token. The port of a redirect to `localhost` is passed
  /// over, the path is compared; `127.0.0.1` cannot be entered in the portal.
  static let entra: [AuthorizationServer] = [
    AuthorizationServer(
      name: "entra", title: "Microsoft Entra ID",
      // The national clouds are the other two.
      issuer: IssuerPattern(
        hosts: [
          "login.microsoftonline.com", "login.microsoftonline.us",
          "login.partner.microsoftonline.cn",
        ],
        paths: ["/{tenant}/v2.0"]),
      columns: .with {
        // For `organizations`, `common` and a tenant's domain it names another issuer, and never
        // lists what it supports of PKCE.
        $0.metadata = .ignored
        $0.endpoints = Endpoints(
          authorization: "{origin}/{tenant}/oauth2/v2.0/authorize",
          token: "{origin}/{tenant}/oauth2/v2.0/token",
          device: "{origin}/{tenant}/oauth2/v2.0/devicecode")
        $0.proofKey = .unadvertised
        // AADSTS901002, AADSTS9010010: the scopes say what the token is for.
        $0.resource = .refused
        $0.redirect = Redirect(host: "localhost", path: "")
        $0.offlineScope = "offline_access"
      },
      client: Client(
        page: "https://entra.microsoft.com",
        steps: "register an application, add the redirect URI as Mobile and desktop application, "
          + "allow public client flows for --device, and copy the application (client) id"),
      sources: [
        Source(
          "https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow",
          checked: "2026-11-21"),
        Source(
          "https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code",
          checked: "2026-11-21"),
        Source(
          "https://learn.microsoft.com/en-us/entra/identity-platform/reply-url",
          checked: "2026-11-21"),
        Source(
          "https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens",
          checked: "2026-11-21"),
        Source(
          "https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud",
          checked: "2026-11-21"),
        Source(
          "https://github.com/modelcontextprotocol/csharp-sdk/issues/741", checked: "2026-11-21"),
        Source("https://github.com/anthropics/claude-code/issues/73460", checked: "2026-11-21"),
        Source(
          "https://github.com/microsoft/powerbi-modeling-mcp/issues/68", checked: "2026-11-21"),
        Source(
          "https://techcommunity.microsoft.com/discussions/appsonazure/how-do-i-sign-out-of-my-oidc-entra-id-application/4435071",
          checked: "2026-11-21"),
      ])
  ]
}
