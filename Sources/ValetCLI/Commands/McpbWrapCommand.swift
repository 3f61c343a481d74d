internal import ArgumentParser
internal import Broker
internal import Bundles
internal import Secrets

struct McpbWrapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wrap",
    abstract: "Make a bundle start its server through mcp-valet.",
    usage: "mcp-valet mcpb wrap IN.mcpb OUT.mcpb [OPTION…]",
    discussion: """
      Whoever installs the result may enter a reference (valet://NAME) where the bundle asks for a \
      key, or the key itself as before. Where mcp-valet is not installed, and on other platforms, \
      the server starts as its author meant it; a reference is then refused, and never handed to \
      the server as if it were a key.

      IN is not changed. The manifest keeps its layout; it is checked before and after against the \
      version of the format that it names. The same IN gives the same OUT, byte for byte.

      Examples:
        mcp-valet mcpb wrap github.mcpb github-valet.mcpb
        mcp-valet mcpb wrap github.mcpb github-valet.mcpb --embed --name github
      """)

  enum BundlePlatform: String, ExpressibleByArgument, CaseIterable {
    case linux, darwin
  }

  @Argument(help: "The bundle.", completion: .file(extensions: ["mcpb", "dxt"]))
  var input: String

  @Argument(help: "The bundle to write; must not exist.", completion: .file(extensions: ["mcpb"]))
  var output: String

  @Flag(
    help: """
      Put mcp-valet into the bundle, for this kind of machine. It is used first; other machines go \
      on as without.
      """)
  var embed = false

  @Option(
    help: """
      A platform on which the server is to start through mcp-valet; may be given twice. Without: \
      linux, and with --embed this one.
      """)
  var platform: [BundlePlatform] = []

  @Option(help: "The server's name in grants; without, that of the bundle.")
  var name: String?

  @Flag(
    help: """
      Let values into arguments, which every user of the machine can read; for bundles that put a \
      key into an argument.
      """)
  var inArgv = false

  @Flag(help: "Wrap a signed bundle; the result is not signed.")
  var dropSignature = false

  @Flag(help: "Replace OUT.mcpb if it exists.")
  var force = false

  func run() throws {
    var wrapping = Wrapping()
    wrapping.serverName = name
    wrapping.allowsInArguments = inArgv
    wrapping.dropsSignature = dropSignature
    wrapping.platforms = BundlePlatform.allCases.map(\.rawValue).filter { known in
      platform.isEmpty
        ? known == "linux" || (embed && known == BundleMachine.platform)
        : platform.contains { $0.rawValue == known }
    }
    let work = SlowWork("wrapping \(input)")
    defer { work.end() }
    let bundle = try Bundle(path: input)
    if embed { wrapping.programs = try EmbeddedPrograms.read() }
    let result = try wrapping.wrap(bundle)
    try result.write(to: output, replacing: force)
    for warning in result.warnings { Report.warning(warning) }
    if bundle.isSigned { Report.warning("the signature of \(input) is not in \(output)") }
    let platforms = result.platforms.joined(separator: " and ")
    Report.note("\(output): on \(platforms), the server starts through mcp-valet")
    Report.note("its name in grants is '\(printable(result.serverName))'")
    let sensitive = result.sensitiveOptions.map { "\(printable($0.title)) (\($0.key))" }
    if !sensitive.isEmpty {
      Report.note(
        "a reference such as valet://NAME may be entered for: \(sensitive.joined(separator: ", "))")
    }
  }
}
