internal import HostConfigs
internal import Relay
internal import Secrets
internal import Supervision

/// How a server is relayed: what the command line and `servers.json` say about it.
struct RelayOptions {
  private let unredacted: ServerDefinition.Unredacted
  let settings: Supervisor.Settings

  /// - Parameter definition: of the server, where it has one.
  init(_ arguments: RunArguments, _ definition: ServerDefinition.Options?) {
    unredacted = arguments.passesSecrets ? .all : definition?.unredacted ?? .none
    var settings = Supervisor.Settings()
    if let seconds = definition?.drainSeconds {
      settings.relay.drainLimit = Int64(seconds) * 1_000
    }
    switch arguments.swap ?? definition?.swap {
    case .overlap, nil: settings.swapMode = .overlap
    case .stopFirst: settings.swapMode = .stopFirst
    case .never: settings.swapMode = .never
    }
    self.settings = settings
  }

  /// Whether the host must not see the value of a secret.
  func isSearched(_ reference: SecretReference) -> Bool {
    switch unredacted {
    case .none: true
    case .all: false
    case .named(let names):
      !names.contains(reference.description) && !names.contains { isVaultName($0, reference) }
    }
  }

  private func isVaultName(_ text: String, _ reference: SecretReference) -> Bool {
    if case .vault(let name) = reference { name.text == text } else { false }
  }
}
