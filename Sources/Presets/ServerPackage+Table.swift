extension ServerPackage {
  /// At most 25: those that people configure most.
  package static let all: [ServerPackage] = [
    ServerPackage(
      names: ["mcp-remote"], secrets: [], expandedHeaders: ["--header"],
      source: "https://www.npmjs.com/package/mcp-remote", checked: "2026-11-21")
  ]
}
