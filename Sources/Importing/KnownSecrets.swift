internal import Hosts
package import Presets
package import Scanning

extension Finding.Spot {
  /// Whether we can stand between the value and the server.
  var isMovable: Bool {
    switch self {
    case .environment, .argument, .command: true
    case .header, .url, .member, .comment, .text: false
    }
  }
}

extension ServerSecret {
  /// The kind of key, where its form shows it.
  package var shape: SecretShape? { if case .shape(let shape) = reason { shape } else { nil } }
}

/// What a scan finds in a server, and what the authors of known ones say is a secret: a short
/// password has no look of its own.
enum KnownSecrets {
  static func all(in server: HostServer) -> [ServerSecret] {
    let found = ServerScan.secrets(in: server)
    let words = [server.command?.text ?? ""] + server.arguments.map(\.text)
    guard let package = ServerPackage.of(words) else { return found }
    return found
      + server.environment.compactMap { variable in
        guard package.secrets.contains(variable.name),
          !found.contains(where: { $0.slot == variable.slot })
        else { return nil }
        return ServerSecret(known: variable)
      }
  }

  /// The same, and wherever else in its variables and arguments their values stand: a key that
  /// moves must not stay beside. Shorter values than ``shortestRepeated`` may be anything else.
  static func everywhere(in server: HostServer) -> [ServerSecret] {
    let found = all(in: server)
    let known = found.filter { $0.value.utf8.count >= shortestRepeated }
    func again(_ slot: HostSlot, _ spot: Finding.Spot) -> [ServerSecret] {
      guard slot.isString, !found.contains(where: { $0.slot == slot }) else { return [] }
      return known.filter { slot.text.range(ofBytes: $0.value) != nil }
        .map { ServerSecret($0, in: slot, spot) }
    }
    return found + server.environment.flatMap { again($0.slot, .environment($0.name)) }
      + server.arguments.enumerated().flatMap { again($1, .argument($0 + 1, name: nil)) }
  }

  /// 8 bytes: as short as the keys that a scan finds by their names.
  private static let shortestRepeated = 8
}
