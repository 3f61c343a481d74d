extension AuthorizationServer {
  /// Metadata is complete and lists S256, but names no device endpoint. Clients may be public.
  /// Access tokens live two hours and say so; a refresh replaces both tokens. The port of a
  /// loopback address is passed over, that of `localhost` is not.
  ///
  /// A server of one's own: by `--provider gitlab --issuer https://…`.
  ///
  /// The controllers of its login read no `resource`, which is sent. Not found: a documented word
  /// on it. Some versions (19.2 and 19.3 among them) name two resources in the metadata of their own
  /// MCP server, where RFC 9728 has one: the one that was typed is taken.
  static let gitLab: [AuthorizationServer] = [
    AuthorizationServer(
      name: "gitlab", title: "GitLab",
      issuer: IssuerPattern(hosts: ["gitlab.com"], paths: [""]),
      columns: .with {
        $0.endpoints.device = "{origin}/oauth/authorize_device"
        $0.redirect = Redirect(host: "127.0.0.1", path: "/callback")
      },
      client: Client(
        page: "/-/user_settings/applications",
        steps: "add an application with the redirect URI and the scopes, not confidential, "
          + "and copy the application id"),
      sources: [
        Source("https://docs.gitlab.com/api/oauth2/", checked: "2026-11-21"),
        Source("https://docs.gitlab.com/integration/oauth_provider/", checked: "2026-11-21"),
        Source("https://gitlab.com/.well-known/openid-configuration", checked: "2026-11-21"),
        Source(
          "https://github.com/gitlabhq/gitlabhq/blob/master/app/controllers/oauth/authorizations_controller.rb",
          checked: "2026-11-21"),
        Source("https://github.com/kirodotdev/Kiro/issues/10913", checked: "2026-11-21"),
        Source(
          "https://github.com/doorkeeper-gem/doorkeeper/issues/1170", checked: "2026-11-21"),
      ])
  ]
}
