extension Host {
  static let vscode = Host(
    id: "vscode", name: "VS Code",
    places: [
      HostPlace(.config("Code/User/mcp.json"), .commentedJSON, servers),
      HostPlace(.config("Code - Insiders/User/mcp.json"), .commentedJSON, servers),
      HostPlace(.config("VSCodium/User/mcp.json"), .commentedJSON, servers),
      HostPlace(.home(".vscode-server/data/User/mcp.json"), .commentedJSON, servers),
      HostPlace(
        .home("Library/Application Support/Code/User/mcp.json"), .commentedJSON, servers,
        platform: .macOS),
      // Before mcp.json there was a member of the settings.
      HostPlace(
        .config("Code/User/settings.json"), .commentedJSON, [ServerSection("mcp", "servers")]),
      HostPlace(.project(".vscode/mcp.json"), .commentedJSON, servers),
    ],
    copies: [
      HostCopies(.config("Code/User/History"), .localHistory),
      HostCopies(.config("Code - Insiders/User/History"), .localHistory),
      HostCopies(.config("VSCodium/User/History"), .localHistory),
      HostCopies(.home(".vscode-server/data/User/History"), .localHistory),
      HostCopies(
        .home("Library/Application Support/Code/User/History"), .localHistory, platform: .macOS),
    ],
    facts: [
      // The file of the settings and the other builds' folders follow VS Code's own naming.
      HostFact(
        "https://github.com/microsoft/vscode-docs/blob/main/docs/copilot/reference/mcp-configuration.md",
        checked: "2026-11-21"),
      HostFact(
        "https://github.com/karlpothast/VSCodeRecoveryTool/blob/main/README.md",
        checked: "2026-11-21"),
    ])

  private static let servers = [ServerSection("servers")]
}
