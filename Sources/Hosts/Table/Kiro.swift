extension Host {
  static let kiro = Host(
    id: "kiro", name: "Kiro",
    places: [
      HostPlace(.home(".kiro/settings/mcp.json"), .json, [ServerSection("mcpServers")]),
      HostPlace(
        .home(".kiro/agents"), .json, [ServerSection("mcpServers")], folderOf: [".json"]),
      HostPlace(.project(".kiro/settings/mcp.json"), .json, [ServerSection("mcpServers")]),
    ],
    copies: [
      HostCopies(.config("Kiro/User/History"), .localHistory),
      HostCopies(
        .home("Library/Application Support/Kiro/User/History"), .localHistory, platform: .macOS),
    ],
    facts: [
      // The first has the shape, the second reads the places from the documentation.
      HostFact("https://kiro.dev/docs/mcp/configuration", checked: "2026-11-21"),
      HostFact("https://www.developersdigest.tech/mcp-servers/clients/kiro", checked: "2026-11-21"),
    ])
}
