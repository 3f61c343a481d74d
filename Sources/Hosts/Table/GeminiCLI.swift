extension Host {
  static let geminiCLI = Host(
    id: "gemini-cli", name: "Gemini CLI",
    places: [
      HostPlace(.home(".gemini/settings.json"), .commentedJSON, servers),
      HostPlace(.project(".gemini/settings.json"), .commentedJSON, servers),
    ],
    copies: [HostCopies(.home(".gemini"), .prefixed("settings.json."))],
    rewriters: ["gemini"],
    facts: [
      HostFact(
        "https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md",
        checked: "2026-11-21"),
      HostFact(
        "https://github.com/google-gemini/gemini-cli/issues/18934", checked: "2026-11-21"),
    ])

  private static let servers = [
    ServerSection("mcpServers", members: ServerMembers(urls: ["httpUrl", "url"]))
  ]
}
