internal import ArgumentParser
internal import Broker
internal import HostConfigs
internal import Hosts
internal import Importing
internal import Secrets

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Print what to paste into a host's file.",
    discussion: """
      SERVER is one of servers.json ('mcp-valet add'); of another name, the snippet shows where its \
      command and secrets go.

      Examples:
        mcp-valet config claude-desktop github
        mcp-valet config codex github >>~/.codex/config.toml
      """)

  @Argument(
    help: "A host, such as claude-desktop, codex or goose.", completion: .list(Host.all.map(\.id)))
  var host: String

  @Argument(help: "A server's name.", completion: CompletedNames.servers)
  var server: String

  func run() throws {
    let host = try Host.named(host)
    do throws(ServerNameError) { try ServerName.check(server) } catch {
      throw CommandError.usage(error.reason, hint: nil)
    }
    let file = try ServersStore(try Context.current()).read()
    let isDefined = file.names.contains(server)
    let name = SecretBook.segment(server, otherwise: "server")
    let snippet = HostSnippet.Server(
      name: server, command: ProgramName.text(isShared: false),
      arguments: isDefined ? ["run", server] : ["run", server, "--", "COMMAND"],
      environment: isDefined ? [] : [("VARIABLE", "valet://\(name)/VARIABLE")])
    var text = try HostSnippet.text(snippet, for: host)
    while text.hasSuffix("\n") { text.removeLast() }
    Report.output(text)
    let surroundings = try ImportFiles.surroundings()
    if let location = host.locations(of: surroundings).first(where: { !$0.place.isFolder }) {
      Report.note("this goes into \(location.path)")
    }
    if !isDefined {
      Report.note("there is no server '\(printable(server))' yet: mcp-valet add --help")
    }
  }
}
