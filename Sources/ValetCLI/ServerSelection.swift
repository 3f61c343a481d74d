internal import ArgumentParser
internal import Broker
internal import Secrets

/// Which running servers a command is about.
struct ServerSelection: ParsableArguments {
  @Argument(
    help: "A server's name, or the process id that 'ps' shows.",
    completion: CompletedNames.runningServers)
  var server: String?

  @Option(
    help: "Servers that hold this secret: a name in the vault, or a reference.",
    completion: CompletedNames.secrets, transform: parseReference)
  var secret: SecretReference?

  @Flag(help: "All servers.")
  var all = false

  func validate() throws {
    let count = [server != nil, secret != nil, all].filter { $0 }.count
    if count != 1 { throw ValidationError("name one of SERVER, --secret NAME and --all") }
  }

  /// The servers of the selection that run.
  ///
  /// - Throws: ``CommandError/configuration(_:hint:)`` when there is none and one was named;
  ///   `ControlError`.
  func servers(_ context: Context) throws -> [LiveServer] {
    let all = try LiveServers(context).servers
    if let server {
      let chosen = all.filter { $0.name == server || "\($0.processID)" == server }
      if chosen.isEmpty {
        throw CommandError.configuration(
          "no server '\(printable(server))' runs", hint: "mcp-valet ps")
      }
      return chosen
    }
    guard let secret else { return all }
    // One that does not answer may hold it.
    return all.filter { $0.holds(secret) || ($0.status == nil && $0.record == nil) }
  }
}
