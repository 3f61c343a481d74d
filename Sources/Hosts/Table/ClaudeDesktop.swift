extension Host {
  static let claudeDesktop = Host(
    id: "claude-desktop", name: "Claude Desktop",
    places: [
      // There is no official build for Linux; the unofficial ones disagree about the folder.
      HostPlace(
        .config("Claude/claude_desktop_config.json"), .json, [ServerSection("mcpServers")]),
      HostPlace(
        .config("claude/claude_desktop_config.json"), .json, [ServerSection("mcpServers")]),
      HostPlace(
        .home("Library/Application Support/Claude/claude_desktop_config.json"), .json,
        [ServerSection("mcpServers")], platform: .macOS),
    ],
    copies: [
      HostCopies(.config("Claude"), .prefixed("claude_desktop_config.json.")),
      HostCopies(.config("claude"), .prefixed("claude_desktop_config.json.")),
      HostCopies(
        .home("Library/Application Support/Claude"), .prefixed("claude_desktop_config.json."),
        platform: .macOS),
    ],
    rewriters: ["Claude", "claude-desktop"],
    facts: [
      // For macOS; the names on Linux are those that unofficial builds use.
      HostFact(
        "https://github.com/modelcontextprotocol/modelcontextprotocol/blob/main/docs/docs/develop/connect-local-servers.mdx",
        checked: "2026-11-21")
    ])
}
