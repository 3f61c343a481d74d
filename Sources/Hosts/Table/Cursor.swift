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
      // Reads from Cursor's documentation. That it keeps local history as VS Code does is not written
      // anywhere that could be opened: it is made from it.
      HostFact(
        "https://dev.to/skryvo/cursor-mcp-how-to-add-an-mcp-server-to-cursor-2ngc",
        checked: "2026-11-21")
    ])
}
