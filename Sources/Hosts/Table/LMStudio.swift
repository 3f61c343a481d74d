extension Host {
  static let lmStudio = Host(
    id: "lm-studio", name: "LM Studio",
    places: [
      HostPlace(.home(".lmstudio/mcp.json"), .json, [ServerSection("mcpServers")]),
      // Older installations keep all in the cache.
      HostPlace(.home(".cache/lm-studio/mcp.json"), .json, [ServerSection("mcpServers")]),
    ],
    rewriters: ["LM Studio", "lm-studio", "LM-Studio"],
    facts: [
      // It has the shape; where the file lies stands in what servers tell their users.
      HostFact("https://lmstudio.ai/mcp", checked: "2026-11-21")
    ])
}
