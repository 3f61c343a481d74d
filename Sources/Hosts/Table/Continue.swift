extension Host {
  static let `continue` = Host(
    id: "continue", name: "Continue",
    places: [
      HostPlace(.home(".continue/config.yaml"), .yaml, list),
      HostPlace(.home(".continue/mcpServers"), .yaml, list, folderOf: [".yaml", ".yml"]),
      HostPlace(.home(".continue/mcpServers"), .json, table, folderOf: [".json"]),
      HostPlace(.project(".continue/mcpServers"), .yaml, list, folderOf: [".yaml", ".yml"]),
      HostPlace(.project(".continue/mcpServers"), .json, table, folderOf: [".json"]),
    ],
    facts: [
      HostFact(
        "https://github.com/continuedev/continue/blob/main/docs/customize/deep-dives/mcp.mdx",
        checked: "2026-11-21")
    ])

  private static let members = ServerMembers(headers: [["headers"], ["requestOptions", "headers"]])
  private static let list = [ServerSection("mcpServers", layout: .list, members: members)]
  /// As other hosts write them: their files can be dropped there.
  private static let table = [ServerSection("mcpServers")]
}
