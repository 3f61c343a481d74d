extension Host {
  static let cursor = Host(
    id: "cursor", name: "Cursor",
    places: [
      HostPlace(.home(".cursor/mcp.json"), .commentedJSON, [ServerSection("mcpServers")]),
      HostPlace(.project(".cursor/mcp.json"), .commentedJSON, [ServerSection("mcpServers")]),
    ],
    copies: [
      HostCopies(.config("Cursor/User/History"), .localHistory),
      HostCopies(
        .home("Library/Application Support/Cursor/User/History"), .localHistory, platform: .macOS),
    ],
    facts: [
      HostFact("https://cursor.com/docs/context/mcp", checked: "2026-11-21")
    ])
}
