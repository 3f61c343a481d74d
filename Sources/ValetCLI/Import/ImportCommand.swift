internal import ArgumentParser
internal import Broker
internal import Files
internal import Grants
internal import Hosts
internal import Importing
internal import Scanning
internal import Secrets
internal import Vault

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Move the keys of hosts' files into the vault.",
    usage: "mcp-valet import [HOST…] [--dry-run] [--no-check]",
    discussion: """
      Looks at the files of every host, or of those that are named, and shows what would change: \
      each key goes into the vault as SERVER/VARIABLE, and its server is started by 'mcp-valet run' \
      with a reference in the key's place. Asks, stores and reads back, and only then changes the \
      file, no more of it than that. Each server is started once to see that it answers. 'undo' \
      takes it all back.

      Files of a project, which others share, are asked about on their own.

      Examples:
        mcp-valet import --dry-run
        mcp-valet import
        mcp-valet import cursor claude-code
      """)

  @Argument(
    help: "Hosts, such as claude-desktop, cursor or vscode; all of them unless told.",
    completion: .list(Host.all.map(\.id)))
  var hosts: [String] = []

  @Flag(help: "Show what would change, and change nothing.")
  var dryRun = false

  @Flag(help: "Do not start the servers to see whether they answer.")
  var noCheck = false

  @Flag(help: "Do not ask; only where the vault is unattended. Leaves a project's files alone.")
  var yes = false

  @Flag(help: "With --yes: change the project's files too, which others share.")
  var project = false

  func run() throws {
    if project, !yes {
      throw CommandError.usage(
        "--project goes with --yes", hint: "without --yes, a project's files are asked about anyway"
      )
    }
    let files = try ImportFiles.find(hosts)
    let context = try Context.current()
    let access = VaultAccess(context)
    if dryRun {
      let store = try? access.openUnasked()
      return try show(plan(files, store), store)
    }
    try Remnants.removeUnderLock(beside: files.map(\.path), context)
    // Planned once before, so that no vault is made for nothing.
    let present = try? access.openUnasked()
    let first = plan(files, present)
    guard first.files.contains(where: \.changes) || !first.book.secrets.isEmpty else {
      return try show(first, present)
    }
    let store = try access.openOrCreate()
    let lock = try ImportLock.acquire(context)
    defer { withExtendedLifetime(lock) {} }
    let planner = plan(files, store)
    guard planner.files.contains(where: \.changes) || !planner.book.secrets.isEmpty else {
      Report.note("another import came first, and left nothing to move")
      return try show(planner, store)
    }
    var session = ImportSession(context, store, planner)
    session.withoutAsking = yes
    session.takesShared = !yes || project
    session.checks = !noCheck
    try session.run()
  }

  private func plan(_ files: [ImportFile], _ store: VaultStore?) -> ImportPlanner {
    var planner = ImportPlanner(store, canAsk: dryRun || (!yes && Terminal.open() != nil))
    for file in files { planner.add(file) }
    return planner
  }

  /// Nothing is to be done, or only to be looked at.
  private func show(_ planner: ImportPlanner, _ store: VaultStore?) throws {
    for file in planner.files where file.changes {
      let lines = ImportWords.change(file, hiding: planner.book.secrets)
      Report.output(lines.joined(separator: "\n"))
    }
    let lines = ImportWords.secrets(planner.book.secrets)
    if !lines.isEmpty { Report.output(lines.joined(separator: "\n")) }
    let end = ImportEnd(planner)
    end.showRest(written: [], store, isPlanOnly: true)
    if !planner.files.contains(where: \.changes) {
      Report.note("no server of these hosts holds a key that can be moved")
    }
    try end.throwFirst(planner.problems)
  }
}

/// One import, from the question to the last word.
struct ImportSession {
  private let context: Context
  private let store: VaultStore
  private let planner: ImportPlanner
  var withoutAsking = false
  var takesShared = true
  var checks = true

  init(_ context: Context, _ store: VaultStore, _ planner: ImportPlanner) {
    self.context = context
    self.store = store
    self.planner = planner
  }

  func run() throws {
    var failures: [any ReportableError] = planner.problems
    var done: [PlannedFile] = []
    var stored: [ImportSecret] = []
    let own = planner.files.filter { !$0.file.isShared }
    let shared = planner.files.filter(\.file.isShared)
    for (batch, isShared) in [(own, false), (shared, true)] where !batch.isEmpty {
      do {
        let outcome = try carryOut(batch, isShared: isShared)
        done += outcome.done
        stored += outcome.secrets
        failures += outcome.failures
      } catch {
        // What was changed before that has to be named all the same; the code is this one's.
        failures.insert(Report.reportable(error), at: 0)
        break
      }
    }
    let end = ImportEnd(planner)
    end.showRest(written: done.map(\.file.path), store, isPlanOnly: false)
    for file in done {
      Report.note(
        "changed \(file.file.path); to take it back: mcp-valet undo \(file.file.host.id)")
    }
    if checks { failures += ServerCheck.run(done) }
    for file in done where file.isWrittenAgain {
      Report.warning(
        "\(file.file.path) was written again since, and may hold keys: end its host, import again")
    }
    end.showKeys(stored, of: done.map(\.file.host.id))
    try end.throwFirst(failures)
  }

  private struct Outcome {
    var done: [PlannedFile] = []
    var secrets: [ImportSecret] = []
    var failures: [any ReportableError] = []
  }

  /// - Throws: what keeps all of the batch from being changed.
  private func carryOut(_ batch: [PlannedFile], isShared: Bool) throws -> Outcome {
    let changing = batch.filter(\.changes)
    let secrets = try self.secrets(of: batch, isChanging: !changing.isEmpty)
    if changing.isEmpty, secrets.isEmpty { return Outcome() }
    if isShared, !takesShared {
      for file in changing {
        Report.note("\(file.file.path) is shared with others, and is left alone: --project")
      }
      return Outcome()
    }
    RunningHosts.name(in: changing.map(\.file))
    var lines = changing.flatMap { ImportWords.change($0, hiding: planner.book.secrets) }
    lines += ImportWords.secrets(secrets)
    lines += ImportWords.grants(changing.flatMap(\.grants))
    // A stranger's project must not be started unasked.
    if checks, !changing.isEmpty {
      lines.append("Each of these servers is started once after that, to see that it answers.")
    }
    if isShared {
      lines.append("These files belong to a project: whoever shares it needs mcp-valet after this.")
    }
    let question =
      changing.isEmpty
      ? "Store these?" : "Change \(changing.count == 1 ? "this file" : "these files")?"
    guard
      try ImportConsent.ask(
        lines, question, withoutAsking: withoutAsking,
        isUnattended: { try store.settings().isUnattended })
    else {
      if isShared { return Outcome() }
      throw CommandError.refused("nothing was changed", hint: nil)
    }
    let (done, failures) = try ImportRun(context: context, store: store)
      .carryOut(changing, secrets)
    return Outcome(done: done, secrets: secrets, failures: failures)
  }

  /// Those that the files' servers name; of files that stay as they are, only what is new.
  private func secrets(of batch: [PlannedFile], isChanging: Bool) throws -> [ImportSecret] {
    let all = planner.book.secrets
    let present = try store.read(all.map { .vault($0.name) })
    return all.filter { secret in
      if !isChanging, present.contains(.vault(secret.name)) { return false }
      return batch.contains { file in
        file.rewrites.contains { $0.secrets.contains(secret.name) }
          || file.stayingSecrets.contains(secret.name)
      }
    }
  }
}
