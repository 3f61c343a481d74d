extension Host {
  static let amazonQ = Host(
    id: "amazon-q", name: "Amazon Q",
    places: [
      HostPlace(.home(".aws/amazonq/mcp.json"), .json, servers),
      HostPlace(.home(".aws/amazonq/default.json"), .json, servers),
      HostPlace(.home(".aws/amazonq/agents"), .json, servers, folderOf: [".json"]),
      HostPlace(.home(".aws/amazonq/cli-agents"), .json, servers, folderOf: [".json"]),
      HostPlace(.project(".amazonq/mcp.json"), .json, servers),
      HostPlace(.project(".amazonq/default.json"), .json, servers),
    ],
    facts: [
      // The page names mcp.json and says what an agent's file has. Where agents lie is not said in what
      // could be opened: looking costs nothing.
      HostFact(
        "https://github.com/aws/amazon-q-developer-cli/blob/main/docs/agent-format.md",
        checked: "2026-11-21")
    ])

  private static let servers = [ServerSection("mcpServers")]
}
