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
      HostFact(
        "https://docs.aws.amazon.com/amazonq/latest/qdeveloper-ug/mcp-ide.html",
        checked: "2026-11-21")
    ])

  private static let servers = [ServerSection("mcpServers")]
}
