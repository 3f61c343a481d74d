internal import ArgumentParser
internal import Broker
internal import Bundles
internal import Secrets

struct McpbInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Check a bundle, and show what it starts and what it asks for.",
    discussion: """
      Everything in it is unpacked, to nowhere, and its manifest is held against the version of the \
      format that it names. Ends with 65 and says where it is wrong.

      Examples:
        mcp-valet mcpb inspect github.mcpb
        mcp-valet mcpb inspect github.mcpb --json
      """)

  @Argument(help: "The bundle.", completion: .file(extensions: ["mcpb", "dxt"]))
  var input: String

  @Flag(
    help: """
      Print JSON: {name, displayName, version, author, manifestVersion, serverType, entryPoint, \
      isSigned, fileBytes, unpackedBytes, entries, commands: [{platform, command, args, env, \
      isWrapped, serverName}], options: [{key, type, title, isRequired, isSensitive, places}], \
      warnings}.
      """)
  var json = false

  func run() throws {
    let work = SlowWork("unpacking \(input)")
    defer { work.end() }
    let bundle = try Bundle(path: input)
    try bundle.verify()
    let summary = BundleSummary(bundle)
    if json { return try JSONOutput.print(summary) }
    Report.output(summary.text)
    for warning in summary.warnings { Report.warning(warning) }
  }
}
