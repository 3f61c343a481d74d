extension ServerPackage {
  /// At most 25: those that people configure most, and what was found about each.
  package static let all: [ServerPackage] = [
    ServerPackage(
      names: ["mcp-remote"], secrets: [],
      fileArguments: [.init("--static-oauth-client-info", mark: "@")],
      expandedHeaders: ["--header"],
      source: "https://github.com/geelen/mcp-remote#custom-headers", checked: "2026-11-21"),
    ServerPackage(
      names: ["ghcr.io/github/github-mcp-server"], secrets: ["GITHUB_PERSONAL_ACCESS_TOKEN"],
      destinations: ["GITHUB_HOST"],
      source: "https://github.com/github/github-mcp-server#local-github-mcp-server",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@modelcontextprotocol/server-github"], secrets: ["GITHUB_PERSONAL_ACCESS_TOKEN"],
      source:
        "https://github.com/github/github-mcp-server/blob/main/docs/installation-guides/install-cursor.md",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@modelcontextprotocol/server-gitlab", "mcp/gitlab"],
      secrets: ["GITLAB_PERSONAL_ACCESS_TOKEN"], destinations: ["GITLAB_API_URL"],
      source: "https://github.com/modelcontextprotocol/servers/blob/226cb98/src/gitlab/README.md",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@modelcontextprotocol/server-slack", "mcp/slack"], secrets: ["SLACK_BOT_TOKEN"],
      source: "https://github.com/modelcontextprotocol/servers/blob/0de58c9/src/slack/README.md",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@modelcontextprotocol/server-google-maps", "mcp/google-maps"],
      secrets: ["GOOGLE_MAPS_API_KEY"],
      source:
        "https://github.com/modelcontextprotocol/servers/blob/b090113/src/google-maps/README.md",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@brave/brave-search-mcp-server"], secrets: ["BRAVE_API_KEY"],
      source: "https://github.com/brave/brave-search-mcp-server#environment-variables",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@notionhq/notion-mcp-server", "mcp/notion"], secrets: ["NOTION_TOKEN"],
      source: "https://github.com/makenotion/notion-mcp-server#readme", checked: "2026-11-21"),
    ServerPackage(
      names: ["@stripe/mcp"], secrets: ["STRIPE_SECRET_KEY"],
      arguments: [.init("--api-key", "STRIPE_SECRET_KEY")],
      source:
        "https://github.com/stripe/agent-toolkit/blob/2f77a70/modelcontextprotocol/src/index.ts",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@supabase/mcp-server-supabase"], secrets: ["SUPABASE_ACCESS_TOKEN"],
      arguments: [.init("--access-token", "SUPABASE_ACCESS_TOKEN")],
      source:
        "https://github.com/supabase-community/supabase-mcp/blob/0822b2b/packages/mcp-server-supabase/src/transports/stdio.ts",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["figma-developer-mcp"], secrets: ["FIGMA_API_KEY"],
      arguments: [.init("--figma-api-key", "FIGMA_API_KEY")],
      source: "https://github.com/GLips/Figma-Context-MCP/blob/main/server.json",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@sentry/mcp-server"], secrets: ["SENTRY_ACCESS_TOKEN", "OPENAI_API_KEY"],
      destinations: ["SENTRY_HOST"], arguments: [.init("--access-token", "SENTRY_ACCESS_TOKEN")],
      source: "https://github.com/getsentry/sentry-mcp/blob/main/packages/mcp-server/README.md",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["@upstash/context7-mcp"], secrets: ["CONTEXT7_API_KEY"],
      arguments: [.init("--api-key", "CONTEXT7_API_KEY")],
      source: "https://github.com/upstash/context7/blob/0087bab/packages/mcp/src/index.ts",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["mongodb-mcp-server", "mongodb/mongodb-mcp-server"],
      secrets: ["MDB_MCP_API_CLIENT_SECRET", "MDB_MCP_VOYAGE_API_KEY"],
      destinations: ["MDB_MCP_CONNECTION_STRING"],
      arguments: [
        .init("--connectionString", "MDB_MCP_CONNECTION_STRING"),
        .init("--apiClientSecret", "MDB_MCP_API_CLIENT_SECRET"),
        .init("--voyageApiKey", "MDB_MCP_VOYAGE_API_KEY"),
      ],
      source: "https://github.com/mongodb-js/mongodb-mcp-server#configuration-options",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["firecrawl-mcp"], secrets: ["FIRECRAWL_API_KEY"],
      source: "https://github.com/firecrawl/firecrawl-mcp-server/blob/main/server.json",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["tavily-mcp"], secrets: ["TAVILY_API_KEY"],
      source: "https://github.com/tavily-ai/tavily-mcp/blob/main/smithery.yaml",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["mcp-atlassian", "ghcr.io/sooperset/mcp-atlassian"],
      secrets: [
        "JIRA_API_TOKEN", "JIRA_PERSONAL_TOKEN", "CONFLUENCE_API_TOKEN",
        "CONFLUENCE_PERSONAL_TOKEN",
      ], destinations: ["JIRA_URL", "CONFLUENCE_URL"],
      source: "https://github.com/sooperset/mcp-atlassian/blob/main/smithery.yaml",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["elevenlabs-mcp"], secrets: ["ELEVENLABS_API_KEY"],
      source: "https://github.com/elevenlabs/elevenlabs-mcp/blob/main/.env.example",
      checked: "2026-11-21"),
    ServerPackage(
      names: ["grafana/mcp-grafana", "docker.io/grafana/mcp-grafana"],
      secrets: ["GRAFANA_SERVICE_ACCOUNT_TOKEN", "GRAFANA_PASSWORD"], destinations: ["GRAFANA_URL"],
      source: "https://github.com/grafana/mcp-grafana/blob/main/server.json", checked: "2026-11-21"),
    ServerPackage(
      names: ["redis-mcp-server"], secrets: ["REDIS_PWD"], destinations: ["REDIS_HOST"],
      source: "https://github.com/redis/mcp-redis/blob/main/.env.example", checked: "2026-11-21"),
  ]
}
