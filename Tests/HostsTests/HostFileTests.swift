import HostConfigs
import Testing

@testable import Hosts

/// Files as each host writes them, read through the host's row in the table.
@Suite struct HostFileTests {
  private func servers(
    _ path: String, of host: Host, _ scope: HostPlace.Scope = .user
  ) throws -> [HostServer] {
    try document(path, of: host, scope).1
  }

  @Test func readsClaudeDesktop() throws {
    let servers = try servers("claude-desktop/desktop.json", of: .claudeDesktop)
    #expect(servers.map(\.name) == ["github", "filesystem"])
    #expect(servers[0].environment.map(\.name) == ["GITHUB_PERSONAL_ACCESS_TOKEN"])
    #expect(servers[1].arguments.map(\.text).last == "/home/u/Documents")
    let windows = try self.servers("claude-desktop/windows.json", of: .claudeDesktop)
    #expect(windows[0].environment[0].slot.text == "BSAMade")
  }

  @Test func readsTheThreeScopesOfClaudeCode() throws {
    let user = try servers("claude-code/user.json", of: .claudeCode)
    #expect(user.map(\.name) == ["linear", "db", "stripe"])
    #expect(user.map(\.project) == [nil, nil, "/home/u/work/shop"])
    #expect(user[0].command == nil && user[0].type == "http")
    #expect(user[0].urls.map(\.name) == ["url"])
    #expect(user[2].path.names == ["projects", "/home/u/work/shop", "mcpServers", "stripe"])
    let project = try servers("claude-code/mcp.json", of: .claudeCode, .project)
    #expect(project.map(\.name) == ["api", "local"])
  }

  @Test func readsCommentedFiles() throws {
    let cursor = try servers("cursor/mcp.json", of: .cursor)
    #expect(cursor.map(\.name) == ["figma", "remote"])
    #expect(cursor[1].urls.map(\.slot.text) == ["https://example.com/mcp?api_key=made0up"])
    #expect(try servers("cursor/minified.json", of: .cursor).map(\.isDisabled) == [false, true])
    let code = try servers("vscode/mcp.json", of: .vscode)
    #expect(code.map(\.name) == ["github", "http"])
    #expect(code[0].others.map(\.name) == ["type", "envFile"])
    #expect(try servers("vscode/empty.json", of: .vscode).isEmpty)
    let zed = try servers("zed/settings.json", of: .zed)
    #expect(zed.map(\.isDisabled) == [true, false])
    #expect(zed[1].others.map(\.name) == ["source", "settings.api_key"])
    #expect(try servers("gemini-cli/commented.json", of: .geminiCLI).count == 1)
  }

  @Test func readsTheOlderShapeOfZed() throws {
    let old = try servers("zed/old.json", of: .zed)
    #expect(old[0].command?.text == "/usr/bin/s")
    #expect(old[0].arguments.map(\.text) == ["--token", "made0up"])
    #expect(old[0].environment.map(\.name) == ["K"])
    #expect(old[0].members.command == ["command", "path"])
  }

  @Test func readsCodex() throws {
    let codex = try servers("codex/config.toml", of: .codex)
    #expect(codex.map(\.name) == ["context7", "with space", "remote"])
    #expect(codex[0].environment.map(\.slot.text) == ["ctx7sk-made0up"])
    #expect(codex[1].command?.text == "C:\\tools\\s.exe" && codex[1].isDisabled)
    #expect(codex[1].arguments.map(\.text) == ["--one", "--two"])
    #expect(codex[2].headers.map(\.name) == ["X-Figma-Region", "Authorization"])
    let hostile = try servers("codex/hostile.toml", of: .codex)
    #expect(hostile.map(\.name) == ["inline", "dotted", "late"])
    #expect(hostile[0].arguments.map(\.text) == ["x", "y"])
    #expect(hostile[0].environment.map(\.name) == ["A.B"])
    #expect(hostile[1].environment.map(\.slot.text) == ["made0up", "[mcp_servers.fake]\nx = 1"])
    #expect(hostile[2].command?.text == "c" && hostile[2].environment.map(\.name) == ["LATE"])
  }

  @Test func readsWhereMembersHaveOtherNames() throws {
    let windsurf = try servers("windsurf/mcp_config.json", of: .windsurf)
    #expect(windsurf[0].urls.map(\.name) == ["serverUrl"])
    #expect(windsurf[1].environment.map(\.slot.isString) == [false, false, true])
    let gemini = try servers("gemini-cli/settings.json", of: .geminiCLI)
    #expect(gemini.flatMap(\.urls).map(\.name) == ["httpUrl", "url"])
    let open = try servers("opencode/opencode.json", of: .openCode)
    #expect(open[0].command?.text == "npx" && open[0].arguments.count == 4)
    #expect(open[0].environment.map(\.name) == ["K"])
    #expect(open[0].arguments[3].path.steps.last == .element(4))
    let second = try servers("opencode/v2.jsonc", of: .openCode)
    #expect(second.map(\.name) == ["local"] && second[0].isDisabled)
  }

  @Test func readsYAMLHosts() throws {
    let list = try servers("continue/config.yaml", of: .continue)
    #expect(list.map(\.name) == ["sqlite", "remote"])
    #expect(list[1].headers.map(\.name) == ["Authorization"])
    let goose = try servers("goose/config.yaml", of: .goose)
    #expect(goose.map(\.name) == ["github", "web"] && goose[1].isDisabled)
    #expect(goose[1].urls.map(\.name) == ["uri"])
    #expect(try servers("goose/aliases.yaml", of: .goose)[0].environment.map(\.name) == ["KEY"])
  }

  @Test(arguments: [
    ("cline/cline_mcp_settings.json", "cline", "a"), ("cline/remote.json", "cline", "r"),
    ("lm-studio/mcp.json", "lm-studio", "hf"), ("lm-studio/local.json", "lm-studio", "l"),
    ("kiro/mcp.json", "kiro", "aws"), ("kiro/remote.json", "kiro", "api"),
    ("amazon-q/agent.json", "amazon-q", "fetch"), ("copilot-cli/env.json", "copilot-cli", "a"),
    ("copilot-cli/mcp-config.json", "copilot-cli", "sentry"),
  ])
  func readsTheOthers(path: String, host: String, first: String) throws {
    #expect(try servers(path, of: .named(host)).first?.name == first)
  }
}
