internal import ArgumentParser
internal import Audit
internal import Broker
internal import Files
internal import Hosts
internal import Importing
internal import Secrets
internal import Vault

struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Take an import back: a host's file as it was, keys included.",
    usage: "mcp-valet undo HOST [SERVER…]",
    discussion: """
      A file that nobody changed since gets its old bytes back. In one that was changed, and where \
      only some servers are named, those servers are written as they were, with their keys as they \
      are now. What will be written is shown first, keys masked. A server that does not come through \
      mcp-valet any more is passed over; one that was changed in another way stays, and is named.

      The secrets stay in the vault; what the import allowed to these servers is taken back.

      Examples:
        mcp-valet undo cursor
        mcp-valet undo claude-desktop github
      """)

  @Argument(help: "A host, such as cursor.", completion: .list(Host.all.map(\.id)))
  var host: String

  @Argument(
    help: "Servers, as the host's file names them; all of them unless told.",
    completion: CompletedNames.importedServers)
  var servers: [String] = []

  @Flag(help: "Do not ask; only where the vault is unattended.")
  var yes = false

  func run() throws {
    let host = try Host.named(host)
    let context = try Context.current()
    let store = try VaultAccess(context).open()
    let lock = try ImportLock.acquire(context)
    defer { withExtendedLifetime(lock) {} }
    let records = try UndoStore(context, store).all(host: host.id)
    let files = (try? ImportFiles.find([host.id])) ?? []
    try Remnants.remove(beside: files.map(\.path))
    for server in servers {
      let isKnown = records.contains { entry in
        entry.record.steps.contains { $0.servers.contains { $0.name == server } }
      }
      guard isKnown else {
        throw CommandError.configuration(
          "no import of '\(printable(server))' of \(host.name) is known", hint: nil)
      }
    }
    guard !records.isEmpty else {
      throw CommandError.configuration("no import of \(host.name) is known", hint: nil)
    }
    try carryOut(records, host, context, store)
  }

  /// - Parameter isAgreed: whether a person has said yes to it already.
  func carryOut(
    _ records: [(name: SecretName, record: UndoRecord)], _ host: Host, _ context: Context,
    _ store: VaultStore, isAgreed: Bool = false
  ) throws {
    try Remnants.remove(beside: records.map(\.record.path))
    var failures: [any ReportableError] = []
    var plans: [UndoPlan] = []
    for (_, record) in records {
      do {
        plans.append(try plan(record, host, store))
      } catch {
        failures.append(Report.reportable(error))
      }
    }
    let changing = plans.filter { $0.changes || $0.isMissing }
    if !changing.isEmpty {
      // Before the answer, which it may change.
      if changing.contains(where: \.changes) { RunningHosts.name([host]) }
      if !isAgreed { try ask(changing, host, store) }
    }
    for plan in plans {
      do {
        try carryOut(plan, host, context, store)
        say(plan, store)
      } catch {
        failures.append(Report.reportable(error))
      }
    }
    for plan in plans where !plan.leftAlone.isEmpty {
      let missing = Set(plan.missing).sorted().map { "mcp-valet set \($0)" }
      failures.append(
        CommandError.failed(
          "not all of \(plan.record.path) was put back",
          hint: (missing + ["then: mcp-valet undo \(host.id)"]).joined(separator: ", ")))
    }
    for failure in failures { Report.error(failure) }
    if let first = failures.first { throw ArgumentParser.ExitCode(first.exitCode.rawValue) }
  }

  private func plan(
    _ record: UndoRecord, _ host: Host, _ store: VaultStore
  ) throws -> UndoPlan {
    let format = host.format(of: record.path)
    let content: HostFile
    do {
      content = try HostFile.read(record.path)
    } catch .missing {
      let text = format == .toml ? "" : "{}"
      let empty = try HostDocument(parsing: Array(text.utf8), format: format, path: record.path)
      var plan = UndoPlan(record, empty, servers: servers) { _ in nil }
      plan.isMissing = true
      return plan
    }
    try HostFileReplacement.check(record.path)
    let document = try HostDocument(parsing: content.bytes, format: format, path: record.path)
    return UndoPlan(record, document, servers: servers) { Self.value($0, store) }
  }

  /// A secret as ordinary memory, since it goes into a file that every program of the user can read.
  private static func value(_ name: SecretName, _ store: VaultStore) -> String? {
    guard let values = try? store.read([.vault(name)]) else { return nil }
    return values.withValue(of: .vault(name)) { String(validating: $0, as: UTF8.self) } ?? nil
  }

  private func ask(_ plans: [UndoPlan], _ host: Host, _ store: VaultStore) throws {
    var lines: [String] = []
    for plan in plans {
      lines.append("\(host.name): \(printable(plan.record.path, limit: .max))")
      if plan.isMissing {
        lines.append("  is there no more; how it was before the import is forgotten")
      }
      let places = host.places.filter { $0.format == plan.old.format }
      lines += FileDiff.lines(
        plan.document, plan.old, sections: places.flatMap(\.sections),
        hiding: plan.values + plan.secrets.compactMap { Self.value($0, store) }
      )
      .map { "  \($0)" }
      lines += plan.leftAlone.map { server, reason in
        "  \(printable(server)) \(reason)"
      }
      lines += plan.outdated { Self.value($0, store) }.map {
        "  valet://\($0) has another value by now: the file gets the older one, as it was"
      }
      lines.append("")
    }
    let files = plans.count == 1 ? "this file" : "these files"
    let question =
      plans.contains(where: \.changes) ? "Put the keys back into \(files)?" : "Forget \(files)?"
    let isAgreed = try ImportConsent.ask(lines, question, withoutAsking: yes) {
      try store.settings().isUnattended
    }
    guard isAgreed else {
      throw CommandError.refused("nothing was changed", hint: nil)
    }
  }

  private func carryOut(
    _ plan: UndoPlan, _ host: Host, _ context: Context, _ store: VaultStore
  ) throws {
    let path = plan.record.path
    if plan.changes {
      // Before any value leaves.
      let event = AuditEvent(
        .read, .ok, plan.secrets.map { (.vault($0), nil) }, detail: "put back into \(path)")
      try AuditTrail(context).record(event, store)
      // The record stays where this fails: an undo that was carried out finds nothing to do.
      try HostFileReplacement.replace(path, with: plan.document.bytes, expecting: plan.old.bytes)
    }
    try UndoStore(context, store).write(plan.record, host: host, without: plan.done)
  }

  private func say(_ plan: UndoPlan, _ store: VaultStore) {
    let path = plan.record.path
    if plan.isMissing { Report.note("\(path) is there no more: nothing to put back") }
    if plan.changes {
      Report.note(
        "put back in \(path): \(plan.servers.map { printable($0) }.joined(separator: ", "))")
    }
    for name in plan.outdated({ Self.value($0, store) }) {
      Report.warning(
        "\(path): the file has the older value of valet://\(name) again; the vault has another one")
    }
    for server in plan.gone where !plan.isMissing {
      Report.note(
        "\(path): \(printable(server)) is not started by mcp-valet any more: nothing to put back")
    }
    for (server, reason) in plan.leftAlone {
      Report.warning("\(path): \(printable(server)) \(reason)")
    }
  }
}

extension Host {
  /// By the end of a file's name; what a host reads as JSON with comments is that.
  fileprivate func format(of path: String) -> HostFormat {
    if path.hasSuffix(".toml") { return .toml }
    let isStrict = places.contains { $0.format == .json }
    return isStrict ? .json : .commentedJSON
  }
}
