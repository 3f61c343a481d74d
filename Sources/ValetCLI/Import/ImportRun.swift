internal import Broker
internal import Files
internal import Grants
internal import Hosts
internal import Importing
internal import Secrets
internal import Vault

/// Carries an import out: secrets into the vault, read back; how to take it all back, sealed beside
/// them; grants; and only then the files.
///
/// Killed at any point, every key is in a file or in the vault, or in both.
struct ImportRun {
  let context: Context
  let store: VaultStore

  /// - Parameters:
  ///   - planned: of which every file changes.
  ///   - secrets: all of them, by name.
  /// - Returns: the files that were changed, and why others were not.
  /// - Throws: what keeps all of them from being changed.
  func carryOut(
    _ planned: [PlannedFile], _ secrets: [ImportSecret]
  ) throws -> (done: [PlannedFile], failures: [any ReportableError]) {
    try Remnants.remove(
      beside: try UndoStore(context, store).all(host: nil).map(\.record.path)
        + planned.map(\.file.path))
    try keep(secrets)
    try prepare(planned)
    var done: [PlannedFile] = []
    var failures: [any ReportableError] = []
    for file in planned {
      do throws(ReplacementError) {
        try HostFileReplacement.replace(
          file.file.path, with: file.document.bytes, expecting: file.old.bytes)
        done.append(file)
      } catch {
        failures.append(error)
        if error.wasReplaced {
          done.append(file)
          continue
        }
        // Others are changed already, and have to be named.
        do { try forget(file) } catch { failures.append(Report.reportable(error)) }
      }
    }
    return (done, failures)
  }

  /// The way back first, then what is allowed; neither where one of them fails.
  private func prepare(_ planned: [PlannedFile]) throws {
    do {
      for file in planned { try remember(file) }
      try GrantGate(context, store).record(
        planned.flatMap(\.grants).reduce(into: []) { all, grant in
          if !all.contains(where: { $0.terms == grant.terms && $0.folder == grant.folder }) {
            all.append(grant)
          }
        })
    } catch {
      for file in planned { try? forget(file) }
      throw error
    }
  }

  // MARK: - Secrets

  /// Stores what is not there yet in one write, and reads all of it back.
  func keep(_ secrets: [ImportSecret]) throws {
    let present = try store.read(secrets.map { .vault($0.name) })
    let new = secrets.filter { !present.contains(.vault($0.name)) }
    if !new.isEmpty {
      try store.writeAll { add in
        for secret in new {
          try add(secret.name, try value(of: secret), SecretDetails())
        }
      }
      VaultAccess(context).noteGeneration(of: store)
    }
    let stored = try store.read(secrets.map { .vault($0.name) })
    for secret in secrets {
      guard case .text(var text) = secret.source else {
        guard stored.contains(.vault(secret.name)) else { throw Self.notKept(secret.name) }
        continue
      }
      let isSame = text.withUTF8 { bytes in
        stored.withValue(of: .vault(secret.name)) {
          isEqual($0, to: UnsafeRawBufferPointer(bytes))
        }
      }
      guard isSame == true else { throw Self.notKept(secret.name) }
    }
  }

  private static func notKept(_ name: SecretName) -> CommandError {
    .failed(
      "valet://\(name) does not read back as it was written",
      hint: "mcp-valet vault status --verify")
  }

  private func value(of secret: ImportSecret) throws -> SecretBytes {
    switch secret.source {
    case .text(let text):
      return try SecretBytes(copying: Array(text.utf8))
    case .input(let id, let file):
      guard let terminal = Terminal.open() else {
        throw CommandError.refused(
          "nobody to ask for the value of ${input:\(printable(id))}",
          hint: "at a terminal, the same command")
      }
      return try terminal.readSecret(
        prompt: "Value of ${input:\(printable(id))} of \(printable(file, limit: .max)), "
          + "for valet://\(secret.name): ",
        limit: SecretLimits.maximumValueLength, refusesMoreLines: true)
    }
  }

  // MARK: - The way back

  private func remember(_ planned: PlannedFile) throws {
    let undo = UndoStore(context, store)
    let file = planned.file
    let oldDigest = FileDigest.of(planned.old.bytes)
    let record = try undo.read(host: file.host.id, path: file.path)
    var steps = record?.steps ?? []
    // One that was never carried out: it would stand in the way of those before.
    while let last = steps.last, last.newDigest != oldDigest, last.oldDigest == oldDigest {
      steps.removeLast()
    }
    let servers = try zip(planned.rewrites, planned.grants).map { rewrite, grant in
      UndoRecord.Server(
        name: rewrite.server.name, runName: rewrite.name,
        grant: try isOthers(grant, undo) ? [] : GrantDigest.of(grant),
        edits: rewrite.edits.map { Self.exact($0, planned.old) })
    }
    steps.append(
      UndoRecord.Step(
        time: Context.now, oldDigest: oldDigest, newDigest: FileDigest.of(planned.document.bytes),
        changes: planned.document.changes,
        servers: servers))
    try undo.write(UndoRecord(path: file.path, steps: steps), host: file.host)
  }

  /// A list that the file did not have is none that it had empty.
  private static func exact(_ edit: SlotEdit, _ old: HostDocument) -> SlotEdit {
    guard edit.old == .list([]), old.value(at: edit.path) == .absent else { return edit }
    return SlotEdit(path: edit.path, old: .absent, new: edit.new)
  }

  /// Whether a grant is there already, and by no import: an undo leaves it.
  private func isOthers(_ grant: Grant, _ undo: UndoStore) throws -> Bool {
    let present = try store.grants(of: grant.terms.serverName).first {
      $0.terms == grant.terms && $0.folder == grant.folder
    }
    guard let digest = present.map(GrantDigest.of) else { return false }
    return try !undo.all(host: nil).contains { $0.record.allows(digest) }
  }

  /// The file stays as it is: nothing is to be taken back, and nothing allowed for it.
  private func forget(_ planned: PlannedFile) throws {
    let undo = UndoStore(context, store)
    let file = planned.file
    // It may have failed before it was remembered.
    guard var record = try undo.read(host: file.host.id, path: file.path),
      let step = record.steps.last, step.oldDigest == FileDigest.of(planned.old.bytes),
      step.newDigest == FileDigest.of(planned.document.bytes)
    else { return }
    record.steps.removeLast()
    try undo.write(record, host: file.host, without: [step])
  }
}
