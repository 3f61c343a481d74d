extension Host {
  static let claudeCode = Host(
    id: "claude-code", name: "Claude Code",
    places: [
      HostPlace(.variable("CLAUDE_CONFIG_DIR", ".claude.json", otherwise: ""), .json, sections),
      // Some versions moved it there.
      HostPlace(.home(".claude/.claude.json"), .json, sections),
      HostPlace(.project(".mcp.json"), .json, [ServerSection("mcpServers")]),
    ],
    copies: [
      // Beside the file at first, in a folder of their own later.
      HostCopies(
        .variable("CLAUDE_CONFIG_DIR", "", otherwise: ""), .prefixed(".claude.json.")),
      HostCopies(
        .variable("CLAUDE_CONFIG_DIR", "backups", otherwise: ".claude"),
        .prefixed(".claude.json.")),
    ],
    rewriters: ["claude"],
    facts: [
      HostFact("https://code.claude.com/docs/en/mcp", checked: "2026-11-21"),
      HostFact("https://github.com/anthropics/claude-code/issues/26130", checked: "2026-11-21"),
      HostFact("https://github.com/anthropics/claude-code/issues/32822", checked: "2026-11-21"),
      HostFact("https://github.com/farion1231/cc-switch/issues/1102", checked: "2026-11-21"),
    ])

  /// For all projects, and for one.
  private static let sections = [
    ServerSection("mcpServers"),
    ServerSection(steps: [.member("projects"), .anyProject, .member("mcpServers")]),
  ]
}
