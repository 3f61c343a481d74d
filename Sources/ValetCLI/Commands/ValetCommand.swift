package import ArgumentParser
internal import Platform

/// The command tree; `run` is normally handled before it is asked (see ``EntryPoint``).
package struct ValetCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "mcp-valet",
    abstract: "Starts local MCP servers with their secrets.",
    discussion: """
      Examples:
        mcp-valet set github/token
        mcp-valet add github --env GITHUB_TOKEN=valet://github/token \\
          -- npx -y some-server@1.2.3
        mcp-valet run github
      """,
    version: ProductVersion.text,
    subcommands: [
      RunCommand.self, SetCommand.self, GetCommand.self, ListCommand.self, VersionsCommand.self,
      RemoveSecretCommand.self, AddServerCommand.self, ServersCommand.self,
      RemoveServerCommand.self, AllowCommand.self, DenyCommand.self, GrantsCommand.self,
      SetupCommand.self, ImportCommand.self, UndoCommand.self, ConfigCommand.self,
      PsCommand.self, StopCommand.self, ReloadCommand.self,
      RotateCommand.self, RollbackCommand.self, WhereCommand.self, ScanCommand.self,
      McpbCommand.self,
      LoginCommand.self, ConnectionsCommand.self, TokenCommand.self, HeadersCommand.self,
      RefreshCommand.self, LogoutCommand.self,
      UnlockCommand.self, LockCommand.self, VaultCommand.self, AuditCommand.self,
      DoctorCommand.self, LeaveCommand.self,
    ])

  package init() {}
}
