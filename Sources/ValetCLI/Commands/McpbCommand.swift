internal import ArgumentParser

struct McpbCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcpb",
    abstract: "Bundles (.mcpb) whose servers get their secrets from here.",
    subcommands: [McpbWrapCommand.self, McpbInspectCommand.self, McpbRunCommand.self])
}
