internal import Audit
internal import Control
internal import Files
internal import Grants
internal import HostConfigs
internal import Launch
internal import Platform
internal import Refreshing
internal import Relay
internal import Secrets
internal import Supervision
internal import Vault

/// `mcp-valet run`: resolve, then start.
enum ServerLaunch {
  /// Runs a server to its end, or becomes it.
  ///
  /// - Returns: the exit code of the process.
  static func run(_ arguments: RunArguments, inheritedLimit: CoreLimit) -> Int32 {
    var wanted: [SecretReference] = []
    var vault: VaultStore?
    LaunchWatch.begin()
    do {
      let supervisor = try start(arguments, inheritedLimit: inheritedLimit, &wanted, &vault)
      LaunchWatch.end()
      return try supervisor.run()
    } catch {
      LaunchWatch.end()
      let failure = LaunchFailure(error)
      LaunchAudit.recordRefusal(failure, server: arguments.serverName, wanted, vault)
      return fail(failure)
    }
  }

  /// - Parameters:
  ///   - wanted: becomes what the server is to get, also where it is refused.
  ///   - vault: becomes the vault while it is open.
  /// - Returns: the relay of a server that runs; there is no return from a start in place.
  private static func start(
    _ arguments: RunArguments, inheritedLimit: CoreLimit, _ wanted: inout [SecretReference],
    _ vault: inout VaultStore?
  ) throws -> Supervisor {
    let launch = try IntendedLaunch(arguments)
    wanted = launch.draft.references
    guard let (found, command) = launch.found() else {
      // The stores are asked all the same, so that a person mends everything in one go.
      throw try failure(of: launch.draft, resolve(launch.draft.references))
    }
    let plan = try admit(launch, found, command, &vault)
    // Before the values are read: of a rotation that commits in between we are told.
    let listener = plan.options.executesInPlace ? nil : openSocket()
    // The keys are gone from memory when this returns; the values stay, for servers that replace
    // the first one.
    let values = try resolve(plan.references, vault: vault, isGranted: true)
    let prepared = try prepare(launch.draft.with(plan), plan, values)
    noteWithheld(launch, plan)
    let recorded = try LaunchAudit.begin(plan, command, HeldValues(values.stores), vault)
    let keepers = try values.keepers()
    vault = nil
    if plan.options.executesInPlace {
      let pending = recorded.map { PendingRecord($0.log) }
      ExecutedLaunch.record(plan, HeldValues(values.stores))
      try pending?.wait()
      LaunchWatch.end()
      // What the values were read into goes with this process.
      throw executeInPlace(command, prepared, coreLimit: inheritedLimit)
    }
    let signals = try ForwardedSignals()
    var options = GuardedServer.Options()
    options.pipesErrors = true
    let source = LaunchSource(
      plan, command, prepared, values: values.stores, coreLimit: inheritedLimit, options: options)
    let relay = RelayOptions(arguments, launch.definition?.options)
    LaunchWatch.expect(.execution(command.text))
    return try supervise(
      IntendedLaunch.name(of: plan), source, signals, listener, relay, keepers, recorded?.audit,
      recorded?.log)
  }

  /// - Parameter log: written and not complete.
  private static func supervise(
    _ name: String, _ source: LaunchSource, _ signals: consuming ForwardedSignals,
    _ listener: consuming ControlListener?, _ relay: RelayOptions, _ keepers: [TokenKeeper],
    _ audit: LaunchAudit?, _ log: AuditLog?
  ) throws -> Supervisor {
    var log = log
    if log != nil, AuditSettings.isStrict(try Context.current()) {
      try log?.complete()
      log = nil
    }
    var record: ((SupervisionEvent) throws(LaunchError) -> Void)?
    if let audit {
      record = { (event) throws(LaunchError) in try audit.record(event, source) }
    }
    return try Supervisor(
      name, source, signals: signals, listener: listener, recording: record,
      whileStarting: { () throws(LaunchError) in try complete(log) }, keeping: keepers,
      redacting: { relay.isSearched($0) }, settings: relay.settings)
  }

  private static func complete(_ log: AuditLog?) throws(LaunchError) {
    do throws(AuditError) {
      try log?.complete()
    } catch {
      throw .notRecorded(message: error.message, hint: error.hint, error.exitCode)
    }
  }

