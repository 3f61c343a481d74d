internal import ArgumentParser

struct McpbCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcpb",
    abstract: "Bundles (.mcpb) whose servers get their secrets from here.",
    discussion: """
      Examples:
        mcp-valet mcpb inspect weather.mcpb
        mcp-valet mcpb wrap weather.mcpb weather-valet.mcpb
        mcp-valet mcpb run weather-valet.mcpb --config api_key=valet://weather/key
      """,
    subcommands: [McpbWrapCommand.self, McpbInspectCommand.self, McpbRunCommand.self])
}
