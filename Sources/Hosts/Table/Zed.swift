extension Host {
  static let zed = Host(
    id: "zed", name: "Zed",
    places: [
      HostPlace(.config("zed/settings.json"), .commentedJSON, servers),
      HostPlace(.project(".zed/settings.json"), .commentedJSON, servers),
    ],
    facts: [
      // The second is older, with the command in an object.
      HostFact(
        "https://github.com/zed-industries/zed/blob/main/docs/src/ai/mcp.md", checked: "2026-11-21"),
      HostFact(
        "https://github.com/zed-industries/zed/blob/main/docs/src/assistant/context-servers.md",
        checked: "2026-11-21"),
    ])

  private static let servers = [ServerSection("context_servers")]
}
