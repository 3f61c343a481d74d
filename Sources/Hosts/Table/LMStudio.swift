extension Host {
  static let lmStudio = Host(
    id: "lm-studio", name: "LM Studio",
    places: [
      HostPlace(.home(".lmstudio/mcp.json"), .json, [ServerSection("mcpServers")]),
      // Older installations keep all in the cache.
      HostPlace(.home(".cache/lm-studio/mcp.json"), .json, [ServerSection("mcpServers")]),
    ],
    rewriters: ["LM Studio", "lm-studio", "LM-Studio"],
    facts: [HostFact("https://lmstudio.ai/docs/app/mcp", checked: "2026-11-21")])
}
