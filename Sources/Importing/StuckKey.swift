package import Hosts
internal import JSONText
internal import Scanning

/// A key that an import cannot move although a program is meant to get it: its server is started by
/// us already, or by nothing.
package struct StuckKey {
  package let path: ValuePath
  /// What to do about it: a clause.
  package let text: String

  /// The first of a server.
  package static func of(_ server: HostServer) -> StuckKey? {
    let isBehindUs = ServerScan.isBehindValet(server)
    guard isBehindUs || server.command == nil,
      let secret = ServerScan.secrets(in: server).first(where: { $0.spot.isMovable })
    else { return nil }
    guard isBehindUs else {
      return StuckKey(
        path: secret.slot.path,
        text: "it holds a key, and has no command that could be started through mcp-valet")
    }
    let name = runName(server)
    var variable = "NAME"
    if case .environment(let text) = secret.spot { variable = text }
    if case .argument(_, let text?) = secret.spot { variable = text }
    let stored = "\(name)/\(SecretBook.segment(variable, otherwise: "secret"))"
    // In an argument every user of the machine could read it, which wants an option.
    let isArgument = if case .argument = secret.spot { true } else { false }
    return StuckKey(
      path: secret.slot.path,
      text: "mcp-valet starts it already, and it holds a key: mcp-valet set \(stored), write "
        + "valet://\(stored) in the key's place\(isArgument ? " and --in-argv behind run" : ""), "
        + "start it, then mcp-valet allow --last \(name)")
  }

  private static func runName(_ server: HostServer) -> String {
    let words = server.arguments.map(\.text)
    let name = words.count > 1 && words[0] == "run" ? words[1] : server.name
    return SecretBook.segment(name.hasPrefix("-") ? server.name : name, otherwise: "server")
  }
}
