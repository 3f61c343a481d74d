extension Host {
  static let openCode = Host(
    id: "opencode", name: "OpenCode",
    places: [
      HostPlace(.config("opencode/opencode.json"), .commentedJSON, servers),
      HostPlace(.config("opencode/opencode.jsonc"), .commentedJSON, servers),
      HostPlace(.project("opencode.json"), .commentedJSON, servers),
      HostPlace(.project("opencode.jsonc"), .commentedJSON, servers),
      HostPlace(.project(".opencode/opencode.json"), .commentedJSON, servers),
      HostPlace(.project(".opencode/opencode.jsonc"), .commentedJSON, servers),
    ],
    facts: [
      HostFact("https://opencode.ai/v1/docs/de/mcp-servers.md", checked: "2026-11-21"),
      HostFact("https://opencode.ai/v2/docs/mcp-servers/", checked: "2026-11-21"),
      HostFact(
        "https://www.developersdigest.tech/mcp-servers/clients/opencode", checked: "2026-11-21"),
    ])

  private static let members = ServerMembers(commandIsArray: true, environment: ["environment"])

  /// Version 2 keeps them one member deeper.
  private static let servers = [
    ServerSection("mcp", members: members, except: ["servers"]),
    ServerSection("mcp", "servers", members: members),
  ]
}
