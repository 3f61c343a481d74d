extension ServerPackage {
  /// At most 25: those that people configure most, and what their sources say, at the commit that was
  /// read.
  package static let all: [ServerPackage] = [
    ServerPackage(
      names: ["mcp-remote"], secrets: [],
      fileArguments: [.init("--static-oauth-client-info", mark: "@")],
      // A port that is named, or goes with static client data, is never exchanged for a free one.
      expandedHeaders: ["--header"], swap: .stopFirst,
      sources: ["https://github.com/geelen/mcp-remote/blob/008b087/README.md"],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["ghcr.io/github/github-mcp-server"], secrets: ["GITHUB_PERSONAL_ACCESS_TOKEN"],
      destinations: ["GITHUB_HOST"],
      sources: [
        "https://github.com/github/github-mcp-server/blob/02ae73a/cmd/github-mcp-server/main.go",
        "https://github.com/github/github-mcp-server/blob/0f49816/server.json",
      ],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@modelcontextprotocol/server-github"], secrets: ["GITHUB_PERSONAL_ACCESS_TOKEN"],
      sources: [
        "https://github.com/modelcontextprotocol/servers/blob/0501249/src/github/README.md"
      ],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@modelcontextprotocol/server-gitlab", "mcp/gitlab"],
      secrets: ["GITLAB_PERSONAL_ACCESS_TOKEN"], destinations: ["GITLAB_API_URL"],
      sources: [
        "https://github.com/modelcontextprotocol/servers/blob/226cb98/src/gitlab/README.md"
      ],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@modelcontextprotocol/server-slack", "mcp/slack"], secrets: ["SLACK_BOT_TOKEN"],
      sources: ["https://github.com/modelcontextprotocol/servers/blob/0de58c9/src/slack/README.md"],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@modelcontextprotocol/server-google-maps", "mcp/google-maps"],
      secrets: ["GOOGLE_MAPS_API_KEY"],
      sources: [
        "https://github.com/modelcontextprotocol/servers/blob/b090113/src/google-maps/README.md"
      ],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@brave/brave-search-mcp-server"], secrets: ["BRAVE_API_KEY"],
      sources: ["https://github.com/brave/brave-search-mcp-server/blob/2d15f63/server.json"],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@notionhq/notion-mcp-server", "mcp/notion"],
      secrets: ["NOTION_TOKEN", "OPENAPI_MCP_HEADERS"], destinations: ["BASE_URL"],
      sources: [
        "https://github.com/makenotion/notion-mcp-server/blob/0c87e27/README.md",
        "https://github.com/makenotion/notion-mcp-server/blob/0158f21/scripts/start-server.ts",
      ], checked: "2026-11-21"),
    ServerPackage(
      names: ["@stripe/mcp"], secrets: ["STRIPE_SECRET_KEY"],
      arguments: [.init("--api-key", "STRIPE_SECRET_KEY")],
      sources: [
        "https://github.com/stripe/agent-toolkit/blob/2f77a70/modelcontextprotocol/src/index.ts"
      ],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@supabase/mcp-server-supabase"], secrets: ["SUPABASE_ACCESS_TOKEN"],
      arguments: [.init("--access-token", "SUPABASE_ACCESS_TOKEN")],
      sources: [
        "https://github.com/supabase-community/supabase-mcp/blob/0822b2b/packages/mcp-server-supabase/src/transports/stdio.ts"
      ],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["figma-developer-mcp"], secrets: ["FIGMA_API_KEY"],
      arguments: [.init("--figma-api-key", "FIGMA_API_KEY")],
      sources: ["https://github.com/GLips/Figma-Context-MCP/blob/027f7c7/README.md"],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@sentry/mcp-server"], secrets: ["SENTRY_ACCESS_TOKEN", "OPENAI_API_KEY"],
      destinations: ["SENTRY_HOST"], arguments: [.init("--access-token", "SENTRY_ACCESS_TOKEN")],
      sources: [
        "https://github.com/getsentry/sentry-mcp/blob/027e59f/packages/mcp-server/README.md"
      ],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@upstash/context7-mcp"], secrets: ["CONTEXT7_API_KEY"],
      arguments: [.init("--api-key", "CONTEXT7_API_KEY")],
      sources: ["https://github.com/upstash/context7/blob/0087bab/packages/mcp/src/index.ts"],
      checked: "2026-11-21"),
    ServerPackage(
      names: [
        "mongodb-mcp-server", "mongodb/mongodb-mcp-server", "docker.io/mongodb/mongodb-mcp-server",
      ],
      secrets: ["MDB_MCP_API_CLIENT_SECRET", "MDB_MCP_VOYAGE_API_KEY"],
      destinations: ["MDB_MCP_CONNECTION_STRING"],
      arguments: [
        .init("--connectionString", "MDB_MCP_CONNECTION_STRING"),
        .init("--apiClientSecret", "MDB_MCP_API_CLIENT_SECRET"),
        .init("--voyageApiKey", "MDB_MCP_VOYAGE_API_KEY"),
      ],
      sources: ["https://github.com/mongodb-js/mongodb-mcp-server/blob/01c3f47/server.json"],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["firecrawl-mcp"], secrets: ["FIRECRAWL_API_KEY"],
      sources: ["https://github.com/firecrawl/firecrawl-mcp-server/blob/01e3b8a/server.json"],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["tavily-mcp"], secrets: ["TAVILY_API_KEY"],
      sources: ["https://github.com/tavily-ai/tavily-mcp/blob/5caf5c4/smithery.yaml"],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["mcp-atlassian", "ghcr.io/sooperset/mcp-atlassian"],
      secrets: [
        "JIRA_API_TOKEN", "JIRA_PERSONAL_TOKEN", "CONFLUENCE_API_TOKEN",
        "CONFLUENCE_PERSONAL_TOKEN", "AIO_API_TOKEN",
      ], destinations: ["JIRA_URL", "CONFLUENCE_URL"],
      sources: [
        "https://github.com/sooperset/mcp-atlassian/blob/4540cd3/smithery.yaml",
        "https://github.com/sooperset/mcp-atlassian/blob/4d96e0c/docs/installation.mdx",
      ],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["elevenlabs-mcp"], secrets: ["ELEVENLABS_API_KEY"],
      sources: ["https://github.com/elevenlabs/elevenlabs-mcp/blob/32e1b43/.env.example"],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["grafana/mcp-grafana", "docker.io/grafana/mcp-grafana"],
      secrets: ["GRAFANA_SERVICE_ACCOUNT_TOKEN", "GRAFANA_PASSWORD"], destinations: ["GRAFANA_URL"],
      sources: ["https://github.com/grafana/mcp-grafana/blob/0e246a9/server.json"],
      checked: "2026-11-21"),
    ServerPackage(
      names: ["redis-mcp-server"], secrets: ["REDIS_PWD"], destinations: ["REDIS_HOST"],
      sources: [
        "https://github.com/redis/mcp-redis/blob/079ebd6/.env.example",
        "https://github.com/redis/mcp-redis/blob/0416a35/pyproject.toml",
      ], checked: "2026-11-21"),
  ]
}
