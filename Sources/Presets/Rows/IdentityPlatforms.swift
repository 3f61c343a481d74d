extension AuthorizationServer {
  /// Those that other services put before their own APIs, one host for each customer. A host of
  /// the customer's own is applied by `--provider` and `--issuer`.
  static let identityPlatforms: [AuthorizationServer] = [
    // Metadata is complete and lists S256. Public clients are allowed. Refresh tokens come with
    // `offline_access` and rotate where the application says so. `resource` is passed over unless
    // the tenant has its compatibility profile on; `audience` goes before it in both cases.
    // Not found: whether another port than the registered one is taken, so that it is fixed.
    AuthorizationServer(
      name: "auth0", title: "Auth0",
      issuer: IssuerPattern(
        hosts: [
          "*.auth0.com", "*.us.auth0.com", "*.eu.auth0.com", "*.au.auth0.com", "*.ca.auth0.com",
          "*.jp.auth0.com", "*.uk.auth0.com",
        ],
        // It names itself with the slash, and others often name it without.
        paths: ["/"], otherPath: ""),
      columns: .with {
        $0.resource = .alsoAs("audience")
        $0.redirect = Redirect(host: "127.0.0.1", port: 3118, path: "/callback")
        $0.revocation = .refreshTokens
      },
      client: Client(
        page: "https://manage.auth0.com",
        steps: "create a native application, enter the redirect URI as an allowed callback URL, "
          + "and copy the client id"),
      sources: [
        Source(
          "https://auth0.com/docs/policies/public-cloud-service-endpoints", checked: "2026-11-21"),
        Source("https://auth0.com/docs/applications/native", checked: "2026-11-21"),
        Source("https://auth0.com/docs/tokens/guides/revoke-refresh-tokens", checked: "2026-11-21"),
        Source(
          "https://auth0.com/docs/tokens/guides/configure-refresh-token-rotation",
          checked: "2026-11-21"),
        Source(
          "https://support.auth0.com/center/s/article/mcp-audience-error-with-auth0",
          checked: "2026-11-21"),
        Source(
          "https://community.auth0.com/t/rfc-8707-implementation-audience-vs-resource/188990",
          checked: "2026-11-21"),
        Source(
          "https://gist.github.com/4123481bf097dbb2015c132b968f2064", checked: "2026-11-21"),
      ]),
    // Metadata is complete: S256, `offline_access`, the device grant, revocation. Public clients
    // are allowed (native applications). Redirects are compared as they are written.
    // Not found: what becomes of `resource`; whether refresh tokens rotate by default.
    AuthorizationServer(
      name: "okta", title: "Okta",
      // The organisation's own server, and those made for its APIs.
      issuer: IssuerPattern(hosts: ["*.okta.com"], paths: ["", "/oauth2/{server}"]),
      columns: .with {
        $0.redirect = Redirect(host: "127.0.0.1", port: 3118, path: "/callback")
      },
      client: Client(
        page: "https://developer.okta.com/docs/guides/device-authorization-grant/main",
        steps: "in your Admin Console, under Applications, create an OIDC app integration of the "
          + "type Native Application with the grants Authorization Code and Refresh Token, "
          + "enter the sign-in redirect URI, and copy the client id"),
      sources: [
        Source(
          "https://support.okta.com/help/s/article/openid-connect-oidc-redirect-uri",
          checked: "2026-11-21"),
        Source(
          "https://developer.okta.com/docs/guides/device-authorization-grant/main",
          checked: "2026-11-21"),
        Source(
          "https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/customas/revokecustomas",
          checked: "2026-11-21"),
        Source("https://github.com/okta/okta-developer-docs/pull/3709", checked: "2026-11-21"),
      ]),
    // The pool's metadata leads to the domain of its login pages. It lists no PKCE, which is
    // supported with S256. Public clients are allowed. `resource` becomes the token's `aud` in pools
    // with managed login; one account says that it must also name a resource server of the pool, or
    // the code fails with `invalid_grant`. Not found: what pools without managed login do with it.
    // There is no device grant. Refresh tokens rotate where the app client says so.
    AuthorizationServer(
      name: "cognito", title: "Amazon Cognito",
      issuer: IssuerPattern(hosts: ["cognito-idp.*.amazonaws.com"], paths: ["/{pool}"]),
      columns: .with {
        // A domain of the customer's own cannot be known.
        $0.endpointHosts = ["*.auth.*.amazoncognito.com"]
        $0.proofKey = .unadvertised
        // Plain http is for `localhost` only.
        $0.redirect = Redirect(host: "localhost", port: 3118, path: "/callback")
        $0.revocation = .refreshTokens
      },
      client: Client(
        page: "https://console.aws.amazon.com/cognito/",
        steps: "add an app client without a secret to the user pool, enter the redirect URI as an "
          + "allowed callback URL, and copy the client id; should the login end in invalid_grant, add "
          + "a resource server to the pool whose identifier is the URL of the MCP server"),
      sources: [
        Source(
          "https://docs.aws.amazon.com/cognito/latest/developerguide/using-pkce-in-authorization-code.html",
          checked: "2026-11-21"),
        Source(
          "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/cognitoidentityprovider/aws.sdk.kotlin.services.cognitoidentityprovider.model/-create-user-pool-client-request/callback-urls.html",
          checked: "2026-11-21"),
        Source(
          "https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html",
          checked: "2026-11-21"),
        Source(
          "https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html",
          checked: "2026-11-21"),
        Source(
          "https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html",
          checked: "2026-11-21"),
        Source(
          "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html",
          checked: "2026-11-21"),
        Source("https://github.com/PrefectHQ/fastmcp/pull/2149", checked: "2026-11-21"),
        Source(
          "https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html",
          checked: "2026-11-21"),
        Source(
          "https://github.com/api-evangelist/covatic/blob/main/well-known/covatic-openid-configuration.json",
          checked: "2026-11-21"),
      ]),
  ]
}
