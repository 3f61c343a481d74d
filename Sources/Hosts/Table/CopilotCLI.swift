extension Host {
  static let copilotCLI = Host(
    id: "copilot-cli", name: "Copilot CLI",
    places: [
      HostPlace(
        .variable("COPILOT_HOME", "mcp-config.json", otherwise: ".copilot"), .json, servers),
      HostPlace(.project(".mcp.json"), .json, servers),
      HostPlace(.project(".github/mcp.json"), .json, servers),
    ],
    facts: [
      HostFact(
        "https://github.com/github/docs/blob/main/content/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers.md",
        checked: "2026-11-21")
    ])

  private static let servers = [ServerSection("mcpServers")]
}
