extension AuthorizationServer {
  /// Of a refresh: the token was used or never was, somebody revoked it, the account is gone.
  private static let endingErrors = [
    "invalid_refresh_token", "token_revoked", "account_inactive",
  ]

  /// Both answer errors with status 200 and `"ok": false`. A user token lives twelve hours where
  /// token rotation is on, and then refresh tokens rotate; without rotation it has no `expires_in`
  /// and does not expire. Redirects are compared as they are written, port included, and
  /// `localhost` is not `127.0.0.1`. There is no device grant.
  ///
  /// Not found: a lifetime for a token that says nothing, other than that it does not expire by
  /// itself.
  static let slack: [AuthorizationServer] = [
    // No registration: a client is a Slack app that its workspace or the Marketplace knows. With
    // PKCE switched on in the app it needs no secret.
    AuthorizationServer(
      name: "slack-mcp", title: "Slack's hosted MCP server",
      issuer: IssuerPattern(hosts: ["mcp.slack.com"], paths: [""]),
      columns: .with {
        // Its metadata has named itself and https://slack.com in turn.
        $0.metadata = .ignored
        $0.endpoints = Endpoints(
          authorization: "https://slack.com/oauth/v2_user/authorize",
          token: "https://slack.com/api/oauth.v2.user.access",
          revocation: "https://slack.com/api/auth.revoke")
        $0.proofKey = .unadvertised
        $0.redirect = Redirect(host: "localhost", port: 3118, path: "/callback")
        $0.scopeSeparator = ","
        $0.grantedScopeSeparator = ","
        // HTTP basic is not taken.
        $0.tokenAuthentication = .post
        $0.tokenType = "user"
        $0.endingErrors = endingErrors
        $0.revocation = .bearer
      },
      client: Client(
        page: "https://api.slack.com/apps",
        steps: "create an app, switch on MCP, enter the redirect URL and the user token scopes, "
          + "and copy the client id"),
      sources: [
        Source(
          "https://docs.slack.dev/reference/methods/oauth.v2.user.access.md",
          checked: "2026-11-21"),
        Source("https://docs.slack.dev/authentication/using-pkce", checked: "2026-11-21"),
        Source(
          "https://docs.slack.dev/ai/slack-mcp-server/connect-to-claude", checked: "2026-11-21"),
        Source("https://github.com/slackapi/slack-skills-plugin/issues/120", checked: "2026-11-21"),
        Source("https://github.com/NousResearch/hermes-agent/pull/111964", checked: "2026-11-21"),
        Source(
          "https://gitlab.com/gitlab-org/gitlab/-/merge_requests/259717", checked: "2026-11-21"),
      ]),
    // The user token of the Web API. The metadata at https://slack.com is that of Sign in with
    // Slack, whose endpoints give no such token.
    AuthorizationServer(
      name: "slack", title: "Slack",
      issuer: IssuerPattern(hosts: ["slack.com"], paths: [""]),
      columns: .with {
        $0.metadata = .ignored
        $0.endpoints = Endpoints(
          authorization: "https://slack.com/oauth/v2/authorize",
          token: "https://slack.com/api/oauth.v2.access",
          revocation: "https://slack.com/api/auth.revoke")
        $0.proofKey = .unadvertised
        $0.redirect = Redirect(host: "localhost", port: 3118, path: "/callback")
        // `scope` would be the bot's.
        $0.scopeParameter = "user_scope"
        $0.scopeSeparator = ","
        $0.grantedScopeSeparator = ","
        // The token beside it, if there is one, is the bot's.
        $0.tokenPath = "authed_user.access_token"
        $0.refreshedTokenPath = "access_token"
        $0.tokenAuthentication = .post
        $0.tokenType = "user"
        $0.endingErrors = endingErrors
        $0.revocation = .bearer
      },
      client: Client(
        page: "https://api.slack.com/apps",
        steps: "create an app, enter the redirect URL and the user token scopes, switch on token "
          + "rotation, and copy the client id and secret"),
      sources: [
        Source(
          "https://docs.slack.dev/authentication/installing-with-oauth", checked: "2026-11-21"),
        Source(
          "https://docs.slack.dev/reference/methods/oauth.v2.access.md", checked: "2026-11-21"),
        Source("https://docs.slack.dev/authentication/using-token-rotation", checked: "2026-11-21"),
        Source("https://docs.slack.dev/authentication/using-pkce", checked: "2026-11-21"),
        Source("https://github.com/n8n-io/n8n/pull/37425", checked: "2026-11-21"),
      ]),
  ]
}
