extension AuthorizationServer {
  /// What the three kinds of GitHub have in common.
  ///
  /// Tokens of an OAuth app have neither `expires_in` nor a refresh token; those of a GitHub App
  /// live eight hours and are refreshed by tokens that live six months and rotate. Errors come
  /// with status 200. Scopes are asked for with blanks and answered with commas. Loopback
  /// redirects match on any port; the path has to be the registered one. There is no RFC 7009:
  /// the client deletes a token through the REST API, with its own id and secret.
  ///
  /// Not found: how long a token lives that says nothing, so that the lifetime stays unknown;
  /// whether the refresh token ends with the token that is deleted.
  private static let shared = Columns.with {
    $0.redirect = Redirect(host: "127.0.0.1", path: "/callback")
    $0.grantedScopeSeparator = ","
    // Else the answer is a form.
    $0.accept = "application/json"
    // Only parameters are documented; metadata does not say, which would mean HTTP basic.
    $0.tokenAuthentication = .post
    // GitHub tells no public clients from others.
    $0.clientSecret = .required
    // "The refresh token passed is incorrect or expired."
    $0.endingErrors = ["bad_refresh_token"]
    $0.revocation = .deletion
  }

  private static let origin = Endpoints(
    authorization: "{origin}/login/oauth/authorize",
    token: "{origin}/login/oauth/access_token",
    device: "{origin}/login/device/code")

  private static let documentation = [
    Source(
      "https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps",
      checked: "2026-11-21"),
    Source(
      "https://github.com/github/docs/blob/main/content/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens.md",
      checked: "2026-11-21"),
    Source(
      "https://github.com/github/docs/blob/main/data/features/pkce_support.yml",
      checked: "2026-11-21"),
    Source(
      "https://github.com/github/github-mcp-server/blob/main/docs/oauth-login.md",
      checked: "2026-11-21"),
  ]

  private static let steps =
    "register an OAuth app or a GitHub App, enable its device flow for --device, "
    + "and copy the client id and a new client secret"

  static let gitHub: [AuthorizationServer] = [
    // Metadata at /.well-known/oauth-authorization-server/login/oauth: S256, `iss` in the
    // response, the device grant; no revocation, no registration, no authentication methods.
    AuthorizationServer(
      name: "github", title: "GitHub",
      issuer: IssuerPattern(hosts: ["github.com"], paths: ["/login/oauth"]),
      columns: .with {
        $0 = shared
        $0.endpoints.revocation = "https://api.github.com/applications/{client_id}/token"
      },
      client: Client(page: "https://github.com/settings/developers", steps: steps),
      sources: documentation + [
        Source(
          "https://github.com/api-evangelist/github-copilot/blob/main/well-known/github-copilot-github-oauth-authorization-server.json",
          checked: "2026-11-21"),
        Source("https://github.com/github/github-mcp-server/issues/921", checked: "2026-11-21"),
        Source(
          "https://github.blog/changelog/2025-07-14-pkce-support-for-oauth-and-github-app-authentication",
          checked: "2026-11-21"),
      ]),
    // Each enterprise has a host of its own. Not found: whether metadata is there; the endpoints
    // serve where it is not, and PKCE is supported as on github.com.
    AuthorizationServer(
      name: "github-enterprise-cloud", title: "GitHub Enterprise Cloud with data residency",
      issuer: IssuerPattern(hosts: ["*.ghe.com"], paths: ["/login/oauth"]),
      columns: .with {
        $0 = shared
        $0.endpoints = origin
        $0.endpoints.revocation = "https://api.{host}/applications/{client_id}/token"
        $0.proofKey = .unadvertised
      },
      client: Client(page: "/settings/developers", steps: steps),
      sources: documentation + [
        Source("https://github.com/github/gh-aw-firewall/issues/1330", checked: "2026-11-21")
      ]),
    // At whatever host: by --provider only. Not found: metadata; the endpoints serve without.
    AuthorizationServer(
      name: "github-enterprise-server", title: "GitHub Enterprise Server",
      issuer: IssuerPattern(hosts: [], paths: ["/login/oauth"]),
      columns: .with {
        $0 = shared
        $0.endpoints = origin
        $0.endpoints.revocation = "{origin}/api/v3/applications/{client_id}/token"
        $0.proofKey = .unsupported
      },
      client: Client(page: "/settings/developers", steps: steps),
      sources: documentation),
  ]
}
