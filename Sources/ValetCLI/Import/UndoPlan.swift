internal import Broker
internal import Files
internal import Hosts
internal import Importing
internal import Secrets

/// What taking an import back makes of one file.
struct UndoPlan {
  let old: HostDocument
  private(set) var document: HostDocument
  /// What is left to take back later.
  private(set) var record: UndoRecord
  /// As the host's file names them.
  private(set) var servers: [String] = []
  /// Servers that come through us no more, whoever saw to that: nothing is left to take back.
  private(set) var gone: [String] = []
  /// Servers that are not as they were left, and stay as they are: why.
  private(set) var leftAlone: [(server: String, reason: String)] = []
  /// Secrets whose values would be put back and that the vault has no more.
  private(set) var missing: [SecretName] = []
  /// What is in ``record`` no more; their grants go.
  private(set) var done: [UndoRecord.Step] = []

  /// Of a file that is there no more.
  var isMissing = false

  var changes: Bool { document.bytes != old.bytes }

  /// - Parameters:
  ///   - servers: of the host's file; all of them when empty.
  ///   - value: a secret's present value.
  init(
    _ record: UndoRecord, _ document: HostDocument, servers wanted: [String],
    value: (SecretName) -> String?
  ) {
    self.record = record
    self.document = document
    old = document
    while let step = self.record.steps.last {
      let digest = FileDigest.of(self.document.bytes)
      if digest == step.oldDigest, digest != step.newDigest {
        // It was never carried out, or was taken back by another hand.
        done.append(step)
      } else if digest == step.newDigest, step.servers.allSatisfy({ Self.isIn($0.name, wanted) }),
        let before = Self.before(step, self.document)
      {
        self.document = before
        done.append(step)
        servers += step.servers.map(\.name)
      } else {
        break
      }
      self.record.steps.removeLast()
    }
    putBackServers(wanted, value)
  }

  private static func isIn(_ name: String, _ wanted: [String]) -> Bool {
    wanted.isEmpty || wanted.contains(name)
  }

  /// The file as it was before a step, byte for byte; `nil` where the record does not lead there.
  private static func before(_ step: UndoRecord.Step, _ document: HostDocument) -> HostDocument? {
    var before = document
    guard (try? before.putBack(step.changes)) != nil,
      FileDigest.of(before.bytes) == step.oldDigest
    else { return nil }
    return try? HostDocument(
      parsing: before.bytes, format: document.format, path: document.path)
  }

  /// In a file that changed since, and for some servers of several: only what we wrote, where it
  /// still stands.
  private mutating func putBackServers(_ wanted: [String], _ value: (SecretName) -> String?) {
    for index in record.steps.indices.reversed() {
      let step = record.steps[index]
      var rest: [UndoRecord.Server] = []
      for server in step.servers {
        if Self.isIn(server.name, wanted), putBack(server, value) {
          var part = step
          part.servers = [server]
          done.append(part)
        } else {
          rest.append(server)
        }
      }
      if rest.count < step.servers.count {
        record.steps[index].servers = rest
        record.steps[index].forgetBytes()
      }
    }
    record.steps.removeAll { $0.servers.isEmpty }
  }

  /// - Returns: whether nothing of it is left to be taken back.
  private mutating func putBack(
    _ server: UndoRecord.Server, _ value: (SecretName) -> String?
  ) -> Bool {
    guard server.edits.allSatisfy({ document.holds($0.new, at: $0.path) }) else {
      if server.edits.contains(where: { document.comesThroughUs(at: $0.path) }) {
        leftAlone.append((server.name, "is not as it was left, and stays: change it by hand"))
        return false
      }
      // By a later import's undo, by hand, or with its server.
      if !servers.contains(server.name) { gone.append(server.name) }
      return true
    }
    var changed = document
    do {
      for edit in server.edits { try changed.put(try edit.old.filled(value), at: edit.path) }
    } catch {
      if case .missing(.vault(let name))? = error as? StoreError { missing.append(name) }
      leftAlone.append((server.name, "stays as it is: \(Report.reportable(error).message)"))
      return false
    }
    document = changed
    servers.append(server.name)
    return true
  }

  // MARK: - What is put back

  private var edits: [SlotEdit] {
    done.flatMap(\.servers).filter { servers.contains($0.name) }.flatMap(\.edits)
  }

  /// Those whose values the file gets back.
  var secrets: [SecretName] { Set(edits.flatMap(\.secrets)).sorted() }

  /// What the file gets in the place of references: present values, and those that were kept.
  var values: [String] { edits.flatMap { document.values(of: $0) } }

  /// Those of which the file gets an older value than the vault has: byte for byte means that too.
  ///
  /// - Parameter value: a secret's present value.
  func outdated(_ value: (SecretName) -> String?) -> [SecretName] {
    let values = values
    return Set(edits.flatMap(\.secretsBefore)).sorted().filter { name in
      guard let present = value(name) else { return false }
      return !values.contains { $0.utf8.firstRange(of: present.utf8) != nil }
    }
  }
}
