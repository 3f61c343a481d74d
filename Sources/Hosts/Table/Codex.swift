extension Host {
  static let codex = Host(
    id: "codex", name: "Codex",
    places: [
      HostPlace(.variable("CODEX_HOME", "config.toml", otherwise: ".codex"), .toml, servers),
      HostPlace(.project(".codex/config.toml"), .toml, servers),
    ],
    rewriters: ["codex"],
    facts: [
      HostFact("https://github.com/openai/codex/blob/main/docs/config.md", checked: "2026-11-21"),
      HostFact("https://github.com/openai/codex/issues/18475", checked: "2026-11-21"),
    ])

  /// `env_http_headers` and `bearer_token_env_var` hold names of variables, no values.
  private static let servers = [
    ServerSection("mcp_servers", members: ServerMembers(headers: [["http_headers"]]))
  ]
}
