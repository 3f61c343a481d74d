internal import ArgumentParser
internal import Broker

/// The words of `run` for `--help` and completions; a launch reads them by ``RunArguments``.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Start a server with its secrets.",
    usage: """
      mcp-valet run [OPTION…] NAME
      mcp-valet run [OPTION…] [NAME] -- COMMAND [ARGUMENT…]
      """,
    discussion: """
      NAME alone starts the server that servers.json defines under it. References such as \
      valet://github/token are replaced in --env, in the definition, in inherited variables and \
      (with --in-argv) in arguments.

      Examples:
        mcp-valet run github
        mcp-valet run github --env GITHUB_TOKEN=valet://github/token \\
          -- npx -y some-server@1.2.3
      """)

  @Option(help: "Set a variable: VAR=TEXT, where TEXT may hold references.")
  var env: [String] = []

  @Option(help: "Put a value into a file in memory and its path into a variable: VAR=REFERENCE.")
  var file: [String] = []

  @Option(help: "Pass one of our own variables on to a server that gets secrets.")
  var keep: [String] = []

  @Flag(help: "Become the server instead of staying in front of it.")
  var exec = false

  @Flag(help: "Let values into arguments, which every user of the machine can read.")
  var inArgv = false

  @Flag(help: "Pass secrets on that the server prints, instead of replacing them.")
  var noRedact = false

  @Option(
    help: ArgumentHelp(
      "How to replace it when a secret of it changes: overlap (the default), stop-first or never.",
      valueName: "mode"),
    completion: .list(["overlap", "stop-first", "never"]))
  var swap: String?

  @Argument(help: "The server's name.", completion: CompletedNames.servers)
  var name: String?

  @Argument(parsing: .postTerminator, help: "The server's command.", completion: .file())
  var command: [String] = []

  func run() throws {
    // `run` is the first word wherever it is a launch.
    throw CommandError.usage("'run' stands first", hint: "mcp-valet run --help")
  }
}
