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
      // The first reads from the documentation of Claude Code; the issues have the copies' names.
      HostFact(
        "https://dev.to/aicoding-guide/claude-mcp-add-scope-local-vs-project-vs-user-and-which-to-pick-4ajm",
        checked: "2026-11-21"),
      HostFact("https://docs.aitmpl.com/cli/configuration", checked: "2026-11-21"),
      HostFact("https://github.com/anthropics/claude-code/issues/10866", checked: "2026-11-21"),
      HostFact("https://github.com/anthropics/claude-code/issues/26130", checked: "2026-11-21"),
      HostFact("https://github.com/anthropics/claude-code/issues/32822", checked: "2026-11-21"),
    ])

  /// For all projects, and for one.
  private static let sections = [
    ServerSection("mcpServers"),
    ServerSection(steps: [.member("projects"), .anyProject, .member("mcpServers")]),
  ]
}
