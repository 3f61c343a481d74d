internal import ArgumentParser
internal import Broker

/// The options of `run`, for commands that are about a launch.
struct LaunchWords: ParsableArguments {
  @Option(help: "A variable of the server: VAR=TEXT, where TEXT may hold references.")
  var env: [String] = []

  @Option(help: "A value that the server reads from a file: VAR=REFERENCE.")
  var file: [String] = []

  @Option(help: "A variable of ours, with its present value, that the server gets as well.")
  var keep: [String] = []

  @Flag(help: "The server may be started in our place: nobody redacts what it prints.")
  var exec = false

  @Flag(help: "Values may stand in arguments, which every user of the machine can read.")
  var inArgv = false

  @Flag(help: "Secrets that the server prints may be passed on to its host.")
  var noRedact = false

  @Option(
    help: ArgumentHelp(
      "How it is replaced when a secret of it changes, as in 'run'; nothing is bound by it.",
      valueName: "mode"),
    completion: .list(["overlap", "stop-first", "never"]))
  var swap: String?

  var isEmpty: Bool {
    env.isEmpty && file.isEmpty && keep.isEmpty && !exec && !inArgv && !noRedact && swap == nil
  }

  /// As `run` would have them.
  func arguments() throws(CommandError) -> RunArguments {
    var arguments = RunArguments()
    for word in env { arguments.environment.append(try RunArguments.assignment(word, of: "--env")) }
    for word in file { arguments.files.append(try RunArguments.assignment(word, of: "--file")) }
    arguments.kept = keep
    arguments.executesInPlace = exec
    arguments.allowsInArguments = inArgv
    arguments.passesSecrets = noRedact
    arguments.swap = try swap.map { text throws(CommandError) in try RunArguments.swap(text) }
    return arguments
  }
}
