internal import ArgumentParser
internal import Broker

struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "End servers that run.",
    discussion: """
      The server gets SIGTERM and, when its time is up, SIGKILL; what it has started ends with it. \
      Most hosts start a server again when they next need it.

      Examples:
        mcp-valet stop github
        mcp-valet stop --secret github/token
        mcp-valet stop --all --force
      """)

  @OptionGroup var selection: ServerSelection

  @Option(help: "How long a server may take to end, such as 5s.")
  var grace: DurationText?

  @Flag(help: "Kill a relay that does not answer.")
  var force = false

  @Flag(help: "Print JSON: an array of {server, pid, host, outcome, message, hint}.")
  var json = false

  /// 2 s, as hosts give a server (protocol S10).
  static let standardGrace: Int64 = 2_000

  func run() throws {
    let context = try Context.current()
    let servers = try selection.servers(context)
    var report = OutcomeReport(json: json)
    let round = StopRound(
      context: context, graceMilliseconds: grace.map { $0.seconds * 1_000 } ?? Self.standardGrace,
      isForced: force)
    try round.run(servers, report: &report)
    try report.finish(nothing: "no such servers run", hint: "mcp-valet stop SERVER --force")
  }
}
