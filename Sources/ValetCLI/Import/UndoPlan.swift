internal import Broker
internal import Files
internal import Grants
internal import Hosts
internal import Importing
internal import Secrets
internal import Vault

/// What taking an import back makes of one file.
struct UndoPlan {
  let name: SecretName
  let old: HostDocument
  private(set) var document: HostDocument
  /// What is left to take back later.
  private(set) var record: UndoRecord
  /// As the host's file names them.
  private(set) var servers: [String] = []
  /// Behind `run`; their grants go.
  private(set) var runNames: [String] = []
  /// Servers that are not as they were left, and stay as they are.
  private(set) var leftAlone: [String] = []
  /// Those whose values the file gets back.
  private(set) var secrets: [SecretName] = []

  var changes: Bool { document.bytes != old.bytes }

  /// - Parameters:
  ///   - servers: of the host's file; all of them when empty.
  ///   - value: a secret's present value.
  /// - Throws: `HostError`.
  init(
    _ name: SecretName, _ record: UndoRecord, _ document: HostDocument, servers wanted: [String],
    value: (SecretName) -> String?
  ) throws {
    self.name = name
    self.record = record
    self.document = document
    old = document
    while let step = self.record.steps.last {
      let digest = FileDigest.of(self.document.bytes)
      if digest == step.oldDigest, digest != step.newDigest {
        // It was never carried out, or was taken back by another hand.
        self.record.steps.removeLast()
      } else if digest == step.newDigest, step.servers.allSatisfy({ Self.isIn($0.name, wanted) }) {
        try putBack(step)
        self.record.steps.removeLast()
      } else {
        break
      }
    }
    try putBackServers(wanted, value)
    let done = record.steps.flatMap(\.servers).filter { servers.contains($0.name) }
    secrets = SecretReferences.names(in: done)
  }

  private static func isIn(_ name: String, _ wanted: [String]) -> Bool {
    wanted.isEmpty || wanted.contains(name)
  }

  /// Byte for byte.
  private mutating func putBack(_ step: UndoRecord.Step) throws {
    var before = document
    try before.putBack(step.changes)
    guard FileDigest.of(before.bytes) == step.oldDigest else {
      throw CommandError.failed(
        "\(record.path): what an import changed there cannot be taken back", hint: nil)
    }
    document = try HostDocument(
      parsing: before.bytes, format: document.format, path: document.path)
    servers += step.servers.map(\.name)
    runNames += step.servers.map(\.runName)
  }

  /// In a file that changed since, and for some servers of several: only what we wrote, where it
  /// still stands.
  private mutating func putBackServers(
    _ wanted: [String], _ value: (SecretName) -> String?
  ) throws {
    for index in record.steps.indices.reversed() {
      var rest: [UndoRecord.Server] = []
      for server in record.steps[index].servers {
        guard Self.isIn(server.name, wanted) else {
          rest.append(server)
          continue
        }
        guard server.edits.allSatisfy({ document.holds($0.new, at: $0.path) }) else {
          leftAlone.append(server.name)
          rest.append(server)
          continue
        }
        for edit in server.edits {
          try document.put(try Self.filled(edit.old, value), at: edit.path)
        }
        servers.append(server.name)
        runNames.append(server.runName)
      }
      if rest.count < record.steps[index].servers.count {
        record.steps[index].servers = rest
        record.steps[index].newDigest = []
        record.steps[index].changes = []
      }
    }
    record.steps.removeAll { $0.servers.isEmpty }
  }

  /// A value with its secrets as they are now.
  private static func filled(
    _ old: SlotEdit.Value, _ value: (SecretName) -> String?
  ) throws -> SlotEdit.Value {
    func text(_ text: String) throws -> String {
      guard let template = try? Template(text), !template.references.isEmpty else { return text }
      return try template.parts.map { part in
        guard case .value(.vault(let name)) = part else {
          if case .text(let text) = part { return text }
          return Template(parts: [part]).description
        }
        guard let value = value(name) else { throw StoreError.missing(.vault(name)) }
        return value
      }.joined()
    }
    switch old {
    case .absent: return .absent
    case .text(let one): return .text(try text(one))
    case .list(let texts): return .list(try texts.map(text))
    }
  }
}

/// The secrets that servers name.
private enum SecretReferences {
  static func names(in servers: [UndoRecord.Server]) -> [SecretName] {
    var names: Set<SecretName> = []
    for edit in servers.flatMap(\.edits) {
      let texts: [String]
      switch edit.new {
      case .absent: texts = []
      case .text(let text): texts = [text]
      case .list(let list): texts = list
      }
      for text in texts {
        for case .vault(let name) in (try? Template(text))?.references ?? [] { names.insert(name) }
      }
    }
    return names.sorted()
  }
}
