extension AuthorizationServer {
  /// Refresh tokens rotate and come only with `offline_access`. Access tokens live an hour and say
  /// so. Not found: a device grant in what the documentation says, although OpenID metadata has
  /// named an endpoint; what becomes of `resource` at the REST APIs.
  static let atlassian: [AuthorizationServer] = [
    // Apps of the developer console ("3LO"). Metadata is complete and lists S256, but no scopes.
    AuthorizationServer(
      name: "atlassian", title: "Atlassian",
      issuer: IssuerPattern(hosts: ["auth.atlassian.com"], paths: [""]),
      columns: .with {
        $0.authorizationParameters = [
          Parameter("audience", "api.atlassian.com"), Parameter("prompt", "consent"),
        ]
        // One callback URL is entered; nothing is said of ports, so that it is a fixed one.
        $0.redirect = Redirect(host: "localhost", port: 3118, path: "/callback")
        $0.offlineScope = "offline_access"
        $0.clientSecret = .required
      },
      client: Client(
        page: "https://developer.atlassian.com/console/myapps/",
        steps: "create an OAuth 2.0 integration, configure OAuth 2.0 (3LO) with the callback URL, "
          + "add the APIs, and copy the client id and secret"),
      sources: [
        Source(
          "https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps",
          checked: "2026-11-21"),
        Source(
          "https://github.com/api-evangelist/jira/blob/main/well-known/jira-oauth-authorization-server.json",
          checked: "2026-11-21"),
        Source("https://github.com/bobmatnyc/trusty-tools/issues/2920", checked: "2026-11-21"),
        Source("https://github.com/loncadev/baron/issues/179", checked: "2026-11-21"),
      ]),
    // The MCP server's: an issuer with a path whose metadata has named the one without. Clients
    // register by themselves; some get a secret although they asked for none.
    AuthorizationServer(
      name: "atlassian-mcp", title: "Atlassian's hosted MCP server",
      issuer: IssuerPattern(hosts: ["auth.atlassian.com"], paths: ["/{server}"]),
      columns: .with {
        $0.metadata = .ignored
        $0.endpoints = Endpoints(
          authorization: "https://auth.atlassian.com/authorize",
          token: "https://auth.atlassian.com/oauth/token",
          registration: "https://auth.atlassian.com/{server}/dcr/register",
          revocation: "https://auth.atlassian.com/oauth/revoke")
        $0.proofKey = .unadvertised
        $0.offlineScope = "offline_access"
      },
      client: Client(
        page:
          "https://support.atlassian.com/atlassian-rovo-mcp-server/docs/getting-started-with-the-atlassian-remote-mcp-server/",
        steps: "nothing has to be registered; an administrator may have to allow the redirect"),
      sources: [
        Source(
          "https://github.com/atlassian/atlassian-mcp-server/issues/205", checked: "2026-11-21"),
        Source(
          "https://github.com/atlassian/atlassian-mcp-server/issues/148", checked: "2026-11-21"),
        Source("https://github.com/anomalyco/opencode/issues/39332", checked: "2026-11-21"),
        Source("https://github.com/willdady/platypus/issues/394", checked: "2026-11-21"),
        Source(
          "https://github.com/agentic-community/mcp-gateway-registry/pull/1519",
          checked: "2026-11-21"),
      ]),
  ]
}
