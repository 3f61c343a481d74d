internal import ArgumentParser
internal import Broker
internal import Control
internal import Grants
internal import HostConfigs
internal import Hosts
internal import Importing
internal import Secrets
internal import Vault

/// What a shell offers at the tab key: names, never values.
///
/// A person who completes a word did not ask for a prompt, nor for an error between two words: what
/// needs an answer from somebody is left out, and so is what fails.
enum CompletedNames {
  /// Secrets of the vault; none while it is locked.
  static let secrets = kind { context in
    try secretNames(context)
  }

  /// OAuth connections; none while the vault is locked.
  static let connections = kind { context in
    try vault(context)?.connections().map(\.name.text) ?? []
  }

  /// Servers of `servers.json`.
  static let servers = kind(defined)

  /// Both, for words that are a server and then secrets.
  static let serversAndSecrets = kind { context in
    let secrets = (try? secretNames(context)) ?? []
    return try defined(context) + secrets
  }

  /// Those that were allowed something; none while the vault is locked.
  static let allowedServers = kind { context in
    try vault(context)?.grants().map(\.terms.serverName) ?? []
  }

  /// Those that run.
  static let runningServers = kind { context in
    let relays = try RunningServers(context.locations).list(deadlines: patience)
    return relays.compactMap { $0.status?.serverName }
      + (try StartRecord.list(in: context.locations)).compactMap(\.serverName)
  }

  /// Those of hosts' files whose keys were imported; none while the vault is locked.
  static let importedServers = kind { context in
    guard let store = try vault(context) else { return [] }
    return try UndoStore(context, store).all(host: nil).flatMap { entry in
      entry.record.steps.flatMap { $0.servers.map(\.name) }
    }
  }

  /// Those of the project's file that are started through mcp-valet.
  static let projectServers = kind { _ in
    guard
      let bytes = try? HostFile.read(ProjectMapping.fileName, limit: TextSearch.maximumLength).bytes
    else { return [] }
    let file = try ServersFile(parsing: bytes, path: ProjectMapping.fileName)
    return file.names.filter { name in
      (try? file.definition(named: name))?.command.split(separator: "/").last == "mcp-valet"
    }
  }

  /// A relay answers within a millisecond; one that hangs must not keep a person waiting.
  private static let patience = ControlClient.Deadlines(first: 300, next: 300)

  private static func kind(
    _ names: @escaping @Sendable (Context) throws -> [String]
  ) -> CompletionKind {
    .custom { _, _, _ in
      guard let context = try? Context.current(), let found = try? names(context) else { return [] }
      return Set(found.filter(isPlain)).sorted()
    }
  }

  /// Without the records of imports, of which nobody types the names.
  private static func secretNames(_ context: Context) throws -> [String] {
    let names = try vault(context)?.list().map(\.name.text) ?? []
    return names.filter { !$0.hasPrefix(UndoRecord.prefix) }
  }

  private static func defined(_ context: Context) throws -> [String] {
    try ServersStore(context).read().names
  }

  /// Opened by what needs no answer: the key that the kernel keeps, or a key file. Whoever presses
  /// the tab key has used no secret, and the vault is to be locked in time.
  private static func vault(_ context: Context) throws -> VaultStore? {
    try VaultAccess(context).openUnasked(countsAsUse: false)
  }

  /// Whether a shell takes the name as it is. Bash expands the words that it is offered: a server
  /// that an imported file calls `$(…)` must not be run by a tab key.
  static func isPlain(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "-") else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
  }
}
