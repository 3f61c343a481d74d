extension Host {
  static let zed = Host(
    id: "zed", name: "Zed",
    places: [
      HostPlace(.config("zed/settings.json"), .commentedJSON, servers),
      HostPlace(.project(".zed/settings.json"), .commentedJSON, servers),
    ],
    facts: [
      HostFact("https://zed.dev/docs/ai/mcp", checked: "2026-11-21"),
      // The older shape, with the command in an object.
      HostFact("https://zed.dev/docs/assistant/context-servers", checked: "2026-11-21"),
    ])

  private static let servers = [ServerSection("context_servers")]
}
