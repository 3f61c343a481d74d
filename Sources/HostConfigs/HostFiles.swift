/// Where hosts keep their servers: the one table of it, for finding out who names a secret.
///
/// From the hosts' own documentation and from tools that edit their files; where two sources
/// disagree, both places are here.
package struct HostFiles {
  /// A file that a host reads, or a folder of such files.
  package struct Place: Equatable, Sendable {
    /// The host's name, for people.
    package let host: String
    /// Absolute.
    package let path: String
    /// Whether every file in it is one.
    package let isFolder: Bool
  }

  /// Of one user, whether they are there or not.
  package let user: [Place]

  /// - Parameters:
  ///   - home: the user's folder.
  ///   - variable: looks up an environment variable.
  package init(home: String, variable: (String) -> String?) {
    func folder(_ name: String, else path: String) -> String {
      guard let value = variable(name), value.utf8.first == UInt8(ascii: "/") else {
        return "\(home)/\(path)"
      }
      return value
    }
    let config = folder("XDG_CONFIG_HOME", else: ".config")
    var places: [Place] = []
    func add(_ host: String, _ paths: String..., isFolder: Bool = false) {
      places += paths.map { Place(host: host, path: $0, isFolder: isFolder) }
    }
    for base in [config, Self.applicationFolder(home: home)] {
      add("Claude Desktop", "\(base)/Claude/claude_desktop_config.json")
      add("VS Code", "\(base)/Code/User/mcp.json")
    }
    add("Claude Desktop", "\(config)/claude/claude_desktop_config.json")
    add("Claude Code", "\(folder("CLAUDE_CONFIG_DIR", else: "."))/.claude.json")
    add("Cursor", "\(home)/.cursor/mcp.json")
    add("VS Code", "\(home)/.vscode-server/data/User/mcp.json")
    add("Copilot CLI", "\(folder("COPILOT_HOME", else: ".copilot"))/mcp-config.json")
    add(
      "Windsurf", "\(home)/.codeium/windsurf/mcp_config.json", "\(home)/.codeium/mcp_config.json")
    add("Zed", "\(config)/zed/settings.json")
    add("Codex", "\(folder("CODEX_HOME", else: ".codex"))/config.toml")
    add("Gemini CLI", "\(home)/.gemini/settings.json")
    add(
      "Cline", "\(folder("CLINE_DIR", else: ".cline"))/data/settings/cline_mcp_settings.json",
      "\(config)/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json")
    add("Continue", "\(home)/.continue/config.yaml")
    add("Continue", "\(home)/.continue/mcpServers", isFolder: true)
    add("Goose", "\(config)/goose/config.yaml")
    add("LM Studio", "\(home)/.lmstudio/mcp.json", "\(home)/.cache/lm-studio/mcp.json")
    add(
      "Amazon Q", "\(home)/.aws/amazonq/mcp.json", "\(home)/.aws/amazonq/agents/default.json")
    add("Amazon Q", "\(home)/.aws/amazonq/cli-agents", isFolder: true)
    add("Kiro", "\(home)/.kiro/settings/mcp.json")
    add("OpenCode", "\(config)/opencode/opencode.json")
    // Linux names a folder twice where the two bases are one.
    user = places.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Of a project that lies in a folder, whether they are there or not.
  package static func project(_ folder: String) -> [Place] {
    let files = [
      ("Claude Code, Copilot CLI", ".mcp.json"), ("Cursor", ".cursor/mcp.json"),
      ("VS Code", ".vscode/mcp.json"), ("Gemini CLI", ".gemini/settings.json"),
      ("Kiro", ".kiro/settings/mcp.json"), ("OpenCode", "opencode.json"),
    ]
    return files.map { Place(host: $0.0, path: "\(folder)/\($0.1)", isFolder: false) }
      + [Place(host: "Continue", path: "\(folder)/.continue/mcpServers", isFolder: true)]
  }
}
