internal import Broker
internal import Grants
internal import Importing
internal import Secrets
internal import Vault

/// What a vault holds that goes with it.
struct VaultContents {
  /// What an import can take back.
  struct Import {
    /// In the vault.
    let name: SecretName
    /// As `undo` takes it.
    let host: String
    let record: UndoRecord
  }

  /// Those of a person: the records of imports are left out.
  var secrets: [SecretSummary] = []
  var imports: [Import] = []
  /// Records of imports that this version cannot read.
  var unreadable: [(host: String, name: SecretName, reason: String)] = []
  var grants: [Grant] = []
  var connections: [ConnectionName] = []

  /// Reads the records one by one: one that cannot be read hides no other.
  ///
  /// - Throws: `VaultError`, `StoreError`.
  init(_ context: Context, _ store: VaultStore) throws {
    let records = UndoStore(context, store)
    for secret in try store.list() {
      guard secret.name.text.hasPrefix(UndoRecord.prefix) else {
        secrets.append(secret)
        continue
      }
      let host = Self.host(of: secret.name)
      do {
        if let record = try records.read(secret.name) {
          imports.append(Import(name: secret.name, host: host, record: record))
        }
      } catch {
        unreadable.append((host, secret.name, Report.reportable(error).message))
      }
    }
    grants = try store.grants().map { $0 }
    connections = try store.connections().map(\.name)
  }

  /// `mcp-valet/undo/HOST/…`
  private static func host(of name: SecretName) -> String {
    let rest = name.text.dropFirst(UndoRecord.prefix.count)
    return String(rest.prefix { $0 != "/" })
  }

  /// Whether a person who agreed to lose the one has agreed to lose the other.
  func isSame(as other: VaultContents) -> Bool {
    secrets == other.secrets && imports.map(\.record) == other.imports.map(\.record)
      && imports.map(\.name) == other.imports.map(\.name)
      && unreadable.map(\.name) == other.unreadable.map(\.name)
      && connections == other.connections
  }
}

extension UndoRecord.Server {
  /// Of which its host's file had the values.
  var secrets: [SecretName] {
    edits.flatMap { edit in
      switch edit.new {
      case .absent: [String]()
      case .text(let text): [text]
      case .list(let texts): texts
      }
    }
    .flatMap { (try? Template($0))?.references ?? [] }
    .compactMap { reference in
      if case .vault(let name) = reference { name } else { nil }
    }
  }
}
