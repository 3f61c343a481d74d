internal import ArgumentParser
internal import Broker
internal import Bundles
internal import Files
internal import Platform
internal import Secrets

struct McpbRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Start a bundle's server here, with its secrets, as a host would.",
    usage: "mcp-valet mcpb run IN.mcpb [--config KEY=VALUE…] [-- ARGUMENT…]",
    discussion: """
      For authors: unpacks the bundle into a private folder, fills in what a host fills in, starts \
      the server through this mcp-valet, wrapped or not, and removes the folder when it ends. Speaks \
      MCP on standard input and output. A reference in a value needs a grant as for any server; \
      the grant holds for this very bundle, and a changed one needs another.

      Examples:
        mcp-valet mcpb run github.mcpb --config api_key=valet://github/token
        mcp-valet mcpb run files.mcpb --config folders=/srv/a --config folders=/srv/b -- --verbose
      """)

  @Argument(help: "The bundle.", completion: .file(extensions: ["mcpb", "dxt"]))
  var input: String

  @Option(
    help: """
      A value that the bundle asks for: KEY=VALUE, where VALUE may be a reference; several times for \
      one that takes several. Other users can read a key that stands here itself.
      """)
  var config: [String] = []

  @Argument(parsing: .postTerminator, help: "More arguments for the server.")
  var arguments: [String] = []

  func run() throws {
    let context = try Context.current()
    guard let broker = OwnProgram.launcher else {
      throw CommandError.configuration(
        "mcp-valet is not where it was installed", hint: OwnProgram.installationHint)
    }
    let given = try config.map { word in
      let assignment = try RunArguments.assignment(word, of: "--config")
      return (key: assignment.name, value: assignment.text)
    }
    let bundle = try Bundle(path: input)
    let start = try BundleStart(bundle, platform: BundleMachine.platform ?? "linux")
    // Checked before anything is unpacked.
    _ = try start.substitution(folder: "/", given: given, home: home())
    // From here on the folder is to be removed, whatever happens.
    let signals = BundleProcess.Signals()
    let folder = try BundleFolder(
      bundle, below: "\(context.locations.state)/bundles", name: start.name)
    let substitution = try start.substitution(folder: folder.path, given: given, home: home())
    let words = start.words(substitution) + arguments
    let code = try BundleProcess([broker] + words, folder: folder.path).run(signals)
    _ = consume folder
    throw ArgumentParser.ExitCode(code)
  }

  private func home() throws -> String {
    guard let home = Context.variable("HOME"), home.hasPrefix("/") else {
      throw CommandError.configuration("HOME is not set", hint: "set it to your folder")
    }
    return home
  }
}