  /// Lets a launch have its secrets, or refuses.
  ///
  /// - Parameter opened: becomes the vault, which a server without secrets does not need.
  /// - Returns: the plan as the grant has it. The process is in the folder then in which the server
  ///   starts.
  private static func admit(
    _ launch: IntendedLaunch, _ plan: LaunchPlan, _ command: Command, _ opened: inout VaultStore?
  ) throws -> LaunchPlan {
    guard plan.holdsSecrets else { return plan }
    let context = try Context.current()
    LaunchWatch.expect(.vault)
    let vault: VaultStore
    do {
      vault = try VaultAccess(context).openForLaunch()
    } catch {
      throw try failure(of: launch.draft, resolve(plan.references, vaultError: error))
    }
    opened = vault
    let grant: Grant
    do {
      grant = try GrantGate(context, vault).grant(for: launch, plan, command)
    } catch {
      // Secrets that are missing as well are told with it, so that one round mends everything.
      let others = try failure(of: launch.draft, resolve(plan.references, vault: vault))
      throw LaunchFailure([Report.reportable(error)] + others.problems)
    }
    var plan = plan
    plan.pass(grant.terms.variables.map(\.name))
    if !grant.substitutions.isEmpty { plan.replaceReferences { grant.given(for: $0) } }
    if case .empty = grant.folder {
      try WorkingFolder.enterEmpty(below: context.locations.runtime)
    }
    return plan
  }

  /// A file system that cannot hold a socket is no reason not to start a server.
  private static func openSocket() -> ControlListener? {
    guard let context = try? Context.current() else { return nil }
    do {
      return try ControlListener(folderPath: context.locations.runtime)
    } catch {
      Report.note("this server cannot be listed, stopped or given new secrets: \(error.message)")
      return nil
    }
  }

  /// A shell's book-keeping, which nobody misses.
  private static let unremarkable = ["PWD", "OLDPWD", "SHLVL", "_"]

  private static func noteWithheld(_ launch: IntendedLaunch, _ plan: LaunchPlan) {
    // Not `joined`, which on the first call searches through the conformances of the program.
    var names = ""
    for name in plan.dropped where !unremarkable.contains(name) { names += " " + name }
    if !names.isEmpty {
      Report.note("not passed on to the server:" + names + " (--keep VAR passes one on)")
    }
    var entries = ""
    for finding in launch.withheldPath where !finding.entry.isEmpty {
      entries += " " + escaped(finding.entry)
    }
    if !entries.isEmpty {
      Report.note("not on the server's PATH, since others could put programs there:" + entries)
    }
  }

  private static func prepare(
    _ draft: LaunchDraft, _ plan: LaunchPlan, _ values: ResolvedValues
  ) throws -> PreparedLaunch {
    guard values.failures.isEmpty else { throw failure(of: draft, values) }
    do throws(LaunchError) {
      return try PreparedLaunch(plan, places: places) { values.withValue(of: $0, $1) }
    } catch .invalid, .noMemoryFolder {
      throw failure(of: draft, values)
    }
  }

  /// Where value files may lie.
  private static var places: [MemoryPlace] { MemoryPlace.candidates(variable: Context.variable) }

  /// A server without secrets needs no store, and so no home either.
  private static func resolve(
    _ references: [SecretReference], vault: VaultStore? = nil, isGranted: Bool = false
  ) throws -> ResolvedValues {
    if references.isEmpty { return ResolvedValues() }
    return try StoreAccess(
      keyring: Keyrings.quiet(), vault: vault, isGranted: isGranted
    ).read(references)
  }

  /// What there is without a vault, which is nothing that any server gets: for errors only.
  private static func resolve(
    _ references: [SecretReference], vaultError: any Error
  ) throws -> ResolvedValues {
    let others = references.filter { $0.scheme == .keyring }
    var values = try resolve(others)
    let unread = references.filter { $0.scheme != .keyring }
    values.failures.append(
      StoreFailure(error: Report.reportable(vaultError), references: unread))
    return values
  }

  /// Everything that is wrong: the words first, which are nearest to whoever wrote them, then the
  /// command, then the stores, then what they lack.
  private static func failure(of draft: LaunchDraft, _ values: ResolvedValues) -> LaunchFailure {
    var problems = LaunchFailure(draft.problems).problems
    if let error = draft.commandFault { problems.append(error) }
    for failure in values.failures { problems.append(failure.error) }
    let lacking = draft.problems { values.withValue(of: $0, $1) }.filter { problem in
      // Nobody knows what a store holds that did not answer.
      guard case .missing(let reference) = problem.fault else { return true }
      return !values.failures.contains { $0.references.contains(reference) }
    }
    problems += LaunchFailure(lacking).problems
    if let error = draft.placeFault(places) { problems.append(error) }
    return LaunchFailure(problems)
  }

  /// Says what is wrong to a person and, where a host stands in front of us, to the host.
  static func fail(_ failure: LaunchFailure) -> Int32 {
    // There is no server to pass signals on to: they end us, as they would have before.
    ForwardedSignals.restore()
    for problem in failure.problems { Report.error(problem) }
    if isatty(STDIN_FILENO) == 0 {
      let report = FailureReport(
        exitCode: failure.exitCode,
        problems: failure.problems.map { .init(message: $0.message, hint: $0.hint) })
      _ = FailureLoop.run(report, input: STDIN_FILENO, output: STDOUT_FILENO)
    }
    return failure.exitCode.rawValue
  }
}
