import Testing

@testable import Hosts

@Suite struct HostTableTests {
  private func surroundings(_ variables: [String: String] = [:]) -> HostSurroundings {
    HostSurroundings(home: "/home/u") { variables[$0] }
  }

  private func paths(_ host: Host, _ variables: [String: String] = [:]) -> [String] {
    host.locations(of: surroundings(variables)).map(\.path)
  }

  @Test func everyHostSaysWhereItsFactsAreFrom() {
    for host in Host.all {
      #expect(!host.facts.isEmpty && !host.places.isEmpty, "\(host.id)")
      for fact in host.facts {
        #expect(fact.source.hasPrefix("https://") && fact.checked.utf8.count == 10, "\(host.id)")
      }
      #expect(Host.all.filter { $0.id == host.id }.count == 1)
      #expect(host.id.utf8.allSatisfy { $0.isBareKey }, "\(host.id)")
    }
  }

  @Test func findsAHostByItsName() throws {
    #expect(try Host.named("claude-desktop").name == "Claude Desktop")
    #expect(throws: HostError.unknownHost("claud", known: Host.all.map(\.id))) {
      try Host.named("claud")
    }
  }

  #if os(Linux)
    @Test func followsTheVariablesThatMoveAFile() {
      #expect(paths(.codex) == ["/home/u/.codex/config.toml"])
      #expect(paths(.codex, ["CODEX_HOME": "/x/"]) == ["/x/config.toml"])
      #expect(paths(.codex, ["CODEX_HOME": "relative"]) == ["/home/u/.codex/config.toml"])
      #expect(paths(.claudeCode).first == "/home/u/.claude.json")
      #expect(paths(.claudeCode, ["CLAUDE_CONFIG_DIR": "/c"]).first == "/c/.claude.json")
      #expect(paths(.copilotCLI, ["COPILOT_HOME": "/c"]).first == "/c/mcp-config.json")
      #expect(paths(.cline).first == "/home/u/.cline/data/settings/cline_mcp_settings.json")
      #expect(paths(.cline).count { $0.hasPrefix("/home/u/.cline/") } == 1)
      #expect(
        paths(.cline, ["CLINE_DATA_DIR": "/c"]).contains("/c/settings/cline_mcp_settings.json"))
      #expect(paths(.zed, ["XDG_CONFIG_HOME": "/x"]) == ["/x/zed/settings.json"])
      #expect(paths(.claudeDesktop).allSatisfy { !$0.contains("Library") })
    }
  #endif

  @Test func knowsWhatHostsReadInAProject() {
    let paths = Set(Host.locations(inProject: "/p").map(\.path))
    #expect(paths.isSuperset(of: ["/p/.mcp.json", "/p/.cursor/mcp.json", "/p/.vscode/mcp.json"]))
    #expect(Host.locations(inProject: "/p").allSatisfy { $0.place.scope == .project })
  }
}
