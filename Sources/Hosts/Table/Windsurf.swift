extension Host {
  static let windsurf = Host(
    id: "windsurf", name: "Windsurf",
    places: [
      HostPlace(.home(".codeium/windsurf/mcp_config.json"), .json, servers),
      HostPlace(.home(".codeium/windsurf-next/mcp_config.json"), .json, servers),
      // Its plug-in for JetBrains.
      HostPlace(.home(".codeium/mcp_config.json"), .json, servers),
    ],
    copies: [
      HostCopies(.config("Windsurf/User/History"), .localHistory),
      HostCopies(
        .home("Library/Application Support/Windsurf/User/History"), .localHistory,
        platform: .macOS),
    ],
    facts: [
      HostFact("https://docs.windsurf.com/windsurf/cascade/mcp", checked: "2026-11-21"),
      HostFact("https://docs.windsurf.com/plugins/cascade/mcp", checked: "2026-11-21"),
    ])

  private static let servers = [
    ServerSection("mcpServers", members: ServerMembers(urls: ["serverUrl", "url"]))
  ]
}
