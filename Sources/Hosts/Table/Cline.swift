extension Host {
  static let cline = Host(
    id: "cline", name: "Cline",
    places: [
      HostPlace(
        .variable(
          "CLINE_DIR", "data/settings/cline_mcp_settings.json", otherwise: ".cline"),
        .json, servers),
      // Where the extension kept it before, in each editor that it runs in.
      HostPlace(.config("Code/User/\(storage)"), .json, servers),
      HostPlace(.config("Cursor/User/\(storage)"), .json, servers),
      HostPlace(.config("VSCodium/User/\(storage)"), .json, servers),
      HostPlace(.home(".vscode-server/data/User/\(storage)"), .json, servers),
      HostPlace(
        .home("Library/Application Support/Code/User/\(storage)"), .json, servers, platform: .macOS),
    ],
    rewriters: ["cline"],
    facts: [
      HostFact("https://docs.cline.bot/mcp/configuring-mcp-servers", checked: "2026-11-21")
    ])

  private static let storage =
    "globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"
  private static let servers = [ServerSection("mcpServers")]
}
