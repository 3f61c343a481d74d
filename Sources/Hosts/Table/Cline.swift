extension Host {
  static let cline = Host(
    id: "cline", name: "Cline",
    places: [
      HostPlace(
        .variable(
          "CLINE_DIR", "data/settings/cline_mcp_settings.json", otherwise: ".cline"),
        .json, servers),
      HostPlace(
        .variable(
          "CLINE_DATA_DIR", "settings/cline_mcp_settings.json", otherwise: ".cline/data"),
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
      HostFact(
        "https://github.com/cline/cline/blob/main/docs/getting-started/config.mdx",
        checked: "2026-11-21"),
      HostFact(
        "https://github.com/cline/cline/blob/main/docs/mcp/configuring-mcp-servers.mdx",
        checked: "2026-11-21"),
    ])

  private static let storage =
    "globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"
  private static let servers = [ServerSection("mcpServers")]
}
