internal import Hosts
package import Presets
package import Scanning

extension Finding.Spot {
  /// Whether we can stand between the value and the server.
  var isMovable: Bool {
    switch self {
    case .environment, .argument, .command: true
    case .header, .url, .member, .text: false
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
}
