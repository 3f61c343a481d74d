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
      are now. The secrets stay in the vault; what was allowed to these servers is taken back.

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
    var failures: [any ReportableError] = []
    var plans: [UndoPlan] = []
    for (name, record) in records {
      do {
        plans.append(try plan(name, record, host, store))
      } catch {
        failures.append(Report.reportable(error))
      }
    }
    let changing = plans.filter(\.changes)
    if !changing.isEmpty {
      if !isAgreed { try ask(changing, host, store) }
      RunningHosts.name(
        in: changing.compactMap { plan in
          host.places.first.map {
            ImportFile(host: host, place: $0, path: plan.record.path, project: nil)
          }
        })
    }
    for plan in plans {
      do {
        try finish(plan, host, context, store)
      } catch {
        failures.append(Report.reportable(error))
      }
    }
    try removeGrants(plans.flatMap(\.runNames), context, store)
    for failure in failures { Report.error(failure) }
    if let first = failures.first { throw ArgumentParser.ExitCode(first.exitCode.rawValue) }
  }

  private func plan(
    _ name: SecretName, _ record: UndoRecord, _ host: Host, _ store: VaultStore
  ) throws -> UndoPlan {
    let content = try HostFile.read(record.path)
    try HostFileReplacement.check(record.path)
    let format = host.format(of: record.path)
    let document = try HostDocument(parsing: content.bytes, format: format, path: record.path)
    return try UndoPlan(name, record, document, servers: servers) { Self.value($0, store) }
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
      let places = host.places.filter { $0.format == plan.old.format }
      lines += FileDiff.lines(
        plan.document, plan.old, sections: places.flatMap(\.sections),
        hiding: plan.secrets.compactMap { Self.value($0, store) }
      )
      .map { "  \($0)" }
      lines.append("")
    }
    guard
      try ImportConsent.ask(
        lines, "Put the keys back into \(plans.count == 1 ? "this file" : "these files")?", store,
        withoutAsking: yes)
    else { throw CommandError.refused("nothing was changed", hint: nil) }
  }

  private func finish(
    _ plan: UndoPlan, _ host: Host, _ context: Context, _ store: VaultStore
  ) throws {
    let path = plan.record.path
    for server in plan.leftAlone {
      Report.warning(
        "\(path): \(printable(server)) is not as it was left, and stays: change it by hand")
    }
    if plan.changes {
      // Before any value leaves.
      let event = AuditEvent(
        .read, .ok, plan.secrets.map { (.vault($0), nil) }, detail: "put back into \(path)")
      try AuditTrail(context).record(event, store)
      try HostFileReplacement.replace(path, with: plan.document.bytes, expecting: plan.old.bytes)
      Report.note(
        "put back in \(path): \(plan.servers.map { printable($0) }.joined(separator: ", "))")
    }
    try UndoStore(context, store).write(plan.record, host: host)
    if !plan.leftAlone.isEmpty {
      throw CommandError.failed("not all of \(path) was put back", hint: nil)
    }
  }

  /// Unless another file starts a server of that name through us.
  private func removeGrants(
    _ names: [String], _ context: Context, _ store: VaultStore
  ) throws {
    let others = try UndoStore(context, store).all(host: nil)
    for name in Set(names) where !name.isEmpty {
      let isUsed = others.contains { entry in
        entry.record.steps.contains { $0.servers.contains { $0.runName == name } }
      }
      if !isUsed { try store.removeGrants(of: name) }
    }
    VaultAccess(context).noteGeneration(of: store)
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
