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
        "https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers",
        checked: "2026-11-21")
    ])

  private static let servers = [ServerSection("mcpServers")]
}
